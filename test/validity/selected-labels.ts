import {
  accuracyUncertainty,
  bettingShareInterval,
  createRandom,
  pivotalSample,
  poissonSample,
  type Random,
  type SelectedLabels,
  samplingProbabilities,
  selectedMean,
  selectedThreshold,
  thresholdProbabilities,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** Confidences of an overconfident model, equally often, and how often each is right. */
const GRID = 2048;
const confidenceOf = Float64Array.from({ length: GRID }, (_, k) => 0.35 + 0.65 * ((k + 0.5) / GRID) ** 0.62);
const chanceOf = confidenceOf.map((f) => 1 / (1 + Math.exp(-(0.78 * Math.log(f / (1 - f + 1e-9)) + 0.12))));
const accuracy = chanceOf.reduce((sum, p) => sum + p / GRID, 0);

type Draw = (probabilities: Float64Array, random: Random) => Int32Array;

interface Design {
  readonly name: string;
  readonly draw: Draw;
  probabilities(confidences: Float64Array): Float64Array;
}

const review: Design = {
  name: "everything under 0.7 and 2 % above",
  draw: poissonSample,
  probabilities: (confidences) => thresholdProbabilities(confidences, { below: 0.7, above: 0.02 }),
};

const fifth: Design = {
  ...review,
  name: "everything under 0.7 and a fifth above",
  probabilities: (confidences) => thresholdProbabilities(confidences, { below: 0.7, above: 0.2 }),
};

const active = (name: string, draw: Draw): Design => ({
  name: `a tenth by uncertainty, ${name}`,
  draw,
  probabilities: (confidences) =>
    samplingProbabilities(accuracyUncertainty(confidences), { budget: Math.round(confidences.length / 10) }),
});

function drawLabels({ draw, probabilities }: Design, n: number, random: Random) {
  const kinds = Int32Array.from({ length: n }, () => random.integer(GRID));
  const population = Float64Array.from(kinds, (k) => confidenceOf[k]);
  const chances = probabilities(population);
  const rows = draw(chances, random);
  const labels: SelectedLabels = {
    confidences: Float64Array.from(rows, (i) => population[i]),
    outcomes: Uint8Array.from(rows, (i) => (random.uniform() < chanceOf[kinds[i]] ? 1 : 0)),
    propensities: Float64Array.from(rows, (i) => chances[i]),
  };
  return { labels, population };
}

/** What the documentation says of intervals that are asymptotic: 93 % to 97 % at 95 %. */
const nearly = (n: number, failure: number): number | null => (n < 1000 ? null : 1.4 * failure);

const interval = (design: Design, hasPopulation: boolean): Guarantee => ({
  name: `accuracy from ${design.name}${hasPopulation ? ", with the population" : ""} (1.4 times the failure, from 1000 rows)`,
  source: hasPopulation ? "selectedMean with population" : "selectedMean",
  event: "an interval without the accuracy of all rows",
  promise: "at most",
  promised: nearly,
  cost: (n) => 100 + 0.4 * n,
  draw(n, random) {
    const { labels, population } = drawLabels(design, n, random);
    return (failure) => {
      if (labels.outcomes.length === 0) return false;
      const options = { level: levelOf(failure), ...(hasPopulation ? { population } : {}) };
      const { lower, upper } = selectedMean(labels, options);
      return accuracy < lower || accuracy > upper;
    };
  },
});

const betting: Guarantee = {
  name: "accuracy from a tenth by uncertainty, betting",
  source: "bettingShareInterval",
  event: "an interval without the accuracy of all rows",
  promise: "at most",
  sizes: [100, 1000],
  cost: (n) => 2000 + 60 * n,
  draw(n, random) {
    const { labels } = drawLabels(active("independent draws", poissonSample), n, random);
    return (failure) => {
      if (labels.outcomes.length === 0) return false;
      const { lower, upper } = bettingShareInterval(labels.outcomes, labels.propensities, { level: levelOf(failure) });
      return accuracy < lower || accuracy > upper;
    };
  },
};

const threshold = (design: Design, sizes: readonly number[]): Guarantee => ({
  name: `threshold with at most 20 % wrong from ${design.name}`,
  source: "selectedThreshold, candor decide --max-error",
  event: "more than 20 % wrong from the threshold on",
  promise: "at most",
  sizes,
  failures: [0.05, 0.1, 0.2],
  cost: (n) => 500 + 1.7 * n,
  draw(n, random) {
    const { labels } = drawLabels(design, n, random);
    return (failure) => {
      if (labels.outcomes.length === 0) return false;
      const chosen = selectedThreshold(labels, { target: 0.2, sure: levelOf(failure) });
      if (chosen === null) return false;
      let errors = 0;
      let count = 0;
      for (let k = 0; k < GRID; k++)
        if (confidenceOf[k] >= chosen.threshold) {
          errors += 1 - chanceOf[k];
          count++;
        }
      return errors / count > 0.2;
    };
  },
});

/** A row is drawn with its probability: the failure of the table. */
const inclusion = (name: string, draw: Draw): Guarantee => ({
  name: `a row of this probability is drawn, ${name}`,
  source: name,
  event: "the row is in the sample",
  promise: "exactly",
  sizes: [10, 100, 1000],
  cost: (n) => 10 + 0.3 * n,
  draw(n, random) {
    const seed = random.integer(2 ** 31);
    return (failure) => {
      const others = new Float64Array(n).fill(Math.round(n / 3) / n);
      others[0] = failure;
      const rest = Math.round(n / 3) - failure;
      for (let i = 1; i < n; i++) others[i] = rest / (n - 1);
      return draw(others, createRandom(seed)).includes(0);
    };
  },
});

/** Estimates from rows that were selected to be labelled. */
export const selectedLabels: Family = {
  name: "Labels of selected rows",
  guarantees: [
    inclusion("poissonSample", poissonSample),
    inclusion("pivotalSample", pivotalSample),
    interval(review, false),
    interval(review, true),
    interval(active("independent draws", poissonSample), false),
    interval(active("independent draws", poissonSample), true),
    interval(active("so many rows", pivotalSample), true),
    betting,
    threshold(fifth, [100, 1000, 10_000]),
    threshold(active("independent draws", poissonSample), [1000, 10_000]),
  ],
};

import {
  classPValues,
  conformalPValue,
  conformalQuantile,
  conformalRank,
  createStreamingCalibrator,
  matrix,
  prepareScores,
  type Random,
  smoothedPValue,
  weightedConformalQuantile,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

/** What a threshold from n untied scores misses. */
export function beyondRank(n: number, failure: number): number {
  return 1 - conformalRank(n, levelOf(failure)) / (n + 1);
}

/** Scores without ties, with a heavy tail. */
function heavy(n: number, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => 1 / (1 - random.uniform()));
}

/** Six values, some rare. */
function tied(n: number, random: Random): Float64Array {
  return Float64Array.from({ length: n }, () => Math.floor(6 * random.uniform() ** 2));
}

const quantile = (name: string, promise: Guarantee["promise"], scores: typeof heavy): Guarantee => ({
  name: `threshold, ${name}`,
  source: "conformalQuantile",
  event: "a new score above the threshold",
  promise,
  ...(promise === "exactly" ? { promised: beyondRank } : {}),
  cost: (n) => 3 + 0.06 * n,
  draw(n, random) {
    const all = scores(n, random);
    const [fresh] = scores(1, random);
    return (failure) => fresh > conformalQuantile(all, levelOf(failure)).quantile;
  },
});

/** New rows come with density 2x, calibration rows with density 1; scores grow with x. */
const shifted: Guarantee = {
  name: "weighted threshold under a known shift",
  source: "weightedConformalQuantile",
  event: "a new score above the threshold",
  promise: "at most",
  cost: (n) => 10 + 1.2 * n,
  draw(n, random) {
    const places = Float64Array.from({ length: n }, () => random.uniform());
    const scores = places.map((x) => x * x + 0.3 * random.normal());
    const weights = places.map((x) => 2 * x);
    const x = Math.sqrt(random.uniform());
    const fresh = x * x + 0.3 * random.normal();
    return (failure) => fresh > weightedConformalQuantile(scores, weights, 2 * x, levelOf(failure));
  },
};

const pValue = (name: string, promise: Guarantee["promise"], scores: typeof heavy): Guarantee => ({
  name: `p-value, ${name}`,
  source: "conformalPValue",
  event: "a p-value at or below the allowed failure",
  promise,
  ...(promise === "exactly" ? { promised: beyondRank } : {}),
  cost: (n) => 3 + 0.15 * n,
  draw(n, random) {
    const prepared = prepareScores(scores(n, random));
    const [fresh] = scores(1, random);
    const p = conformalPValue(prepared, fresh);
    return (failure) => p <= failure;
  },
});

const smoothed: Guarantee = {
  name: "smoothed p-value, tied scores",
  source: "smoothedPValue",
  event: "a p-value at or below the allowed failure",
  promise: "exactly",
  cost: (n) => 3 + 0.1 * n,
  draw(n, random) {
    const prepared = prepareScores(tied(n, random));
    const p = smoothedPValue(prepared, tied(1, random)[0], random.uniform());
    return (failure) => p <= failure;
  },
};

/** The scores of each class are of its own kind; class 1 has a tenth of the rows. */
const mondrian: Guarantee = {
  name: "smoothed p-value of the true class among its own rows",
  source: "classPValues with labels",
  event: "a p-value of a rare class at or below the allowed failure",
  promise: "exactly",
  cost: (n) => 5 + 0.15 * n,
  draw(n, random) {
    const labels = Int32Array.from({ length: n }, () => (random.uniform() < 0.1 ? 1 : 0));
    const scores = Float64Array.from(labels, (label) => Math.floor((1 + 3 * label) * 3 * random.uniform()));
    const fresh = Math.floor(12 * random.uniform());
    const p = classPValues(scores, matrix(Float64Array.of(fresh, fresh), 1, 2), {
      labels,
      taus: Float64Array.of(random.uniform()),
    }).data[1];
    return (failure) => p <= failure;
  },
};

/** A window of n scores after n/2 of another kind, which have left it. */
function streamed(n: number, random: Random, scores: typeof heavy): ReturnType<typeof createStreamingCalibrator> {
  const calibrator = createStreamingCalibrator({ window: n });
  for (let i = 0; i < n / 2; i++) calibrator.add(-1000 * random.uniform());
  for (const score of scores(n, random)) calibrator.add(score);
  return calibrator;
}

const window: Guarantee = {
  name: "threshold of a window, after older scores of another kind",
  source: "createStreamingCalibrator().quantile",
  event: "a new score above the threshold",
  promise: "exactly",
  promised: beyondRank,
  cost: (n) => 20 + 0.6 * n,
  draw(n, random) {
    const calibrator = streamed(n, random, heavy);
    const [fresh] = heavy(1, random);
    return (failure) => fresh > calibrator.quantile(levelOf(failure)).quantile;
  },
};

const windowPValue: Guarantee = {
  name: "smoothed p-value against a window, tied scores",
  source: "createStreamingCalibrator().pValue",
  event: "a p-value at or below the allowed failure",
  promise: "exactly",
  cost: (n) => 20 + 0.3 * n,
  draw(n, random) {
    const calibrator = streamed(n, random, tied);
    const p = calibrator.pValue(tied(1, random)[0], random.uniform());
    return (failure) => p <= failure;
  },
};

export const quantiles: Family = {
  name: "Conformal thresholds and p-values",
  guarantees: [
    quantile("no ties", "exactly", heavy),
    quantile("tied scores", "at most", tied),
    shifted,
    pValue("no ties", "exactly", heavy),
    pValue("tied scores", "at most", tied),
    smoothed,
    mondrian,
    window,
    windowPValue,
  ],
};

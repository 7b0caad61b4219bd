import {
  benjaminiHochberg,
  calibrationEvidence,
  conformalQuantile,
  coveragePValue,
  coverageRange,
  makePolicy,
  type Random,
  resamplingTest,
} from "@candor/core";
import { type Family, type Guarantee, levelOf } from "./guarantee.ts";

const LEVEL = 0.9;

const range: Guarantee = {
  name: "range of the true coverage at level 0.9",
  source: "coverageRange",
  event: "a true coverage outside the range that holds it with one minus the allowed failure",
  promise: "exactly",
  cost: (n) => 60 + 0.02 * n,
  draw(n, random) {
    const { quantile } = conformalQuantile(
      Float64Array.from({ length: n }, () => random.uniform()),
      LEVEL,
    );
    return (failure) => {
      const { lower, upper } = coverageRange(n, LEVEL, levelOf(failure));
      return quantile < lower || quantile > upper;
    };
  },
};

/** One p-value is made of all test rows of one calibration sample, so that they may share it. */
const coverage: Guarantee = {
  name: "p-value of the coverage of 200 test rows",
  source: "coveragePValue",
  event: "a p-value at or below the allowed failure",
  promise: "at most",
  cost: (n) => 20 + 0.02 * n,
  draw(n, random) {
    const { quantile } = conformalQuantile(
      Float64Array.from({ length: n }, () => random.uniform()),
      LEVEL,
    );
    let covered = 0;
    for (let i = 0; i < 200; i++) if (random.uniform() <= quantile) covered++;
    const p = coveragePValue(n, LEVEL, covered, 200);
    return (failure) => p <= failure;
  },
};

function outcomesOf(probabilities: Float64Array, random: Random): Uint8Array {
  return Uint8Array.from(probabilities, (p) => (random.uniform() < p ? 1 : 0));
}

const resampled: Guarantee = {
  name: "Monte Carlo test of calibration, 99 draws",
  source: "resamplingTest",
  event: "a p-value at or below the allowed failure for calibrated probabilities",
  promise: "at most",
  sizes: [10, 100, 1000],
  cost: (n) => 30 + 3 * n,
  draw(n, random) {
    const probabilities = Float64Array.from({ length: n }, () => random.uniform() ** 3);
    const { pValue } = resamplingTest(probabilities, outcomesOf(probabilities, random), { random, draws: 99 });
    return (failure) => pValue <= failure;
  },
};

const evidence = (name: string, probability: (n: number, random: Random) => number): Guarantee => ({
  name: `evidence against calibration, ${name}`,
  source: "calibrationEvidence",
  event: "a p-value at or below the allowed failure for calibrated probabilities",
  promise: "at most",
  cost: (n) => 10 + 0.08 * n,
  draw(n, random) {
    const probabilities = Float64Array.from({ length: n }, () => probability(n, random));
    const p = calibrationEvidence(probabilities, outcomesOf(probabilities, random));
    return (failure) => p <= failure;
  },
});

/** The share of false rejections is a mean, counted by a coin with that chance. */
const falseShare: Guarantee = {
  name: "share of false rejections among 40 hypotheses",
  source: "benjaminiHochberg",
  event: "a coin that falls with the share of true hypotheses among those rejected",
  promise: "at most",
  sizes: [10],
  cost: () => 20,
  draw(_, random) {
    const q = benjaminiHochberg(Float64Array.from({ length: 40 }, (_v, i) => random.uniform() ** (i < 30 ? 1 : 6)));
    const coin = random.uniform();
    return (failure) => {
      let rejected = 0;
      let wrong = 0;
      for (let i = 0; i < 40; i++) {
        if (q[i] > failure) continue;
        rejected++;
        if (i < 30) wrong++;
      }
      return rejected > 0 && coin < wrong / rejected;
    };
  },
};

const source = { name: "simulated", rows: 0, skipped: [], columns: {}, approximate: false, notes: [] };

/** Review costs a fifth of an error: rows of confidence 0.8 and more, all calibrated, are acted on; 10 % of these are wrong. */
const expectedError: Guarantee = {
  name: "exact interval of the error of a policy from costs",
  source: "makePolicy, costs: expected.error",
  event: "an interval without the true error",
  promise: "at most",
  sizes: [100, 1000],
  cost: (n) => 15_000 + 40 * n,
  draw(n, random) {
    const confidences = Float64Array.from({ length: n }, () => random.uniform());
    const correct = outcomesOf(confidences, random);
    return (failure) => {
      const costs = { error: 1, review: 0.2, abstain: null, missed: 0, reviewError: 0 };
      const { expected } = makePolicy(
        { task: "confidence", rows: n, confidences, correct, segments: [], classNames: [] },
        { version: "0.0.0", source, objective: { kind: "costs", costs }, level: levelOf(failure) },
      );
      const error = expected?.error;
      if (error?.interval !== "exact") return false;
      return 0.1 < error.lower || 0.1 > error.upper;
    };
  },
};

export const statements: Family = {
  name: "Statements about rows seen",
  guarantees: [
    range,
    coverage,
    resampled,
    evidence("one constant probability", () => 0.1),
    evidence("three failures expected", (n, random) => (6 / n) * random.uniform()),
    falseShare,
    expectedError,
  ],
};

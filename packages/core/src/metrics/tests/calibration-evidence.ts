import type { SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample, isUnweighted } from "../../intervals/sample.ts";
import { regularizedBeta } from "../../special/regularized-beta.ts";
import { calibrationScoreTest } from "./calibration-score-test.ts";

/** Expected failures of a perfect model below which the normal approximation of the score test is not used. */
const NORMAL_ABOVE = 5;

/** The same under unequal weights, counted in failures of the heaviest row: one of them can carry a sum. */
const WEIGHTED_NORMAL_ABOVE = 10;

/**
 * P-value against "these probabilities are calibrated" that can be trusted for few rows too.
 *
 * One constant score: twice the smaller tail of the binomial, exact for any n. Otherwise the score test of intercept and
 * slope; where a perfect model would show fewer than five failures (or hits), twice Chernoff's bound on the tail of the
 * number of events instead. Under unequal weights: twice Bernstein's bound on the weighted gap, where a perfect model would
 * show fewer than ten failures as heavy as the heaviest row. Both bounds hold for any n.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a number in [0, 1]
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Hoeffding (1963), JASA 58, theorem 1, for sums of unequal Bernoulli variables; Bernstein's inequality as in
 * Boucheron, Lugosi & Massart (2013), "Concentration Inequalities", corollary 2.11.
 */
export function calibrationEvidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): number {
  checkPairs(probabilities, outcomes);
  return evidence(
    probabilities,
    outcomes,
    options,
    () => calibrationScoreTest(probabilities, outcomes, options).pValue,
  );
}

/** `calibrationEvidence` of checked pairs, for callers who may know the p-value of the score test already. */
export function evidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions,
  scorePValue: () => number,
): number {
  const sample = checkSample(probabilities.length, options);
  const { rows, n, weights, squaredWeights, totalWeight, effectiveN } = sample;
  // In an array: variables of a loop that runs once, over millions of rows, would be boxed in every turn.
  const sums = new Float64Array(4);
  let heaviest = 0;
  let isConstant = true;
  for (let i = 0; i < rows; i++) {
    const w = weights ? weights[i] : 1;
    const p = probabilities[i];
    const typical = squaredWeights ? (w > 0 ? squaredWeights[i] / w : 0) : w;
    sums[0] += w * p * (1 - p);
    sums[1] += w * p;
    sums[2] += w * outcomes[i];
    sums[3] += typical * w * p * (1 - p);
    if (typical > heaviest) heaviest = typical;
    if (p !== probabilities[0]) isConstant = false;
  }
  const [variance, expected, observed, squares] = sums;
  if (isConstant && isUnweighted(sample)) return binomialTest(observed, n, probabilities[0]);
  if (Math.abs(effectiveN - n) > 1e-9 * n) {
    if (squares >= WEIGHTED_NORMAL_ABOVE * heaviest * heaviest) return scorePValue();
    const gap = Math.abs(observed - expected);
    return gap === 0 ? 1 : Math.min(1, 2 * Math.exp((-gap * gap) / 2 / (squares + (heaviest * gap) / 3)));
  }
  if ((variance / totalWeight) * effectiveN >= NORMAL_ABOVE) return scorePValue();
  const divergence = relativeEntropy(observed / totalWeight, expected / totalWeight);
  return Math.min(1, 2 * Math.exp(-effectiveN * divergence));
}

/** Twice the smaller tail of Binomial(n, p) at k. */
function binomialTest(k: number, n: number, p: number): number {
  const atLeast = k === 0 ? 1 : regularizedBeta(p, k, n - k + 1);
  const atMost = k === n ? 1 : regularizedBeta(1 - p, n - k, k + 1);
  return Math.min(1, 2 * Math.min(atLeast, atMost));
}

/** KL(Bernoulli(a) ‖ Bernoulli(b)); infinite where b rules a out. */
function relativeEntropy(a: number, b: number): number {
  const part = (x: number, y: number): number => (x <= 0 ? 0 : x * Math.log(x / Math.max(0, y)));
  return Math.max(0, part(a, b) + part(1 - a, 1 - b));
}

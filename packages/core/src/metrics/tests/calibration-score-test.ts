import type { SampleOptions, TestEstimate } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { chiSquareSurvival } from "../../special/chi-square.ts";
import { weighted } from "../weighted.ts";

/** Probabilities are held this far from 0 and 1 before their logit is taken. */
const CLIP = 1e-6;

/**
 * Score test of "intercept 0 and slope 1" in the logistic regression of the outcome on the logit of the probability.
 *
 * Needs no fit, so it also works on a handful of rows, on separable ones and on constant scores (then one degree of
 * freedom). Sensitive to scores that are too high, too low, too extreme or too timid; blind to local bumps.
 *
 * @param probabilities n values in [0, 1]; clipped to [1e-6, 1 − 1e-6]
 * @param outcomes n values, 0 or 1
 * @returns the χ² statistic as `value` (no interval) and its p-value; degrees of freedom in the spec
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Rao (1948) for the test; Cox (1958), Biometrika 45, for the model.
 */
export function calibrationScoreTest(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): TestEstimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { rows, n, level, effectiveN, weights, squaredWeights } = sample;
  // In an array: variables of a loop that runs once, over millions of rows, would be boxed in every turn.
  const sums = new Float64Array(5);
  for (let i = 0; i < rows; i++) {
    const p = Math.min(1 - CLIP, Math.max(CLIP, probabilities[i]));
    const logit = Math.log(p) - Math.log1p(-p);
    const w = weights ? weights[i] : 1;
    const variance = (squaredWeights ? squaredWeights[i] : w * w) * p * (1 - p);
    const residual = w * (outcomes[i] - p);
    sums[0] += residual;
    sums[1] += residual * logit;
    sums[2] += variance;
    sums[3] += variance * logit;
    sums[4] += variance * logit * logit;
  }
  const [s0, s1, v00, v01, v11] = sums;
  const conditional = v11 - (v01 * v01) / v00;
  const slope = s1 - (s0 * v01) / v00;
  const hasSlope = conditional > 1e-9 * v11;
  const statistic = (s0 * s0) / v00 + (hasSlope ? (slope * slope) / conditional : 0);
  const freedom = hasSlope ? 2 : 1;
  return {
    value: statistic,
    lower: statistic,
    upper: statistic,
    level,
    n,
    effectiveN,
    interval: "none",
    spec: { metric: "calibration-score-test", statistic: "chi-square", freedom, clip: CLIP, ...weighted(sample) },
    pValue: chiSquareSurvival(statistic, freedom),
  };
}

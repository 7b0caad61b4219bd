import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { estimateFromVariance } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { fitCheckedLogistic } from "../../optimize/logistic.ts";
import { weighted } from "../weighted.ts";

/** Probabilities are moved into [LOGIT_CLIP, 1 − LOGIT_CLIP] before their log-odds are taken. */
export const LOGIT_CLIP = 1e-6;

/** Logistic recalibration line: log-odds of the outcome = intercept + slope · log-odds of the probability. */
export interface CoxCalibration {
  /** 1 is calibrated; below 1 the probabilities are too extreme, above 1 too timid. */
  readonly slope: Estimate;
  /** 0 is calibrated (given slope 1); in log-odds. */
  readonly intercept: Estimate;
}

/**
 * Cox's calibration slope and intercept: logistic regression of the outcome on the log-odds of the probability.
 *
 * @param probabilities n values in [0, 1], clipped to [1e-6, 1 − 1e-6]
 * @param outcomes n values, 0 or 1
 * @returns slope (dimensionless) and intercept (log-odds), each with a Wald interval from the sandwich variance
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `one-class`; `incompatible` where all
 *   probabilities are equal, or where they separate the outcomes, so that no finite slope is best
 *
 * Source: Cox (1958), "Two further applications of a model for binary regression", Biometrika 45.
 * Accuracy: Newton's method to a gradient of 1e-10.
 */
export function coxCalibration(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): CoxCalibration {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  checkBothOutcomes(outcomes, sample.weights, "Cox's calibration line");
  const { rows, weights, squaredWeights } = sample;
  const logOdds = clippedLogOdds(probabilities);
  const data = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    data[2 * i] = 1;
    data[2 * i + 1] = logOdds[i];
  }
  const fit = fitCheckedLogistic({ data, rows, cols: 2 }, outcomes, weights ? { weights } : {});
  const [intercept, slope] = fit.coefficients;
  const variance = squaredWeights
    ? mergedSandwich(fit.covariance, intercept, slope, logOdds, outcomes, squaredWeights)
    : [fit.sandwich[0], fit.sandwich[3]];
  const spec = { clip: LOGIT_CLIP, variance: "sandwich", ...weighted(sample) };
  return {
    slope: estimateFromVariance(slope, variance[1], { metric: "cox-slope", ...spec }, sample),
    intercept: estimateFromVariance(intercept, variance[0], { metric: "cox-intercept", ...spec }, sample),
  };
}

/** Variances of intercept and slope where rows are aggregates with their own Σw². */
function mergedSandwich(
  inverse: Float64Array,
  intercept: number,
  slope: number,
  logOdds: Float64Array,
  outcomes: Uint8Array,
  squaredWeights: Float64Array,
): [number, number] {
  let a = 0;
  let b = 0;
  for (let i = 0; i < logOdds.length; i++) {
    const eta = intercept + slope * logOdds[i];
    const miss = 1 / (1 + Math.exp(outcomes[i] === 1 ? eta : -eta));
    const square = squaredWeights[i] * miss * miss;
    a += square * (inverse[0] + inverse[1] * logOdds[i]) ** 2;
    b += square * (inverse[2] + inverse[3] * logOdds[i]) ** 2;
  }
  return [a, b];
}

/** ln(p / (1 − p)) of probabilities clipped to [1e-6, 1 − 1e-6]. */
export function clippedLogOdds(probabilities: Float64Array): Float64Array {
  const out = new Float64Array(probabilities.length);
  for (let i = 0; i < out.length; i++) {
    const p = Math.min(1 - LOGIT_CLIP, Math.max(LOGIT_CLIP, probabilities[i]));
    out[i] = Math.log(p) - Math.log1p(-p);
  }
  return out;
}

/** @throws {InputError} `one-class` unless both outcomes occur among the rows of positive weight */
export function checkBothOutcomes(outcomes: Uint8Array, weights: Float64Array | undefined, what: string): void {
  const seen = [false, false];
  for (let i = 0; i < outcomes.length; i++) if (!weights || weights[i] > 0) seen[outcomes[i]] = true;
  if (!(seen[0] && seen[1]))
    throw new InputError("one-class", `${what} needs both outcomes, but every outcome is ${seen[1] ? 1 : 0}`);
}

import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { estimateFromVariance, weightedMean } from "../../intervals/mean.ts";
import { type CheckedSample, checkSample, sumOfSquares } from "../../intervals/sample.ts";
import { FEW_EVENTS, unseenShare } from "../../intervals/unseen.ts";
import { fitCheckedLogistic } from "../../optimize/logistic.ts";
import { weighted } from "../weighted.ts";
import type { LabelRule } from "./binned-calibration-error.ts";
import { checkBothOutcomes, clippedLogOdds, LOGIT_CLIP } from "./cox.ts";

/**
 * Calibration in the large: the shift of all log-odds that makes the mean probability equal the observed rate.
 *
 * @param probabilities n values in [0, 1], clipped to [1e-6, 1 − 1e-6]
 * @param outcomes n values, 0 or 1
 * @returns log-odds; 0 is calibrated, negative means that the probabilities are too high. Wald interval from the
 *   sandwich variance
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `one-class`
 *
 * Source: Cox (1958), Biometrika 45, with the slope fixed at 1; the name: Steyerberg (2009), "Clinical Prediction
 * Models".
 */
export function calibrationInTheLarge(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): Estimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  checkBothOutcomes(outcomes, sample.weights, "calibration in the large");
  const { rows, weights, squaredWeights } = sample;
  const offset = clippedLogOdds(probabilities);
  const features = { data: new Float64Array(rows).fill(1), rows, cols: 1 };
  const fit = fitCheckedLogistic(features, outcomes, weights ? { weights, offset } : { offset });
  const shift = fit.coefficients[0];
  let variance = fit.sandwich[0];
  if (squaredWeights) {
    let meat = 0;
    for (let i = 0; i < rows; i++) {
      const eta = shift + offset[i];
      const miss = 1 / (1 + Math.exp(outcomes[i] === 1 ? eta : -eta));
      meat += squaredWeights[i] * miss * miss;
    }
    variance = meat * fit.covariance[0] ** 2;
  }
  const spec = { metric: "calibration-in-the-large", clip: LOGIT_CLIP, variance: "sandwich", ...weighted(sample) };
  return estimateFromVariance(shift, variance, spec, sample);
}

/** Options of `meanCalibrationGap`. */
export interface MeanGapOptions extends SampleOptions {
  /** Recorded in the spec. Default `positive-class`. */
  readonly label?: LabelRule;
}

/** Failures or hits that a perfect model must expect before the spread of the sample is taken for its own. */
const EXPECTED_EVENTS = 5;

/**
 * Mean probability minus observed rate: positive is over-confident (for a positive class: too high).
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns in [−1, 1], in units of probability; Student-t interval of a mean. Where a perfect model expects fewer than
 *   five failures the variance is at least that of a perfect model, and where the sample holds hardly any events the
 *   interval reaches as far as unseen ones could: twenty rows that were all right do not prove a gap
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function meanCalibrationGap(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: MeanGapOptions = {},
): Estimate {
  const { label = "positive-class" } = options;
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const { rows, weights, squaredWeights } = sample;
  const gaps = new Float64Array(rows);
  let noise = 0;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i];
    const w = weights ? weights[i] : 1;
    gaps[i] = p - outcomes[i];
    noise += (squaredWeights ? squaredWeights[i] : w * w) * p * (1 - p);
  }
  const value = weightedMean(gaps, sample);
  const squares = sumOfSquares(gaps, sample, value);
  const spec = { metric: "mean-calibration-gap", sign: "probability minus outcome", label, ...weighted(sample) };
  const { variance, reach } = gapSpread(squares, noise, sample);
  const estimate = estimateFromVariance(value, variance, spec, sample, { min: -1, max: 1 });
  return {
    ...estimate,
    lower: Math.max(-1, Math.min(estimate.lower, value - reach)),
    upper: Math.min(1, Math.max(estimate.upper, value + reach)),
  };
}

/**
 * What the interval of a mean gap rests on.
 *
 * @param squares Σw²(p − y − gap)²
 * @param noise Σw²p(1 − p), the same of a perfect model
 * @returns the variance of the gap, and how far events that have not been seen could carry it (0 where enough were seen)
 */
export function gapSpread(
  squares: number,
  noise: number,
  { totalWeight, effectiveN, level }: Pick<CheckedSample, "totalWeight" | "effectiveN" | "level">,
): { variance: number; reach: number } {
  const squaredRow = (totalWeight / effectiveN) ** 2;
  const isRare = noise < EXPECTED_EVENTS * squaredRow;
  const variance = (isRare ? Math.max(squares, noise) : squares) / (totalWeight * totalWeight);
  return { variance, reach: squares >= FEW_EVENTS * squaredRow ? 0 : unseenShare(effectiveN, (1 - level) / 2) };
}

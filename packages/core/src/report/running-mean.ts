import type { Estimate, Spec } from "../estimate.ts";
import { estimateFromVariance } from "../intervals/mean.ts";
import { sampleOfSums } from "../intervals/sample.ts";

/** Weighted mean of a stream, updated value by value, with what the sandwich variance of the mean needs. */
export interface RunningMean {
  n: number;
  /** Σw and Σw². */
  weight: number;
  squaredWeight: number;
  mean: number;
  /** Σw²(x − mean) and Σw²(x − mean)². */
  tilt: number;
  spread: number;
}

/** The mean of nothing yet. */
export function createMean(): RunningMean {
  return { n: 0, weight: 0, squaredWeight: 0, mean: 0, tilt: 0, spread: 0 };
}

/**
 * Adds one value, in place.
 *
 * @param weight ≥ 0; a value of zero weight counts as a row and nothing else
 *
 * Source: West (1979), CACM 22, with the sums of squares taken with squared weights.
 */
export function addToMean(sum: RunningMean, value: number, weight: number): void {
  sum.n++;
  if (weight === 0) return;
  sum.weight += weight;
  const shift = (weight / sum.weight) * (value - sum.mean);
  sum.mean += shift;
  sum.spread += shift * (shift * sum.squaredWeight - 2 * sum.tilt);
  sum.tilt -= shift * sum.squaredWeight;
  const squared = weight * weight;
  const distance = value - sum.mean;
  sum.squaredWeight += squared;
  sum.tilt += squared * distance;
  sum.spread += squared * distance * distance;
}

/**
 * The mean as the estimate that `meanEstimate` gives for the same rows, up to rounding; its lower end is at least 0.
 *
 * @param spec identity of the number; whether it is weighted is added
 */
export function runningEstimate(sum: RunningMean, spec: Spec, level: number): Estimate {
  const { n, weight, squaredWeight, mean, spread } = sum;
  const sample = sampleOfSums(n, weight, squaredWeight, level);
  const isWeighted = weight !== n || squaredWeight !== n;
  const identity = isWeighted ? { ...spec, weighted: true } : spec;
  return estimateFromVariance(mean, Math.max(0, spread) / (weight * weight), identity, sample, { min: 0 });
}

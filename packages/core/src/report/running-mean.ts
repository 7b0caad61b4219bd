import type { Estimate, Spec } from "../estimate.ts";
import { estimateFromVariance } from "../intervals/mean.ts";

/** Weighted mean and spread of a stream, updated value by value. */
export interface RunningMean {
  n: number;
  weight: number;
  squaredWeight: number;
  mean: number;
  /** Σ w (x − mean)². */
  spread: number;
}

/** The mean of nothing yet. */
export function createMean(): RunningMean {
  return { n: 0, weight: 0, squaredWeight: 0, mean: 0, spread: 0 };
}

/** Adds one value. Source: West (1979), CACM 22. */
export function addToMean(sum: RunningMean, value: number, weight: number): void {
  sum.n++;
  if (weight === 0) return;
  sum.weight += weight;
  sum.squaredWeight += weight * weight;
  const delta = value - sum.mean;
  sum.mean += (weight / sum.weight) * delta;
  sum.spread += weight * delta * (value - sum.mean);
}

/** The mean as an estimate; the variance takes weights and values as unrelated. */
export function runningEstimate(
  { n, weight, squaredWeight, mean, spread }: RunningMean,
  spec: Spec,
  level: number,
): Estimate {
  const effectiveN = (weight * weight) / squaredWeight;
  const sample = {
    n,
    rows: n,
    weights: undefined,
    squaredWeights: undefined,
    counts: undefined,
    level,
    totalWeight: weight,
    effectiveN,
  };
  return estimateFromVariance(mean, spread / weight / effectiveN, spec, sample, { min: 0 });
}

import type { Estimate, SampleOptions } from "../../estimate.ts";
import { normalQuantile } from "../../special/normal.ts";
import { checkColumns, checkSigma } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/** Levels 0.01 to 0.99 that both averages run over. */
const LEVELS: Float64Array = Float64Array.from({ length: 99 }, (_, k) => (k + 1) / 100);

/**
 * Check score of normal forecasts: the pinball loss averaged over the 99 levels 0.01 … 0.99.
 *
 * @param point n means
 * @param sigma n standard deviations > 0
 * @returns ≥ 0, lower is better, unit of the outcome; near half the CRPS. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function gaussianCheckScore(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  const at = LEVELS.map(normalQuantile);
  const score = (z: number): number => {
    let sum = 0;
    for (let k = 0; k < at.length; k++) sum += z >= at[k] ? LEVELS[k] * (z - at[k]) : (LEVELS[k] - 1) * (z - at[k]);
    return sum / at.length;
  };
  return average(point, sigma, outcomes, score, "gaussian-check-score", options);
}

/**
 * Interval score of normal forecasts averaged over central intervals of the 99 levels 0.01 … 0.99.
 *
 * @param point n means
 * @param sigma n standard deviations > 0
 * @returns > 0, lower is better, unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function gaussianIntervalScore(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  const half = LEVELS.map((level) => normalQuantile(0.5 + level / 2));
  const score = (z: number): number => {
    let sum = 0;
    for (let k = 0; k < half.length; k++)
      sum += 2 * half[k] + (2 / (1 - LEVELS[k])) * Math.max(0, Math.abs(z) - half[k]);
    return sum / half.length;
  };
  return average(point, sigma, outcomes, score, "gaussian-interval-score", options);
}

function average(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  score: (z: number) => number,
  metric: string,
  options: SampleOptions,
): Estimate {
  checkColumns({ point, sigma, outcomes });
  checkSigma(sigma);
  const scores = outcomes.map((y, i) => sigma[i] * score((y - point[i]) / sigma[i]));
  return rowEstimate(scores, { metric, levels: "0.01 to 0.99 by 0.01" }, { ...options, min: 0 });
}

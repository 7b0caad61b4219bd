import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Root of the mean of (forecast − outcome)², the root mean squared error (RMSE).
 *
 * @param point n forecasts
 * @param outcomes n numbers in the same unit
 * @returns ≥ 0, lower is better, unit of the outcome; least for a forecast of the mean. The interval is that of the mean
 *   square, with the roots of its ends
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function rootMeanSquaredError(
  point: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  checkColumns({ point, outcomes });
  const squares = point.map((value, i) => (value - outcomes[i]) ** 2);
  const mean = rowEstimate(squares, { metric: "root-mean-squared-error" }, { ...options, min: 0 });
  return { ...mean, value: Math.sqrt(mean.value), lower: Math.sqrt(mean.lower), upper: Math.sqrt(mean.upper) };
}

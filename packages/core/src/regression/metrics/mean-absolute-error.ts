import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Mean of |forecast − outcome|, the mean absolute error (MAE).
 *
 * @param point n forecasts
 * @param outcomes n numbers in the same unit
 * @returns ≥ 0, lower is better, unit of the outcome; least for a forecast of the median. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function meanAbsoluteError(point: Float64Array, outcomes: Float64Array, options: SampleOptions = {}): Estimate {
  checkColumns({ point, outcomes });
  const losses = point.map((value, i) => Math.abs(value - outcomes[i]));
  return rowEstimate(losses, { metric: "mean-absolute-error" }, { ...options, min: 0 });
}

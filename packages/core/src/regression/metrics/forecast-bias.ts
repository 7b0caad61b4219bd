import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Mean of forecast − outcome.
 *
 * @param point n forecasts
 * @param outcomes n numbers in the same unit
 * @returns positive where forecasts are too high; unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function forecastBias(point: Float64Array, outcomes: Float64Array, options: SampleOptions = {}): Estimate {
  checkColumns({ point, outcomes });
  const errors = point.map((value, i) => value - outcomes[i]);
  return rowEstimate(errors, { metric: "forecast-bias", scale: "mean of forecast - outcome" }, options);
}

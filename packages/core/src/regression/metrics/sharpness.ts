import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns, checkSigma } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Root of the mean variance of the forecasts: how much they claim to know, right or wrong.
 *
 * @param sigma n standard deviations > 0
 * @returns > 0, lower is sharper, unit of the outcome. The interval is that of the mean variance, with roots of its ends
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Tran et al. (2020), Machine Learning: Science and Technology 1, section 3.
 */
export function sharpness(sigma: Float64Array, options: SampleOptions = {}): Estimate {
  checkColumns({ sigma });
  checkSigma(sigma);
  const spec = { metric: "sharpness", scale: "root of mean sigma^2" };
  const mean = rowEstimate(
    sigma.map((s) => s * s),
    spec,
    { ...options, min: 0 },
  );
  return { ...mean, value: Math.sqrt(mean.value), lower: Math.sqrt(mean.lower), upper: Math.sqrt(mean.upper) };
}

import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns, checkSigma } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

const HALF_LOG_2PI = 0.9189385332046728;

/**
 * Mean negative log likelihood of outcomes under normal forecasts.
 *
 * @param point n means
 * @param sigma n standard deviations > 0
 * @returns nats per row, lower is better, may be negative; depends on the unit of the outcome. Student-t interval
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function gaussianLogLoss(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  checkColumns({ point, sigma, outcomes });
  checkSigma(sigma);
  const losses = outcomes.map((y, i) => {
    const z = (y - point[i]) / sigma[i];
    const loss = 0.5 * z * z + Math.log(sigma[i]) + HALF_LOG_2PI;
    if (Number.isFinite(loss)) return loss;
    throw new InputError(
      "not-finite",
      `the log loss at row ${i} is too large for a double: outcome ${y}, point ${point[i]}, sigma ${sigma[i]}`,
      i,
    );
  });
  return rowEstimate(losses, { metric: "gaussian-log-loss", unit: "nats" }, options);
}

import type { Estimate, SampleOptions } from "../../estimate.ts";
import { normalCdf, normalPdf } from "../../special/normal.ts";
import { checkColumns, checkSigma } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

const ROOT_PI_INVERSE = 0.5641895835477563;

/**
 * Mean continuous ranked probability score (CRPS) of normal forecasts, in closed form:
 * σ·[z(2Φ(z) − 1) + 2φ(z) − 1/√π] with z = (outcome − mean)/σ.
 *
 * @param point n means
 * @param sigma n standard deviations > 0
 * @returns ≥ 0, lower is better, unit of the outcome; the CRPS of a single number is its absolute error. Student-t interval
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Gneiting, Raftery, Westveld and Goldman (2005), Monthly Weather Review 133, equation 5.
 */
export function gaussianCrps(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  checkColumns({ point, sigma, outcomes });
  checkSigma(sigma);
  const spec = { metric: "crps", distribution: "normal" };
  return rowEstimate(gaussianCrpsRows(point, sigma, outcomes), spec, { ...options, min: 0 });
}

/** CRPS of each row. */
export function gaussianCrpsRows(point: Float64Array, sigma: Float64Array, outcomes: Float64Array): Float64Array {
  return outcomes.map((y, i) => {
    const z = (y - point[i]) / sigma[i];
    return sigma[i] * (z * (2 * normalCdf(z) - 1) + 2 * normalPdf(z) - ROOT_PI_INVERSE);
  });
}

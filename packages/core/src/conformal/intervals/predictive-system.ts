import { InputError } from "../../errors.ts";
import { sortedCopy } from "../../kernels/argsort.ts";
import { checkFinite, checkPositive } from "./check-columns.ts";

/** Where a predictive distribution is centred and, where it is normalised, how wide it is, for every row. */
export interface Locations {
  readonly point: Float64Array;
  /** A scale of the error, > 0; read by normalised systems only. */
  readonly sigma?: Float64Array;
}

/** A conformal predictive system: the distribution of a new outcome is that of point + sigma × residual. */
export interface PredictiveSystem {
  /** outcome − point of the calibration rows, over sigma where normalised, ascending. */
  readonly residuals: Float64Array;
  readonly isNormalised: boolean;
}

/**
 * The conformal predictive system of calibration rows.
 *
 * @param locations forecasts of n ≥ 1 rows; with `sigma` the system is normalised
 * @param outcomes n finite numbers
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range` with the row
 *
 * Source: Vovk, Nouretdinov, Manokhin and Gammerman (2018), "Cross-conformal predictive distributions", section 4: split
 * conformal predictive systems.
 */
export function fitPredictiveSystem(locations: Locations, outcomes: Float64Array): PredictiveSystem {
  if (outcomes.length === 0) throw new InputError("empty", "a predictive system needs at least one row, got none");
  const isNormalised = locations.sigma !== undefined;
  return { residuals: sortedCopy(standardised(locations, outcomes, isNormalised)), isNormalised };
}

/**
 * (outcome − point) / sigma of every row, without sigma where the system is not normalised.
 *
 * @throws {InputError} `shape-mismatch`, `incompatible` without the sigma of a normalised system; `not-finite`,
 * `out-of-range` with the row
 */
export function standardised(locations: Locations, outcomes: Float64Array, isNormalised: boolean): Float64Array {
  const rows = outcomes.length;
  checkFinite(outcomes, rows, "outcomes");
  const sigma = checkLocations(locations, rows, isNormalised);
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const residual = outcomes[i] - locations.point[i];
    result[i] = sigma === null ? residual : residual / sigma[i];
    if (!Number.isFinite(result[i]))
      throw new InputError("not-finite", `the residual at row ${i} is too large: outcome ${outcomes[i]}`, i);
  }
  return result;
}

/**
 * Checks locations.
 *
 * @returns sigma, or null where the system does not read it
 * @throws {InputError} as `standardised`
 */
export function checkLocations({ point, sigma }: Locations, rows: number, isNormalised: boolean): Float64Array | null {
  checkFinite(point, rows, "the point forecasts");
  if (!isNormalised) return null;
  if (sigma === undefined)
    throw new InputError("incompatible", "a normalised predictive system needs a sigma per row, got none");
  checkPositive(sigma, rows, "sigma");
  return sigma;
}

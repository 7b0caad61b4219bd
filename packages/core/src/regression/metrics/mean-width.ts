import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkColumns } from "../check-forecast.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * Mean width of intervals (MPIW).
 *
 * @param lower n lower ends; a row with crossed ends is put in order first
 * @param upper n upper ends
 * @returns ≥ 0, lower is sharper, unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function meanWidth(lower: Float64Array, upper: Float64Array, options: SampleOptions = {}): Estimate {
  checkColumns({ lower, upper });
  const widths = lower.map((low, i) => Math.abs(upper[i] - low));
  return rowEstimate(widths, { metric: "mean-width", crossed: "sorted" }, { ...options, min: 0 });
}

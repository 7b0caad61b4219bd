import { InputError } from "../../errors.ts";
import { countUpTo } from "../../kernels/count-sorted.ts";
import { type Locations, type PredictiveSystem, standardised } from "./predictive-system.ts";

/**
 * The continuous ranked probability score of every row: ∫ (F(x) − 1{x ≥ outcome})² dx for the distribution F with mass
 * 1/n at each point + sigma × residual.
 *
 * @param outcomes finite, one per row
 * @returns scores ≥ 0 in the unit of the outcome, smaller is better
 * @throws {InputError} `empty`, `shape-mismatch`, `incompatible`; `not-finite`, `out-of-range` with the row
 *
 * Source: Matheson and Winkler (1976), Management Science 22; Hersbach (2000), Weather and Forecasting 15, for the sum
 * over the cells between sorted members. Cells are added up once from both ends, so that a row takes a binary search.
 * Accuracy: 1e-13 relative; all terms are ≥ 0, so nothing cancels.
 */
export function predictiveCrps(system: PredictiveSystem, locations: Locations, outcomes: Float64Array): Float64Array {
  const { residuals, isNormalised } = system;
  const n = residuals.length;
  if (n === 0) throw new InputError("empty", "a predictive system needs at least one residual, got none");
  const result = standardised(locations, outcomes, isNormalised);
  const cells = cellSums(residuals);
  for (let i = 0; i < result.length; i++) {
    const score = scoreAt(residuals, cells, result[i]);
    result[i] = isNormalised && locations.sigma !== undefined ? score * locations.sigma[i] : score;
    if (!Number.isFinite(result[i]))
      throw new InputError("not-finite", `the score at row ${i} is too large: outcome ${outcomes[i]}`, i);
  }
  return result;
}

interface CellSums {
  /** Sum of (j / n)² times the cells below residual k, j residuals below each cell. */
  readonly below: Float64Array;
  /** Sum of (1 − j / n)² times the cells above residual k. */
  readonly above: Float64Array;
}

function cellSums(residuals: Float64Array): CellSums {
  const n = residuals.length;
  const below = new Float64Array(n);
  const above = new Float64Array(n);
  for (let k = 1; k < n; k++) below[k] = below[k - 1] + (k / n) ** 2 * (residuals[k] - residuals[k - 1]);
  for (let k = n - 2; k >= 0; k--) above[k] = above[k + 1] + ((n - 1 - k) / n) ** 2 * (residuals[k + 1] - residuals[k]);
  return { below, above };
}

function scoreAt(residuals: Float64Array, { below, above }: CellSums, z: number): number {
  const n = residuals.length;
  const k = countUpTo(residuals, z);
  if (k === 0) return residuals[0] - z + above[0];
  if (k === n) return below[n - 1] + (z - residuals[n - 1]);
  const inside = (k / n) ** 2 * (z - residuals[k - 1]) + ((n - k) / n) ** 2 * (residuals[k] - z);
  return below[k - 1] + inside + above[k];
}

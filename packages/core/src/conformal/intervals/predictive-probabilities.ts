import { InputError } from "../../errors.ts";
import { countBelow, countUpTo } from "../../kernels/count-sorted.ts";
import { type Locations, type PredictiveSystem, standardised } from "./predictive-system.ts";

/**
 * The predictive distribution function at the outcome of every row, smoothed: (#{r < z} + tau (#{r = z} + 1)) / (n + 1),
 * z the standardised outcome and r the residuals. It is exactly uniform on [0, 1] where rows are exchangeable and tau is
 * uniform: a p-value, and the probability integral transform.
 *
 * @param tau in [0, 1], for all rows or for each; 0.5 without randomness, 0 and 1 for the ends of what ties allow
 * @returns probabilities in [0, 1]
 * @throws {InputError} `shape-mismatch`, `incompatible`; `not-finite`, `out-of-range` with the row
 *
 * Source: Vovk, Shen, Manokhin and Xie (2019), "Nonparametric predictive distributions based on conformal prediction",
 * Machine Learning 108, definition 1 and equation 7.
 */
export function predictiveProbabilities(
  system: PredictiveSystem,
  locations: Locations,
  outcomes: Float64Array,
  tau: Float64Array | number,
): Float64Array {
  const rows = outcomes.length;
  if (typeof tau !== "number" && tau.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} outcomes but ${tau.length} values of tau`);
  const { residuals, isNormalised } = system;
  const n = residuals.length;
  const result = standardised(locations, outcomes, isNormalised);
  for (let i = 0; i < rows; i++) {
    const share = typeof tau === "number" ? tau : tau[i];
    if (!(share >= 0 && share <= 1)) throw new InputError("out-of-range", `tau must be in [0, 1], got ${share}`, i);
    const below = countBelow(residuals, result[i]);
    const upTo = countUpTo(residuals, result[i]);
    result[i] = (below + share * (upTo - below + 1)) / (n + 1);
  }
  return result;
}

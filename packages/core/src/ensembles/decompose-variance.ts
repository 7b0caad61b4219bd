import type { MemberOptions, Members } from "./members.ts";
import { splitUncertainty, type UncertaintyParts } from "./split-uncertainty.ts";

/**
 * Uncertainty of every row by variance, summed over classes: p̄(1 − p̄) = mean of p(1 − p) + variance of p over members.
 *
 * @returns `total`, `aleatoric` and `epistemic` in [0, 1 − 1/K]; `epistemic` divides by M, not by M − 1: only then do the
 *   parts add up to the whole. Each is computed by itself, so that the identity is a check
 * @throws {InputError} as `decomposeEntropy`
 *
 * Source: law of total variance of the indicator of each class; Sale, Hofman, Wimmer, Hüllermeier and Nagler (2024), UAI,
 * "Label-wise aleatoric and epistemic uncertainty quantification", section 4.
 * Accuracy: squares of differences from the mean, so small disagreements keep their digits and are never negative.
 */
export function decomposeVariance(members: Members, options: MemberOptions = {}): UncertaintyParts {
  return splitUncertainty(
    members,
    options,
    (p) => p * (1 - p),
    (p, average) => (p - average) * (p - average),
  );
}

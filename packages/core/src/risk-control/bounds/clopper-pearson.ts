import { betaOdds, normalOdds, shares } from "../../special/beta-odds.ts";
import { normalQuantile } from "../../special/normal.ts";
import { checkCounts, checkFailure } from "./check.ts";

/**
 * The exact upper bound of an error rate: the risk at which so few errors have probability `failure`.
 *
 * @param errors integer in [0, n]
 * @param n independent rows, an integer ≥ 0; no rows give 1
 * @param failure probability in (0, 1) that the true rate lies above the bound, at most
 * @returns in (0, 1]
 * @throws {InputError} `out-of-range`
 *
 * Source: Clopper and Pearson (1934), Biometrika 26; one-sided.
 * Accuracy: 1e-13 relative, for n to 1e7.
 */
export function clopperPearsonUpper(errors: number, n: number, failure: number): number {
  checkCounts(errors, n);
  checkFailure(failure);
  if (errors === n) return 1;
  if (errors === 0) return -Math.expm1(Math.log(failure) / n);
  const a = errors + 1;
  const b = n - errors;
  return shares(betaOdds(a, b, "upper", failure, normalOdds(a, b, -normalQuantile(failure)))).x.high;
}

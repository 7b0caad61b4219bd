import { InputError } from "../../errors.ts";
import { pair, twoSum } from "../../special/double-double.ts";
import { betaTails } from "../../special/incomplete-beta.ts";
import { checkCounts } from "./check.ts";

/**
 * The exact p-value of "the error rate exceeds `risk`": P(Bin(n, risk) ≤ errors).
 *
 * @param errors integer in [0, n]
 * @param n independent rows, an integer ≥ 0; no rows give 1
 * @param risk error rate in [0, 1]
 * @returns in [0, 1]; at most `failure` exactly where `clopperPearsonUpper(errors, n, failure)` is at most `risk`
 * @throws {InputError} `out-of-range`
 *
 * Source: the binomial tail as an incomplete beta function, DLMF 8.17.5.
 * Accuracy: 2e-14 relative for small p-values and n to 1e7.
 */
export function binomialPValue(errors: number, n: number, risk: number): number {
  checkCounts(errors, n);
  if (!(risk >= 0 && risk <= 1)) throw new InputError("out-of-range", `risk must be in [0, 1], got ${risk}`);
  if (errors === n) return 1;
  if (errors === 0) return Math.exp(n * Math.log1p(-risk));
  return Math.max(0, betaTails(errors + 1, n - errors, pair(risk), twoSum(1, -risk)).upper);
}

import { InputError } from "../../errors.ts";
import { checkPValues } from "./conformal-p-values.ts";

/** Options of `calibrationConditionalPValues`. */
export interface ConditionalOptions {
  /** Probability, over the calibration rows, that the adjusted values are not valid, in (0, 1). Default 0.05. */
  readonly failure?: number;
}

/**
 * Conformal p-values raised so that they hold for these very calibration rows, and not only on average over all that could
 * have been drawn: with probability 1 − failure, every inside row has p ≤ a with probability at most a, for all a at once, and
 * the p-values of different rows are independent of each other.
 *
 * @param pValues conformal p-values, multiples of 1/(n + 1) in (0, 1]
 * @param calibrationRows n, the rows behind them, ≥ 2
 * @returns as many values, each ≥ its p-value, in (0, 1]
 * @throws {InputError} `out-of-range`
 *
 * Source: Bates, Candès, Lei, Romano and Sesia (2023), Ann. Statist. 51, the Simes adjustment of section 4 with k = n/2.
 */
export function calibrationConditionalPValues(
  pValues: Float64Array,
  calibrationRows: number,
  { failure = 0.05 }: ConditionalOptions = {},
): Float64Array {
  const n = calibrationRows;
  if (!(Number.isSafeInteger(n) && n >= 2))
    throw new InputError("out-of-range", `calibrationRows must be an integer >= 2, got ${n}`);
  if (!(failure > 0 && failure < 1)) throw new InputError("out-of-range", `failure must be in (0, 1), got ${failure}`);
  checkPValues(pValues);
  const levels = simesLevels(n, failure);
  return Float64Array.from(pValues, (p, i) => {
    const rank = Math.round(p * (n + 1));
    if (rank < 1 || Math.abs(rank - p * (n + 1)) > 1e-6)
      throw new InputError("out-of-range", `p-value ${p} at position ${i} is no multiple of 1/${n + 1}`, i);
    return rank > n ? 1 : Math.max(p, levels[rank - 1]);
  });
}

/**
 * b₁ ≤ … ≤ bₙ such that n ordered uniform variables are all at most theirs with probability at least 1 − failure:
 * b_{n+1−i} = 1 − failure^{1/k} (i … (i − k + 1) / (n … (n − k + 1)))^{1/k}, k = ⌊n/2⌋.
 */
function simesLevels(n: number, failure: number): Float64Array {
  const k = Math.floor(n / 2);
  const levels = new Float64Array(n).fill(1);
  let logProduct = Math.log(failure);
  for (let i = n; i >= k; i--) {
    levels[n - i] = -Math.expm1(logProduct / k);
    if (i > k) logProduct += Math.log(i - k) - Math.log(i);
  }
  return levels;
}

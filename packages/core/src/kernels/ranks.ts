import { InputError } from "../errors.ts";
import { argsort } from "./argsort.ts";

/**
 * Ranks from 1 to n; equal values share the mean of the ranks they fill (mid-ranks). -0 and 0 are equal.
 *
 * @param values n reals, ±Infinity allowed
 * @param order the result of `argsort(values)`, where the caller has it already
 * @returns n ranks, each a multiple of 1/2; they sum to n(n + 1)/2
 * @throws {InputError} `not-finite` with the position of the first NaN; `shape-mismatch`
 */
export function midRanks(values: Float64Array, order: Uint32Array = argsort(values)): Float64Array {
  const n = values.length;
  if (order.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} values but the order has ${order.length} positions`);
  const ranks = new Float64Array(n);
  let start = 0;
  while (start < n) {
    const value = values[order[start]];
    let end = start + 1;
    while (end < n && values[order[end]] === value) end++;
    const rank = (start + 1 + end) / 2;
    for (let i = start; i < end; i++) ranks[order[i]] = rank;
    start = end;
  }
  return ranks;
}

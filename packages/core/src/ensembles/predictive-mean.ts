import type { Matrix } from "../matrix.ts";
import { memberShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";

/**
 * The mean of the probabilities over members: what the ensemble predicts.
 *
 * @returns rows × classes, each row sums to 1 up to rounding
 * @throws {InputError} `shape-mismatch`, `not-finite`, `out-of-range` for the member weights
 */
export function predictiveMean(members: Members, options: MemberOptions = {}): Matrix {
  const { data, rows, classes } = members;
  const mean = new Float64Array(rows * classes);
  memberShares(members.members, options).forEach((share, m) => {
    if (share > 0) addScaled(mean, data, m * mean.length, share);
  });
  return { data: mean, rows, cols: classes };
}

function addScaled(sum: Float64Array, data: Float64Array, from: number, share: number): void {
  for (let j = 0; j < sum.length; j++) sum[j] += share * data[from + j];
}

import type { Matrix } from "../matrix.ts";
import { memberShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";

/** The class that every member would predict: members × rows, member after member; of equal probabilities the first. */
export function memberVotes({ data, members, rows, classes }: Members): Int32Array {
  const votes = new Int32Array(members * rows);
  for (let r = 0; r < votes.length; r++) {
    const start = r * classes;
    let top = 0;
    for (let k = 1; k < classes; k++) if (data[start + k] > data[start + top]) top = k;
    votes[r] = top;
  }
  return votes;
}

/**
 * Share of the members that vote for each class.
 *
 * @returns rows × classes, each row sums to 1
 * @throws {InputError} for the member weights
 */
export function voteShares(members: Members, options: MemberOptions = {}): Matrix {
  const { rows, classes } = members;
  const votes = memberVotes(members);
  const data = new Float64Array(rows * classes);
  memberShares(members.members, options).forEach((share, m) => {
    for (let i = 0; i < rows; i++) data[i * classes + votes[m * rows + i]] += share;
  });
  return { data, rows, cols: classes };
}

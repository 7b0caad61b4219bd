import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { voteShares } from "./votes.ts";

/**
 * Entropy of the votes of the members, in nats.
 *
 * @returns one value per row in [0, ln min(K, M)]; 0 where all members predict the same class
 * @throws {InputError} `too-few` for fewer than 2 members with weight
 *
 * Source: Dagan and Engelson (1995), ICML (vote entropy of a committee).
 */
export function voteEntropy(members: Members, options: MemberOptions = {}): Float64Array {
  sharesOfSeveral(members.members, "the entropy of votes", options);
  const { data, rows, cols } = voteShares(members, options);
  const entropies = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = i * cols; k < (i + 1) * cols; k++) if (data[k] > 0) sum -= data[k] * Math.log(data[k]);
    entropies[i] = Math.max(0, sum);
  }
  return entropies;
}

import { sharesOfSeveral, squaredShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { memberVotes } from "./votes.ts";

/**
 * Probability that two different members, drawn by their weights, predict different classes.
 *
 * @returns one value per row in [0, 1]: 1 − Σ c(c − 1) / (M(M − 1)) for c votes per class
 * @throws {InputError} `too-few` for fewer than 2 members with weight
 */
export function pairwiseDisagreement(members: Members, options: MemberOptions = {}): Float64Array {
  const shares = sharesOfSeveral(members.members, "the disagreement of members", options);
  const { rows, classes } = members;
  const votes = memberVotes(members);
  const pairs = 1 - squaredShares(shares);
  const sums = new Float64Array(classes);
  const squares = new Float64Array(classes);
  const result = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    sums.fill(0);
    squares.fill(0);
    for (let m = 0; m < shares.length; m++) {
      const vote = votes[m * rows + i];
      sums[vote] += shares[m];
      squares[vote] += shares[m] * shares[m];
    }
    let agreeing = 0;
    for (let k = 0; k < classes; k++) agreeing += sums[k] * sums[k] - squares[k];
    result[i] = Math.min(1, Math.max(0, 1 - agreeing / pairs));
  }
  // Sums of equal shares come out a rounding error off a whole number of pairs.
  for (let i = 0; i < rows; i++) if (result[i] < 1e-12) result[i] = 0;
  return result;
}

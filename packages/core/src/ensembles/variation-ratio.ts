import { sharesOfSeveral } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";
import { voteShares } from "./votes.ts";

/**
 * Variation ratio by votes: the share of members that do not vote for the most frequent class of a row.
 *
 * @returns one value per row in [0, 1 − 1/K]: 0 where all members predict the same class. It knows only M levels, and
 *   `meanVariationRatio`, which others call variation ratio too, is another number
 * @throws {InputError} `too-few` for fewer than 2 members with weight
 *
 * Source: Gal (2016), "Uncertainty in deep learning", section 3.3.1.
 */
export function voteVariationRatio(members: Members, options: MemberOptions = {}): Float64Array {
  sharesOfSeveral(members.members, "the variation ratio of votes", options);
  const { data, rows, cols } = voteShares(members, options);
  return oneMinusTop(data, rows, cols);
}

/**
 * One minus the largest mean probability of a row: how far the mean prediction is from being sure. It is a total
 * uncertainty: members that agree on 50 : 50 have it too.
 *
 * @returns one value per row in [0, 1 − 1/K]
 * @throws {InputError} for the member weights
 */
export function meanVariationRatio(members: Members, options: MemberOptions = {}): Float64Array {
  const { data, rows, cols } = predictiveMean(members, options);
  return oneMinusTop(data, rows, cols);
}

function oneMinusTop(data: Float64Array, rows: number, cols: number): Float64Array {
  const ratios = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = 0;
    for (let k = 0; k < cols; k++) top = Math.max(top, data[i * cols + k]);
    ratios[i] = Math.min(1, Math.max(0, 1 - top));
  }
  return ratios;
}

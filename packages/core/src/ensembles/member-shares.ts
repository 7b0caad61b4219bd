import { InputError } from "../errors.ts";
import type { MemberOptions } from "./members.ts";

/**
 * The share of every member in a mean over members, summing to 1.
 *
 * @param members how many there are
 * @throws {InputError} `shape-mismatch`, `not-finite`, `out-of-range` with the member
 */
export function memberShares(members: number, { memberWeights }: MemberOptions = {}): Float64Array {
  if (memberWeights === undefined) return new Float64Array(members).fill(1 / members);
  if (memberWeights.length !== members)
    throw new InputError("shape-mismatch", `there are ${members} members but ${memberWeights.length} member weights`);
  let total = 0;
  for (let m = 0; m < members; m++) {
    const weight = memberWeights[m];
    if (!(weight >= 0 && weight < Infinity))
      throw new InputError(
        Number.isFinite(weight) ? "out-of-range" : "not-finite",
        `member weight ${weight} of member ${m} is not a finite number ≥ 0`,
        m,
      );
    total += weight;
  }
  if (!(total > 0 && total < Infinity))
    throw new InputError("out-of-range", `member weights must have a finite sum > 0, got ${total}`);
  return memberWeights.map((weight) => weight / total);
}

/**
 * Shares of at least two members.
 *
 * @param what needs them, for the complaint: `the mutual information`
 * @throws {InputError} `too-few` where one member has all of the weight
 */
export function sharesOfSeveral(members: number, what: string, options: MemberOptions = {}): Float64Array {
  const shares = memberShares(members, options);
  const present = shares.reduce((count, share) => count + (share > 0 ? 1 : 0), 0);
  if (present < 2)
    throw new InputError(
      "too-few",
      `${what} needs at least 2 members with weight, got ${present}: one cannot disagree`,
    );
  return shares;
}

/** Σ share²: the reciprocal of the effective number of members. */
export function squaredShares(shares: Float64Array): number {
  return shares.reduce((sum, share) => sum + share * share, 0);
}

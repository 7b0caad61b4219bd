import { InputError } from "../errors.ts";
import { informationTerm } from "./decompose-entropy.ts";
import { squaredShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { compareMembers } from "./split-uncertainty.ts";

/** Choices of `expectedPairwiseKl`. */
export interface PairwiseKlOptions extends MemberOptions {
  /**
   * Which pairs are averaged: `all` includes every member with itself, which counts 0 (two draws from the posterior);
   * `distinct` leaves those out and is larger by M / (M − 1). Default `all`.
   */
  readonly pairs?: "all" | "distinct";
  /**
   * Smallest probability inside a logarithm, in [0, 1). 0 keeps the truth: a class that one member rules out and another does
   * not makes the divergence infinite. Default 0.
   */
  readonly clip?: number;
}

/**
 * Expected pairwise Kullback–Leibler divergence between members, in nats.
 *
 * @returns one value per row, ≥ 0, Infinity where `clip` is 0 and a member gives no chance to a class that another one
 *   gives some. At least the mutual information: it adds the divergence of the members from the mean the other way round
 * @throws {InputError} `too-few` for fewer than 2 members with weight; `out-of-range` for `clip`
 *
 * Source: Malinin and Gales (2021), "Uncertainty estimation in autoregressive structured prediction", ICLR, section 2.
 * Accuracy: as the mean of Σ (p − p̄)(ln p − ln p̄), which is the same and a sum of terms ≥ 0.
 */
export function expectedPairwiseKl(members: Members, options: PairwiseKlOptions = {}): Float64Array {
  const { pairs = "all", clip = 0 } = options;
  if (!(clip >= 0 && clip < 1)) throw new InputError("out-of-range", `clip must be in [0, 1), got ${clip}`);
  const result = new Float64Array(members.rows);
  const { shares, visit } = compareMembers(members, "the divergence between members", options);
  const term = (p: number, average: number) => {
    const d = p - average;
    if (d === 0) return 0;
    if (p > clip && average > clip) return d * Math.log1p(d / average);
    return d * (Math.log(Math.max(p, clip)) - Math.log(Math.max(average, clip)));
  };
  visit(term, (row, sum, share) => {
    result[row] += share * sum;
  });
  if (pairs === "all") return result;
  const scale = 1 / (1 - squaredShares(shares));
  return result.map((value) => value * scale);
}

/**
 * Largest Kullback–Leibler divergence of a member from the mean, in nats: the member least like the others decides.
 *
 * @returns one value per row in [0, ln(1 / share)] for the share of that member, so always finite
 * @throws {InputError} `too-few` for fewer than 2 members with weight
 *
 * Source: McCallum and Nigam (1998), ICML (divergence from the consensus of a committee), by its maximum.
 */
export function maximumConsensusKl(members: Members, options: MemberOptions = {}): Float64Array {
  const result = new Float64Array(members.rows);
  compareMembers(members, "the divergence from the consensus", options).visit(informationTerm, (row, sum) => {
    if (sum > result[row]) result[row] = sum;
  });
  return result;
}

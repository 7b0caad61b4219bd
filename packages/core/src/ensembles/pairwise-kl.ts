import { InputError } from "../errors.ts";
import { divergenceTerm } from "./decompose-entropy.ts";
import { sharesOfSeveral, squaredShares } from "./member-shares.ts";
import type { MemberOptions, Members } from "./members.ts";
import { predictiveMean } from "./predictive-mean.ts";

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
  const shares = sharesOfSeveral(members.members, "the divergence between members", options);
  const { data, rows, classes } = members;
  const mean = predictiveMean(members, options).data;
  const result = new Float64Array(rows);
  shares.forEach((share, m) => {
    if (share > 0) addMember(result, data, m * mean.length, mean, classes, share, clip);
  });
  if (pairs === "all") return result;
  const scale = 1 / (1 - squaredShares(shares));
  return result.map((value) => value * scale);
}

function addMember(
  sums: Float64Array,
  data: Float64Array,
  from: number,
  mean: Float64Array,
  classes: number,
  share: number,
  clip: number,
): void {
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    for (let k = i * classes; k < (i + 1) * classes; k++) {
      const p = data[from + k];
      const average = mean[k];
      const d = p - average;
      if (d === 0) continue;
      if (p > clip && average > clip) sum += d * Math.log1p(d / average);
      else sum += d * (Math.log(Math.max(p, clip)) - Math.log(Math.max(average, clip)));
    }
    sums[i] += share * sum;
  }
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
  const shares = sharesOfSeveral(members.members, "the divergence from the consensus", options);
  const { data, rows, classes } = members;
  const mean = predictiveMean(members, options).data;
  const result = new Float64Array(rows);
  shares.forEach((share, m) => {
    if (!(share > 0)) return;
    for (let i = 0; i < rows; i++) {
      let sum = 0;
      for (let k = i * classes; k < (i + 1) * classes; k++)
        if (mean[k] > 0) sum += mean[k] * divergenceTerm((data[m * mean.length + k] - mean[k]) / mean[k]);
      if (sum > result[i]) result[i] = sum;
    }
  });
  return result;
}

import type { SetScore } from "../conformal-document.ts";

/** Scores that rest on the rank of a class. */
export type RankedScore = Exclude<SetScore, { kind: "lac" | "margin" }>;

/**
 * The score of the class of rank r in its row.
 *
 * - `top-k`: r − u
 * - `aps`: mass of the classes up to rank r, less u times the probability of the class
 * - `raps`: the same plus penalty · max(0, r − freeRanks)
 * - `saps`: u · p₁ at rank 1, p₁ + weight · (r − 1 − u) beyond, where p₁ is the largest probability
 *
 * @param rank r, from 1
 * @param own probability of the class
 * @param mass sum of the r largest probabilities, added from the largest on
 * @param top the largest probability
 * @param u number in [0, 1] of the row; 0 where scores are not randomised, at calibration as for new rows
 *
 * Source: Romano, Sesia and Candès (2020), "Classification with valid and adaptive coverage" (APS); Angelopoulos et al.
 * (2021), "Uncertainty sets for image classifiers using conformal prediction" (RAPS); Huang et al. (2024), "Conformal
 * prediction for deep classifier via label ranking" (SAPS).
 */
export function rankedScore(
  score: RankedScore,
  rank: number,
  own: number,
  mass: number,
  top: number,
  u: number,
): number {
  if (score.kind === "aps") return mass - u * own;
  if (score.kind === "raps") return mass - u * own + score.penalty * Math.max(rank - score.freeRanks, 0);
  if (score.kind === "saps") return rank === 1 ? u * top : top + score.weight * (rank - 1 - u);
  return rank - u;
}

/**
 * The largest probability of another class less that of the class itself: negative for the likeliest class only.
 *
 * @param data row-major probabilities
 * @param start where the row starts
 * @param cols classes in the row, ≥ 2
 */
export function marginScore(data: Float64Array, start: number, cols: number, label: number): number {
  let other = -Infinity;
  for (let k = 0; k < cols; k++) if (k !== label && data[start + k] > other) other = data[start + k];
  return other - data[start + label];
}

/**
 * A number that the scores of all ranks beyond `rank` are not below, up to rounding: where it exceeds a threshold, no
 * further class is within it.
 */
export function leastBeyond(score: RankedScore, rank: number, mass: number, top: number, u: number): number {
  if (score.kind === "aps") return mass;
  if (score.kind === "raps") return mass + score.penalty * Math.max(rank + 1 - score.freeRanks, 0);
  if (score.kind === "saps") return top + score.weight * (rank - u);
  return rank + 1 - u;
}

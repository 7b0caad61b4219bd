import { logGamma, regularizedBeta } from "@candor/core";

/** Share of the stake that bets on no dissent at all; the rest is spread evenly over chances from ½ to 1. */
const ALL_IN = 0.7;

/** Share of the failure that the answers get in the order in which they first appeared; they sum to 1. */
export function shareOfRank(rank: number): number {
  return rank === 0 ? 0.8 : 0.1 / 2 ** (rank - 1);
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** Logarithm of the wealth of a bettor on `wins` against `losses` who starts with 1 and breaks even at a fair coin. */
export function logWealth(wins: number, losses: number): number {
  const n = wins + losses;
  const spread =
    (n + 1) * Math.LN2 + logBeta(wins + 1, losses + 1) + Math.log(regularizedBeta(0.5, losses + 1, wins + 1));
  const mixed = Math.log1p(-ALL_IN) + spread;
  if (losses > 0) return mixed;
  const allIn = Math.log(ALL_IN) + n * Math.LN2;
  return allIn + Math.log1p(Math.exp(mixed - allIn));
}

/**
 * Logarithm of the evidence that an answer is more probable than every other one, seen or not.
 *
 * For every other answer a bettor stakes on "this one, not that one" at each draw that is one of the two, from the draw after
 * this one first appeared. Were the other at least as probable, the wealth would be a supermartingale from 1; the least wealth
 * counts. Answers share the failure by the order of their first appearance, which is fixed before their bets begin, so by
 * Ville's inequality the chance that any answer but the likeliest ever has evidence ≥ 1/failure is at most `failure`: whatever
 * the number of possible answers, and however the moment to stop is chosen.
 *
 * @param history the group of each draw, groups numbered in the order of their first appearance
 * @param group the answer in question
 */
export function logModeEvidence(history: readonly number[], group: number): number {
  const from = history.indexOf(group);
  if (from < 0) return -Infinity;
  const counts = new Map<number, number>();
  for (let i = from + 1; i < history.length; i++) counts.set(history[i] ?? -1, (counts.get(history[i] ?? -1) ?? 0) + 1);
  const wins = counts.get(group) ?? 0;
  let losses = 0;
  for (const [other, count] of counts) if (other !== group) losses = Math.max(losses, count);
  return Math.log(shareOfRank(group)) + logWealth(wins, losses);
}

const STEPS = 200;

/**
 * Interval of the probability of an answer that holds at every moment at once, with probability `level` for all answers together.
 *
 * From the draws after the answer first appeared: the probabilities at which a bettor with an even prior has not multiplied the
 * stake by 1/(failure · share of the answer).
 *
 * @returns null where nothing was drawn after the answer appeared
 *
 * Source: Robbins (1970); Waudby-Smith & Ramdas (2024), section 3 (mixtures as confidence sequences).
 */
export function anytimeInterval(
  history: readonly number[],
  group: number,
  level: number,
): { readonly lower: number; readonly upper: number } | null {
  const from = history.indexOf(group);
  const n = history.length - from - 1;
  if (from < 0 || n === 0) return null;
  const wins = history.slice(from + 1).filter((drawn) => drawn === group).length;
  const losses = n - wins;
  const most = -Math.log((1 - level) * shareOfRank(group));
  const excess = (p: number): number => {
    const log = (wins === 0 ? 0 : wins * Math.log(p)) + (losses === 0 ? 0 : losses * Math.log1p(-p));
    return logBeta(wins + 1, losses + 1) - log - most;
  };
  const edge = (outside: number): number => {
    let [out, inside] = [outside, wins / n];
    for (let i = 0; i < STEPS; i++) {
      const middle = (out + inside) / 2;
      if (middle === out || middle === inside) break;
      if (excess(middle) > 0) out = middle;
      else inside = middle;
    }
    return out;
  };
  return { lower: wins === 0 ? 0 : edge(0), upper: losses === 0 ? 1 : edge(1) };
}

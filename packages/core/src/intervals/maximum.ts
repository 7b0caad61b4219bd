import { normalCdf, normalQuantile } from "../special/normal.ts";
import type { Gaps } from "./absolute-sum.ts";
import type { Interval } from "./proportion.ts";

/**
 * Interval for max |true gap|/share over disjoint groups, from noisy gaps.
 *
 * The lower end is the largest of the simultaneous lower bounds of all groups (Bonferroni), so that a group of many rows
 * with a clear gap counts even where a group of few rows shows a larger one by chance. The upper end tests "some group
 * reaches θ" with the group lifted to θ that contradicts the data least: a group of few rows can hide a large gap, so the
 * interval is wide where such groups exist. That is the truth about a maximum.
 *
 * @param share weight share of each group, > 0
 * @returns 0 ≤ lower ≤ upper ≤ 1; covers at least at `level` where the gaps are normal
 */
export function maximumInterval({ gap, dispersion, effectiveN }: Gaps, share: Float64Array, level: number): Interval {
  const tail = (1 - level) / 2;
  const relative = gap.map((g, b) => Math.abs(g) / share[b]);
  const sd = gap.map((g, b) => {
    const floor = 1e-6 * dispersion[b] + 1e-300;
    return Math.sqrt(Math.max(dispersion[b] - (g * g) / effectiveN, floor)) / share[b];
  });
  const statistic = Math.max(...relative);
  const z = normalQuantile(1 - tail / gap.length);
  const lower = relative.reduce((most, r, b) => Math.max(most, r - z * sd[b]), 0);
  const belowStatistic = (truth: (b: number) => number): number => {
    let probability = 1;
    for (let b = 0; b < gap.length; b++) {
      const mean = truth(b);
      probability *= normalCdf((statistic - mean) / sd[b]) - normalCdf((-statistic - mean) / sd[b]);
    }
    return probability;
  };
  const lifted = (theta: number): number => {
    let cheapest = 0;
    let cost = Infinity;
    for (let b = 0; b < gap.length; b++) {
      const price = Math.max(0, theta - relative[b]) / sd[b];
      if (price < cost) {
        cost = price;
        cheapest = b;
      }
    }
    return belowStatistic((b) => (b === cheapest ? Math.max(theta, relative[b]) : relative[b])) - tail;
  };
  return { lower: Math.min(lower, 1), upper: lastNonNegative(lifted, statistic, 1) };
}

/** The largest x in [from, to] with f(x) ≥ 0 for a decreasing f; `from` when there is none. */
function lastNonNegative(f: (x: number) => number, from: number, to: number): number {
  if (f(from) < 0) return from;
  if (f(to) >= 0) return to;
  let below = from;
  let above = to;
  for (let i = 0; i < 60; i++) {
    const middle = (below + above) / 2;
    if (f(middle) >= 0) below = middle;
    else above = middle;
  }
  return below;
}

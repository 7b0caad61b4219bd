import { clopperPearson, type Interval } from "./proportion.ts";

/** Groups of rows with the probability stated and the rate observed. */
export interface RateGroups {
  /** Mean probability of each group, in [0, 1]. */
  readonly stated: Float64Array;
  /** Share of the rows of each group in which the event happened, in [0, 1]. */
  readonly observed: Float64Array;
  /** Rows of each group, after Kish, > 0. */
  readonly rows: Float64Array;
}

/**
 * Interval for max |true rate − stated probability| over groups.
 *
 * Each end misses with at most half of 1 − level. The lower end is the largest of the simultaneous lower bounds of all
 * groups (Bonferroni). The upper end is the largest upper bound of any group, each at its own level: the truth is the gap
 * of one group, and only that bound need hold. A group of few rows can hide a large gap, so the interval is wide where
 * such groups exist. That is the truth about a maximum.
 *
 * @returns 0 ≤ lower ≤ upper ≤ 1; covers at least at `level` for unweighted rows and any n, given the groups
 *
 * Source: bounds of each rate by Clopper & Pearson (1934), which also hold for sums of unequal Bernoulli variables
 * (Hoeffding 1956, Annals of Mathematical Statistics 27).
 */
export function maximumInterval({ stated, observed, rows }: RateGroups, level: number): Interval {
  const jointLevel = 1 - (1 - level) / 2 / stated.length;
  let lower = 0;
  let upper = 0;
  for (let b = 0; b < stated.length; b++) {
    const hits = observed[b] * rows[b];
    const joint = clopperPearson(hits, rows[b], jointLevel);
    lower = Math.max(lower, joint.lower - stated[b], stated[b] - joint.upper);
    const alone = clopperPearson(hits, rows[b], level);
    upper = Math.max(upper, alone.upper - stated[b], stated[b] - alone.lower);
  }
  return { lower, upper: Math.min(1, upper) };
}

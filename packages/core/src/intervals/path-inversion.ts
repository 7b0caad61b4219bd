import { normalQuantile } from "../special/normal.ts";
import { type Cumulants, cornishFisher } from "./folded-normal.ts";
import type { Interval } from "./proportion.ts";

/**
 * A one-dimensional family of hypotheses about the true gaps, from "all zero" to "far larger than observed".
 *
 * Both functions take a position t: 0 stands for all gaps zero, 1 for the gaps as observed, larger values for gaps
 * pushed outwards.
 */
export interface HypothesisPath {
  /** The quantity of interest under hypothesis t; increases with t; 0 at t = 0. */
  readonly quantity: (t: number) => number;
  /** Cumulants of the statistic under hypothesis t. */
  readonly cumulants: (t: number) => Cumulants;
}

/**
 * Confidence interval by inverting tests along a path of constrained estimates.
 *
 * The lower end is the smallest value under which the statistic observed is not in the upper tail, the upper end the
 * largest under which it is not in the lower tail. Unlike the bootstrap this is not thrown off by the upward bias that a
 * sum of absolute values has near zero: the bias is part of each hypothesis.
 *
 * @param statistic the value observed
 * @param lowerPath hypotheses to search for the lower end
 * @param upperPath hypotheses to search for the upper end
 * @param level two-sided coverage
 *
 * Source: hybrid resampling, Chuang & Lai (2000), Statistica Sinica 10, with the resampling distribution replaced by
 * its Cornish–Fisher approximation.
 */
export function invertPath(
  statistic: number,
  lowerPath: HypothesisPath,
  upperPath: HypothesisPath,
  level: number,
): Interval {
  const z = normalQuantile(0.5 + level / 2);
  const upperTail = (t: number): number => cornishFisher(lowerPath.cumulants(t), z) - statistic;
  const lowerTail = (t: number): number => cornishFisher(upperPath.cumulants(t), -z) - statistic;
  return { lower: lowerPath.quantity(crossing(upperTail)), upper: upperPath.quantity(crossing(lowerTail)) };
}

/** The t at which an increasing function of t ≥ 0 turns from negative to positive; 0 when it starts positive. */
function crossing(f: (t: number) => number): number {
  if (f(0) >= 0) return 0;
  let below = 0;
  let above = 1;
  while (f(above) < 0 && above < 1e9) {
    below = above;
    above *= 2;
  }
  for (let i = 0; i < 60 && above - below > 1e-10 * above; i++) {
    const middle = (below + above) / 2;
    if (f(middle) < 0) below = middle;
    else above = middle;
  }
  return (below + above) / 2;
}

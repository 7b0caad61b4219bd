import { normalQuantile } from "../special/normal.ts";
import { type Cumulants, skewedQuantile } from "./folded-normal.ts";
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
 * A statistic that is surprisingly small even where there is no gap at all would leave nothing to be confident about. The
 * upper end is therefore never below the one of a statistic one standard deviation under what no gap leads to expect.
 *
 * @param statistic the value observed
 * @param lowerPath hypotheses to search for the lower end
 * @param upperPath hypotheses to search for the upper end
 * @param level two-sided coverage
 *
 * Source: hybrid resampling, Chuang & Lai (2000), Statistica Sinica 10, with the resampling distribution replaced by the
 * gamma distribution of the same first three cumulants; the bound on the upper end is the power-constrained limit of
 * Cowan, Cranmer, Gross & Vitells (2011), arXiv 1105.3166.
 */
export function invertPath(
  statistic: number,
  lowerPath: HypothesisPath,
  upperPath: HypothesisPath,
  level: number,
): Interval {
  const z = normalQuantile(0.5 + level / 2);
  const upperTail = (t: number): number => skewedQuantile(lowerPath.cumulants(t), z) - statistic;
  const least = Math.max(statistic, skewedQuantile(upperPath.cumulants(0), -1));
  const lowerTail = (t: number): number => skewedQuantile(upperPath.cumulants(t), -z) - least;
  const lower = lowerPath.quantity(crossing(upperTail));
  return { lower, upper: Math.max(lower, upperPath.quantity(crossing(lowerTail))) };
}

/** Width of the last bracket, relative to its upper end. */
const TOLERANCE = 1e-12;

/**
 * The t at which an increasing function of t ≥ 0 turns from negative to positive; 0 when it starts positive. What is no
 * number, as where gaps are so small that their squares vanish, counts as positive.
 *
 * Source: Oliveira & Takahashi (2020), ACM Transactions on Mathematical Software 47 (ITP): never more steps than bisection
 * plus one, and far fewer where the function is smooth.
 */
function crossing(f: (t: number) => number): number {
  let atBelow = f(0);
  if (!(atBelow < 0)) return 0;
  let below = 0;
  let above = 1;
  let atAbove = f(above);
  while (atAbove < 0 && above < 1e9) {
    below = above;
    atBelow = atAbove;
    above *= 2;
    atAbove = f(above);
  }
  const width = above - below;
  const near = TOLERANCE * above;
  const most = Math.ceil(Math.log2(width / near)) + 1;
  for (let k = 0; k <= most && above - below > near; k++) {
    const middle = (below + above) / 2;
    const secant = (below * atAbove - above * atBelow) / (atAbove - atBelow);
    const inside = secant > below && secant < above ? secant : middle;
    const side = Math.sign(middle - inside);
    const step = (0.2 / width) * (above - below) ** 2;
    const beyond = step <= Math.abs(middle - inside) ? inside + side * step : middle;
    const reach = near * 2 ** (most - k - 1) - (above - below) / 2;
    const t = Math.abs(beyond - middle) <= reach ? beyond : middle - side * Math.max(0, reach);
    const value = f(t);
    if (value < 0) {
      below = t;
      atBelow = value;
    } else {
      above = t;
      atAbove = value;
    }
  }
  return (below + above) / 2;
}

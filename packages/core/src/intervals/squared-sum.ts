import type { Gaps } from "./absolute-sum.ts";
import type { Cumulants } from "./folded-normal.ts";
import { type HypothesisPath, invertPath } from "./path-inversion.ts";
import type { Interval } from "./proportion.ts";
import { FEW_EVENTS, unseenShare } from "./unseen.ts";

/**
 * Interval for Σ(true gap)²/share over disjoint groups, from noisy gaps: the square of an L2 calibration error.
 *
 * Where the sample holds hardly any events the interval also reaches as far as unseen events could carry the root of the
 * sum, as that of `absoluteSumInterval`.
 *
 * @param share weight share of each group, > 0
 * @returns 0 ≤ lower ≤ upper
 *
 * Source: test inversion as in `absoluteSumInterval`; the cumulants are those of a weighted sum of noncentral χ²
 * variables (Imhof 1961). Sun et al. (2024, arXiv 2408.08998) show why both regimes, calibrated and not, need care.
 */
export function squaredSumInterval(gaps: Gaps, share: Float64Array, level: number): Interval {
  const { gap, dispersion, effectiveN } = gaps;
  const variance = dispersion.map((d, b) => Math.max(d - (gap[b] * gap[b]) / effectiveN, 0));
  let statistic = 0;
  let unit = 0;
  let total = 0;
  let reach = 0;
  const unseen = unseenShare(effectiveN, (1 - level) / 2);
  for (let b = 0; b < gap.length; b++) {
    statistic += (gap[b] * gap[b]) / share[b];
    unit = Math.max(unit, variance[b] / share[b]);
    total += variance[b];
    reach = Math.max(reach, Math.min(unseen, share[b]) / Math.sqrt(share[b]));
  }
  if (total * effectiveN * effectiveN >= FEW_EVENTS) reach = 0;
  const root = Math.sqrt(statistic);
  const widest = { lower: Math.max(0, root - reach) ** 2, upper: (root + reach) ** 2 };
  if (unit === 0) return widest;
  const truth = (b: number, t: number): number => {
    if (t >= 1) {
      const growth = ((t - 1) * variance[b]) / share[b] / unit;
      return Math.hypot(gap[b] * (1 + growth), 0.5 * growth * Math.sqrt(variance[b]));
    }
    return t === 0 ? 0 : Math.abs(gap[b]) / (1 + ((1 / t - 1) * variance[b]) / share[b] / unit);
  };
  const path: HypothesisPath = {
    quantity: (t) => gap.reduce((sum, _, b) => sum + truth(b, t) ** 2 / share[b], 0),
    cumulants: (t) => {
      const sum: Cumulants = { mean: 0, variance: 0, third: 0 };
      let signed = 0;
      let squares = 0;
      for (let b = 0; b < gap.length; b++) {
        const d = truth(b, t);
        const v = Math.max(dispersion[b] - (d * d) / effectiveN, 1e-12 * dispersion[b]);
        sum.mean += (d * d + v) / share[b];
        sum.variance += (4 * d * d * v + 2 * v * v) / share[b] ** 2;
        sum.third += (24 * d * d * v * v + 8 * v ** 3) / share[b] ** 3;
        const slope = (2 * d * d) / share[b];
        signed += slope;
        squares += slope * slope;
      }
      sum.variance = Math.max(0, sum.variance - (signed * signed - squares) / effectiveN);
      return sum;
    },
  };
  const { lower, upper } = invertPath(statistic, path, path, level);
  return reach > 0 ? { lower: Math.min(lower, widest.lower), upper: Math.max(upper, widest.upper) } : { lower, upper };
}

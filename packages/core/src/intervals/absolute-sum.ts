import { addFoldedNormal, type Cumulants } from "./folded-normal.ts";
import { type HypothesisPath, invertPath } from "./path-inversion.ts";
import type { Interval } from "./proportion.ts";
import { FEW_EVENTS, unseenShare } from "./unseen.ts";

/** Estimated gaps of disjoint groups of rows, each with its sampling dispersion. */
export interface Gaps {
  /** Gap of each group times its share of the weight, Σw(y − p)/W; any sign. */
  readonly gap: Float64Array;
  /** Σw²(y − p)²/W²: the variance of `gap` before its own square is taken off. */
  readonly dispersion: Float64Array;
  /** Rows, after Kish. */
  readonly effectiveN: number;
  /**
   * Expected |gap| of each group whose true gap is 0, over that of a normal gap of the same variance; in (0, √(π/2)].
   * Small counts are far from normal: where 0.01 events are expected, |gap| is four times smaller. Default 1.
   */
  readonly rarity?: Float64Array;
  /**
   * Mean weight of the rows of each group over the total weight: how much a row of the group moves the total that its gap
   * is divided by. Needed where weights differ between groups. Default 1/effectiveN, as under equal weights.
   */
  readonly pull?: Float64Array;
  /**
   * Set when the groups overlap, as the classes of one row do: the variance of the signed sum of the gaps that are real,
   * and the factor by which the noise of the others is more variable than under independence.
   */
  readonly joint?: { readonly variance: number; readonly noiseFactor: number };
  /**
   * Set when rows come in clusters: the variance of Σ slope · gap over the groups, and the factor by which the noise around that is
   * more variable than under independence.
   */
  readonly clustered?: { readonly variance: (slopes: Float64Array) => number; readonly noiseFactor: number };
}

/** Groups whose gap is within this many standard errors of zero count as zero first when looking for the lower end. */
const KEEP_ABOVE = 1.5;

/**
 * Interval for Σ|true gap| over disjoint groups, from noisy gaps.
 *
 * Inverts tests of "the sum is θ" where the nuisance (which gap carries how much) is set to the constrained maximum
 * likelihood estimate: soft-thresholded gaps below the observed sum, inflated ones above it. Where the sample holds
 * hardly any events (all right, all wrong, a handful of rows), the interval also reaches as far as events that have not
 * been seen could carry the sum.
 *
 * @returns 0 ≤ lower ≤ upper; upper may lie below Σ|gap| when the observed sum is mostly noise
 *
 * Accuracy: normal gaps with the multinomial covariance between groups; coverage by simulation in docs/intervals.md.
 */
export function absoluteSumInterval(gaps: Gaps, level: number): Interval {
  const { gap, dispersion, effectiveN, joint, clustered } = gaps;
  const size = gap.map(Math.abs);
  const variance = dispersion.map((d, b) => Math.max(d - gap[b] * gap[b] * shareOfSquare(gaps, b), 0));
  let statistic = 0;
  let total = 0;
  let release = 0;
  for (let b = 0; b < size.length; b++) {
    statistic += size[b];
    total += variance[b];
    if (variance[b] > 0) release = Math.max(release, size[b] / variance[b]);
  }
  const isThin = joint === undefined && clustered === undefined && total * effectiveN * effectiveN < FEW_EVENTS;
  const reach = isThin ? unseenShare(effectiveN, (1 - level) / 2) : 0;
  const widest = { lower: Math.max(0, statistic - reach), upper: statistic + reach };
  if (total === 0) return widest;
  const kept = size.map((s, b) => (s > KEEP_ABOVE * Math.sqrt(variance[b]) ? 1 : 0));
  const shrunk = (b: number, lambda: number): number => Math.max(0, size[b] - lambda * variance[b]);
  const grown = (b: number, t: number): number => size[b] + ((t - 1) * variance[b]) / Math.sqrt(total);
  const soft = pathOf(gaps, (b, t) => (t < 1 ? shrunk(b, release * (1 - t)) : grown(b, t)));
  const hard = pathOf(gaps, (b, t) => {
    if (t >= 1) return grown(b, t);
    if (kept[b]) return shrunk(b, release * Math.max(0, 1 - 2 * t));
    return variance[b] > 0 ? size[b] * Math.max(0, 2 * t - 1) : size[b];
  });
  const { lower, upper } = invertPath(statistic, hard, soft, level);
  return isThin ? { lower: Math.min(lower, widest.lower), upper: Math.max(upper, widest.upper) } : { lower, upper };
}

/** What the variance of a gap loses of its square, because the gap is divided by a total that varies with it. */
function shareOfSquare({ pull, effectiveN }: Gaps, b: number): number {
  return pull ? 2 * pull[b] - 1 / effectiveN : 1 / effectiveN;
}

function pathOf(gaps: Gaps, at: (b: number, t: number) => number): HypothesisPath {
  const { gap, dispersion, effectiveN, rarity, pull, joint, clustered } = gaps;
  const groups = gap.length;
  const slopes = new Float64Array(groups);
  return {
    quantity: (t) => {
      let sum = 0;
      for (let b = 0; b < groups; b++) sum += at(b, t);
      return sum;
    },
    cumulants: (t) => {
      const sum: Cumulants = { mean: 0, variance: 0, third: 0 };
      let signed = 0;
      let squares = 0;
      let firstOrder = 0;
      let pulled = 0;
      let pulledSquares = 0;
      for (let b = 0; b < groups; b++) {
        const truth = at(b, t);
        const rest = dispersion[b] - truth * truth * shareOfSquare(gaps, b);
        const sd = Math.sqrt(Math.max(rest, 1e-12 * dispersion[b]));
        const sign = addFoldedNormal(sum, truth, sd, rarity ? rarity[b] : 1);
        slopes[b] = gap[b] < 0 ? -sign : sign;
        if (sd === 0) continue;
        const slope = sign * truth;
        signed += slope;
        squares += slope * slope;
        firstOrder += sign * sign * sd * sd;
        if (pull) {
          pulled += slope * pull[b];
          pulledSquares += slope * slope * pull[b];
        }
      }
      if (clustered) {
        sum.variance = clustered.variance(slopes) + clustered.noiseFactor * Math.max(0, sum.variance - firstOrder);
        return sum;
      }
      if (joint) {
        sum.variance = joint.variance + joint.noiseFactor * Math.max(0, sum.variance - firstOrder);
        return sum;
      }
      const between = (signed * signed - squares) / effectiveN;
      const shared = pull ? 2 * (signed * pulled - pulledSquares) - between : between;
      sum.variance = Math.max(0, sum.variance - shared);
      return sum;
    },
  };
}

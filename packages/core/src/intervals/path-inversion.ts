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

/** Width of the last bracket, relative to its ends. */
const TOLERANCE = 1e-12;

/** Halving alone takes about 80 steps; no function met here takes more than 20. */
const MOST_STEPS = 200;

/**
 * The t at which an increasing function of t ≥ 0 turns from negative to positive; 0 when it starts positive. What is no
 * number, as where gaps are so small that their squares vanish, counts as positive.
 *
 * Source: Chandrupatla (1997), Advances in Engineering Software 28: inverse quadratic interpolation where it can be relied
 * on, halving elsewhere.
 */
function crossing(f: (t: number) => number): number {
  let other = 0;
  let atOther = f(other);
  if (!(atOther < 0)) return 0;
  let newest = 1;
  let atNewest = f(newest);
  while (atNewest < 0 && newest < 1e9) {
    other = newest;
    atOther = atNewest;
    newest *= 2;
    atNewest = f(newest);
  }
  let share = between(atNewest / (atNewest - atOther), 0.05, 0.95);
  for (let k = 0; k < MOST_STEPS; k++) {
    const t = newest + share * (other - newest);
    const value = f(t);
    const isSameSide = value < 0 === atNewest < 0;
    const before = isSameSide ? newest : other;
    const atBefore = isSameSide ? atNewest : atOther;
    if (!isSameSide) {
      other = newest;
      atOther = atNewest;
    }
    newest = t;
    atNewest = value;
    const best = Math.abs(atNewest) < Math.abs(atOther) ? newest : other;
    const least = (TOLERANCE * best) / Math.abs(other - newest);
    if (value === 0 || !(least <= 0.5)) return best;
    const place = (newest - other) / (before - other);
    const height = (atNewest - atOther) / (atBefore - atOther);
    const isSmooth = 1 - Math.sqrt(1 - place) < height && height < Math.sqrt(place);
    const quadratic =
      (atNewest / (atOther - atNewest)) * (atBefore / (atOther - atBefore)) +
      ((before - newest) / (other - newest)) * (atNewest / (atBefore - atNewest)) * (atOther / (atBefore - atOther));
    share = between(isSmooth ? quadratic : 0.5, least, 1 - least);
  }
  return newest;
}

/** A value cut to a range; its middle where it is no number. */
function between(value: number, least: number, most: number): number {
  if (Number.isNaN(value)) return (least + most) / 2;
  return Math.min(most, Math.max(least, value));
}

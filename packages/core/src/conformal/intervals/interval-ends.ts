import type { IntervalBase } from "./interval-base.ts";

/** Lower and upper ends of intervals, one per row. */
export interface Intervals {
  /** −Infinity where the interval has no lower end. */
  readonly lower: Float64Array;
  /** Infinity where the interval has no upper end; below `lower` where the interval is empty. */
  readonly upper: Float64Array;
}

/** Half the distance between neighbouring doubles, a little more: x + (STEP · |x| + TINY) is the next double. */
const STEP = 2 ** -53 * (1 + 2 ** -52);
const TINY = 2 ** -1074;

/**
 * The upper end high + quantile · unit, moved up by a rounding error where a larger double has a score ≤ quantile, so
 * that whatever the score lets in lies inside the interval, ties included.
 *
 * Source: Rump, Zimmermann, Boldo and Melquiond (2009), "Computing predecessor and successor in rounding to nearest",
 * BIT 49, for the next double.
 */
export function upperEnd(high: number, quantile: number, unit: number): number {
  let end = high + quantile * unit;
  if (!(end > -Infinity && end < Infinity)) return end;
  let next = end + (STEP * Math.abs(end) + TINY);
  while ((next - high) / unit <= quantile) {
    end = next;
    next = end + (STEP * Math.abs(end) + TINY);
  }
  return end;
}

/** The lower end low − quantile · unit, as `upperEnd`. */
export function lowerEnd(low: number, quantile: number, unit: number): number {
  return 0 - upperEnd(0 - low, quantile, unit);
}

/**
 * Writes the intervals of some rows.
 *
 * @param below quantile of the lower side, Infinity allowed
 * @param above quantile of the upper side, Infinity allowed
 * @param rows the rows to write; all where null
 */
export function writeEnds(
  { low, high, lowUnit, highUnit }: IntervalBase,
  below: number,
  above: number,
  rows: ArrayLike<number> | null,
  { lower, upper }: Intervals,
): void {
  const count = rows === null ? low.length : rows.length;
  for (let j = 0; j < count; j++) {
    const i = rows === null ? j : rows[j];
    if (lowUnit !== null && lowUnit[i] === 0) {
      lower[i] = -Infinity;
      upper[i] = Infinity;
      continue;
    }
    lower[i] = lowerEnd(low[i], below, lowUnit === null ? 1 : lowUnit[i]);
    upper[i] = upperEnd(high[i], above, highUnit === null ? 1 : highUnit[i]);
  }
}

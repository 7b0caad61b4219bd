import type { IntervalBase } from "./interval-base.ts";

/** Lower and upper ends of intervals, one per row. */
export interface Intervals {
  /** −Infinity where the interval has no lower end. */
  readonly lower: Float64Array;
  /** Infinity where the interval has no upper end; below `lower` where the interval is empty. */
  readonly upper: Float64Array;
}

/** A little more than the rounding error of a sum, relative to its largest term. */
const STEP = 2 ** -52;

/**
 * The upper end high + quantile · unit, moved up by its rounding error where larger doubles have a score
 * (y − high) / unit ≤ quantile: whatever the score lets in lies inside the interval, ties included (but for distances
 * below 1e-290, which a unit can round to 0).
 *
 * @param high finite
 * @param quantile ±Infinity allowed
 * @param unit finite and > 0
 */
export function upperEnd(high: number, quantile: number, unit: number): number {
  const distance = quantile * unit;
  let end = high + distance;
  if (!(end > -Infinity && end < Infinity)) return end;
  if (!((end - high) / unit <= quantile)) return end;
  let step = STEP * Math.max(Math.abs(end), Math.abs(high), Math.abs(distance));
  if (step === 0) return end;
  let beyond = end + step;
  while ((beyond - high) / unit <= quantile) {
    end = beyond;
    step *= 2;
    beyond = end + step;
  }
  for (;;) {
    const middle = end + (beyond - end) / 2;
    if (!(middle > end && middle < beyond)) return end;
    if ((middle - high) / unit <= quantile) end = middle;
    else beyond = middle;
  }
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

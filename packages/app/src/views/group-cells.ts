import { type CellGroups, InputError, timeGrid } from "@candor/core";

/** Groups of neighbouring cells of `timeGrid`: few enough for a long series, fine enough for all its numbers. */
export interface CellGrouping extends CellGroups {
  /** Per cell its group, the last entry is of predictions without a confidence: `CellQuery.groups`. */
  readonly groups: Int16Array;
  /** Number of groups with a confidence; this is also the group of predictions without one. */
  readonly size: number;
  /** Bin of the histogram that each group lies in. */
  readonly histogramBin: Int16Array;
  /** Ends of each group; equal for a point. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

/** What groups must tell apart. */
export interface GroupingOptions {
  /** Of the calibration error; must divide 60. Default 15. */
  readonly bins?: number;
  /** Of the histogram; must divide 60. Default: there is none. */
  readonly histogramBins?: number;
  /** Groups narrow enough for slopes and quantiles: 1/60, and less near 0 and 1. Default true. */
  readonly fine?: boolean;
}

const STRETCHES = 60;
const CELLS_PER_STRETCH = timeGrid.stretches / STRETCHES;
/** Halvings of the end stretches that are taken together. */
const HALVINGS = 3;

/**
 * The groups of a series. Fine ones are 60 stretches (lo, hi], the points 0, ½ and 1 apart, and the halvings near 0 and 1 by
 * threes; coarse ones are the bins and no more, cut at ½.
 *
 * @throws {InputError} `incompatible` for bins that do not divide 60
 */
export function groupCells({ bins = 15, histogramBins, fine = true }: GroupingOptions = {}): CellGrouping {
  for (const count of [bins, histogramBins ?? 1])
    if (!(Number.isInteger(count) && count >= 1 && STRETCHES % count === 0))
      throw new InputError("incompatible", `the bins of a series must divide ${STRETCHES}, got ${count}`);
  const groups = new Int16Array(timeGrid.size + 1);
  const lower: number[] = [];
  const upper: number[] = [];
  const bin: number[] = [];
  const histogramBin: number[] = [];
  let last = "";
  for (let cell = 0; cell < timeGrid.size; cell++) {
    const bounds = timeGrid.boundsOf(cell);
    const stretch = Math.max(0, Math.ceil(Math.round(bounds.upper * timeGrid.stretches) / CELLS_PER_STRETCH) - 1);
    const within = Math.floor((stretch * bins) / STRETCHES);
    const column = histogramBins === undefined ? 0 : Math.floor((stretch * histogramBins) / STRETCHES);
    const half = bounds.lower >= 0.5 ? "above" : "below";
    const key = fine ? placeOf(cell, bounds, stretch) : `${within} ${column} ${half}`;
    if (key !== last) {
      lower.push(bounds.lower);
      upper.push(bounds.upper);
      bin.push(within);
      histogramBin.push(column);
    }
    last = key;
    upper[upper.length - 1] = bounds.upper;
    groups[cell] = lower.length - 1;
  }
  groups[timeGrid.size] = lower.length;
  return {
    groups,
    size: lower.length,
    bin: Int16Array.from(bin),
    bins,
    histogramBin: Int16Array.from(histogramBin),
    positive: Uint8Array.from(lower, (end) => (end >= 0.5 ? 1 : 0)),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
  };
}

/** Cells with the same key are one fine group. */
function placeOf(cell: number, bounds: { lower: number; upper: number }, stretch: number): string {
  const ends = (timeGrid.size - 2 * timeGrid.stretches + 1) / 2;
  const isPoint = bounds.lower === bounds.upper;
  if (isPoint && (cell === 0 || bounds.upper === 0.5 || cell === timeGrid.size - 1)) return `point ${cell}`;
  if (!isPoint && cell <= ends) return `low ${Math.floor((ends - cell) / HALVINGS)}`;
  const fromTop = timeGrid.size - 1 - cell;
  if (!isPoint && fromTop <= ends) return `high ${Math.floor((ends - fromTop) / HALVINGS)}`;
  return `stretch ${stretch}`;
}

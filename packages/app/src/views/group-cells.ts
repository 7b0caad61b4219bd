import { type CellGroups, InputError, timeGrid } from "@candor/core";

/** Groups of neighbouring cells of `timeGrid`: few enough for a long series, fine enough for all its numbers. */
export interface CellGrouping extends CellGroups {
  /** Per cell its group, the last entry is of predictions without a confidence: `CellQuery.groups`. */
  readonly groups: Int16Array;
  /** Number of groups with a confidence; this is also the group of predictions without one. */
  readonly size: number;
  /** Ends of each group; equal for a point. */
  readonly lower: Float64Array;
  readonly upper: Float64Array;
}

const STRETCHES = 60;
const CELLS_PER_STRETCH = timeGrid.stretches / STRETCHES;
/** Halvings of the end stretches that are taken together. */
const HALVINGS = 3;

/**
 * The groups of a series: 60 stretches (lo, hi], the points 0, ½ and 1 apart, and the halvings near 0 and 1 by threes.
 *
 * @param bins of the calibration error; must divide 60
 * @throws {InputError} `incompatible`
 */
export function groupCells(bins = 15): CellGrouping {
  if (!(Number.isInteger(bins) && bins >= 1 && STRETCHES % bins === 0))
    throw new InputError("incompatible", `the bins of a series must divide ${STRETCHES}, got ${bins}`);
  const groups = new Int16Array(timeGrid.size + 1);
  const lower: number[] = [];
  const upper: number[] = [];
  const bin: number[] = [];
  let last = "";
  for (let cell = 0; cell < timeGrid.size; cell++) {
    const bounds = timeGrid.boundsOf(cell);
    const { key, stretch } = placeOf(cell, bounds);
    if (key !== last) {
      lower.push(bounds.lower);
      upper.push(bounds.upper);
      bin.push(Math.floor((stretch * bins) / STRETCHES));
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
    positive: Uint8Array.from(lower, (end) => (end >= 0.5 ? 1 : 0)),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
  };
}

/** Cells with the same key are one group; the stretch is the one of its upper end. */
function placeOf(cell: number, bounds: { lower: number; upper: number }): { key: string; stretch: number } {
  const ends = (timeGrid.size - 2 * timeGrid.stretches + 1) / 2;
  const isPoint = bounds.lower === bounds.upper;
  const stretch = Math.max(0, Math.ceil(Math.round(bounds.upper * timeGrid.stretches) / CELLS_PER_STRETCH) - 1);
  if (isPoint && (cell === 0 || bounds.upper === 0.5 || cell === timeGrid.size - 1))
    return { key: `point ${cell}`, stretch };
  if (!isPoint && cell <= ends) return { key: `low ${Math.floor((ends - cell) / HALVINGS)}`, stretch: 0 };
  const fromTop = timeGrid.size - 1 - cell;
  if (!isPoint && fromTop <= ends)
    return { key: `high ${Math.floor((ends - fromTop) / HALVINGS)}`, stretch: STRETCHES - 1 };
  return { key: `stretch ${stretch}`, stretch };
}

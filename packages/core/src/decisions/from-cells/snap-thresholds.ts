import { timeGrid } from "../../cells/grid.ts";
import { InputError } from "../../errors.ts";
import type { Thresholds } from "../policy.ts";
import { smallestOfCell } from "./smallest-of-cell.ts";

/**
 * Every threshold in [0, 1] at which kept cells part rows exactly, ascending: the multiples of 1/240, and between the first
 * or last two of them ever finer, because scores pile up there.
 */
export const thresholdStops: readonly number[] = stops();

function stops(): number[] {
  const found: number[] = [];
  for (let cell = 0; cell < timeGrid.size; cell++) {
    const isInside = timeGrid.pointOf(cell) === undefined;
    const { lower, upper } = timeGrid.boundsOf(cell);
    const isTail = upper * timeGrid.stretches <= 1 || timeGrid.cellOf(lower) === cell;
    if (!isInside || isTail) found.push(smallestOfCell(cell));
  }
  return found;
}

/**
 * Thresholds at the nearest stops.
 *
 * @param thresholds null and what lies above every score stay as they are
 * @returns within half a stretch of the grid, 1/480, of those given
 * @throws {InputError} `out-of-range` for what is no number ≥ 0
 */
export function snapThresholds({ act, abstain }: Thresholds): Thresholds {
  return { act: snapped(act, "act"), abstain: snapped(abstain, "abstain") };
}

function snapped(value: number | null, name: string): number | null {
  if (value === null) return null;
  if (!(value >= 0 && value < Infinity))
    throw new InputError("out-of-range", `the threshold to ${name} must be a number ≥ 0, got ${value}`);
  if (value > 1) return value;
  let low = 0;
  let high = thresholdStops.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (thresholdStops[middle] < value) low = middle + 1;
    else high = middle;
  }
  const below = low > 0 ? thresholdStops[low - 1] : thresholdStops[0];
  return value - below < thresholdStops[low] - value ? below : thresholdStops[low];
}

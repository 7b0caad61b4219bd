import { addToCells, type Cells, createCells, mergeCells } from "../cells/cells.ts";
import { fineGrid, type Grid } from "../cells/grid.ts";
import { codeGroups, keyCodes } from "./code-groups.ts";
import { type PairSample, selectRows } from "./pair-sample.ts";
import type { TimeColumn } from "./predictions.ts";
import { checkTimes, type DateUnit, dateStretches, dateUnits, numberStretches } from "./time-stretches.ts";

/**
 * Cells by time, for a stream: fine enough for the stretches of a report, bounded in number.
 *
 * Dates are kept by hour until there are too many, then by day, quarter and year; numbers one by one, then in buckets of
 * a width that is a power of two. Every key is part of one coarser key, so the outcome does not depend on how the rows
 * were divided into batches. Dates always give the stretches that the rows themselves would give.
 */
export interface PeriodCells {
  readonly name: string;
  readonly kind: TimeColumn["kind"];
  readonly grid: Grid;
  unit: DateUnit;
  /** Width of the buckets of numbers; 0 while every distinct number is kept apart. */
  width: number;
  /** Least and greatest number. */
  low: number;
  high: number;
  cells: Map<number, Cells>;
}

/** Keys kept apart; beyond that the next coarser ones are used. */
const MOST_KEYS = 2000;

const coarser: Readonly<Partial<Record<DateUnit, DateUnit>>> = { hour: "day", day: "quarter", quarter: "year" };

/** No periods yet. */
export function createPeriods({ name, kind }: Pick<TimeColumn, "name" | "kind">, grid: Grid = fineGrid): PeriodCells {
  return { name, kind, grid, unit: "hour", width: 0, low: Infinity, high: -Infinity, cells: new Map() };
}

/**
 * Adds pairs to the periods they belong to.
 *
 * @param time when each pair happened
 * @throws {InputError} `not-finite`, `out-of-range` with the index of the first bad row
 */
export function addToPeriods(periods: PeriodCells, time: TimeColumn, pairs: PairSample): void {
  checkTimes(time);
  const { values } = time;
  if (periods.kind === "number")
    for (let i = 0; i < values.length; i++) {
      periods.low = Math.min(periods.low, values[i]);
      periods.high = Math.max(periods.high, values[i]);
    }
  let coded = keyCodes(values, keyOf(periods))!;
  let all = new Set([...periods.cells.keys(), ...coded.keys]);
  if (all.size > MOST_KEYS) {
    while (all.size > MOST_KEYS && coarsen(periods, all)) all = new Set([...all].map(keyOf(periods)));
    coded = keyCodes(values, keyOf(periods))!;
    rekey(periods);
  }
  codeGroups(coded.codes, coded.keys.length).forEach((rows, k) => {
    const target = periods.cells.get(coded.keys[k]) ?? createCells(periods.grid);
    periods.cells.set(coded.keys[k], target);
    const { probabilities, outcomes, weights } = selectRows(pairs, rows);
    addToCells(target, probabilities, outcomes, weights);
  });
}

function keyOf({ kind, unit, width }: PeriodCells): (time: number) => number {
  if (kind === "date") return dateUnits[unit];
  return width > 0 ? (time) => Math.floor(time / width) * width : (time) => time;
}

/** Moves to the next coarser keys; false where there are none. */
function coarsen(periods: PeriodCells, keys: ReadonlySet<number>): boolean {
  if (periods.kind === "date") {
    const next = coarser[periods.unit];
    if (next === undefined) return false;
    periods.unit = next;
    return true;
  }
  periods.width = periods.width > 0 ? 2 * periods.width : finestWidth(keys);
  return true;
}

/** A power of two at which at most neighbouring keys share a bucket, whatever the other keys. */
function finestWidth(keys: ReadonlySet<number>): number {
  const sorted = Float64Array.from(keys).sort();
  let gap = Infinity;
  for (let k = 1; k < sorted.length; k++) gap = Math.min(gap, sorted[k] - sorted[k - 1]);
  const largest = Math.max(-sorted[0], sorted[sorted.length - 1]);
  return 2 ** Math.max(-1000, Math.floor(Math.log2(gap)), Math.floor(Math.log2(largest)) - 1000);
}

/** Brings the cells kept so far to the present keys. */
function rekey(periods: PeriodCells): void {
  const key = keyOf(periods);
  const old = periods.cells;
  periods.cells = new Map();
  for (const [start, cells] of old) {
    const there = periods.cells.get(key(start));
    periods.cells.set(key(start), there ? mergeCells(there, cells) : cells);
  }
}

/** The cells of every stretch of time that `timeGroups` would cut, with its name, in order of time. */
export function periodStretches({ kind, unit, low, high, cells }: PeriodCells): [string, Cells][] {
  const keys = [...cells.keys()];
  const stretches = kind === "date" ? dateStretches(keys, unit) : numberStretches(keys, low, high);
  const byStart = new Map<number, Cells[]>();
  for (const [key, part] of [...cells].sort(([a], [b]) => a - b)) {
    const start = stretches.startOf(key);
    byStart.set(start, [...(byStart.get(start) ?? []), part]);
  }
  return [...byStart]
    .sort(([a], [b]) => a - b)
    .map(([start, parts]) => [stretches.nameOf(start), parts.reduce(mergeCells)]);
}

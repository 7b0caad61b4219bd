import type { TimeColumn } from "./predictions.ts";

/** Rows of one stretch of time. */
export interface TimeGroup {
  /** Start of the stretch: ISO 8601 (date, or date and time) or a number as text. */
  readonly name: string;
  readonly rows: Uint32Array;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** At most this many stretches. */
const MOST = 40;

/**
 * Cuts rows into stretches of time.
 *
 * Dates: the finest of hour, day, week (from Monday), month, quarter and year (UTC) that gives at most 40 stretches.
 * Numbers: every distinct value where there are at most 40, otherwise 20 stretches of equal width.
 *
 * @returns stretches with rows, in order of time
 */
export function timeGroups(time: TimeColumn): TimeGroup[] {
  const start = time.kind === "date" ? dateStart(time.values) : numberStart(time.values);
  const groups = new Map<number, number[]>();
  for (let i = 0; i < time.values.length; i++) {
    const key = start.of(time.values[i]);
    const rows = groups.get(key);
    if (rows) rows.push(i);
    else groups.set(key, [i]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([key, rows]) => ({ name: start.name(key), rows: Uint32Array.from(rows) }));
}

interface Stretch {
  readonly of: (value: number) => number;
  readonly name: (start: number) => string;
}

function dateStart(values: Float64Array): Stretch {
  const units: ((t: number) => number)[] = [
    (t) => Math.floor(t / HOUR) * HOUR,
    (t) => Math.floor(t / DAY) * DAY,
    (t) => Math.floor((t / DAY + 3) / 7) * 7 * DAY - 3 * DAY,
    (t) => monthStart(t, 1),
    (t) => monthStart(t, 3),
    (t) => monthStart(t, 12),
  ];
  const last = units.length - 1;
  const unit = units.findIndex((of, u) => u === last || atMost(values, of, MOST));
  return {
    of: units[unit],
    name: (t) => new Date(t).toISOString().slice(0, unit === 0 ? 16 : 10),
  };
}

function monthStart(t: number, months: number): number {
  const date = new Date(t);
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1);
}

function numberStart(values: Float64Array): Stretch {
  if (atMost(values, (t) => t, MOST)) return { of: (t) => t, name: String };
  let low = Infinity;
  let high = -Infinity;
  for (const t of values) {
    if (t < low) low = t;
    if (t > high) high = t;
  }
  const width = (high - low) / 20;
  return {
    of: (t) => low + Math.min(19, Math.floor((t - low) / width)) * width,
    name: (t) => `${Number(t.toPrecision(6))}`,
  };
}

function atMost(values: Float64Array, of: (t: number) => number, most: number): boolean {
  const seen = new Set<number>();
  for (const t of values) {
    seen.add(of(t));
    if (seen.size > most) return false;
  }
  return true;
}

/** The period that a stream keeps apart: the start of the UTC day, or the number, cut to multiples of `width` if > 0. */
export function periodOf(value: number, kind: TimeColumn["kind"], width: number): number {
  if (kind === "date") return Math.floor(value / DAY) * DAY;
  return width > 0 ? Math.floor(value / width) * width : value;
}

import { InputError } from "../errors.ts";
import type { TimeColumn } from "./predictions.ts";

/** A way to cut time into stretches. */
export interface Stretches {
  /** Start of the stretch that a time belongs to; the same number for all its times. */
  readonly startOf: (time: number) => number;
  /** ISO 8601 (date, or date and time) or a number as text. */
  readonly nameOf: (start: number) => string;
}

/** At most this many stretches. */
const MOST = 40;

/** Stretches of equal width that many distinct numbers are cut into. */
const NUMBER_STRETCHES = 20;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Largest distance from 1970 of a date; a year less than JavaScript allows, so that its year has a start. */
const LAST_DATE = 8.6e15;

function monthStart(time: number, months: number): number {
  const date = new Date(time);
  return new Date(0).setUTCFullYear(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months, 1);
}

/** Start of the hour, day, week (from Monday), month, quarter and year of a date, in UTC. */
export const dateUnits: Readonly<Record<"hour" | "day" | "week" | "month" | "quarter" | "year", Stretches["startOf"]>> =
  {
    hour: (time) => Math.floor(time / HOUR) * HOUR,
    day: (time) => Math.floor(time / DAY) * DAY,
    week: (time) => Math.floor((time / DAY + 3) / 7) * 7 * DAY - 3 * DAY,
    month: (time) => monthStart(time, 1),
    quarter: (time) => monthStart(time, 3),
    year: (time) => monthStart(time, 12),
  };

/** Name of a unit of time. */
export type DateUnit = keyof typeof dateUnits;

const unitNames: readonly DateUnit[] = ["hour", "day", "week", "month", "quarter", "year"];

/**
 * The finest unit, no finer than `finest`, that gives at most 40 stretches; years where there is none.
 *
 * @param dates milliseconds since 1970-01-01 UTC
 */
export function dateStretches(dates: Iterable<number>, finest: DateUnit = "hour"): Stretches {
  const candidates = unitNames.slice(unitNames.indexOf(finest));
  const unit = candidates.find((name) => atMost(dates, dateUnits[name], MOST)) ?? "year";
  return {
    startOf: dateUnits[unit],
    nameOf: (start) => new Date(start).toISOString().replace(unit === "hour" ? /:\d\d\.\d+Z$/ : /T.*$/, ""),
  };
}

/** Every distinct number where there are at most 40, otherwise 20 stretches of equal width from `low` to `high`. */
export function numberStretches(numbers: Iterable<number>, low: number, high: number): Stretches {
  if (atMost(numbers, (time) => time, MOST)) return { startOf: (time) => time, nameOf: String };
  const width = high / NUMBER_STRETCHES - low / NUMBER_STRETCHES;
  const digits = Math.min(17, Math.max(6, Math.ceil(Math.log10(Math.max(-low, high) / width)) + 2));
  const index = (time: number): number =>
    Math.min(NUMBER_STRETCHES - 1, Math.max(0, Math.floor(time / width - low / width)));
  return {
    startOf: (time) => low + index(time) * width,
    nameOf: (start) => `${Number(start.toPrecision(digits))}`,
  };
}

function atMost(times: Iterable<number>, startOf: Stretches["startOf"], most: number): boolean {
  const seen = new Set<number>();
  for (const time of times) {
    seen.add(startOf(time));
    if (seen.size > most) return false;
  }
  return true;
}

/**
 * @throws {InputError} `not-finite` or, for a date beyond the year 274 000, `out-of-range`, with the index of the first
 *   bad row
 */
export function checkTimes({ name, values, kind }: TimeColumn): void {
  for (let i = 0; i < values.length; i++) {
    const time = values[i];
    if (!Number.isFinite(time))
      throw new InputError("not-finite", `${name} ${time} at row ${i} is not a finite number`, i);
    if (kind === "date" && Math.abs(time) > LAST_DATE)
      throw new InputError("out-of-range", `${name} ${time} at row ${i} is no date: it is beyond ±8.6e15 ms`, i);
  }
}

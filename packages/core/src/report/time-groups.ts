import { codeGroups, type KeyCodes, keyCodes } from "./code-groups.ts";
import type { TimeColumn } from "./predictions.ts";
import { checkTimes, dateStretches, dateUnits, numberStretches, type Stretches } from "./time-stretches.ts";

/** Rows of one stretch of time. */
export interface TimeGroup {
  /** Start of the stretch: ISO 8601 (date, or date and time) or a number as text. */
  readonly name: string;
  readonly rows: Uint32Array;
}

/** Distinct hours, days or numbers above which a coarser key is tried before stretches are chosen. */
const FEW = 1000;

/**
 * Cuts rows into stretches of time.
 *
 * Dates: the finest of hour, day, week (from Monday), month, quarter and year (UTC) that gives at most 40 stretches.
 * Numbers: every distinct value where there are at most 40, otherwise 20 stretches of equal width.
 *
 * @returns stretches with rows, in order of time
 * @throws {InputError} `not-finite`, `out-of-range` with the index of the first bad row
 */
export function timeGroups(time: TimeColumn): TimeGroup[] {
  checkTimes(time);
  const { values, kind } = time;
  if (values.length === 0) return [];
  if (kind === "date") {
    const hours = keyCodes(values, dateUnits.hour, FEW);
    const coded = hours ?? keyCodes(values, dateUnits.day)!;
    return joined(coded, dateStretches(coded.keys, hours ? "hour" : "day"));
  }
  const distinct = keyCodes(values, (t) => t, FEW);
  let low = Infinity;
  let high = -Infinity;
  for (let i = 0; i < values.length; i++) {
    if (values[i] < low) low = values[i];
    if (values[i] > high) high = values[i];
  }
  const stretches = numberStretches(distinct?.keys ?? values, low, high);
  return joined(distinct ?? keyCodes(values, stretches.startOf)!, stretches);
}

/** The groups of keys that share a stretch, in order of time. */
function joined({ codes, keys }: KeyCodes, { startOf, nameOf }: Stretches): TimeGroup[] {
  const starts = keys.map(startOf);
  const distinct = [...new Set(starts)].sort((a, b) => a - b);
  const place = new Map(distinct.map((start, k) => [start, k]));
  const stretchOf = Int32Array.from(starts, (start) => place.get(start)!);
  const groups = codeGroups(
    codes.map((code) => stretchOf[code]),
    distinct.length,
  );
  return groups.map((rows, k) => ({ name: nameOf(distinct[k]), rows }));
}

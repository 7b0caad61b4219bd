import type { Filters } from "../../state/filters.ts";

/** How time is divided. */
export type Bucket = "hour" | "day" | "week";

export const buckets: readonly { readonly value: Bucket; readonly name: string }[] = [
  { value: "hour", name: "Hours" },
  { value: "day", name: "Days" },
  { value: "week", name: "Weeks" },
];

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Days that hours are shown of at most: the API refuses more than 93. */
const MOST_HOURS = 21 * DAY;

/** A stretch of a series; `end` is not included. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** Milliseconds that the filters span; Infinity where they have no end. */
export function spanOf({ window, from, to }: Pick<Filters, "window" | "from" | "to">, now: number): number {
  if (window !== null) {
    const unit = window.endsWith("h") ? HOUR : window.endsWith("d") ? DAY : 7 * DAY;
    return Number.parseInt(window, 10) * unit;
  }
  if (from === null) return Infinity;
  return (to === null ? now : momentOf(to)) - momentOf(from);
}

function momentOf(text: string): number {
  return /^\d+$/.test(text) ? Number(text) : Date.parse(text);
}

/** Which divisions a span allows, and the one where none is chosen: some dozens of stretches. */
export function bucketFor(wanted: string | undefined, span: number): { bucket: Bucket; allowed: readonly Bucket[] } {
  const allowed = buckets.map(({ value }) => value).filter((value) => value !== "hour" || span <= MOST_HOURS);
  const usual: Bucket = span <= 3 * DAY ? "hour" : span <= 120 * DAY ? "day" : "week";
  return { bucket: allowed.find((value) => value === wanted) ?? usual, allowed };
}

const day = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
const hour = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** A stretch in words: days and weeks are those of UTC, hours are in the reader's zone. */
export function stretchText({ start }: Stretch, bucket: Bucket): string {
  if (bucket === "hour") return hour.format(start);
  return bucket === "day" ? day.format(start) : `week of ${day.format(start)}`;
}

/** Stretches in a word: `days`. */
export function bucketWords(bucket: Bucket, count: number): string {
  return count === 1 ? bucket : `${bucket}s`;
}

/** A stretch as the filters of a link. */
export function windowOf({ start, end }: Stretch): {
  readonly window: null;
  readonly from: string;
  readonly to: string;
} {
  return { window: null, from: isoOf(start), to: isoOf(end) };
}

/** As short as it can be: a day where it is midnight (UTC). */
function isoOf(time: number): string {
  const text = new Date(time).toISOString();
  return time % DAY === 0 ? text.slice(0, 10) : text.replace(".000Z", "Z");
}

import { InputError } from "@candor/core";
import type { CellQuery } from "../event-store.ts";
import type { CellTableName } from "./cells-sql.ts";
import { finenessOf } from "./kept-groups.ts";
import { wholeTime } from "./read-scope.ts";
import { dayMs, hourMs, mondayMs } from "./units.ts";

/** One level of cells, a condition on its buckets, and which bucket of the answer they belong to. */
export interface Piece {
  readonly table: CellTableName;
  readonly where: string;
  readonly bucket: string;
}

/** A stretch of buckets, the end not included. */
type Stretch = readonly [from: number, to: number];

function within(...stretches: readonly Stretch[]): string {
  const sql = stretches.map(([from, to]) => {
    const ends = [...(from === -Infinity ? [] : [`bucket >= ${from}`]), ...(to === Infinity ? [] : [`bucket < ${to}`])];
    return ends.length === 0 ? "true" : `(${ends.join(" AND ")})`;
  });
  return `(${sql.join(" OR ")})`;
}

/** What is left of a stretch on both sides of another one within it. */
function around([from, to]: Stretch, [first, last]: Stretch): readonly Stretch[] {
  return [[from, first] as const, [last, to] as const].filter(([a, b]) => a < b);
}

/** The least stretch of larger buckets that covers one, or the largest within it. */
function covering([from, to]: Stretch, size: number): Stretch {
  return [Math.floor(from / size), Math.ceil(to / size)];
}

function inside([from, to]: Stretch, size: number, shift = 0): Stretch {
  return [Math.ceil((from + shift) / size), Math.floor((to + shift) / size)];
}

/**
 * The levels that a time range is made of: whole days, and hours at its edges; whole weeks where groups as they are kept by
 * week are enough; hours alone where no cells are asked for.
 *
 * @throws {InputError} `unknown-option`, `out-of-range`
 */
export function piecesOf({ bucket, from, to, groups }: CellQuery): readonly Piece[] {
  const start = from === undefined ? -Infinity : wholeTime("from", from);
  const end = to === undefined ? Infinity : wholeTime("to", to);
  if (bucket !== "hour" && bucket !== "day" && bucket !== "all")
    throw new InputError("unknown-option", `bucket is ${bucket}, expected hour, day or all`);
  const fineness = finenessOf(groups);
  const hours = covering([start, end], hourMs);
  const days = covering([start, end], dayMs);
  if (fineness === "one") {
    if (bucket !== "day") return [{ table: "hour_totals", where: within(hours), bucket: bucketSql(bucket) }];
    const whole: Stretch = [days[0] * 24, days[1] * 24];
    return [{ table: "hour_totals", where: within(whole), bucket: "CAST(floor(bucket / 24) AS INTEGER)" }];
  }
  if (bucket === "day") return [{ table: "day_cells", where: within(days), bucket: "bucket" }];
  if (bucket === "hour") return [{ table: "hour_cells", where: within(hours), bucket: "bucket" }];
  const full = inside(hours, 24);
  if (full[0] > full[1]) return [{ table: "hour_cells", where: within(hours), bucket: "0" }];
  const pieces: Piece[] = [];
  const add = (table: CellTableName, stretches: readonly Stretch[]): void => {
    if (stretches.length > 0) pieces.push({ table, where: within(...stretches), bucket: "0" });
  };
  add("hour_cells", around(hours, [full[0] * 24, full[1] * 24]));
  const weeks = inside(full, 7, mondayShift);
  if (fineness === "cells" || !(weeks[0] < weeks[1]))
    return [...pieces, { table: "day_cells", where: within(full), bucket: "0" }];
  add("week_cells", [weeks]);
  add("day_cells", around(full, [weeks[0] * 7 - mondayShift, weeks[1] * 7 - mondayShift]));
  return pieces;
}

/** Days from the start of week 0 to 1970. */
const mondayShift: number = -mondayMs / dayMs;

function bucketSql(bucket: "hour" | "all"): string {
  return bucket === "all" ? "0" : "bucket";
}

import type { Forecast, Matrix, RegressionPredictions, SegmentColumn } from "@candor/core";
import { BadInput } from "../bad-input.ts";
import type { OpenedRegression } from "./opened-regression.ts";

/** Most numbers of forecasts that are kept in memory unless more are asked for: 160 MB. */
export const mostForecastValues = 20_000_000;

function join<T extends Float64Array | Int32Array>(parts: readonly T[], make: (length: number) => T): T {
  const out = make(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

const doubles = (parts: readonly Float64Array[]): Float64Array => join(parts, (length) => new Float64Array(length));
const ints = (parts: readonly Int32Array[]): Int32Array => join(parts, (length) => new Int32Array(length));

function joinForecasts(all: readonly Forecast[]): Forecast {
  const first = all[0]!;
  switch (first.kind) {
    case "point": {
      const own = all.filter((f) => f.kind === "point");
      return { kind: "point", point: doubles(own.map((f) => f.point)) };
    }
    case "point-and-sigma": {
      const own = all.filter((f) => f.kind === "point-and-sigma");
      return { kind: first.kind, point: doubles(own.map((f) => f.point)), sigma: doubles(own.map((f) => f.sigma)) };
    }
    case "quantiles": {
      const blocks: readonly Matrix[] = all.flatMap((f) => (f.kind === "quantiles" ? [f.values] : []));
      const rows = blocks.reduce((total, block) => total + block.rows, 0);
      const values = { data: doubles(blocks.map(({ data }) => data)), rows, cols: first.levels.length };
      return { kind: first.kind, levels: first.levels, values };
    }
    case "interval": {
      const own = all.filter((f) => f.kind === "interval");
      return {
        kind: first.kind,
        lower: doubles(own.map((f) => f.lower)),
        upper: doubles(own.map((f) => f.upper)),
        level: first.level,
        point: first.point === null ? null : doubles(own.flatMap((f) => f.point ?? [])),
      };
    }
  }
}

function joinColumn(columns: readonly (SegmentColumn | undefined)[]): SegmentColumn | undefined {
  const first = columns[0];
  return first && { ...first, codes: ints(columns.flatMap((column) => column?.codes ?? [])) };
}

/** One `RegressionPredictions` from batches of one file, at least one. */
function joinRegression(batches: readonly RegressionPredictions[]): RegressionPredictions {
  const first = batches[0]!;
  if (batches.length === 1) return first;
  const groups = joinColumn(batches.map((batch) => batch.groups));
  const { time } = first;
  return {
    task: "regression",
    rows: batches.reduce((total, { rows }) => total + rows, 0),
    forecast: joinForecasts(batches.map(({ forecast }) => forecast)),
    outcomes: doubles(batches.map(({ outcomes }) => outcomes)),
    segments: first.segments.flatMap((_, s) => joinColumn(batches.map(({ segments }) => segments[s])) ?? []),
    ...(first.weights ? { weights: doubles(batches.flatMap(({ weights }) => weights ?? [])) } : {}),
    ...(groups ? { groups } : {}),
    ...(time ? { time: { ...time, values: doubles(batches.flatMap((batch) => batch.time?.values ?? [])) } } : {}),
  };
}

/** Numbers per row that are kept. */
function width({ kind, levels }: OpenedRegression): number {
  return 1 + (kind === "quantiles" ? levels.length : kind === "point" ? 1 : 2);
}

/**
 * All rows of an opened file.
 *
 * @param limit most numbers that are kept
 * @throws {BadInput} when a row is bad and bad rows are not left out, or the file holds more than `limit`
 */
export async function collectRegression(opened: OpenedRegression, limit: number): Promise<RegressionPredictions> {
  const batches: RegressionPredictions[] = [];
  const perRow = width(opened);
  let rows = 0;
  const check = (count: number) => {
    if (count * perRow <= limit) return;
    throw new BadInput(
      `${opened.sourceName}: more than ${Math.floor(limit / perRow).toLocaleString("en")} rows of ${perRow} numbers, which are all kept in memory`,
      {
        file: opened.sourceName,
        hint: "give a sample of the rows or fewer quantiles, or --exact where memory allows it",
      },
    );
  };
  check(opened.rowsKnown ?? 0);
  for await (const batch of opened.batches()) {
    rows += batch.rows;
    check(rows);
    if (batch.rows > 0) batches.push(batch);
  }
  return joinRegression(batches);
}

import {
  approximateReport,
  type Cells,
  createAccumulator,
  InputError,
  mergeCells,
  type ProbabilityReport,
  type ReportAccumulator,
  timeGrid,
} from "@candor/core";
import type { CellTable } from "../store/event-store.ts";
import { allOfTable, cellsOfTable } from "./cells-of-table.ts";

/** What a report is made of. */
export interface ReportInput {
  /** Of a query with bucket `day` (or `hour` for a few days), `segment: null` and no groups. */
  readonly table: CellTable;
  /** One per segment key: bucket `all`, `segment: { key }`, no groups. */
  readonly segments?: readonly CellTable[];
  /** What it is a report of, for people. */
  readonly name: string;
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  /** Whether the buckets of `table` are hours or days. */
  readonly bucket: "hour" | "day";
  /** Default 0.95. */
  readonly level?: number;
  /** What else there is to know, for people. */
  readonly notes?: readonly string[];
}

/**
 * The report document of all streams of a table together, from cells: approximate, and it says how far.
 *
 * @throws {InputError} `empty` without labelled predictions, `incompatible` for streams of both tasks
 */
export function reportView({
  table,
  segments = [],
  name,
  version,
  bucket,
  level = 0.95,
  notes = [],
}: ReportInput): ProbabilityReport {
  const { stream, cells, predictions, withoutConfidence } = allOfTable(table);
  const labelled = total(cells.sums.count);
  if (!(total(cells.sums.weight) > 0))
    throw new InputError("empty", `none of the ${predictions} predictions has an outcome and a confidence`);
  const sums: ReportAccumulator = {
    ...createAccumulator(stream.task, timeGrid),
    calibration: cells,
    segments: segmentCells(segments, stream.task),
    periods: periodsOf(table, bucket),
    classNames: stream.task === "binary" ? ["0", "1"] : [],
    weighted: cells.sums.weight.some((weight, k) => weight !== cells.sums.count[k]),
  };
  const without = predictions - withoutConfidence - labelled;
  return approximateReport(sums, {
    version,
    level,
    source: {
      name,
      rows: predictions,
      skipped: [
        ...(without > 0 ? [{ reason: "no outcome so far", count: without }] : []),
        ...(withoutConfidence > 0 ? [{ reason: "no confidence", count: withoutConfidence }] : []),
      ],
      columns: {},
      notes,
    },
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function segmentCells(tables: readonly CellTable[], task: ReportAccumulator["task"]): ReportAccumulator["segments"] {
  const segments: ReportAccumulator["segments"] = new Map();
  for (const table of tables) {
    const byKey = new Map<string, Map<string, Cells>>();
    for (const { stream, cells } of cellsOfTable(table, (one) => one.segment !== null && one.task === task)) {
      if (stream.segment === null || cells.cell.length === 0) continue;
      const byValue = byKey.get(stream.segment.key) ?? new Map<string, Cells>();
      byKey.set(stream.segment.key, byValue);
      const there = byValue.get(stream.segment.value);
      byValue.set(stream.segment.value, there ? mergeCells(there, cells) : cells);
    }
    for (const [key, byValue] of byKey)
      segments.set(key, { values: [...byValue.keys()], cells: [...byValue.values()] });
  }
  return segments;
}

function periodsOf(table: CellTable, bucket: ReportInput["bucket"]): ReportAccumulator["periods"] {
  const byBucket = new Map<number, Cells>();
  for (const part of cellsOfTable(table)) {
    if (part.cells.cell.length === 0) continue;
    const there = byBucket.get(part.bucket);
    byBucket.set(part.bucket, there ? mergeCells(there, part.cells) : part.cells);
  }
  if (byBucket.size < 2) return undefined;
  return {
    name: "time",
    kind: "date",
    grid: timeGrid,
    unit: bucket,
    width: 0,
    low: Math.min(...byBucket.keys()),
    high: Math.max(...byBucket.keys()),
    cells: byBucket,
  };
}

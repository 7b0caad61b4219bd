import { addToCells, type CellMoment, cellMoments, createCells, timeGrid } from "@candor/core";
import {
  type CellQuery,
  type CellTable,
  type Stream,
  type TrafficMoment,
  trafficMoments,
} from "../../src/store/event-store.ts";
import type { SpineTask } from "../../src/store/events.ts";

/** A prediction as the tests of views need it. */
export interface Row {
  readonly model?: string;
  readonly version?: string;
  readonly task?: SpineTask;
  readonly segments?: Readonly<Record<string, string>>;
  readonly time: number;
  readonly confidence: number | null;
  readonly outcome: 0 | 1 | null;
  readonly decision?: "act" | "review" | "abstain";
  readonly certified?: boolean;
  readonly propensity?: number;
}

const lengths = { hour: 3_600_000, day: 86_400_000, all: Infinity };

/** What a store answers to a query on these predictions: the definition of a table, row by row. */
export function tableOfRows(
  rows: readonly Row[],
  { bucket, groups, segment = null, from = -Infinity, to = Infinity }: Omit<CellQuery, "project">,
): CellTable {
  interface Sums {
    readonly stream: Stream;
    readonly bucket: number;
    readonly group: number;
    readonly traffic: Record<TrafficMoment, number>;
    readonly cells: ReturnType<typeof createCells>;
    without: number;
  }
  const found = new Map<string, Sums>();
  for (const row of rows) {
    if (row.time < from || row.time >= to) continue;
    const value = segment ? row.segments?.[segment.key] : undefined;
    if (segment && (value === undefined || (segment.value ?? value) !== value)) continue;
    const cell = row.confidence === null ? timeGrid.size : timeGrid.cellOf(row.confidence);
    const group = groups?.[cell] ?? cell;
    const length = lengths[bucket];
    const start = bucket === "all" ? 0 : Math.floor(row.time / length) * length;
    const stream: Stream = {
      model: row.model ?? "m",
      version: row.version ?? "1",
      task: row.task ?? "confidence",
      segment: segment && value !== undefined ? { key: segment.key, value } : null,
    };
    const key = JSON.stringify([stream, String(start).padStart(15), String(group).padStart(4)]);
    const sums = found.get(key) ?? {
      stream,
      bucket: start,
      group,
      traffic: { predictions: 0, sumConfidence: 0, act: 0, review: 0, abstain: 0, uncertified: 0 },
      cells: createCells(timeGrid),
      without: 0,
    };
    found.set(key, sums);
    sums.traffic.predictions++;
    sums.traffic.sumConfidence += row.confidence ?? 0;
    if (row.decision) sums.traffic[row.decision]++;
    if (row.certified === false) sums.traffic.uncertified++;
    if (row.outcome === null) continue;
    if (row.confidence === null) sums.without++;
    else
      addToCells(
        sums.cells,
        Float64Array.of(row.confidence),
        Uint8Array.of(row.outcome),
        Float64Array.of(1 / (row.propensity ?? 1)),
      );
  }
  const entries = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sums]) => sums);
  const streams: Stream[] = [];
  const names = new Map<string, number>();
  for (const { stream } of entries) {
    const name = JSON.stringify(stream);
    if (!names.has(name)) {
      names.set(name, streams.length);
      streams.push(stream);
    }
  }
  const total = ({ cells, without }: Sums, moment: CellMoment): number =>
    cells.sums[moment].reduce((sum, value) => sum + value, 0) +
    (moment === "count" || moment === "weight" ? without : 0);
  const labelled = Object.fromEntries(
    cellMoments.map((moment) => [moment, Float64Array.from(entries, (sums) => total(sums, moment))]),
  ) as Record<CellMoment, Float64Array>;
  const traffic = Object.fromEntries(
    trafficMoments.map((moment) => [moment, Float64Array.from(entries, (sums) => sums.traffic[moment])]),
  ) as Record<TrafficMoment, Float64Array>;
  return {
    streams,
    rows: entries.length,
    stream: Int32Array.from(entries, ({ stream }) => names.get(JSON.stringify(stream)) ?? -1),
    bucket: Float64Array.from(entries, (sums) => sums.bucket),
    cell: Int16Array.from(entries, ({ group }) => group),
    traffic,
    labelled,
    asOf: 1_000,
  };
}

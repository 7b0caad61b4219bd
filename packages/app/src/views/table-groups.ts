import { cellMoments, type GroupSums } from "@candor/core";
import { type CellTable, type Stream, type TrafficMoment, trafficMoments } from "../store/event-store.ts";

/** What one stream adds up to in one stretch of time, by group. */
export interface GroupedSums {
  readonly stream: number;
  /** Start of the stretch. */
  readonly start: number;
  readonly labelled: GroupSums;
  /** Predictions with an outcome but without a confidence. */
  readonly labelledWithout: number;
  /** One entry per group and a last one of predictions without a confidence. */
  readonly traffic: Readonly<Record<TrafficMoment, Float64Array>>;
}

/**
 * Adds a table up by stream and stretch of time and shows each sum in turn. The arrays are used again for the next one.
 *
 * @param table of groups, ascending in stream and bucket
 * @param size number of groups with a confidence
 * @param startOf start of the stretch of time that a bucket belongs to; ascending
 */
export function eachStretch(
  table: CellTable,
  size: number,
  startOf: (bucket: number) => number,
  see: (sums: GroupedSums) => void,
): void {
  const zeros = (length: number): Float64Array => new Float64Array(length);
  const labelled = record(cellMoments, () => zeros(size));
  const traffic = record(trafficMoments, () => zeros(size + 1));
  const { stream, bucket, cell, rows } = table;
  for (let from = 0; from < rows; ) {
    const start = startOf(bucket[from] ?? 0);
    const of = stream[from] ?? 0;
    let to = from + 1;
    let next = bucket[from] ?? 0;
    for (; to < rows && stream[to] === of; to++) {
      if (bucket[to] === next) continue;
      next = bucket[to] ?? 0;
      if (startOf(next) !== start) break;
    }
    for (const moment of cellMoments) add(table.labelled[moment], cell, from, to, labelled[moment]);
    for (const moment of trafficMoments) add(table.traffic[moment], cell, from, to, traffic[moment]);
    see({ stream: of, start, labelled, labelledWithout: countOf(table, size, from, to), traffic });
    from = to;
  }
}

function add(values: Float64Array, cell: Int16Array, from: number, to: number, into: Float64Array): void {
  into.fill(0);
  for (let row = from; row < to; row++) {
    const at = cell[row] ?? 0;
    if (at < into.length) into[at] = (into[at] ?? 0) + (values[row] ?? 0);
  }
}

function countOf({ cell, labelled }: CellTable, group: number, from: number, to: number): number {
  let count = 0;
  for (let row = from; row < to; row++) if (cell[row] === group) count += labelled.count[row] ?? 0;
  return count;
}

function record<Name extends string, Value>(names: readonly Name[], make: (name: Name) => Value): Record<Name, Value> {
  const made: Partial<Record<Name, Value>> = {};
  for (const name of names) made[name] = make(name);
  if (!isWhole(names, made)) throw new Error("a moment is missing");
  return made;
}

function isWhole<Name extends string, Value>(
  names: readonly Name[],
  made: Partial<Record<Name, Value>>,
): made is Record<Name, Value> {
  return names.every((name) => made[name] !== undefined);
}

/** One moment of all groups added up. */
export function totalOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}

/** The stream of a table by its position. */
export function streamAt(table: CellTable, index: number): Stream {
  const stream = table.streams[index];
  if (stream === undefined) throw new Error(`the table has no stream ${index}`);
  return stream;
}

import type { CellMoment } from "@candor/core";
import type { CellTable, TrafficMoment } from "../store/event-store.ts";
import type { SeriesInput } from "./series-view.ts";

/**
 * The same series in parts of about as many rows, each with some of the streams, in their order.
 *
 * @param most parts, ≥ 1
 */
export function splitSeries(input: SeriesInput, most: number): SeriesInput[] {
  const { table } = input;
  const cuts = [0];
  for (let part = 1; part < most; part++) {
    let row = Math.floor((part * table.rows) / most);
    while (row > 0 && row < table.rows && table.stream[row] === table.stream[row - 1]) row++;
    if (row > (cuts.at(-1) ?? 0) && row < table.rows) cuts.push(row);
  }
  if (cuts.length === 1) return [input];
  return cuts.map((from, part) => ({ ...input, table: rowsOf(table, from, cuts[part + 1] ?? table.rows) }));
}

function rowsOf(table: CellTable, from: number, to: number): CellTable {
  const first = table.stream[from] ?? 0;
  const last = table.stream[to - 1] ?? 0;
  const { traffic, labelled } = table;
  const sent = (moment: TrafficMoment): Float64Array => traffic[moment].slice(from, to);
  const known = (moment: CellMoment): Float64Array => labelled[moment].slice(from, to);
  return {
    streams: table.streams.slice(first, last + 1),
    rows: to - from,
    stream: table.stream.slice(from, to).map((stream) => stream - first),
    bucket: table.bucket.slice(from, to),
    cell: table.cell.slice(from, to),
    traffic: {
      predictions: sent("predictions"),
      sumConfidence: sent("sumConfidence"),
      act: sent("act"),
      review: sent("review"),
      abstain: sent("abstain"),
      uncertified: sent("uncertified"),
    },
    labelled: {
      count: known("count"),
      positives: known("positives"),
      weight: known("weight"),
      weightPositive: known("weightPositive"),
      squared: known("squared"),
      squaredPositive: known("squaredPositive"),
      p: known("p"),
      pPositive: known("pPositive"),
      pp: known("pp"),
      loss: known("loss"),
    },
    asOf: table.asOf,
  };
}

const opening = new TextEncoder().encode('"series":[');
const closing = new TextEncoder().encode("]}");

/** The JSON of the whole from the JSON of its parts: each ends with its series, which are put in a row. */
export function joinSeries(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? new Uint8Array(0);
  const comma = Uint8Array.of(44);
  const pieces = parts.flatMap((part, k) => {
    const body = part.subarray(k === 0 ? 0 : startOf(part), part.length - closing.length);
    return k === 0 ? [body] : [comma, body];
  });
  pieces.push(closing);
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Where the list of series begins: what comes before it is short and has no text of users. */
function startOf(part: Uint8Array): number {
  for (let at = 0; at < part.length; at++)
    if (opening.every((byte, k) => part[at + k] === byte)) return at + opening.length;
  throw new Error("a part of a series without series");
}

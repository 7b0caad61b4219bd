import { argsort, type CellMoment, cellMoments, InputError, timeGrid } from "@candor/core";
import type { DuckDBConnection, DuckDBDataChunk, DuckDBValue } from "@duckdb/node-api";
import { doubles } from "../../input/duckdb/vectors.ts";
import { StoreError } from "../errors.ts";
import { type CellQuery, type CellTable, type Stream, type TrafficMoment, trafficMoments } from "../event-store.ts";
import { Bindings } from "./bindings.ts";
import { type Piece, piecesOf } from "./cell-pieces.ts";
import { type CellSum, cellSums, wideSums } from "./cells-sql.ts";
import { finenessOf } from "./kept-groups.ts";
import { readMeta } from "./read-meta.ts";
import { readProject } from "./read-scope.ts";
import { numberIn, numberOrNullIn, type Row, rowsOf, textIn, textOrNullIn } from "./row-values.ts";
import { confidenceUnit, dayMs, hourMs, weightUnit } from "./units.ts";

const traffic: Readonly<Record<TrafficMoment, CellSum>> = {
  predictions: "predictions",
  sumConfidence: "sum_confidence",
  act: "act",
  review: "review",
  abstain: "abstain",
  uncertified: "uncertified",
};

const labelled: Readonly<Record<CellMoment, CellSum>> = {
  count: "count",
  positives: "positives",
  weight: "weight",
  weightPositive: "weight_positive",
  squared: "squared",
  squaredPositive: "squared_positive",
  p: "p",
  pPositive: "p_positive",
  pp: "pp",
  loss: "loss",
};

function unitOf(sum: CellSum): number {
  if (sum.startsWith("weight") || sum.startsWith("squared")) return weightUnit;
  if (sum === "sum_confidence" || sum === "loss" || sum === "pp" || sum === "p" || sum === "p_positive")
    return confidenceUnit;
  return 1;
}

/** SQL of the group of a cell; `cell` itself where cells are not added up. */
function groupSql(groups: Int16Array | undefined): string {
  if (groups === undefined) return "cell";
  if (groups.length !== timeGrid.size + 1)
    throw new InputError("shape-mismatch", `groups has ${groups.length} entries, expected ${timeGrid.size + 1}`);
  const bad = groups.findIndex((group) => group < 0);
  if (bad >= 0) throw new InputError("out-of-range", `group ${groups[bad]} of cell ${bad} is below 0`, bad);
  return finenessOf(groups) === "one" ? `${groups[0]}` : `([${groups.join(", ")}]::SMALLINT[])[cell + 1]`;
}

/** The stream that a row of names describes. @throws {StoreError} `damaged` */
export function streamOf(row: Row): Stream {
  const task = textIn(row, "task");
  if (task !== "binary" && task !== "confidence")
    throw new StoreError("damaged", `the store has a task ${task}, expected binary or confidence`);
  const key = textOrNullIn(row, "segment_key");
  const segment = key === null ? null : { key, value: textIn(row, "segment_value") };
  return { model: textIn(row, "model"), version: textIn(row, "version"), task, segment };
}

/** The streams of a query with their numbers, in their order. */
async function streamsOf(
  connection: DuckDBConnection,
  project: number,
  { model, version, segment = null }: CellQuery,
): Promise<readonly { readonly number: number; readonly stream: Stream }[]> {
  const bindings = new Bindings();
  const conditions = [`project = ${project}`];
  if (model !== undefined) conditions.push(`model = ${bindings.text(model)}`);
  if (version !== undefined) conditions.push(`version = ${bindings.text(version)}`);
  if (segment === null) conditions.push("segment_key IS NULL");
  else conditions.push(`segment_key = ${bindings.text(segment.key)}`);
  if (segment?.value !== undefined) conditions.push(`segment_value = ${bindings.text(segment.value)}`);
  const rows = await rowsOf(
    connection,
    `SELECT * FROM streams WHERE ${conditions.join(" AND ")} ORDER BY model, version, task, segment_value`,
    bindings.values,
  );
  return rows.map((row) => ({ number: numberIn(row, "stream"), stream: streamOf(row) }));
}

/** No rows. */
export function emptyTable(asOf: number): CellTable {
  const columns = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, new Float64Array(0)]));
  const none = columns([...trafficMoments, ...cellMoments]);
  return tableOf([], 0, new Int32Array(0), new Float64Array(0), new Int16Array(0), (name) => none[name], asOf);
}

function tableOf(
  streams: readonly Stream[],
  rows: number,
  stream: Int32Array,
  bucket: Float64Array,
  cell: Int16Array,
  columnOf: (name: TrafficMoment | CellMoment) => Float64Array | undefined,
  asOf: number,
): CellTable {
  const of = (name: TrafficMoment | CellMoment): Float64Array => columnOf(name) ?? new Float64Array(rows);
  return {
    streams,
    rows,
    stream,
    bucket,
    cell,
    traffic: {
      predictions: of("predictions"),
      sumConfidence: of("sumConfidence"),
      act: of("act"),
      review: of("review"),
      abstain: of("abstain"),
      uncertified: of("uncertified"),
    },
    labelled: {
      count: of("count"),
      positives: of("positives"),
      weight: of("weight"),
      weightPositive: of("weightPositive"),
      squared: of("squared"),
      squaredPositive: of("squaredPositive"),
      p: of("p"),
      pPositive: of("pPositive"),
      pp: of("pp"),
      loss: of("loss"),
    },
    asOf,
  };
}

/**
 * Cells of the streams of a query, added up.
 *
 * @throws {InputError} `shape-mismatch`, `out-of-range`, `unknown-option`
 *
 * Accuracy: sums are of integers, and rounded once to a double at the end.
 */
export async function readCells(connection: DuckDBConnection, query: CellQuery): Promise<CellTable> {
  const pieces = piecesOf(query);
  const group = groupSql(query.groups);
  const asOf = Number((await readMeta(connection)).get("as_of") ?? 0);
  const project = await readProject(connection, query.project);
  const named = project === null ? [] : await streamsOf(connection, project.number, query);
  if (named.length === 0) return emptyTable(asOf);

  const numbers = named.map(({ number }) => number);
  const positions = `(SELECT unnest([${numbers.join(", ")}]::INTEGER[]) AS stream,
    unnest(range(${numbers.length}))::INTEGER AS position)`;
  const wanted = wantedSums(query);
  const highs = await usedHighs(connection, pieces, wanted);
  const rows = pieces.map(
    ({
      table,
      where,
      bucket,
    }) => `SELECT stream, ${bucket} AS bucket, ${group} AS cell, ${[...wanted, ...highs].join(", ")}
      FROM ${table} WHERE ${streamsSql(numbers)} AND ${where}`,
  );
  const sums = wanted.map((sum) =>
    highs.includes(`${sum}_high`)
      ? `sum(${sum}) + sum(${sum}_high) * 4611686018427387904 AS ${sum}`
      : `sum(${sum}) AS ${sum}`,
  );
  return await readTable(
    connection,
    {
      streams: named.map(({ stream }) => stream),
      sql: `SELECT position, c.* FROM (
          SELECT stream, bucket, cell, ${sums.join(", ")} FROM (${rows.join(" UNION ALL ")}) GROUP BY stream, bucket, cell
        ) AS c JOIN ${positions} AS n ON n.stream = c.stream`,
      values: [],
      sums: wanted,
      bucketMs: query.bucket === "all" ? 0 : query.bucket === "day" ? dayMs : hourMs,
    },
    asOf,
  );
}

/** Streams up to which they are named one by one; beyond, those between the first and the last are read. */
const mostNamed = 500;

function streamsSql(numbers: readonly number[]): string {
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)];
  if (numbers.length > mostNamed || last - first + 1 === numbers.length) return `stream BETWEEN ${first} AND ${last}`;
  return `stream IN (${numbers.join(", ")})`;
}

function wantedSums({ moments }: CellQuery): readonly CellSum[] {
  if (moments === undefined) return cellSums;
  const names: Readonly<Record<TrafficMoment | CellMoment, CellSum>> = { ...traffic, ...labelled };
  const wanted = new Set(moments.map((moment) => names[moment]));
  return cellSums.filter((sum) => wanted.has(sum));
}

/** The `_high` columns with anything in them: DuckDB knows the ends of a column without reading it. */
async function usedHighs(
  connection: DuckDBConnection,
  pieces: readonly Piece[],
  wanted: readonly CellSum[],
): Promise<readonly string[]> {
  const used = new Set<string>();
  const wide = wideSums.filter((sum) => wanted.includes(sum));
  if (wide.length === 0) return [];
  for (const { table } of pieces) {
    const ends = wide.map((sum) => `min(${sum}_high) AS ${sum}_least, max(${sum}_high) AS ${sum}_most`);
    const [row] = await rowsOf(connection, `SELECT ${ends.join(", ")} FROM ${table}`);
    for (const sum of wide)
      if (row !== undefined && (numberOrNullIn(row, `${sum}_least`) || numberOrNullIn(row, `${sum}_most`)))
        used.add(`${sum}_high`);
  }
  return [...used];
}

/** Rows of cells: `position` of the stream, `bucket`, `cell` and sums. */
export interface CellRows {
  readonly streams: readonly Stream[];
  readonly sql: string;
  readonly values: readonly DuckDBValue[];
  /** Columns of the sums, in the order of `cellSums`; others are 0. Default: all. */
  readonly sums?: readonly CellSum[];
  /** Length of a bucket; 0 where there is one. */
  readonly bucketMs: number;
}

/** The table of rows of cells; rows and streams without anything are left out. */
export async function readTable(
  connection: DuckDBConnection,
  { streams: named, sql, values: bound, sums = cellSums, bucketMs }: CellRows,
  asOf: number,
): Promise<CellTable> {
  const isSomething = sums.map((sum) => `${sum} <> 0`).join(" OR ");
  const columns = ["position", "bucket", "cell", ...sums].map((column) => `${column}::DOUBLE`);
  const result = await connection.run(`SELECT ${columns.join(", ")} FROM (${sql}) WHERE ${isSomething}`, [...bound]);
  const chunks = await result.fetchAllChunks();
  const count = chunks.reduce((total, { rowCount }) => total + rowCount, 0);

  const stream = new Int32Array(count);
  const buckets = new Float64Array(count);
  const cell = new Int16Array(count);
  const values = sums.map(() => new Float64Array(count));
  const ranks = ranksOf(chunks, count);
  const places = new Float64Array(count);
  let at = 0;
  for (const chunk of chunks) {
    const size = chunk.rowCount;
    const [position, time, group] = keysOf(chunk);
    const to = ranks.subarray(at, at + size);
    for (let i = 0; i < size; i++) {
      const row = to[i] ?? 0;
      places[row] = position[i] ?? 0;
      buckets[row] = (time[i] ?? 0) * bucketMs;
      cell[row] = group[i] ?? 0;
    }
    sums.forEach((sum, k) => {
      const scale = 1 / unitOf(sum);
      const out = values[k];
      const from = doubles(chunk.getColumnVector(3 + k));
      if (out !== undefined) for (let i = 0; i < size; i++) out[to[i] ?? 0] = (from[i] ?? 0) * scale;
    });
    at += size;
  }
  const used: number[] = [];
  for (let row = 0; row < count; row++) {
    const place = places[row] ?? 0;
    if (used.at(-1) !== place) used.push(place);
    stream[row] = used.length - 1;
  }
  const streams = used.flatMap((place) => named[place] ?? []);
  const names: Readonly<Record<TrafficMoment | CellMoment, CellSum>> = { ...traffic, ...labelled };
  const columnOf = (name: TrafficMoment | CellMoment) => values[sums.indexOf(names[name])];
  return tableOf(streams, count, stream, buckets, cell, columnOf, asOf);
}

/** Position, bucket and cell of the rows of a chunk. */
function keysOf(chunk: DuckDBDataChunk): readonly [Float64Array, Float64Array, Float64Array] {
  const of = (k: number): Float64Array => doubles(chunk.getColumnVector(k));
  return [of(0), of(1), of(2)];
}

/**
 * Where each row belongs in the order of position, bucket and cell. DuckDB would move all columns to sort them, which takes
 * as long as adding them up.
 */
function ranksOf(chunks: readonly DuckDBDataChunk[], count: number): Uint32Array {
  let least = Infinity;
  let most = -Infinity;
  for (const chunk of chunks) {
    const [, time] = keysOf(chunk);
    // Asking a chunk for its length is a call into the engine: once, not in every turn.
    const size = chunk.rowCount;
    for (let i = 0; i < size; i++) {
      const bucket = time[i] ?? 0;
      if (bucket < least) least = bucket;
      if (bucket > most) most = bucket;
    }
  }
  const span = most - least + 1;
  const keys = new Float64Array(count);
  let at = 0;
  for (const chunk of chunks) {
    const [position, time, group] = keysOf(chunk);
    const size = chunk.rowCount;
    for (let i = 0; i < size; i++)
      keys[at++] = ((position[i] ?? 0) * span + (time[i] ?? 0) - least) * 32_768 + (group[i] ?? 0);
  }
  const order = argsort(keys);
  const ranks = new Uint32Array(count);
  for (let rank = 0; rank < count; rank++) ranks[order[rank] ?? 0] = rank;
  return ranks;
}

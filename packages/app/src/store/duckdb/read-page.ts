import { InputError } from "@candor/core";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { PredictionPage, PredictionQuery } from "../event-store.ts";
import { Bindings } from "./bindings.ts";
import { type PagePlace, readCursor, writeCursor } from "./page-cursor.ts";
import { readSalt } from "./read-meta.ts";
import { decisions, readPredictions } from "./read-predictions.ts";
import { type ReadProject, readProject, scopeOf } from "./read-scope.ts";
import { numberIn, numberOrNullIn, rowsOf } from "./row-values.ts";

const mostRows = 1000;

/** Shares of all the time there is that are looked through, newest first, until a page is full. */
const windows = [1 / 64, 1 / 8, 1];

/**
 * Conditions on `predictions AS p`.
 *
 * @param earliest time before which nothing is looked at; null: none
 */
async function conditionsOf(
  connection: DuckDBConnection,
  project: ReadProject,
  query: PredictionQuery,
  earliest: number | null,
  bindings: Bindings,
): Promise<string[]> {
  const { confidence, decision, outcome } = query;
  const conditions = await scopeOf(connection, project, query, bindings);
  if (confidence !== undefined) {
    const { from, to, source } = confidence;
    const column = source === "raw" ? "p.raw_confidence" : "p.confidence";
    if (!(from >= 0 && from <= to && to <= 1))
      throw new InputError("out-of-range", `confidence is from ${from} to ${to}, expected a range within [0, 1]`);
    const end = to === 1 ? "<=" : "<";
    conditions.push(`${column} >= ${bindings.double(from)} AND ${column} ${end} ${bindings.double(to)}`);
  }
  if (decision !== undefined) {
    const code = decisions.indexOf(decision);
    if (code < 0)
      throw new InputError("unknown-option", `decision is ${JSON.stringify(decision)}, expected ${decisions}`);
    conditions.push(`p.decision = ${code}`);
  }
  const since = earliest === null ? null : bindings.bigint(earliest);
  if (since !== null) conditions.push(`p.time >= ${since}`);
  const labels = `FROM labels AS l WHERE l.project = ${project.number}${since === null ? "" : ` AND l.time >= ${since}`}`;
  if (outcome === "none") conditions.push(`NOT EXISTS (${labels} AND l.seq = p.seq)`);
  else if (outcome !== undefined) {
    const value = outcome === "any" ? "" : ` AND l.outcome = ${outcome === 0 ? 0 : 1}`;
    conditions.push(`p.seq IN (SELECT l.seq ${labels}${value})`);
  }
  return conditions;
}

/** The newest predictions that match, no further than the limit. */
async function newestPlaces(
  connection: DuckDBConnection,
  project: ReadProject,
  query: PredictionQuery,
  after: PagePlace | null,
): Promise<readonly PagePlace[]> {
  const limit = query.limit + 1;
  const [span] = await rowsOf(connection, "SELECT min(time) AS first, max(time) AS last FROM predictions");
  const first = span === undefined ? null : numberOrNullIn(span, "first");
  if (span === undefined || first === null) return [];
  const oldest = Math.max(first, query.from ?? first);
  const newest = Math.min(numberIn(span, "last"), query.to ?? Infinity, after?.time ?? Infinity);
  for (const share of windows) {
    const bindings = new Bindings();
    const earliest = share < 1 ? Math.floor(newest - (newest - oldest) * share) : null;
    const conditions = await conditionsOf(connection, project, query, earliest, bindings);
    if (after !== null) {
      const time = bindings.bigint(after.time);
      conditions.push(`(p.time < ${time} OR (p.time = ${time} AND p.seq < ${bindings.bigint(after.seq)}))`);
    }
    const rows = await rowsOf(
      connection,
      `SELECT p.seq, p.time FROM predictions AS p WHERE ${conditions.join(" AND ")}
       ORDER BY p.time DESC, p.seq DESC LIMIT ${limit}`,
      bindings.values,
    );
    if (rows.length === limit || share === 1)
      return rows.map((row) => ({ time: numberIn(row, "time"), seq: numberIn(row, "seq") }));
  }
  return [];
}

/**
 * One page of predictions, newest first.
 *
 * @param now milliseconds since 1970
 * @throws {InputError} `out-of-range`, `unknown-option`; `incompatible` for a cursor of something else
 */
export async function readPage(
  connection: DuckDBConnection,
  query: PredictionQuery,
  now: number,
): Promise<PredictionPage> {
  const { limit } = query;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= mostRows))
    throw new InputError("out-of-range", `limit is ${limit}, expected 1 to ${mostRows}`);
  const salt = await readSalt(connection);
  const after = query.cursor === undefined ? null : readCursor(query.cursor, query, salt);
  const project = await readProject(connection, query.project);
  if (project === null) return { predictions: [], cursor: null };
  const places = await newestPlaces(connection, project, query, after);
  const shown = places.slice(0, limit);
  const last = shown.at(-1);
  if (last === undefined) return { predictions: [], cursor: null };
  const where = `p.seq IN (${shown.map(({ seq }) => seq).join(", ")})`;
  const stored = await readPredictions(connection, { ...project, id: query.project }, where, [], {
    now,
    content: query.content,
  });
  return {
    predictions: shown.flatMap(({ seq }) => stored.get(seq) ?? []),
    cursor: places.length > limit ? writeCursor(last, query, salt) : null,
  };
}

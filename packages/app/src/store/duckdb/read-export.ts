import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { identifier, literal } from "../../input/duckdb/expressions.ts";
import { StoreError } from "../errors.ts";
import type { ExportFormat, PredictionFilter } from "../event-store.ts";
import { Bindings } from "./bindings.ts";
import { decisions } from "./read-predictions.ts";
import { type ReadProject, readProject, scopeOf } from "./read-scope.ts";
import { rowsOf, textIn } from "./row-values.ts";

/** Segment keys that get a column of their own: with more, and for other names, they are in `segments` only. */
const mostSegmentColumns = 32;
const plainKey = /^[A-Za-z0-9_.-]{1,64}$/;

const options: Readonly<Record<ExportFormat, string>> = {
  csv: "FORMAT csv, HEADER",
  ndjson: "FORMAT json",
  parquet: "FORMAT parquet, COMPRESSION zstd",
};

/** Spreadsheets take text that begins in such a way for a formula; behind a quote they do not. */
function harmless(sql: string): string {
  return `CASE WHEN regexp_matches(${sql}, '^[=+\\-@\\t\\r]') THEN '''' || ${sql} ELSE ${sql} END`;
}

/** Keys with a column of their own: names of columns do not tell capitals from small letters. */
async function segmentKeys(connection: DuckDBConnection, project: ReadProject): Promise<readonly string[]> {
  const rows = await rowsOf(
    connection,
    `SELECT DISTINCT segment_key AS key FROM streams
     WHERE project = ${project.number} AND segment_key IS NOT NULL AND segment_key <> 'route' ORDER BY key`,
  );
  const keys = new Map<string, string>();
  for (const key of rows.map((row) => textIn(row, "key")).filter((key) => plainKey.test(key)))
    if (!keys.has(key.toLowerCase())) keys.set(key.toLowerCase(), key);
  return keys.size > mostSegmentColumns ? [] : [...keys.values()];
}

/** Names and expressions of the columns of a file. */
function columnsOf(format: ExportFormat, keys: readonly string[]): readonly (readonly [name: string, sql: string])[] {
  const text = (sql: string) => (format === "csv" ? harmless(sql) : sql);
  const moment = (sql: string) =>
    format === "parquet"
      ? `make_timestamptz(${sql} * 1000)`
      : `strftime(make_timestamp(${sql} * 1000), '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const json = (sql: string) => (format === "ndjson" ? `(${sql})::JSON` : sql);
  const own = (of: string, otherwise: string) => `CASE WHEN p.own_segments IS NULL THEN ${otherwise} ELSE ${of} END`;
  const words = decisions.map((word, code) => `WHEN ${code} THEN '${word}'`).join(" ");
  return [
    ["id", text("p.id")],
    ["time", moment("p.time")],
    ["model", text("c.model")],
    ["version", text("c.version")],
    ["route", text(own("p.own_route", "c.route"))],
    ["task", "c.task"],
    ["prediction", text("p.prediction")],
    ["raw_confidence", "p.raw_confidence"],
    ["confidence", "p.confidence"],
    ["lower", "p.lower"],
    ["upper", "p.upper"],
    ["decision", `CASE p.decision ${words} END`],
    ["certified", "p.certified"],
    ["outcome", "l.outcome"],
    ["observed_at", moment("l.observed")],
    ["propensity", "coalesce(p.propensity, 1)"],
    ["label_weight", "1 / coalesce(p.propensity, 1)"],
    ["calibrator_id", text("p.calibrator")],
    ["policy_id", text("p.policy")],
    ["received_at", moment("p.received")],
    ["evidence", json("p.evidence")],
    ["segments", json(own("p.own_segments", "c.segments"))],
    ...keys.map((key, i) => {
      const value = own(`json_extract_string(p.own_segments, ${literal(`/${key}`)})`, `c.segment_${i}`);
      return [`segment_${key}`, text(value)] as const;
    }),
  ];
}

/**
 * Writes the predictions that match to a file, with the outcome that counts. Text of CSV files that a spreadsheet would take
 * for a formula (`=`, `+`, `-`, `@`, tab or carriage return first) gets a quote in front. Prompts, answers and features are
 * never in it.
 *
 * @param path a new file in the temporary folder: the engine reaches no other
 * @returns how many rows
 * @throws {StoreError} `exists`
 */
export async function exportPredictions(
  connection: DuckDBConnection,
  filter: PredictionFilter,
  format: ExportFormat,
  path: string,
): Promise<number> {
  if (existsSync(path)) throw new StoreError("exists", `${path} exists already`);
  const known = await readProject(connection, filter.project);
  const project = known ?? { number: 0, hasOwnSegments: false };
  const keys = await segmentKeys(connection, project);
  const bindings = new Bindings();
  const conditions = await scopeOf(connection, project, filter, bindings);
  const ofCohorts = keys.map((key, i) => `, json_extract_string(segments, ${literal(`/${key}`)}) AS segment_${i}`);
  const select = columnsOf(format, keys).map(([name, sql]) => `${sql} AS ${identifier(name)}`);
  const sql = `
    COPY (
      SELECT ${select.join(", ")} FROM predictions AS p
      JOIN (SELECT *${ofCohorts.join("")} FROM cohorts WHERE project = ${project.number}) AS c ON c.cohort = p.cohort
      LEFT JOIN (SELECT seq, outcome, observed FROM labels WHERE project = ${project.number}) AS l ON l.seq = p.seq
      WHERE ${conditions.join(" AND ")}
    ) TO ${literal(path)} (${options[format]}, USE_TMP_FILE false)`;
  try {
    const reader = await connection.runAndReadAll(sql, bindings.values);
    return Number(reader.getRows()[0]?.[0] ?? 0);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

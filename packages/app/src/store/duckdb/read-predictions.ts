import type { Decision } from "@candor/core";
import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import type { StoredPrediction } from "../event-store.ts";
import type { OutcomeEvent, PredictionEvent, SpineTask } from "../events.ts";
import { booleanIn, numberIn, numberOrNullIn, objectIn, type Row, rowsOf, textIn, textOrNullIn } from "./row-values.ts";

/** Decisions by their code in the tables. */
export const decisions: readonly Decision[] = ["act", "review", "abstain"];

function taskIn(row: Row): SpineTask {
  const task = textIn(row, "task");
  if (task === "binary" || task === "confidence") return task;
  throw new StoreError("damaged", `the store has a task ${task}, expected binary or confidence`);
}

function decisionIn(row: Row): Decision | null {
  const code = numberOrNullIn(row, "decision");
  if (code === null) return null;
  const decision = decisions[code];
  if (decision === undefined) throw new StoreError("damaged", `the store has a decision ${code}, expected 0, 1 or 2`);
  return decision;
}

function segmentsIn(row: Row): Readonly<Record<string, string>> {
  const written = objectIn(row, row["own_segments"] === null ? "segments" : "own_segments");
  return Object.fromEntries(Object.entries(written).map(([key, value]) => [key, String(value)]));
}

function evidenceIn(row: Row): PredictionEvent["evidence"] {
  if (row["evidence"] === null) return null;
  const entries = Object.entries(objectIn(row, "evidence")).map(([key, value]) => {
    const isPlain =
      value === null || typeof value === "number" || typeof value === "string" || typeof value === "boolean";
    return [key, isPlain ? value : JSON.stringify(value)] as const;
  });
  return Object.fromEntries(entries);
}

function predictionOf(row: Row, project: string): PredictionEvent {
  const lower = numberOrNullIn(row, "lower");
  const upper = numberOrNullIn(row, "upper");
  return {
    kind: "prediction",
    project,
    id: textIn(row, "id"),
    model: textIn(row, "model"),
    version: textIn(row, "version"),
    route: textOrNullIn(row, row["own_segments"] === null ? "route" : "own_route"),
    segments: segmentsIn(row),
    time: numberIn(row, "time"),
    receivedAt: numberIn(row, "received"),
    task: taskIn(row),
    prediction: textOrNullIn(row, "prediction"),
    rawConfidence: numberOrNullIn(row, "raw_confidence"),
    confidence: numberOrNullIn(row, "confidence"),
    interval: lower === null || upper === null ? null : [lower, upper],
    decision: decisionIn(row),
    certified: row["certified"] === null ? null : booleanIn(row, "certified"),
    calibratorId: textOrNullIn(row, "calibrator"),
    policyId: textOrNullIn(row, "policy"),
    propensity: numberOrNullIn(row, "propensity"),
    evidence: evidenceIn(row),
  };
}

function valueIn(row: Row): OutcomeEvent["value"] {
  const value = numberOrNullIn(row, "value");
  if (value === null) return textOrNullIn(row, "label");
  return value === 0 ? 0 : 1;
}

function outcomeOf(row: Row, project: string): OutcomeEvent {
  return {
    kind: "outcome",
    project,
    predictionId: textIn(row, "id"),
    name: textIn(row, "name"),
    source: textIn(row, "source"),
    value: valueIn(row),
    observedAt: numberIn(row, "observed"),
    receivedAt: numberIn(row, "received"),
  };
}

/**
 * Predictions with all that is known of them.
 *
 * @param where a condition on `predictions AS p` that finds few rows
 * @param options `now`: content that expired before is not there any more, milliseconds since 1970; `content`: false leaves it out
 * @returns by `seq`
 */
export async function readPredictions(
  connection: DuckDBConnection,
  project: { readonly number: number; readonly id: string },
  where: string,
  values: string[],
  { now, content: withContent = true }: { readonly now: number; readonly content?: boolean | undefined },
): Promise<ReadonlyMap<number, StoredPrediction>> {
  const rows = await rowsOf(
    connection,
    `SELECT p.*, c.model, c.version, c.route, c.task, c.segments
     FROM (SELECT * FROM predictions AS p WHERE p.project = ${project.number} AND ${where}) AS p
     JOIN cohorts AS c ON c.cohort = p.cohort`,
    values,
  );
  if (rows.length === 0) return new Map();
  const keys = rows.map((row) => String(row["key"])).join(", ");
  // By row number: DuckDB would read all columns of all rows first.
  const ofKeys = (table: string): string =>
    `rowid IN (SELECT rowid FROM ${table} WHERE project = ${project.number} AND key IN (${keys}))`;
  const outcomes = new Map<string, OutcomeEvent[]>();
  for (const row of await rowsOf(
    connection,
    `SELECT * FROM outcomes WHERE ${ofKeys("outcomes")} ORDER BY observed, seq`,
  )) {
    const event = outcomeOf(row, project.id);
    const known = outcomes.get(event.predictionId);
    if (known === undefined) outcomes.set(event.predictionId, [event]);
    else known.push(event);
  }
  const contents = new Map<string, Record<string, unknown>>();
  const kept = `SELECT id, content FROM contents WHERE ${ofKeys("contents")} AND expires > $1::BIGINT`;
  for (const row of withContent ? await rowsOf(connection, kept, [BigInt(Math.floor(now))]) : [])
    contents.set(textIn(row, "id"), objectIn(row, "content"));
  const counted = new Map<number, 0 | 1>();
  const seqs = rows.map((row) => numberIn(row, "seq")).join(", ");
  for (const row of await rowsOf(connection, `SELECT seq, outcome FROM labels WHERE seq IN (${seqs})`))
    counted.set(numberIn(row, "seq"), numberIn(row, "outcome") === 0 ? 0 : 1);

  return new Map(
    rows.map((row) => {
      const prediction = predictionOf(row, project.id);
      const seq = numberIn(row, "seq");
      const stored = {
        prediction,
        outcomes: outcomes.get(prediction.id) ?? [],
        outcome: counted.get(seq) ?? null,
        content: contents.get(prediction.id) ?? null,
      };
      return [seq, stored] as const;
    }),
  );
}

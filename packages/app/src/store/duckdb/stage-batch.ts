import { setImmediate } from "node:timers/promises";
import { timeGrid } from "@candor/core";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { OutcomeEvent, PredictionEvent, SpineEvent } from "../events.ts";
import type { Catalogue, SpineProject } from "./catalogue.ts";
import { sameStatement } from "./same-statement.ts";
import { StagedRows, stepRows, tableTypes } from "./staging.ts";

const decisions = { act: 0, review: 1, abstain: 2 } as const;

/** What a project's events of a batch came to. */
export interface ProjectCounts {
  duplicates: number;
  conflicts: number;
  refused: number;
}

/** A batch in temporary tables, without what can be left out by looking at the batch alone. */
export interface StagedBatch {
  readonly predictions: number;
  readonly outcomes: number;
  readonly contents: number;
  readonly erasures: number;
  /** By number of the project. */
  readonly counts: Map<number, ProjectCounts>;
}

/** The counts of a project in a batch, zero where there were none. */
export function countsOf(counts: Map<number, ProjectCounts>, project: number): ProjectCounts {
  const known = counts.get(project);
  if (known) return known;
  const fresh = { duplicates: 0, conflicts: 0, refused: 0 };
  counts.set(project, fresh);
  return fresh;
}

/**
 * Writes a batch into the temporary tables `staged`, `staged_outcomes`, `staged_contents` and `staged_erasures`, and names
 * what is new in the catalogue. What an erasure of the same batch takes away, and predictions older than what is kept, are
 * refused here. Requests have their turn between steps of `stepRows` events.
 */
export async function stageBatch(
  connection: DuckDBConnection,
  events: readonly SpineEvent[],
  catalogue: Catalogue,
): Promise<StagedBatch> {
  const predictions = new StagedRows(tableTypes.predictions);
  const outcomes = new StagedRows(tableTypes.outcomes);
  const contents = new StagedRows(tableTypes.contents);
  const erasures = new StagedRows(tableTypes.erasures);
  const counts = new Map<number, ProjectCounts>();
  const words = new Uint32Array(2);
  const key = new BigUint64Array(words.buffer);
  const erased = erasedIn(events);
  const seen = new Map<string, PredictionEvent>();
  const seenContents = new Set<string>();

  const keyOf = (project: SpineProject, id: string): bigint => {
    catalogue.hash(project.number, id, words, 0);
    return key[0] ?? 0n;
  };

  let taken = 0;
  for (const event of events) {
    if (taken++ % stepRows === 0) await setImmediate();
    const project = catalogue.project(event.project);
    const id = event.kind === "prediction" ? event.id : event.predictionId;
    const name = `${project.number}\n${id}`;
    if (event.kind === "erasure") {
      if (!erased.delete(nameOf(event.project, id))) continue;
      erased.add(`done\n${nameOf(event.project, id)}`);
      erasures.add(project.number, keyOf(project, id), id);
      continue;
    }
    if (erased.size > 0 && isErased(erased, event.project, id)) {
      countsOf(counts, project.number).refused++;
      continue;
    }
    if (event.kind === "content") {
      if (seenContents.has(name)) continue;
      seenContents.add(name);
      contents.add(...[project.number, keyOf(project, id), id, JSON.stringify(event.content), BigInt(event.expiresAt)]);
      continue;
    }
    if (event.kind === "outcome") {
      addOutcome(outcomes, event, BigInt(catalogue.nextOutcome++), project, keyOf(project, id));
      continue;
    }
    if (project.keptFrom !== null && event.time < project.keptFrom) {
      countsOf(counts, project.number).refused++;
      continue;
    }
    const first = seen.get(name);
    if (first) {
      const count = countsOf(counts, project.number);
      count.duplicates++;
      if (!sameStatement(first, event)) count.conflicts++;
      continue;
    }
    seen.set(name, event);
    const cohort = catalogue.cohort(project, event);
    addPrediction(predictions, event, BigInt(catalogue.nextPrediction++), project, keyOf(project, id), cohort);
  }

  const tables = [
    [predictions, "predictions", "staged"],
    [outcomes, "outcomes", "staged_outcomes"],
    [contents, "contents", "staged_contents"],
  ] as const;
  for (const [rows, like, table] of tables) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS FROM ${like} LIMIT 0`);
    await rows.appendTo(connection, table);
  }
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE staged_erasures (project INTEGER NOT NULL, key UBIGINT NOT NULL, id VARCHAR NOT NULL)",
  );
  await erasures.appendTo(connection, "staged_erasures");
  return {
    predictions: predictions.rows,
    outcomes: outcomes.rows,
    contents: contents.rows,
    erasures: erasures.rows,
    counts,
  };
}

function nameOf(project: string, id: string): string {
  return `${project}\n${id}`;
}

function erasedIn(events: readonly SpineEvent[]): Set<string> {
  const erased = new Set<string>();
  for (const event of events) if (event.kind === "erasure") erased.add(nameOf(event.project, event.predictionId));
  return erased;
}

function isErased(erased: ReadonlySet<string>, project: string, id: string): boolean {
  const name = nameOf(project, id);
  return erased.has(name) || erased.has(`done\n${name}`);
}

function addPrediction(
  rows: StagedRows,
  event: PredictionEvent,
  seq: bigint,
  project: SpineProject,
  key: bigint,
  cohort: number,
): void {
  const keepsOwn = cohort < 0;
  rows.add(
    seq,
    project.number,
    key,
    event.id,
    Math.abs(cohort),
    BigInt(event.time),
    BigInt(event.receivedAt),
    event.confidence === null ? timeGrid.size : timeGrid.cellOf(event.confidence),
    event.rawConfidence,
    event.confidence,
    event.interval?.[0] ?? null,
    event.interval?.[1] ?? null,
    event.decision === null ? null : decisions[event.decision],
    event.certified,
    event.calibratorId,
    event.policyId,
    event.propensity,
    event.prediction,
    event.evidence === null ? null : JSON.stringify(event.evidence),
    keepsOwn ? event.route : null,
    keepsOwn ? JSON.stringify(event.segments) : null,
  );
}

function addOutcome(rows: StagedRows, event: OutcomeEvent, seq: bigint, project: SpineProject, key: bigint): void {
  const { value } = event;
  rows.add(
    seq,
    project.number,
    key,
    event.predictionId,
    event.name,
    event.source,
    typeof value === "number" ? value : null,
    typeof value === "string" ? value : null,
    BigInt(event.observedAt),
    BigInt(event.receivedAt),
  );
}

import type { DuckDBConnection } from "@duckdb/node-api";
import { StoreError } from "../errors.ts";
import type { ModelTraffic } from "../event-store.ts";
import { readProject } from "./read-scope.ts";
import { numberIn, rowsOf, textIn } from "./row-values.ts";
import { hourMs } from "./units.ts";

/** The model versions of a project, by name; their times are those of the first and the last hour with a prediction. */
export async function readModels(connection: DuckDBConnection, id: string): Promise<readonly ModelTraffic[]> {
  const project = await readProject(connection, id);
  if (project === null) return [];
  const all = `SELECT stream FROM streams WHERE project = ${project.number} AND segment_key IS NULL`;
  const rows = await rowsOf(
    connection,
    `SELECT s.model, s.version, s.task, t.*
     FROM (
       SELECT stream, sum(predictions) AS predictions, sum(count) AS labelled,
         min(bucket) FILTER (predictions <> 0) AS first, max(bucket) FILTER (predictions <> 0) AS last
       FROM hour_totals WHERE stream IN (${all}) GROUP BY stream HAVING sum(predictions) > 0
     ) AS t JOIN streams AS s USING (stream)
     ORDER BY s.model, s.version, s.task`,
  );
  const segments = new Map<string, Record<string, number>>();
  const nameOf = (model: string, version: string, task: string) => JSON.stringify([model, version, task]);
  for (const row of await rowsOf(
    connection,
    `SELECT model, version, task, segment_key, count(*) AS n FROM streams
     WHERE project = ${project.number} AND segment_key IS NOT NULL GROUP BY ALL ORDER BY ALL`,
  )) {
    const name = nameOf(textIn(row, "model"), textIn(row, "version"), textIn(row, "task"));
    segments.set(name, { ...segments.get(name), [textIn(row, "segment_key")]: numberIn(row, "n") });
  }
  return rows.map((row) => {
    const [model, version, task] = [textIn(row, "model"), textIn(row, "version"), textIn(row, "task")];
    if (task !== "binary" && task !== "confidence")
      throw new StoreError("damaged", `the store has a task ${task}, expected binary or confidence`);
    return {
      model,
      version,
      task,
      predictions: numberIn(row, "predictions"),
      labelled: numberIn(row, "labelled"),
      firstTime: numberIn(row, "first") * hourMs,
      lastTime: numberIn(row, "last") * hourMs,
      segments: segments.get(nameOf(model, version, task)) ?? {},
    };
  });
}

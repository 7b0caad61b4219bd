import type { DuckDBConnection } from "@duckdb/node-api";
import type { DataHealth, DelayQuantiles, LabelDelays } from "../event-store.ts";
import { readProject } from "./read-scope.ts";
import { numberIn, numberOrNullIn, rowsOf, textIn } from "./row-values.ts";
import { hourMs } from "./units.ts";

const delayHours = [1, 6, 24, 72, 168, 720];
const newestRows = 100_000;

const nothing: DataHealth = {
  predictions: 0,
  outcomes: 0,
  duplicates: 0,
  conflicts: 0,
  refused: 0,
  orphans: 0,
  oldestOrphan: null,
  withoutConfidence: 0,
  labelDelay: [],
  models: [],
  lag: null,
};

async function oneRow(connection: DuckDBConnection, sql: string): Promise<Record<string, unknown>> {
  return { ...(await rowsOf(connection, sql))[0] };
}

/** How long the newest predictions took to arrive; a project that has few among the newest rows is looked for further back. */
async function lagOf(connection: DuckDBConnection, project: number, held: number): Promise<DataHealth["lag"]> {
  if (held === 0) return null;
  const { newest, oldest } = await oneRow(connection, "SELECT max(seq) AS newest, min(seq) AS oldest FROM predictions");
  const wanted = Math.min(held, newestRows);
  for (let reach = newestRows; ; reach *= 8) {
    const from = Number(newest) - reach;
    const row = await oneRow(
      connection,
      `SELECT count(*) AS n, quantile_cont(lag, 0.5) AS median, quantile_cont(lag, 0.99) AS p99 FROM (
         SELECT CAST(received - time AS DOUBLE) AS lag FROM predictions
         WHERE project = ${project} AND seq > ${from} ORDER BY seq DESC LIMIT ${wanted})`,
    );
    if (numberIn(row, "n") >= wanted || from < Number(oldest))
      return { median: numberIn(row, "median"), p99: numberIn(row, "p99") };
  }
}

const quantiles = { median: 0.5, p90: 0.9, p99: 0.99 } as const;

/** Columns `<name>_<quantile>` of a time after the prediction. */
function quantileColumns(name: "observed" | "received"): string {
  return Object.entries(quantiles)
    .map(([quantile, at]) => `quantile_disc(${name} - time, ${at}) AS ${name}_${quantile}`)
    .join(", ");
}

function quantilesIn(row: Record<string, unknown>, name: "observed" | "received"): DelayQuantiles | null {
  if (row[`${name}_median`] === null) return null;
  const at = (quantile: keyof DelayQuantiles): number => numberIn(row, `${name}_${quantile}`);
  return { median: at("median"), p90: at("p90"), p99: at("p99") };
}

/** How late outcomes are, by model version. */
async function delaysOf(connection: DuckDBConnection, project: number): Promise<LabelDelays[]> {
  const rows = await rowsOf(
    connection,
    `WITH versions AS (SELECT cohort, model, version FROM cohorts WHERE project = ${project}),
     sent AS (
       SELECT model, version, sum(n) AS n FROM versions
       JOIN (SELECT cohort, count(*) AS n FROM predictions WHERE project = ${project} GROUP BY cohort) USING (cohort)
       GROUP BY model, version),
     late AS (
       SELECT model, version, count(*) AS labelled, ${quantileColumns("observed")}, ${quantileColumns("received")}
       FROM (SELECT cohort, time, observed, received FROM labels WHERE project = ${project})
       JOIN versions USING (cohort) GROUP BY model, version)
     SELECT model, version, CAST(n AS BIGINT) AS predictions, coalesce(labelled, 0) AS labelled, late.* EXCLUDE (model, version, labelled)
     FROM sent LEFT JOIN late USING (model, version) ORDER BY model, version`,
  );
  return rows.map((row) => ({
    model: textIn(row, "model"),
    version: textIn(row, "version"),
    predictions: numberIn(row, "predictions"),
    labelled: numberIn(row, "labelled"),
    observed: quantilesIn(row, "observed"),
    received: quantilesIn(row, "received"),
  }));
}

/** How sound the data is that the store holds of a project. */
export async function readDataHealth(connection: DuckDBConnection, id: string): Promise<DataHealth> {
  const project = await readProject(connection, id);
  if (project === null) return nothing;
  const of = `WHERE project = ${project.number}`;
  const counts = await oneRow(connection, `SELECT duplicates, conflicts, refused FROM spine_projects ${of}`);
  const rows = await oneRow(connection, `SELECT count(*) AS n, count(confidence) AS sure FROM predictions ${of}`);
  const outcomes = await oneRow(connection, `SELECT count(*) AS n FROM outcomes ${of}`);
  const orphans = await oneRow(
    connection,
    `SELECT count(*) AS n, min(o.received) AS oldest FROM outcomes AS o
     SEMI JOIN orphans AS w ON w.key = o.key AND w.project = o.project AND w.id = o.id WHERE o.project = ${project.number}`,
  );
  const within = delayHours.map((hours) => `count(*) FILTER (observed - time <= ${hours * hourMs}) AS h${hours}`);
  const delays = await oneRow(connection, `SELECT count(*) AS n, ${within.join(", ")} FROM labels ${of}`);
  const labels = numberIn(delays, "n");
  const predictions = numberIn(rows, "n");
  return {
    predictions,
    outcomes: numberIn(outcomes, "n"),
    duplicates: numberIn(counts, "duplicates"),
    conflicts: numberIn(counts, "conflicts"),
    refused: numberIn(counts, "refused"),
    orphans: numberIn(orphans, "n"),
    oldestOrphan: numberOrNullIn(orphans, "oldest"),
    withoutConfidence: predictions - numberIn(rows, "sure"),
    labelDelay:
      labels === 0 ? [] : delayHours.map((hours) => ({ hours, share: numberIn(delays, `h${hours}`) / labels })),
    models: await delaysOf(connection, project.number),
    lag: await lagOf(connection, project.number, predictions),
  };
}

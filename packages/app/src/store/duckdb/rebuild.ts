import type { DuckDBConnection } from "@duckdb/node-api";
import type { CellDifference } from "../event-store.ts";
import type { SpineTask } from "../events.ts";
import {
  addedUp,
  cellSums,
  cellTables,
  daysOf,
  hoursOf,
  insertsOf,
  labelledOf,
  totalsOf,
  trafficOf,
  weeksOf,
} from "./cells-sql.ts";
import { cellsInScope, liveCells, liveLabels, livePredictions } from "./maintenance-sql.ts";
import { numberIn, rowsOf, textIn, textOrNullIn } from "./row-values.ts";
import { dayMs, hourMs, mondayMs, weekMs } from "./units.ts";

/** Projects that a rebuild or a check is about, as the temporary table `scope`. */
async function setScope(connection: DuckDBConnection, project: string | undefined): Promise<void> {
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE scope AS SELECT project, kept_from FROM spine_projects WHERE $1 IS NULL OR id = $1",
    [project ?? null],
  );
}

const rebuilt = (labels: string): string =>
  hoursOf([
    trafficOf(`(SELECT *, 1 AS sign FROM (${livePredictions}))`),
    labelledOf(`(SELECT *, 1 AS sign FROM ${labels})`),
  ]);

/**
 * Makes labels and cells of a project, or of all, anew from events, in the transaction of the caller. Hours whose events are
 * forgotten stay as they are.
 */
export async function rebuildCells(connection: DuckDBConnection, project?: string): Promise<void> {
  await setScope(connection, project);
  await connection.run("DELETE FROM labels WHERE project IN (SELECT project FROM scope)");
  await connection.run(`INSERT INTO labels ${liveLabels}`);
  const live = "(SELECT l.* FROM labels AS l SEMI JOIN scope AS s USING (project))";
  await connection.run(`CREATE OR REPLACE TEMP TABLE rebuilt_cells AS ${rebuilt(live)}`);
  // What is frozen is kept aside; deleting all of the scope is faster than finding the rest.
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE frozen_cells AS SELECT c.* FROM (${cellsInScope("hour_sums")}) AS c
     JOIN streams AS t USING (stream) JOIN scope AS s USING (project)
     WHERE s.kept_from IS NOT NULL AND c.bucket < s.kept_from // ${hourMs}`,
  );
  for (const { table } of cellTables)
    await connection.run(
      `DELETE FROM ${table} WHERE stream IN (SELECT stream FROM streams SEMI JOIN scope USING (project))`,
    );
  const all = addedUp("(FROM frozen_cells UNION ALL FROM rebuilt_cells)");
  await connection.run(`CREATE OR REPLACE TEMP TABLE all_cells AS ${all}`);
  for (const insert of insertsOf("all_cells", "sorted")) await connection.run(insert);
  for (const table of ["frozen_cells", "rebuilt_cells", "all_cells"]) await connection.run(`DROP TABLE ${table}`);
}

/** Most differences that a check reports. */
const mostDifferences = 1000;

/**
 * Where labels and cells by hour, day and week are not what events say, in the transaction of the caller; at most 1000.
 * It writes temporary tables only, so a load need not wait for it.
 */
export async function verifyCells(connection: DuckDBConnection, project?: string): Promise<readonly CellDifference[]> {
  await setScope(connection, project);
  await connection.run(`CREATE OR REPLACE TEMP TABLE true_labels AS ${liveLabels}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE wrong_labels AS SELECT DISTINCT cohort, time, grid FROM (
       (FROM true_labels EXCEPT ALL SELECT l.* FROM labels AS l SEMI JOIN scope AS s USING (project))
       UNION ALL
       (SELECT l.* FROM labels AS l SEMI JOIN scope AS s USING (project) EXCEPT ALL FROM true_labels)
     )`,
  );
  const hours = await differences(connection, addedUp(`(${liveCells})`), rebuilt("true_labels"), hourMs);
  const days = await differences(
    connection,
    addedUp(`(${cellsInScope("day_sums")})`),
    daysOf(`(${cellsInScope("hour_sums")})`),
    dayMs,
  );
  const weeks = await differences(
    connection,
    addedUp(`(${cellsInScope("week_sums")})`),
    weeksOf(`(${cellsInScope("hour_sums")})`),
    weekMs,
    mondayMs,
  );
  const totals = await differences(
    connection,
    addedUp(`(${cellsInScope("total_sums")})`),
    totalsOf(`(${cellsInScope("hour_sums")})`),
    hourMs,
  );
  const labels = await rowsOf(
    connection,
    `SELECT t.*, w.time, w.grid FROM wrong_labels AS w JOIN cohort_streams AS c USING (cohort) JOIN streams AS t USING (stream)
     WHERE t.segment_key IS NULL LIMIT ${mostDifferences}`,
  );
  for (const table of ["scope", "true_labels", "wrong_labels"]) await connection.run(`DROP TABLE ${table}`);
  const wrong = labels.map((row): CellDifference => {
    const hour = Math.floor(numberIn(row, "time") / hourMs) * hourMs;
    return { stream: streamOf(row), hour, cell: numberIn(row, "grid"), kept: "another label", rebuilt: "a label" };
  });
  return [...hours, ...days, ...weeks, ...totals, ...wrong].slice(0, mostDifferences);
}

function streamOf(row: Readonly<Record<string, unknown>>): CellDifference["stream"] {
  const key = textOrNullIn(row, "segment_key");
  const task: SpineTask = textIn(row, "task") === "binary" ? "binary" : "confidence";
  return {
    model: textIn(row, "model"),
    version: textIn(row, "version"),
    task,
    segment: key === null ? null : { key, value: textIn(row, "segment_value") },
  };
}

async function differences(
  connection: DuckDBConnection,
  kept: string,
  rebuiltCells: string,
  bucketMs: number,
  firstMs = 0,
): Promise<readonly CellDifference[]> {
  const sums = (side: string): string =>
    `concat_ws(' ', ${cellSums.map((sum) => `'${sum} ' || ${side}.${sum}`).join(", ")})`;
  const isSame = cellSums.map((sum) => `k.${sum} = r.${sum}`).join(" AND ");
  const rows = await rowsOf(
    connection,
    `SELECT t.*, bucket, cell, ${sums("k")} AS kept, ${sums("r")} AS rebuilt
     FROM (${kept}) AS k FULL JOIN (${rebuiltCells}) AS r USING (stream, bucket, cell) LEFT JOIN streams AS t USING (stream)
     WHERE (${isSame}) IS NOT TRUE ORDER BY stream, bucket, cell LIMIT ${mostDifferences}`,
  );
  return rows.map((row) => ({
    stream: streamOf(row),
    hour: firstMs + numberIn(row, "bucket") * bucketMs,
    cell: numberIn(row, "cell"),
    kept: textIn(row, "kept") || "nothing",
    rebuilt: textIn(row, "rebuilt") || "nothing",
  }));
}

import { timeGrid } from "@candor/core";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { CellTable, CountQuery } from "../event-store.ts";
import { Bindings } from "./bindings.ts";
import { cellSums, labelledOf, trafficOf } from "./cells-sql.ts";
import { cellSql } from "./grid-sql.ts";
import { emptyTable, readTable, streamOf } from "./read-cells.ts";
import { readMeta } from "./read-meta.ts";
import { readProject, scopeOf } from "./read-scope.ts";
import { rowsOf } from "./row-values.ts";

/**
 * Cells counted from predictions and labels: what `readCells` gives for the same predictions, exactly, where the confidence
 * is the calibrated one.
 *
 * @throws {InputError} `out-of-range`
 */
export async function countCells(connection: DuckDBConnection, query: CountQuery): Promise<CellTable> {
  const asOf = Number((await readMeta(connection)).get("as_of") ?? 0);
  const project = await readProject(connection, query.project);
  if (project === null) return emptyTable(asOf);
  const named = await rowsOf(
    connection,
    `SELECT model, version, task, NULL AS segment_key, NULL AS segment_value
     FROM (SELECT DISTINCT model, version, task FROM cohorts WHERE project = ${project.number})
     ORDER BY model, version, task`,
  );
  const bindings = new Bindings();
  const scope = (await scopeOf(connection, project, query, bindings)).join(" AND ");
  const isRaw = query.confidence === "raw";
  const confidence = isRaw ? "p.raw_confidence" : "p.confidence";
  const grid = isRaw ? `coalesce(${cellSql("p.raw_confidence")}, ${timeGrid.size})` : "p.grid";
  const predictions = `(SELECT p.* REPLACE (${confidence} AS confidence, ${grid} AS grid), 1 AS sign
    FROM predictions AS p WHERE ${scope})`;
  const labels = `(SELECT l.* REPLACE (${confidence} AS confidence, ${grid} AS grid), 1 AS sign
    FROM labels AS l JOIN predictions AS p ON p.seq = l.seq AND p.project = l.project WHERE ${scope})`;
  const columns = `cohort, bucket, cell, ${cellSums.join(", ")}`;
  const pieces = [trafficOf(predictions), labelledOf(labels)].map((sql) => `SELECT * FROM (${sql}) AS t(${columns})`);
  const sql = `
    SELECT position, 0 AS bucket, cell, ${cellSums.map((sum) => `sum(${sum}) AS ${sum}`).join(", ")}
    FROM (${pieces.join(" UNION ALL ")}) AS c
    JOIN (
      SELECT cohort, dense_rank() OVER (ORDER BY model, version, task) - 1 AS position
      FROM cohorts WHERE project = ${project.number}
    ) AS n ON n.cohort = c.cohort
    GROUP BY position, cell`;
  return await readTable(connection, { streams: named.map(streamOf), sql, values: bindings.values, bucketMs: 0 }, asOf);
}

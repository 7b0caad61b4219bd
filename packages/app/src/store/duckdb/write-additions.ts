import type { DuckDBConnection } from "@duckdb/node-api";
import type { Additions } from "./catalogue.ts";
import { StagedRows, tableTypes } from "./staging.ts";

/** Writes what a load has named for the first time. */
export async function writeAdditions(connection: DuckDBConnection, added: Additions): Promise<void> {
  for (const { number, id, counted } of added.projects)
    await connection.run("INSERT INTO spine_projects VALUES ($1, $2, $3, NULL, 0, 0, 0)", [number, id, counted]);
  const cohorts = new StagedRows(tableTypes.cohorts);
  for (const { cohort, project, model, version, route, task, segments } of added.cohorts)
    cohorts.add(cohort, project, model, version, route, task, segments);
  await cohorts.appendTo(connection, "cohorts");
  const streams = new StagedRows(tableTypes.streams);
  for (const { stream, project, model, version, task, key, value } of added.streams)
    streams.add(stream, project, model, version, task, key, value);
  await streams.appendTo(connection, "streams");
  const pairs = new StagedRows(tableTypes.cohortStreams);
  for (const [cohort, stream] of added.cohortStreams) pairs.add(cohort, stream);
  await pairs.appendTo(connection, "cohort_streams");
}

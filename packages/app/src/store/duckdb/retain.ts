import type { DuckDBConnection } from "@duckdb/node-api";
import type { Catalogue } from "./catalogue.ts";
import { addedUp, cellTables, stored } from "./cells-sql.ts";
import type { Database } from "./database.ts";
import { hourMs } from "./units.ts";
import { writeAdditions } from "./write-additions.ts";

const sameKey = "o.key = r.key AND o.project = r.project AND o.id = r.id";

/**
 * Forgets the events of a project before a whole hour, in the transaction of the caller; its cells stay, and older
 * predictions are refused from now on. Outcomes that wait for a prediction are forgotten with those of their arrival.
 *
 * @returns how many predictions were forgotten
 */
export async function retain(
  connection: DuckDBConnection,
  catalogue: Catalogue,
  id: string,
  from: number,
): Promise<number> {
  const floor = Math.floor(from / hourMs) * hourMs;
  const project = catalogue.project(id);
  await writeAdditions(connection, catalogue.takeAdditions());
  if (project.keptFrom !== null && floor <= project.keptFrom) return 0;
  project.keptFrom = floor;
  const values = [project.number, BigInt(floor)];
  await connection.run("UPDATE spine_projects SET kept_from = $2 WHERE project = $1", values);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE retired AS
     SELECT project, key, id FROM predictions WHERE project = $1 AND time < $2
     UNION ALL SELECT project, key, id FROM orphans WHERE project = $1 AND received < $2`,
    values,
  );
  const { rowsChanged } = await connection.run("DELETE FROM predictions WHERE project = $1 AND time < $2", values);
  await connection.run("DELETE FROM labels WHERE project = $1 AND time < $2", values);
  for (const table of ["outcomes", "orphans", "contents"])
    await connection.run(`DELETE FROM ${table} AS o USING retired AS r WHERE ${sameKey}`);
  await connection.run("DROP TABLE retired");
  return rowsChanged;
}

/** Forgets content whose time is over, in the transaction of the caller. Returns how many. */
export async function expireContent(connection: DuckDBConnection, now: number): Promise<number> {
  return (await connection.run("DELETE FROM contents WHERE expires <= $1", [BigInt(now)])).rowsChanged;
}

/** Forgets everything that the spine has of a project, its tombstones too, in the transaction of the caller. */
export async function forgetProject(connection: DuckDBConnection, id: string): Promise<void> {
  await connection.run("CREATE OR REPLACE TEMP TABLE gone AS SELECT project FROM spine_projects WHERE id = $1", [id]);
  const isGone = "IN (SELECT project FROM gone)";
  for (const { table } of cellTables)
    await connection.run(`DELETE FROM ${table} WHERE stream IN (SELECT stream FROM streams WHERE project ${isGone})`);
  await connection.run(
    `DELETE FROM cohort_streams WHERE cohort IN (SELECT cohort FROM cohorts WHERE project ${isGone})`,
  );
  for (const table of [
    ...["predictions", "outcomes", "labels", "orphans", "contents", "erased"],
    ...["cohorts", "streams", "spine_projects"],
  ])
    await connection.run(`DELETE FROM ${table} WHERE project ${isGone}`);
}

/** Adds up the pieces of cells, in those buckets that have cells in several, and writes the log into the file. */
export async function compact(database: Database): Promise<void> {
  await database.write(async (connection) => {
    for (const { table, sums } of cellTables) {
      await connection.run(
        `CREATE OR REPLACE TEMP TABLE in_pieces AS SELECT DISTINCT bucket FROM (
           SELECT bucket FROM ${table} GROUP BY stream, bucket, cell HAVING count(*) > 1
         )`,
      );
      const pieces = `(FROM ${sums} WHERE bucket IN (SELECT bucket FROM in_pieces))`;
      await connection.run(
        `CREATE OR REPLACE TEMP TABLE compacted AS ${addedUp(pieces)} ORDER BY stream, bucket, cell`,
      );
      await connection.run(`DELETE FROM ${table} WHERE bucket IN (SELECT bucket FROM in_pieces)`);
      await connection.run(`INSERT INTO ${table} ${stored("compacted")}`);
      await connection.run("DROP TABLE compacted");
      await connection.run("DROP TABLE in_pieces");
    }
  });
  await database.exclusive(async (connection) => {
    await connection.run("CHECKPOINT");
  });
}

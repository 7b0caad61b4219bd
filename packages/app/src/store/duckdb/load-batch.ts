import type { DuckDBConnection } from "@duckdb/node-api";
import type { LoadSummary } from "../event-store.ts";
import type { SpineEvent } from "../events.ts";
import type { Catalogue } from "./catalogue.ts";
import { hoursOf, insertsOf, labelledOf, trafficOf } from "./cells-sql.ts";
import { countedOutcomes } from "./counted-sql.ts";
import { numberIn, rowsOf } from "./row-values.ts";
import { countsOf, type ProjectCounts, stageBatch } from "./stage-batch.ts";
import { writeAdditions } from "./write-additions.ts";

/** Parts of a change of cells: SQL of cells per cohort and hour. */
type CellChange = string[];

/**
 * Loads a batch in the transaction of the caller: new predictions and outcomes, what counts of the ids they touch, the
 * difference to the cells, and the position.
 */
export async function loadBatch(
  connection: DuckDBConnection,
  events: readonly SpineEvent[],
  position: number,
  catalogue: Catalogue,
): Promise<LoadSummary> {
  const staged = await stageBatch(connection, events, catalogue);
  await writeAdditions(connection, catalogue.takeAdditions());
  const { counts } = staged;
  const change: CellChange = [];

  if (staged.erasures > 0) await erase(connection, catalogue, change);
  if (catalogue.hasErased) {
    if (staged.predictions > 0) await refuseErased(connection, "staged", counts);
    if (staged.outcomes > 0) await refuseErased(connection, "staged_outcomes", counts);
    if (staged.contents > 0) await refuseErased(connection, "staged_contents", counts);
  }
  let predictions = 0;
  if (staged.predictions > 0) {
    await dropKnown(connection, counts);
    predictions = await changed(connection, "INSERT INTO predictions FROM staged");
    if (predictions > 0) change.push(trafficOf("(SELECT *, 1 AS sign FROM staged)"));
  }
  const outcomes =
    staged.outcomes > 0 || predictions > 0
      ? await takeOutcomes(connection, predictions > 0, change)
      : { added: 0, orphans: 0 };
  if (staged.contents > 0) await takeContents(connection);
  await addCells(connection, change);
  await writeCounts(connection, counts);
  await connection.run("UPDATE meta SET value = $1 WHERE name = 'position'", [String(position)]);
  const newest = newestArrival(events);
  if (newest !== null) await connection.run("UPDATE meta SET value = $1 WHERE name = 'as_of'", [String(newest)]);

  const total = { duplicates: 0, conflicts: 0, refused: 0 };
  for (const count of counts.values()) {
    total.duplicates += count.duplicates;
    total.conflicts += count.conflicts;
    total.refused += count.refused;
  }
  const stagedOutcomes = await countOf(connection, "SELECT count(*) AS n FROM staged_outcomes");
  return {
    ...total,
    predictions,
    outcomes: outcomes.added,
    repeatedOutcomes: stagedOutcomes - outcomes.added,
    orphans: outcomes.orphans,
  };
}

/** When the newest of the events arrived; null where none says so. */
function newestArrival(events: readonly SpineEvent[]): number | null {
  let newest: number | null = null;
  for (const event of events)
    if (event.kind !== "content" && (newest === null || event.receivedAt > newest)) newest = event.receivedAt;
  return newest;
}

async function changed(connection: DuckDBConnection, sql: string): Promise<number> {
  return (await connection.run(sql)).rowsChanged;
}

async function countOf(connection: DuckDBConnection, sql: string): Promise<number> {
  const [row] = await rowsOf(connection, sql);
  return row === undefined ? 0 : numberIn(row, "n");
}

/** Tombstones for what is erased; what was there of it goes, out of the cells too. */
async function erase(connection: DuckDBConnection, catalogue: Catalogue, change: CellChange): Promise<void> {
  const sameId = "p.key = e.key AND p.project = e.project AND p.id = e.id";
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE removed AS SELECT p.rowid AS place, p.* FROM predictions AS p JOIN staged_erasures AS e ON ${sameId}`,
  );
  const removed = await countOf(connection, "SELECT count(*) AS n FROM removed");
  if (removed > 0) {
    await connection.run(
      "CREATE OR REPLACE TEMP TABLE removed_labels AS FROM labels WHERE seq IN (SELECT seq FROM removed)",
    );
    await connection.run("DELETE FROM labels WHERE seq IN (SELECT seq FROM removed)");
    await connection.run("DELETE FROM predictions WHERE rowid IN (SELECT place FROM removed)");
    change.push(trafficOf("(SELECT *, -1 AS sign FROM removed)"));
    change.push(labelledOf("(SELECT *, -1 AS sign FROM removed_labels)"));
  }
  for (const table of ["outcomes", "orphans", "contents"])
    await connection.run(`DELETE FROM ${table} AS p USING staged_erasures AS e WHERE ${sameId}`);
  await connection.run(
    `INSERT INTO erased SELECT DISTINCT project, key FROM staged_erasures AS e
     WHERE NOT EXISTS (FROM erased AS t WHERE t.key = e.key AND t.project = e.project)`,
  );
  catalogue.hasErased = true;
}

async function refuseErased(
  connection: DuckDBConnection,
  table: "staged" | "staged_outcomes" | "staged_contents",
  counts: Map<number, ProjectCounts>,
): Promise<void> {
  const refused = await rowsOf(
    connection,
    `SELECT project, count(*) AS n FROM ${table} AS s SEMI JOIN erased AS t ON t.key = s.key AND t.project = s.project
     GROUP BY project`,
  );
  if (refused.length === 0) return;
  for (const row of refused) countsOf(counts, numberIn(row, "project")).refused += numberIn(row, "n");
  await connection.run(`DELETE FROM ${table} AS s USING erased AS t WHERE t.key = s.key AND t.project = s.project`);
}

/** What two predictions of one id must have in common to say the same; see `sameStatement`. */
const statement = [
  ...["cohort", "raw_confidence", "confidence", "lower", "upper", "decision", "certified", "calibrator", "policy"],
  ...["propensity", "prediction", "evidence", "own_route", "own_segments"],
];

async function dropKnown(connection: DuckDBConnection, counts: Map<number, ProjectCounts>): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE known AS SELECT s.seq AS staged, p.rowid AS place
     FROM predictions AS p JOIN staged AS s ON p.key = s.key AND p.project = s.project`,
  );
  if ((await countOf(connection, "SELECT count(*) AS n FROM known")) === 0) return;
  const differs = statement.map((name) => `p.${name} IS DISTINCT FROM s.${name}`).join(" OR ");
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE duplicates AS SELECT k.staged, s.project, (${differs}) AS conflict
     FROM predictions AS p JOIN known AS k ON p.rowid = k.place JOIN staged AS s ON s.seq = k.staged AND s.id = p.id`,
  );
  const rows = await rowsOf(
    connection,
    "SELECT project, count(*) AS n, count(*) FILTER (conflict) AS conflicts FROM duplicates GROUP BY project",
  );
  for (const row of rows) {
    const count = countsOf(counts, numberIn(row, "project"));
    count.duplicates += numberIn(row, "n");
    count.conflicts += numberIn(row, "conflicts");
  }
  await connection.run("DELETE FROM staged WHERE seq IN (SELECT staged FROM duplicates)");
}

const sameKey = (a: string, b: string): string =>
  `${a}.key = ${b}.key AND ${a}.project = ${b}.project AND ${a}.id = ${b}.id`;

/** New outcomes, orphans, and what counts of every id that has a new outcome or whose outcomes were waiting for it. */
async function takeOutcomes(
  connection: DuckDBConnection,
  hasPredictions: boolean,
  change: CellChange,
): Promise<{ added: number; orphans: number }> {
  const found = hasPredictions
    ? `UNION SELECT s.project, s.key, s.id FROM staged AS s JOIN orphans AS o ON ${sameKey("s", "o")}`
    : "";
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE touched AS SELECT DISTINCT project, key, id FROM staged_outcomes ${found}`,
  );
  if ((await countOf(connection, "SELECT count(*) AS n FROM touched")) === 0) return { added: 0, orphans: 0 };
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE outcome_places AS SELECT o.rowid AS place
     FROM outcomes AS o SEMI JOIN touched AS t ON o.key = t.key AND o.project = t.project`,
  );
  const isKnown = (await countOf(connection, "SELECT count(*) AS n FROM outcome_places")) > 0;
  const earlier = `(${
    isKnown
      ? `SELECT o.* FROM outcomes AS o JOIN outcome_places AS k ON o.rowid = k.place SEMI JOIN touched AS t ON ${sameKey("o", "t")}`
      : "FROM outcomes LIMIT 0"
  })`;
  await connection.run(`CREATE OR REPLACE TEMP TABLE earlier_outcomes AS FROM ${earlier}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE new_outcomes AS SELECT * FROM staged_outcomes AS s
     WHERE NOT EXISTS (
       FROM earlier_outcomes AS o WHERE ${sameKey("o", "s")} AND o.name = s.name AND o.source = s.source
         AND o.observed = s.observed AND o.value IS NOT DISTINCT FROM s.value AND o.label IS NOT DISTINCT FROM s.label
     )
     QUALIFY row_number() OVER (PARTITION BY project, key, id, name, source, observed, value, label ORDER BY seq) = 1`,
  );
  const added = await changed(connection, "INSERT INTO outcomes FROM new_outcomes");
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE prediction_places AS SELECT p.rowid AS place
     FROM predictions AS p SEMI JOIN touched AS t ON p.key = t.key AND p.project = t.project`,
  );
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE touched_predictions AS
     SELECT p.seq, p.project, p.key, p.id, p.cohort, p.time, p.grid, p.confidence, p.propensity, p.prediction
     FROM predictions AS p JOIN prediction_places AS k ON p.rowid = k.place SEMI JOIN touched AS t ON ${sameKey("p", "t")}`,
  );
  await countLabels(connection, change);
  await connection.run(`DELETE FROM orphans AS o USING touched_predictions AS p WHERE ${sameKey("o", "p")}`);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE new_orphans AS SELECT o.project, o.key, o.id, min(o.received) AS received, count(*) AS n
     FROM new_outcomes AS o ANTI JOIN touched_predictions AS p ON ${sameKey("o", "p")} GROUP BY ALL`,
  );
  const orphans = await countOf(connection, "SELECT coalesce(sum(n), 0) AS n FROM new_orphans");
  if (orphans > 0)
    await connection.run(
      `INSERT INTO orphans SELECT project, key, id, received FROM new_orphans AS n
       WHERE NOT EXISTS (FROM orphans AS o WHERE ${sameKey("o", "n")})`,
    );
  return { added, orphans };
}

/** Makes the labels of `touched_predictions` what their outcomes say, and adds the difference to the change. */
async function countLabels(connection: DuckDBConnection, change: CellChange): Promise<void> {
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE labels_after AS ${countedOutcomes("touched_predictions", "(FROM earlier_outcomes UNION ALL FROM new_outcomes)")}`,
  );
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE labels_before AS FROM labels WHERE seq IN (SELECT seq FROM touched_predictions)",
  );
  const isSame = "a.seq = b.seq AND a.outcome = b.outcome AND a.observed = b.observed AND a.received = b.received";
  const gone = await countOf(
    connection,
    `SELECT count(*) AS n FROM labels_before AS b ANTI JOIN labels_after AS a ON ${isSame}`,
  );
  if (gone > 0) {
    await connection.run(
      `DELETE FROM labels WHERE seq IN (SELECT b.seq FROM labels_before AS b ANTI JOIN labels_after AS a ON ${isSame})`,
    );
    change.push(labelledOf("(SELECT *, -1 AS sign FROM labels_before)"));
    await connection.run(
      `INSERT INTO labels SELECT a.* FROM labels_after AS a ANTI JOIN labels_before AS b ON ${isSame}`,
    );
    change.push(labelledOf("(SELECT *, 1 AS sign FROM labels_after)"));
    return;
  }
  const came = await changed(
    connection,
    `INSERT INTO labels SELECT a.* FROM labels_after AS a WHERE a.seq NOT IN (SELECT seq FROM labels_before)`,
  );
  if (came > 0)
    change.push(labelledOf("(SELECT *, 1 AS sign FROM labels_after WHERE seq NOT IN (SELECT seq FROM labels_before))"));
}

async function takeContents(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `INSERT INTO contents SELECT * FROM staged_contents AS s WHERE NOT EXISTS (FROM contents AS c WHERE ${sameKey("c", "s")})`,
  );
}

async function addCells(connection: DuckDBConnection, change: CellChange): Promise<void> {
  if (change.length === 0) return;
  await connection.run(`CREATE OR REPLACE TEMP TABLE added_cells AS ${hoursOf(change)}`);
  for (const insert of insertsOf("added_cells")) await connection.run(insert);
}

async function writeCounts(connection: DuckDBConnection, counts: Map<number, ProjectCounts>): Promise<void> {
  for (const [project, { duplicates, conflicts, refused }] of counts)
    await connection.run(
      `UPDATE spine_projects
       SET duplicates = duplicates + $1, conflicts = conflicts + $2, refused = refused + $3 WHERE project = $4`,
      [duplicates, conflicts, refused, project],
    );
}

import type { DuckDBConnection } from "@duckdb/node-api";
import type { EventStore, LoadSummary } from "../event-store.ts";
import { writeCopy } from "./backup.ts";
import { Catalogue } from "./catalogue.ts";
import type { Database } from "./database.ts";
import { loadBatch } from "./load-batch.ts";
import { readStoreId } from "./read-meta.ts";
import { rebuildCells, verifyCells } from "./rebuild.ts";
import { compact, expireContent, forgetProject, retain } from "./retain.ts";
import { writeAdditions } from "./write-additions.ts";

/** The half of the store that writes. */
export type EventWrites = Pick<
  EventStore,
  | "storeId"
  | "position"
  | "load"
  | "setCountedOutcome"
  | "rebuildCells"
  | "verifyCells"
  | "retain"
  | "expireContent"
  | "removeProject"
  | "compact"
  | "backup"
>;

const nothing: LoadSummary = {
  predictions: 0,
  duplicates: 0,
  conflicts: 0,
  outcomes: 0,
  repeatedOutcomes: 0,
  orphans: 0,
  refused: 0,
};

/**
 * Loading, rebuilding and forgetting.
 *
 * @param temporaryFolder where a backup is written before it gets its name
 */
export function eventWrites(database: Database, temporaryFolder: string): EventWrites {
  let catalogue: Catalogue | undefined;

  /** One transaction that may change the catalogue: when it fails, the catalogue is read again. */
  const change = <T>(work: (connection: DuckDBConnection, names: Catalogue) => Promise<T>) =>
    database
      .write(async (connection) => {
        const names = catalogue ?? (await Catalogue.read(connection));
        catalogue = undefined;
        return { result: await work(connection, names), names };
      })
      .then(({ result, names }) => {
        catalogue = names;
        return result;
      });

  return {
    storeId: () => database.read((connection) => readStoreId(connection)),
    position: () => change(async (_, names) => names.position),
    load: (events, position) =>
      change(async (connection, names) => {
        if (position <= names.position) return nothing;
        const summary = await loadBatch(connection, events, position, names);
        names.position = position;
        return summary;
      }),
    setCountedOutcome: (project, name) =>
      change(async (connection, names) => {
        const known = names.project(project);
        await writeAdditions(connection, names.takeAdditions());
        if (known.counted === name) return;
        known.counted = name;
        await connection.run("UPDATE spine_projects SET counted = $2 WHERE project = $1", [known.number, name]);
        await rebuildCells(connection, project);
      }),
    rebuildCells: (project) => database.write((connection) => rebuildCells(connection, project)),
    verifyCells: (project) => database.read((connection) => verifyCells(connection, project)),
    retain: (project, from) => change((connection, names) => retain(connection, names, project, from)),
    expireContent: (now) => database.write((connection) => expireContent(connection, now)),
    removeProject: (project) =>
      database.write(async (connection) => {
        catalogue = undefined;
        await forgetProject(connection, project);
      }),
    compact: () => compact(database),
    backup: (path) => writeCopy(database, temporaryFolder, path),
  };
}

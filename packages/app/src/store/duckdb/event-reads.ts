import type { EventStore } from "../event-store.ts";
import { countCells } from "./count-cells.ts";
import type { Database } from "./database.ts";
import { keyHash } from "./key-hash.ts";
import { readCells } from "./read-cells.ts";
import { exportPredictions } from "./read-export.ts";
import { readDataHealth } from "./read-health.ts";
import { readSalt } from "./read-meta.ts";
import { readModels } from "./read-models.ts";
import { readPage } from "./read-page.ts";
import { readPredictions } from "./read-predictions.ts";
import { readProject } from "./read-scope.ts";

/** The half of the store that reads. */
export type EventReads = Pick<
  EventStore,
  "prediction" | "predictions" | "cells" | "countCells" | "models" | "dataHealth" | "exportRows"
>;

/**
 * Reads of the open file; each sees one state of it from beginning to end.
 *
 * @param now milliseconds since 1970
 */
export function eventReads(database: Database, now: () => number): EventReads {
  let exporting: Promise<unknown> = Promise.resolve();
  return {
    prediction: (project, id) =>
      database.read(async (connection) => {
        const known = await readProject(connection, project);
        if (known === null) return null;
        const words = new Uint32Array(2);
        keyHash(await readSalt(connection))(known.number, id, words, 0);
        const [key] = new BigUint64Array(words.buffer);
        const found = await readPredictions(
          connection,
          { number: known.number, id: project },
          `p.key = ${key} AND p.id = $1`,
          [id],
          { now: now() },
        );
        return found.values().next().value ?? null;
      }),
    predictions: (query) => database.read((connection) => readPage(connection, query, now())),
    cells: (query) => database.read((connection) => readCells(connection, query)),
    countCells: (query) => database.read((connection) => countCells(connection, query)),
    models: (project) => database.read((connection) => readModels(connection, project)),
    dataHealth: (project) => database.read((connection) => readDataHealth(connection, project)),
    exportRows(filter, format, path) {
      // One at a time: exports are long, and must not take all connections from other reads.
      const turn = exporting.then(() =>
        database.read((connection) => exportPredictions(connection, filter, format, path)),
      );
      exporting = turn.catch(() => undefined);
      return turn;
    },
  };
}

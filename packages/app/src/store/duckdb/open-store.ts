import { randomBytes } from "node:crypto";
import type { EventStore } from "../event-store.ts";
import type { StateStore } from "../state-store.ts";
import { eventReads } from "./event-reads.ts";
import { eventWrites } from "./event-writes.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { type DatabaseOptions, openDatabase } from "./open-database.ts";
import { openState } from "./state-store.ts";

/** How the embedded store is opened. */
export interface DuckStoreOptions extends DatabaseOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The embedded store: both halves of one file. */
export interface DuckStore {
  readonly events: EventStore;
  readonly state: StateStore;
  /** Waits for what runs, then closes the file. */
  close(): Promise<void>;
}

/**
 * Opens the embedded store, makes it where there is none, and brings its schema up to date.
 *
 * @throws {StoreError} `owned` by another process; `schema` of a newer Candor or of something else; `damaged`;
 *   `cannot-write`
 */
export async function openDuckStore(options: DuckStoreOptions): Promise<DuckStore> {
  const database = await openDatabase(options);
  try {
    await database.write(async (connection) => {
      await migrate(connection, migrations, options.now(), options.path);
      for (const [name, value] of [
        ["salt", randomBytes(16).toString("hex")],
        ["store", randomBytes(8).toString("hex")],
        ["position", "0"],
        ["as_of", "0"],
      ] as const)
        await connection.run("INSERT INTO meta SELECT $1, $2 WHERE NOT EXISTS (FROM meta WHERE name = $1)", [
          name,
          value,
        ]);
    });
    const state = await openState(database, options.now);
    const close = async (): Promise<void> => {
      await state.close();
      await database.close();
    };
    const events: EventStore = {
      ...eventReads(database, options.now),
      ...eventWrites(database, options.temporaryFolder),
      close,
    };
    return { events, state, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

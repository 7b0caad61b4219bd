import { randomBytes } from "node:crypto";
import { defaultLimits, type Limits, type Log, type ServerDeps } from "../../http/deps.ts";
import type { App, AppOptions } from "../../http/server-app.ts";
import { type DataFolder, openDataFolder } from "../../store/data-folder.ts";
import { openDuckStore } from "../../store/duckdb/open-store.ts";
import type { EventStore } from "../../store/event-store.ts";
import type { Ingest } from "../../store/ingest.ts";
import { openIngest } from "../../store/log/open-ingest.ts";
import type { StateStore } from "../../store/state-store.ts";

export interface OpenServerOptions {
  /** Path of the data folder; it is made where there is none. */
  readonly data: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
  readonly limits?: Partial<Limits>;
  /** Most that the engine holds in memory, such as `512MB`; beyond it works on disk. Default: what the engine's is. */
  readonly memoryLimit?: string;
  readonly app?: AppOptions;
}

/** A data folder, opened, and the application on it; without a port. */
export interface OpenedServer {
  readonly folder: DataFolder;
  readonly events: EventStore;
  readonly state: StateStore;
  readonly ingest: Ingest;
  readonly app: App;
  /** What the local token is made of. */
  readonly secret: Uint8Array;
  readonly localToken: string;
  /** Loads what was acknowledged, writes everything into the file and gives the folder up. Closing twice is harmless. */
  close(): Promise<void>;
}

/**
 * Opens a data folder: log, engine and application.
 *
 * @throws {StoreError} `owned`, `cannot-write`, `schema`, `damaged`
 */
export async function openServer({
  data,
  now,
  log,
  limits,
  memoryLimit,
  app,
}: OpenServerOptions): Promise<OpenedServer> {
  const folder = await openDataFolder(data);
  const undo: (() => Promise<void>)[] = [() => folder.release()];
  const close = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    // The engine opens the file on threads of its own, while the modules of the application load on this one.
    const loading = import("../../http/app.ts");
    loading.catch(() => undefined);
    const store = await openDuckStore({
      path: folder.database,
      temporaryFolder: folder.temporary,
      now,
      ...(memoryLimit === undefined ? {} : { memoryLimit }),
    });
    undo.push(() => store.close());
    await folder.begin();
    const { events, state } = store;
    const warn = (message: string): void => log.warn({}, message);
    const ingest = await openIngest({ folder: folder.log, events, now, warn });
    undo.push(() => ingest.close());
    const { createApp } = await loading;
    const secret = randomBytes(32);
    const localToken = secret.toString("base64url");
    const deps: ServerDeps = {
      events,
      state,
      ingest,
      now,
      temporaryFolder: folder.temporary,
      log,
      limits: { ...defaultLimits, ...limits },
      localToken,
    };
    return { folder, events, state, ingest, app: createApp(deps, app), secret, localToken, close };
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

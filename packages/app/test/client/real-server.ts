import { mkdir, mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerType, serve } from "@hono/node-server";
import { onTestFinished } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { defaultLimits, type ServerDeps } from "../../src/http/deps.ts";
import type { App } from "../../src/http/server-app.ts";
import { dataFolderPaths } from "../../src/store/data-folder.ts";
import { openDuckStore } from "../../src/store/duckdb/open-store.ts";
import { openIngest } from "../../src/store/log/open-ingest.ts";

export const localToken = "local-token-of-the-tests-0123456789";

const silent = { info() {}, warn() {}, error() {} };

/** A server on a data folder of its own, as `candor serve` makes it. */
export interface RealServer {
  readonly url: string;
  readonly app: App;
  readonly deps: ServerDeps;
  /** Ends it in the middle of what it does: connections are cut, and replies on their way are lost. */
  cut(): Promise<void>;
}

/** A folder, and how to remove it. */
export async function testFolderFor(): Promise<{ readonly folder: string; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), "candor-server-"));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** A folder that is removed when the test is over. */
export async function testFolder(): Promise<string> {
  const { folder, remove } = await testFolderFor();
  onTestFinished(remove);
  return folder;
}

/** A server that ends with the test. */
export async function realServer(root: string, port = 0, change: Partial<ServerDeps> = {}): Promise<RealServer> {
  const server = await openServer(root, port, change);
  onTestFinished(server.cut);
  return server;
}

/**
 * Starts a server.
 *
 * @param port 0: any
 */
export async function openServer(root: string, port = 0, change: Partial<ServerDeps> = {}): Promise<RealServer> {
  const paths = dataFolderPaths(root);
  const now = change.now ?? Date.now;
  await mkdir(paths.temporary, { recursive: true });
  const store = await openDuckStore({ path: paths.database, temporaryFolder: paths.temporary, now });
  const ingest = await openIngest({ folder: paths.log, events: store.events, now });
  const deps: ServerDeps = {
    events: store.events,
    state: store.state,
    ingest,
    now,
    temporaryFolder: paths.temporary,
    log: silent,
    limits: defaultLimits,
    localToken,
    ...change,
  };
  const app = createApp(deps);
  const server = await new Promise<ServerType>((resolve) => {
    const made = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => resolve(made));
  });
  const address = server.address() satisfies AddressInfo | string | null;
  const url = `http://127.0.0.1:${address !== null && typeof address === "object" ? address.port : port}`;
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
    await ingest.close();
    await store.close();
  };
  const cut = (): Promise<void> => {
    closed ??= close();
    return closed;
  };
  return { url, app, deps, cut };
}

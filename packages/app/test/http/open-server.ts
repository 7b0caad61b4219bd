import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApiKey } from "../../src/http/api-key.ts";
import { createApp } from "../../src/http/app.ts";
import { defaultLimits, type Limits, type ServerDeps } from "../../src/http/deps.ts";
import { openLog } from "../../src/http/log.ts";
import type { App, AppOptions } from "../../src/http/server-app.ts";
import { openDuckStore } from "../../src/store/duckdb/open-store.ts";
import { openIngest } from "../../src/store/log/open-ingest.ts";
import { defaultSettings, type Role } from "../../src/store/state-store.ts";

/** A server on the real store in a folder of its own, with what tests need beside it. */
export interface TestServer {
  readonly app: App;
  readonly deps: ServerDeps;
  /** Every line that was logged. */
  readonly lines: string[];
  /** Makes a key and returns its secret; of all projects unless one is named. */
  key(roles: readonly Role[], project?: string | null, expiresAt?: number | null): Promise<string>;
  project(id: string): Promise<void>;
  /** A request with a key, and a body as JSON where there is one. */
  ask(path: string, options?: Ask): Promise<Response>;
  close(): Promise<void>;
}

export interface Ask {
  readonly method?: string;
  readonly key?: string | undefined;
  readonly json?: unknown;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
}

export const localToken = "local-token-of-the-test";

/** Opens one. The clock stands at `now.value` until the test sets it; the monotonic one at `now.ms`. */
export async function openServer(
  now: { value: number; ms: number },
  limits: Partial<Limits> = {},
  options: AppOptions = {},
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), "candor-http-"));
  const temporaryFolder = join(folder, "tmp");
  await mkdir(temporaryFolder);
  const clock = () => now.value;
  const { events, state, close } = await openDuckStore({
    path: join(folder, "candor.duckdb"),
    temporaryFolder,
    now: clock,
  });
  const ingest = await openIngest({ folder: join(folder, "log"), events, now: clock });
  const lines: string[] = [];
  const deps: ServerDeps = {
    events,
    state,
    ingest,
    now: clock,
    temporaryFolder,
    log: openLog({ write: (line) => lines.push(line) }),
    limits: { ...defaultLimits, ...limits },
    localToken,
  };
  const app = createApp(deps, { clock: () => now.ms, ...options });
  const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
  return {
    app,
    deps,
    lines,
    key: async (roles, project = null, expiresAt = null) =>
      (await createApiKey(state, { name: roles.join("-"), project, roles, expiresAt }, "cli", random, clock())).secret,
    project: (id) =>
      state.createProject({ id, name: id, createdAt: clock(), demo: false, settings: defaultSettings }, "cli"),
    ask: async (path, { method, key, json, body, headers = {}, address = "192.0.2.1" } = {}) => {
      const sent = json === undefined ? body : JSON.stringify(json);
      return app.request(
        path,
        {
          method: method ?? (sent === undefined ? "GET" : "POST"),
          headers: {
            ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
            ...(json === undefined ? {} : { "Content-Type": "application/json" }),
            ...headers,
          },
          ...(sent === undefined ? {} : { body: sent }),
        },
        { incoming: { socket: { remoteAddress: address } } },
      );
    },
    close: async () => {
      await ingest.close();
      await close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

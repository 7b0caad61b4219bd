import type { EventStore } from "../store/event-store.ts";
import type { Ingest } from "../store/ingest.ts";
import type { ApiKey, StateStore } from "../store/state-store.ts";

/** What the server logs: one line per event, never a secret, a prompt, an answer or a request body. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** Limits of what one request may ask for. */
export interface Limits {
  /** Of a body as it comes, in bytes. Default 8 MiB. */
  readonly bodyBytes: number;
  /** Of a compressed body when it is opened, in bytes. Default 32 MiB. */
  readonly openedBytes: number;
  /** Items of a batch. Default 10 000. */
  readonly batchItems: number;
  /** Requests per second and key, and how many may come at once. Default 5000 and 10 000. */
  readonly requestsPerSecond: number;
  readonly burst: number;
}

export const defaultLimits: Limits = {
  bodyBytes: 8 * 1024 * 1024,
  openedBytes: 32 * 1024 * 1024,
  batchItems: 10_000,
  requestsPerSecond: 5000,
  burst: 10_000,
};

/** Everything the routes need; only `cli/commands/serve.ts` and tests build it. */
export interface ServerDeps {
  readonly events: EventStore;
  readonly state: StateStore;
  readonly ingest: Ingest;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Where a backup or an export is written before it is sent. */
  readonly temporaryFolder: string;
  readonly log: Log;
  readonly limits: Limits;
  /** Secret of the machine's own command line: whoever can read the data folder. Null: none. */
  readonly localToken: string | null;
}

/** Who asks, and for which project: set on every request by the middleware before a route sees it. */
export interface Caller {
  /** Null for the local command line, which may do everything. */
  readonly key: ApiKey | null;
  /** Id of the key, or `cli`: for the audit. */
  readonly actor: string;
  /** The one project that this request is about. */
  readonly project: string;
}

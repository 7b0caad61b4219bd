import { ClientError, type Rejection } from "./client-error.ts";
import type { DecideOutcome, DecideRequest } from "./decide.ts";

/** The part of an HTTP reply that the client reads; `Response` is one. */
export interface ClientResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** The part of `fetch` that the client uses. */
export type ClientFetch = (
  url: string,
  init: { method: "POST"; headers: Record<string, string>; body: string | Blob; signal: AbortSignal },
) => Promise<ClientResponse>;

/** What tells that the process is about to end; `process` of Node is one. */
export interface ExitHook {
  once(event: "beforeExit", listener: () => void): unknown;
  off(event: "beforeExit", listener: () => void): unknown;
}

export interface ClientOptions {
  /** Where the server is, for example `http://127.0.0.1:4319`. */
  readonly url: string;
  /** An API key with the role `write`; `review` is enough for outcomes. */
  readonly key: string;
  /** Needed only with keys that are good for all projects. */
  readonly project?: string;
  /** Default: the global `fetch`. */
  readonly fetch?: ClientFetch;
  /** Items per request. Default 500. */
  readonly batchSize?: number;
  /** Milliseconds that an item waits for others at most. Default 200. */
  readonly flushMs?: number;
  /** Items of each kind that are queued or on their way before callers have to wait. Default 20 000. */
  readonly maxQueue?: number;
  /**
   * What happens above `maxQueue`. `wait` (default): the item is taken and the promise resolves when there is room again.
   * `throw`: the item is not taken and the promise rejects with `full`.
   */
  readonly whenFull?: "wait" | "throw";
  /** Requests with predictions that are on their way at once. Outcomes go one request after the other. Default 2. */
  readonly connections?: number;
  /** Milliseconds until an attempt counts as failed. Default 30 000. */
  readonly timeoutMs?: number;
  /** Bodies of at least so many characters are sent compressed; `Infinity`: none. Default 65 536. */
  readonly compressFrom?: number;
  /**
   * Hears of every item that the server will not take. Without it the next `flush` or `close` throws `rejected` with them,
   * so that no item is lost unnoticed.
   */
  readonly onRejected?: (rejections: readonly Rejection[]) => void;
  /** Hears of every attempt that failed and will be made again. */
  readonly onError?: (error: ClientError) => void;
  /** Milliseconds within which `decide` must have its answer, retries included. Default 1000. */
  readonly decideTimeoutMs?: number;
  /**
   * What `decide` answers when the server cannot be reached in time. `throw` (default): a `ClientError` with `unavailable`.
   * `review`: the decision `review` without a probability, marked `unavailable`; nothing is recorded at the server.
   * A function answers itself. A server that refuses the request (4xx) always throws.
   */
  readonly onUnavailable?: "throw" | "review" | ((request: DecideRequest, error: ClientError) => DecideOutcome);
  /**
   * Pass `process` to let a process end although items are queued: they are sent when nothing else is left to do, and what
   * is not delivered within `closeMs` is handed to `onRejected`. Without it queued items keep the process alive.
   */
  readonly exit?: ExitHook;
  /** Milliseconds that `close` waits for delivery. Default 10 000. */
  readonly closeMs?: number;
  /** Milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
  /** In [0, 1); spreads retries. Default `Math.random`. */
  readonly random?: () => number;
}

/** The options with their defaults, checked. */
export interface Settings {
  readonly base: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly fetch: ClientFetch;
  readonly batchSize: number;
  readonly flushMs: number;
  readonly maxQueue: number;
  readonly whenFull: "wait" | "throw";
  readonly connections: number;
  readonly timeoutMs: number;
  readonly compressFrom: number;
  readonly onRejected: ((rejections: readonly Rejection[]) => void) | undefined;
  readonly onError: (error: ClientError) => void;
  readonly decideTimeoutMs: number;
  readonly onUnavailable: NonNullable<ClientOptions["onUnavailable"]>;
  readonly exit: ExitHook | undefined;
  readonly closeMs: number;
  readonly now: () => number;
  readonly random: () => number;
}

/**
 * The options with their defaults.
 *
 * @throws {ClientError} `bad-input`
 */
export function readOptions(options: ClientOptions): Settings {
  const { url, key, project, batchSize = 500, flushMs = 200, maxQueue = 20_000, connections = 2 } = options;
  const { timeoutMs = 30_000, decideTimeoutMs = 1000, closeMs = 10_000, compressFrom = 65_536 } = options;
  if (!/^https?:\/\//.test(url))
    throw new ClientError("bad-input", `url must start with http:// or https://, got "${url}"`);
  if (typeof key !== "string" || !/^[\x21-\x7e]+$/.test(key))
    throw new ClientError("bad-input", "key must be an API key: printable characters without spaces");
  whole("batchSize", batchSize, 1, 10_000);
  whole("maxQueue", maxQueue, 1, Number.MAX_SAFE_INTEGER);
  whole("connections", connections, 1, 64);
  positive("flushMs", flushMs);
  positive("timeoutMs", timeoutMs);
  positive("decideTimeoutMs", decideTimeoutMs);
  positive("closeMs", closeMs);
  if (!(compressFrom >= 0)) throw new ClientError("bad-input", `compressFrom must be ≥ 0, got ${compressFrom}`);
  return {
    base: `${url.replace(/\/+$/, "")}/api/v1`,
    headers: { authorization: `Bearer ${key}`, ...(project === undefined ? {} : { "x-candor-project": project }) },
    fetch: options.fetch ?? ((target, init) => fetch(target, init)),
    batchSize,
    flushMs,
    maxQueue,
    whenFull: options.whenFull ?? "wait",
    connections,
    timeoutMs,
    compressFrom,
    onRejected: options.onRejected,
    onError: options.onError ?? (() => undefined),
    decideTimeoutMs,
    onUnavailable: options.onUnavailable ?? "throw",
    exit: options.exit,
    closeMs,
    now: options.now ?? Date.now,
    random: options.random ?? Math.random,
  };
}

function whole(name: string, value: number, from: number, to: number): void {
  if (!Number.isSafeInteger(value) || value < from || value > to)
    throw new ClientError("bad-input", `${name} must be a whole number from ${from} to ${to}, got ${value}`);
}

function positive(name: string, value: number): void {
  if (!(value > 0 && value < 2 ** 31))
    throw new ClientError("bad-input", `${name} must be above 0 and below 2^31 milliseconds, got ${value}`);
}

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Project } from "../store/state-store.ts";
import type { Views } from "../views/create-views.ts";
import type { Caller, ServerDeps } from "./deps.ts";
import type { AdmitVersion } from "./ingest/version-limit.ts";
import type { KeyRing } from "./key-ring.ts";
import type { ServerMetrics } from "./server-metrics.ts";
import type { Session, Sessions } from "./sessions.ts";
import type { Allowance } from "./token-bucket.ts";

/** What the middleware puts on a request. */
export interface AppEnv {
  Variables: {
    requestId: string;
    /** As text, opened; absent on requests that have none. */
    body: string | undefined;
    /** Absent on routes that need no key. */
    caller: Caller | undefined;
    /** The session that the caller came with; absent with a key. */
    session: Session | undefined;
    allowance: Allowance | undefined;
  };
}

/** The application that routes are added to. */
export type App = OpenAPIHono<AppEnv>;

/** What else a server may be told. */
export interface AppOptions {
  /** Names that it answers to, without port; null: any. Default: those of loopback. */
  readonly hosts?: readonly string[] | null;
  /** Whether browsers reach it over https, so that cookies may be kept to that. Default false. */
  readonly isHttps?: boolean;
  /** Whether `/metrics` answers without a key. Default false. */
  readonly isMetricsPublic?: boolean;
  /** Logs one browser in as the local command line, once: for the link that `candor serve` prints. Default: none. */
  readonly loginTicket?: string | null;
  /** Makes reports, series and diagrams; default two workers that start when there is work for them. */
  readonly views?: Views;
  /** Secure random bytes; default those of Node. */
  readonly randomBytes?: (count: number) => Uint8Array;
  /** Milliseconds, monotonic; default that of Node. */
  readonly clock?: () => number;
}

/** What the routes share besides what the server was made with. */
export interface RouteDeps extends ServerDeps, Required<AppOptions> {
  readonly metrics: ServerMetrics;
  readonly keys: KeyRing;
  readonly sessions: Sessions;
  /**
   * A project with its settings. `default` is made where it is missing.
   *
   * @throws {HttpError} 404
   */
  readonly projectOf: (id: string) => Promise<Project>;
  /** What bounds the model versions of a project. */
  readonly versionsOf: (project: Project) => Promise<AdmitVersion>;
  /** The OpenAPI document of all routes. */
  readonly document: () => object;
}

/** A file of routes: adds them to the application. Listed in `routes/index.ts`. */
export type RouteModule = (app: App, deps: RouteDeps) => void;

/**
 * Who asks, and for which project. The only place a handler may take a project from.
 *
 * @throws {Error} on a route that was declared public
 */
export function callerOf(c: Context<AppEnv>): Caller {
  const caller = c.get("caller");
  if (caller === undefined) throw new Error(`${c.req.path} asks for its caller but is declared public`);
  return caller;
}

import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { Caller, ServerDeps } from "./deps.ts";
import type { ServerMetrics } from "./server-metrics.ts";

/** What the middleware puts on a request. */
export interface AppEnv {
  Variables: {
    requestId: string;
    /** Absent on routes that need no key. */
    caller: Caller | undefined;
    /** The session that the caller came with; absent with a key. */
    sessionId: string | undefined;
  };
}

/** The application that routes are added to. */
export type App = OpenAPIHono<AppEnv>;

/** What the routes share besides what the server was made with. */
export interface RouteDeps extends ServerDeps {
  readonly metrics: ServerMetrics;
  /** Secure random bytes, for secrets and ids. */
  readonly randomBytes: (count: number) => Uint8Array;
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

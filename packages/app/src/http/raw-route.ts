import type { RouteConfig } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { App, AppEnv } from "./server-app.ts";

/**
 * Adds a route whose body the handler reads itself, from `c.get("body")`: the document describes it, and Zod does not check it.
 */
export function addRawRoute(
  app: App,
  route: RouteConfig & { getRoutingPath(): string },
  handler: (c: Context<AppEnv>) => Promise<Response>,
): void {
  app.openAPIRegistry.registerPath(route);
  app.on(route.method.toUpperCase(), route.getRoutingPath(), handler);
}

import { randomBytes } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import type { Access } from "./access.ts";
import type { ServerDeps } from "./deps.ts";
import { accessExtension } from "./describe-route.ts";
import { errorReply, zodDetail } from "./error-reply.ts";
import { openKeyRing } from "./key-ring.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { routeModules } from "./routes/index.ts";
import type { App, AppEnv, RouteDeps } from "./server-app.ts";

/** What else a server may be told. */
export interface AppOptions {
  /** Secure random bytes; default those of Node. */
  readonly randomBytes?: (count: number) => Uint8Array;
}

/** The whole API as a web-standard application: `app.request(...)` answers without a port. */
export function createApp(deps: ServerDeps, options: AppOptions = {}): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) =>
      result.success ? undefined : c.json({ error: zodDetail(result.error, result.target) }, 400),
  });
  const access = new Map<string, Access>();
  const routeDeps: RouteDeps = {
    ...deps,
    randomBytes: options.randomBytes ?? ((count) => randomBytes(count)),
    metrics: { accepted() {}, rejected() {}, predicted() {}, answered() {} },
  };

  app.use(authenticate(routeDeps, openKeyRing(deps.state), (c) => accessOfMatch(c, access)));
  for (const add of routeModules) add(app, routeDeps);
  for (const definition of app.openAPIRegistry.definitions)
    if (definition.type === "route") {
      const { method, path, [accessExtension]: declared } = definition.route;
      access.set(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ":$1")}`, declared);
    }

  app.notFound((c) =>
    c.json({ error: { code: "no-route", message: `there is no ${c.req.method} ${c.req.path}` } }, 404),
  );
  app.onError((error, c) => {
    const { status, detail, headers, isFault } = errorReply(error);
    if (isFault) deps.log.error({ err: error }, "a request failed");
    return c.json({ error: detail }, status, { ...headers });
  });
  return app;
}

function accessOfMatch(c: Context<AppEnv>, access: ReadonlyMap<string, Access>): Access | undefined {
  for (const { method, path } of matchedRoutes(c)) {
    const declared = access.get(`${method} ${path}`);
    if (declared !== undefined) return declared;
  }
  return undefined;
}

import { randomBytes } from "node:crypto";
import { performance } from "node:perf_hooks";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { matchedRoutes } from "hono/route";
import { createViews } from "../views/create-views.ts";
import type { Access } from "./access.ts";
import type { ServerDeps } from "./deps.ts";
import { accessExtension } from "./describe-route.ts";
import { errorReply } from "./error-reply.ts";
import { limitVersions } from "./ingest/version-limit.ts";
import { openKeyRing } from "./key-ring.ts";
import { saysSentences } from "./kserve/kserve-error.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { observe } from "./middleware/observe.ts";
import { checkHost, loopbackHosts, protectReplies } from "./middleware/protect.ts";
import { readBody } from "./middleware/read-body.ts";
import { noRoute } from "./no-route.ts";
import { openApiDocument } from "./openapi-document.ts";
import { findProjects } from "./project-of.ts";
import { requestIds } from "./request-ids.ts";
import { routeModules } from "./routes/index.ts";
import type { App, AppEnv, AppOptions, RouteDeps } from "./server-app.ts";
import { openServerMetrics } from "./server-metrics.ts";
import { openSessions } from "./sessions.ts";
import { zodDetail } from "./zod-detail.ts";

/**
 * The whole API as a web-standard application: `app.request(...)` answers without a port.
 *
 * @throws {Error} when a route does not declare who may use it
 */
export function createApp(deps: ServerDeps, options: AppOptions = {}): App {
  const app: App = new OpenAPIHono<AppEnv>({
    defaultHook: (result, c) =>
      result.success
        ? undefined
        : c.json({ error: zodDetail(result.error, result.target, "data" in result ? result.data : undefined) }, 400),
  });
  const random = options.randomBytes ?? ((count: number) => randomBytes(count));
  const routeDeps: RouteDeps = {
    ...deps,
    hosts: options.hosts === undefined ? loopbackHosts : options.hosts,
    isHttps: options.isHttps ?? false,
    isMetricsPublic: options.isMetricsPublic ?? false,
    randomBytes: random,
    loginTicket: options.loginTicket ?? null,
    views: options.views ?? createViews(),
    clock: options.clock ?? (() => performance.now()),
    metrics: openServerMetrics(deps.ingest),
    keys: openKeyRing(deps.state),
    sessions: openSessions(random, deps.now),
    projectOf: findProjects(deps.state, deps.now),
    versionsOf: limitVersions(deps.events),
    document: () => openApiDocument(app),
  };
  const access = new Map<string, Access>();
  const newId = requestIds(random);
  app.use(observe({ ...routeDeps, newId }, (c) => declaredRoute(c, access)?.path ?? "none"));
  app.use(protectReplies(deps.limits));
  app.use(checkHost(routeDeps.hosts));
  app.use(
    authenticate(
      routeDeps,
      (c) => declaredRoute(c, access)?.access,
      (c) => noRoute(app, access, c),
    ),
  );
  app.use(readBody(deps.limits));
  for (const add of routeModules) add(app, routeDeps);
  for (const [route, declared] of declaredAccess(app)) access.set(route, declared);
  for (const { method, path } of app.routes)
    if (method !== "ALL" && !access.has(`${method} ${path}`)) throw new Error(`${method} ${path} declares no access`);

  app.onError((error, c) => {
    const { status, detail, headers, isFault } = errorReply(error);
    if (isFault) deps.log.error({ id: c.get("requestId"), err: error }, "a request failed");
    return c.json({ error: saysSentences(c.req.path) ? detail.message : detail }, status, { ...headers });
  });
  return app;
}

/** Who may use each route: by method and pattern, `GET /api/v1/models/:model`. */
export function declaredAccess(app: App): ReadonlyMap<string, Access> {
  const access = new Map<string, Access>();
  for (const definition of app.openAPIRegistry.definitions)
    if (definition.type === "route") {
      const { method, path, [accessExtension]: declared } = definition.route;
      if (declared !== undefined)
        access.set(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ":$1")}`, declared);
    }
  return access;
}

function declaredRoute(
  c: Context<AppEnv>,
  access: ReadonlyMap<string, Access>,
): { readonly path: string; readonly access: Access } | undefined {
  for (const { method, path } of matchedRoutes(c)) {
    const declared = access.get(`${method} ${path}`);
    if (declared !== undefined) return { path, access: declared };
  }
  return undefined;
}

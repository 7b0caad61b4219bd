import type { Context } from "hono";
import type { Access } from "./access.ts";
import { HttpError } from "./http-error.ts";
import type { App, AppEnv } from "./server-app.ts";

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/**
 * The error of a request that no route is for: 405 with what is allowed where the path is right, else 404. A path that has
 * routes of its own is not one that only has the form of another.
 *
 * @param access the routes there are, by method and pattern
 */
export function noRoute(app: App, access: ReadonlyMap<string, Access>, c: Context<AppEnv>): HttpError {
  const { method, path } = c.req;
  const exact = methods.filter((one) => access.has(`${one} ${path}`));
  const allowed =
    exact.length > 0
      ? exact
      : methods.filter((one) =>
          app.router.match(one, path)[0].some(([[, route]]) => access.has(`${one} ${route.path}`)),
        );
  const shown = `${method} ${path.slice(0, 200)}`;
  if (allowed.length === 0) return new HttpError(404, "no-route", `there is no ${shown}`);
  const allow = allowed.flatMap((one) => (one === "GET" ? ["GET", "HEAD"] : [one])).join(", ");
  return new HttpError(405, "method", `there is no ${shown}, only ${allow}`, { headers: { Allow: allow } });
}

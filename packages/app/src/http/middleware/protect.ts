import type { MiddlewareHandler } from "hono";
import type { Limits } from "../deps.ts";
import { HttpError } from "../http-error.ts";
import type { AppEnv } from "../server-app.ts";

const headers: Readonly<Record<string, string>> = {
  "Content-Security-Policy":
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
};

/** Puts on every reply what keeps browsers from doing anything else with it than this server's own pages do. */
export function protectReplies({ burst }: Pick<Limits, "burst">): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) c.res.headers.set(name, value);
    if (!c.res.headers.has("Cache-Control")) c.res.headers.set("Cache-Control", "no-store");
    const allowance = c.get("allowance");
    if (allowance === undefined) return;
    c.res.headers.set("RateLimit-Limit", String(burst));
    c.res.headers.set("RateLimit-Remaining", String(allowance.remaining));
    c.res.headers.set("RateLimit-Reset", String(Math.ceil(allowance.waitSeconds)));
  };
}

/** Names by which a server that is bound to loopback is asked for. */
export const loopbackHosts: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Refuses requests for another host: a page elsewhere whose name was made to point here (DNS rebinding).
 *
 * @param hosts names without port; null: any
 */
export function checkHost(hosts: readonly string[] | null): MiddlewareHandler<AppEnv> {
  const known = hosts === null ? null : new Set(hosts.map((host) => host.toLowerCase()));
  return async (c, next) => {
    const host = (c.req.header("host") ?? new URL(c.req.url).host).toLowerCase().replace(/:\d+$/, "");
    if (known !== null && !known.has(host))
      throw new HttpError(
        403,
        "host",
        "this server does not answer to that host name; --host and --allow-host set which",
      );
    await next();
  };
}

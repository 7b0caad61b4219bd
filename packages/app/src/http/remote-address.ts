import type { Context } from "hono";
import type { AppEnv } from "./server-app.ts";

/** Address of the other end of the connection; `unknown` where there is no connection. Headers of proxies are not believed. */
export function remoteAddress(c: Context<AppEnv>): string {
  const env: unknown = c.env;
  const incoming = property(env, "incoming");
  const address = property(property(incoming, "socket"), "remoteAddress");
  return typeof address === "string" ? address : "unknown";
}

function property(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}

import { createHash } from "node:crypto";
import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv, RouteDeps } from "../server-app.ts";

/** The reply to a query that has not changed since the caller asked last. */
export const unchangedReply = { description: "Nothing changed since the reply with the `ETag` in `If-None-Match`" };

/**
 * The reply to a query. Its `ETag` stays as long as what it says does, `asOf` apart, so who asks again pays only for news.
 *
 * @param _schema what the body must be; the compiler holds one against the other
 */
export function answer<S extends z.ZodType>(
  c: Context<AppEnv>,
  _schema: S,
  body: z.input<S> & { readonly asOf: number },
): Response {
  const { asOf, ...lasting } = body;
  const text = JSON.stringify(lasting);
  const tag = `W/"${createHash("sha256").update(text).digest("base64url").slice(0, 27)}"`;
  const headers = { etag: tag, "cache-control": "private, no-cache", vary: "authorization, cookie, x-candor-project" };
  const known = c.req.header("if-none-match")?.split(",") ?? [];
  if (known.some((one) => one.trim() === tag || one.trim() === "*")) return c.body(null, 304, headers);
  const comma = text === "{}" ? "" : ",";
  const full = `{"asOf":${asOf}${comma}${text.slice(1)}`;
  return c.body(full, 200, { ...headers, "content-type": "application/json" });
}

/**
 * Waits, where the caller asks for that, until everything acknowledged can be read.
 *
 * @returns `asOf` of a reply that is read from here on
 */
export async function whenFresh(deps: RouteDeps, fresh: "true" | "false" | undefined): Promise<number> {
  if (fresh === "true") await deps.ingest.settled();
  return deps.ingest.status.asOf;
}

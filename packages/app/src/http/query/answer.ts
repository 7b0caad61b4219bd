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
  const headers = headersOf(text);
  if (isKnown(c, headers.etag)) return c.body(null, 304, headers);
  const rest = text === "{}" ? "}" : `,${text.slice(1)}`;
  const full = `{"asOf":${asOf}${rest}`;
  return c.body(full, 200, { ...headers, "content-type": "application/json" });
}

/**
 * The reply to a query whose JSON a view has written, its `asOf` first: nothing is read or written again.
 *
 * @param asOf takes the place of the one that is written
 */
export function answerJson(c: Context<AppEnv>, written: Uint8Array<ArrayBuffer>, asOf: number): Response {
  const lasting = written.subarray(written.indexOf(comma));
  const headers = headersOf(lasting);
  if (isKnown(c, headers.etag)) return c.body(null, 304, headers);
  const start = new TextEncoder().encode(`{"asOf":${asOf}`);
  const body = new Uint8Array(start.length + lasting.length);
  body.set(start);
  body.set(lasting, start.length);
  return c.body(body, 200, { ...headers, "content-type": "application/json" });
}

const comma = 44;

function headersOf(lasting: string | Uint8Array): { etag: string; "cache-control": string; vary: string } {
  const tag = `W/"${createHash("sha256").update(lasting).digest("base64url").slice(0, 27)}"`;
  return { etag: tag, "cache-control": "private, no-cache", vary: "authorization, cookie, x-candor-project" };
}

function isKnown(c: Context<AppEnv>, tag: string): boolean {
  const known = c.req.header("if-none-match")?.split(",") ?? [];
  return known.some((one) => one.trim() === tag || one.trim() === "*");
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

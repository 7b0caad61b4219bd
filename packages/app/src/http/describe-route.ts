import { createRoute, type RouteConfig, z } from "@hono/zod-openapi";
import type { Access } from "./access.ts";
import type { ErrorDetail } from "./http-error.ts";

/** The body of every error reply. */
export const errorSchema: z.ZodType<{ error: ErrorDetail }> = z
  .object({
    error: z.object({
      code: z.string().openapi({ description: "Stable, kebab-case, for programs", example: "out-of-range" }),
      message: z.string().openapi({ example: "confidence must be a number in [0, 1] or null, got 1.2" }),
      field: z.string().optional().openapi({ description: "Path of the field", example: "confidence" }),
      index: z.number().int().optional().openapi({ description: "Position in the batch, from 0" }),
    }),
  })
  .openapi("Error");

const reasons = {
  400: "The request is not what was expected; the message says what was",
  401: "No key, or one that is unknown, revoked or expired",
  403: "The key may not do this, or not in this project",
  404: "There is nothing of this name",
  413: "The body, or the batch, is too large",
  415: "A media type or content encoding that is not read here",
  429: "Too many requests; `Retry-After` says when to come again",
  500: "A fault of the server; the request id in `X-Request-Id` leads to it in the log",
  503: "The server cannot take this now; `Retry-After` says when to come again",
  507: "The disk is full or cannot be written; nothing of the request was kept",
} as const;

const errorReplies = {
  ...Object.fromEntries(
    Object.entries(reasons).map(([status, description]) => [
      status,
      { description, content: { "application/json": { schema: errorSchema } } },
    ]),
  ),
  431: { description: "The address or the headers are longer than 16 KiB; without a body" },
};

/** Name of the extension of an operation in the OpenAPI document that says who may use it. */
export const accessExtension = "x-candor-access" as const;

/**
 * A route as `createRoute` makes it, with who may use it, how callers prove it, and the error replies that all routes have.
 *
 * ```ts
 * const list = describeRoute({ role: "read", project: "caller" }, {
 *   method: "get", path: "/api/v1/models", tags: ["models"], summary: "Models and their traffic",
 *   responses: { 200: { description: "…", content: { "application/json": { schema: modelsSchema } } } },
 * });
 * export const modelRoutes: RouteModule = (app, deps) => {
 *   app.openapi(list, async (c) => c.json({ models: await deps.events.models(callerOf(c).project) }, 200));
 * };
 * ```
 */
export function describeRoute<P extends string, const R extends Omit<RouteConfig, "path"> & { path: P }>(
  access: Access,
  config: R,
): R & { getRoutingPath(): string } {
  const security = access.role === "public" ? [] : [{ bearer: [] }, { session: [] }];
  const responses: R["responses"] = Object.assign({}, errorReplies, config.responses);
  const described = Object.assign({}, config, { [accessExtension]: access, security, responses });
  return createRoute(described);
}

import type { z } from "@hono/zod-openapi";

/** JSON of a schema, as the OpenAPI document says it. */
export interface JsonContent<S extends z.ZodType> {
  readonly content: { "application/json": { schema: S } };
}

/** A reply of JSON. */
export function jsonReply<S extends z.ZodType>(
  description: string,
  schema: S,
): { readonly description: string } & JsonContent<S> {
  return { description, content: { "application/json": { schema } } };
}

/** A body of JSON that a request must have. */
export function jsonBody<S extends z.ZodType>(schema: S): { readonly required: true } & JsonContent<S> {
  return { required: true, content: { "application/json": { schema } } };
}

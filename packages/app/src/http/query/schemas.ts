import { z } from "@hono/zod-openapi";

/** Names a project. */
export const projectIdSchema: z.ZodString = z.string().regex(/^[a-z0-9_-]{1,64}$/, "1 to 64 of a–z, 0–9, - and _");

/** Parameter that names the project of a request. */
export const projectParameter: z.ZodOptional<z.ZodString> = projectIdSchema
  .optional()
  .openapi({ description: "With a key of all projects: the one that is meant", example: "default" });

/** A number in a query: text that is none, also the empty one, stays text and is refused. */
export function queryNumber<S extends z.ZodNumber>(schema: S): z.ZodPreprocess<S> {
  return z.preprocess(
    (text) => (typeof text === "string" && /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? Number(text) : text),
    schema,
  );
}

/** A moment in a reply. */
export function momentSchema(description: string): z.ZodNumber {
  return z
    .number()
    .openapi({ description: `${description}; milliseconds since 1970, UTC`, example: 1_772_366_400_000 });
}

/** A number of things in a reply. */
export function countSchema(description: string): z.ZodNumber {
  return z.number().nonnegative().openapi({ description, example: 1200 });
}

/** A share, a probability or a confidence. */
export function shareSchema(description: string): z.ZodNumber {
  return z.number().min(0).max(1).openapi({ description, example: 0.93 });
}

/** What may be missing. Of a schema with a name of its own `nullable()` would leave the null out of the document. */
export function orNull<S extends z.ZodType>(schema: S): z.ZodUnion<readonly [S, z.ZodNull]> {
  return z.union([schema, z.null()]);
}

/** What is in a reply. */
export const asOfSchema: z.ZodNumber = momentSchema("Everything acknowledged before this moment is in the reply");

/** What a confidence is a probability of. */
export const taskSchema: z.ZodEnum<{ binary: "binary"; confidence: "confidence" }> = z
  .enum(["binary", "confidence"])
  .openapi({
    description: "What a confidence is a probability of: of the positive class, or that the prediction is right",
    example: "confidence",
  });

/** What a policy said. */
export const decisionSchema: z.ZodEnum<{ act: "act"; review: "review"; abstain: "abstain" }> = z
  .enum(["act", "review", "abstain"])
  .openapi({ example: "act" });

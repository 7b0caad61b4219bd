import { z } from "@hono/zod-openapi";

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullish();

const data = z.array(z.unknown()).openapi({ description: "Row by row, flat or nested as the shape is" });

/** Describes an inference request. */
export const inferRequestSchema: z.ZodType<Readonly<Record<string, unknown>>> = z
  .object({
    id: z.string().nullish().openapi({ example: "42" }),
    parameters: parameters.openapi({ description: "route: of these predictions", example: { route: "checkout" } }),
    inputs: z
      .array(
        z.object({
          name: z.string().openapi({ example: "score" }),
          shape: z
            .array(z.number().int().min(0))
            .min(1)
            .max(2)
            .openapi({ example: [2] }),
          datatype: z.enum(["FP32", "FP64", "BYTES"]).openapi({ example: "FP64" }),
          parameters,
          data: data.openapi({ example: [0.91, 0.42] }),
        }),
      )
      .min(1)
      .openapi({
        description:
          "One of score [n], logits [n, k] and probabilities [n, k]; beside it, as BYTES [n], id, prediction and segment:NAME, and inDistribution [n]",
      }),
    outputs: z.array(z.object({ name: z.string(), parameters })).nullish(),
  })
  .openapi("InferRequest");

/** Describes its reply. */
export const inferResponseSchema: z.ZodType<Readonly<Record<string, unknown>>> = z
  .object({
    model_name: z.string(),
    model_version: z.string(),
    id: z.string().optional(),
    parameters: z.record(z.string(), z.string()),
    outputs: z.array(
      z.object({
        name: z.string(),
        shape: z.array(z.number().int()),
        datatype: z.string(),
        data: z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])),
      }),
    ),
  })
  .openapi("InferResponse");

const tensor = z.object({ name: z.string(), datatype: z.string(), shape: z.array(z.number().int()) });

/** Describes what is said of a model. */
export const modelMetadataSchema: z.ZodType<Readonly<Record<string, unknown>>> = z
  .object({
    name: z.string(),
    versions: z.array(z.string()),
    platform: z.literal("candor"),
    inputs: z.array(tensor),
    outputs: z.array(tensor),
  })
  .openapi("ModelMetadata");

/** Every error of these routes. */
export const kserveErrorSchema: z.ZodType<{ error: string }> = z.object({ error: z.string() }).openapi("KserveError");

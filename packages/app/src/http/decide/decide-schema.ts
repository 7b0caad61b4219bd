import { decisionNames } from "@candor/core";
import { confidenceNames } from "@candor/llm";
import { z } from "@hono/zod-openapi";
import { contentLength, segmentCount, smallestPropensity } from "../ingest/check-prediction.ts";
import { nameSchema, timeSchema } from "../ingest/prediction-schema.ts";
import { nameLength } from "../ingest/rejection.ts";

const nullableShare = z.number().min(0).max(1).nullable();

const classValuesSchema = z.union([z.array(z.number()), z.record(z.string(), z.number())]);

const llmSchema = z
  .strictObject({
    response: z.union([z.record(z.string(), z.unknown()), z.array(z.unknown())]).openapi({
      description:
        "The parsed JSON of a provider's response, as it came. Read, and kept only where the project keeps content: " +
        "as content.response, for contentDays, so that GET /api/v1/predictions/{id}/answer can show it",
    }),
    score: z
      .enum(confidenceNames)
      .nullish()
      .openapi({ description: "The raw confidence. Default: the one of the calibrator, else lengthNormalised" }),
    field: nameSchema.nullish().openapi({ description: "JSONPath of the one field of a JSON answer that matters" }),
    index: z.number().int().min(0).nullish().openapi({ description: "Which of several answers. Default 0" }),
    question: nameSchema.nullish().openapi({ description: "Which question of a decision model" }),
  })
  .openapi("LlmEvidence");

/** Describes what `checkDecide` takes. @param now milliseconds since 1970 */
export function decideSchema(now: () => number): z.ZodType<Readonly<Record<string, unknown>>> {
  return z
    .strictObject({
      id: nameSchema.nullish().openapi({
        description: "Yours; the same request again gets the same answer. Only a dry run needs none",
        example: "p-2026-000001",
      }),
      model: nameSchema.openapi({ example: "fraud" }),
      version: nameSchema.openapi({ example: "2026-02-01" }),
      route: nameSchema.nullish(),
      segments: z
        .record(
          nameSchema.refine((name) => name !== "__proto__" && name !== "route", "not __proto__, and not route"),
          nameSchema,
        )
        .refine((entries) => Object.keys(entries).length <= segmentCount, `at most ${segmentCount} segments`)
        .nullish()
        .openapi({ description: `At most ${segmentCount} names with one value each`, example: { country: "FI" } }),
      score: nullableShare.optional().openapi({
        description: "Probability of the positive class, or of being right; null where it is missing",
        example: 0.87,
      }),
      logits: classValuesSchema
        .optional()
        .openapi({ description: "One per class: a list in the order of the calibrator, or by name" }),
      probabilities: classValuesSchema.optional().openapi({ description: "One per class, summing to 1; as logits" }),
      llm: llmSchema.optional(),
      inDistribution: nullableShare.optional().openapi({
        description:
          "P-value of being like the training data, as candor ood score gives it; null where it is not known. Policies made with --in-distribution demand it and have a person review what is outside",
        example: 0.41,
      }),
      prediction: nameSchema.nullish().openapi({
        description:
          "The class or value that was predicted; not with logits and probabilities, which say it themselves",
      }),
      task: z.enum(["confidence", "binary"]).nullish().openapi({
        description: "What a score is a probability of, where nothing is active that says it. Default confidence",
      }),
      time: timeSchema(now),
      propensity: z.number().min(smallestPropensity).max(1).nullish().openapi({
        description: "Probability that this prediction would get an outcome; null counts as 1",
      }),
      content: z
        .record(z.string(), z.unknown())
        .refine((content) => !Object.hasOwn(content, "__proto__"), "not __proto__")
        .refine((content) => JSON.stringify(content).length <= contentLength, `at most ${contentLength} characters`)
        .nullish()
        .openapi({
          description: "Prompts, answers, features; kept only where the project's settings ask for it, for contentDays",
        }),
    })
    .openapi("DecideRequest", { description: "One of score, logits, probabilities and llm must be given" });
}

const decidedFields = {
  id: z.string().nullable().openapi({ description: "Null where a dry run had none", example: "p-2026-000001" }),
  model: z.string().openapi({ example: "fraud" }),
  version: z.string().openapi({ example: "2026-02-01" }),
  route: z.string().nullable(),
  task: z.enum(["binary", "confidence"]),
  probability: nullableShare.openapi({
    description: "Calibrated: of the positive class (binary), or that the prediction is right. Null: reason says why",
    example: 0.93,
  }),
  interval: z
    .array(z.number().min(0).max(1))
    .min(2)
    .max(2)
    .nullable()
    .openapi({ description: "What the probability can be" }),
  intervalReason: z.string().openapi({ description: "What the interval covers, or why there is none" }),
  decision: z.enum(decisionNames).nullable().openapi({ description: "Null without a policy", example: "act" }),
  certified: z.boolean().nullable().openapi({
    description:
      "Whether what decided was made for this very model version, and proven where it has a target; null without a decision",
  }),
  reason: z.string().openapi({ description: "Why this decision, or why none" }),
  calibratorId: z.string().nullable(),
  policyId: z.string().nullable(),
  rawConfidence: nullableShare,
  prediction: z.string().nullable().openapi({ description: "The class" }),
  treatAs: z
    .string()
    .nullable()
    .openapi({ description: "Of cost matrices: the class that it is cheapest to treat it as; null unless to act" }),
  recorded: z.boolean().openapi({ description: "The prediction is on disk; false in a dry run" }),
};

/** The answer to one request. */
export const decidedSchema: z.ZodType<Readonly<Record<string, unknown>>> = z.object(decidedFields).openapi("Decided");

/** The answer to several. */
export const decidedBatchSchema: z.ZodType<Readonly<Record<string, unknown>>> = z
  .object({
    accepted: z.number().int(),
    rejected: z.number().int(),
    items: z.array(
      z.union([
        z.object({ index: z.number().int(), status: z.literal("accepted"), ...decidedFields }),
        z.object({
          index: z.number().int(),
          id: z.string().max(nameLength).nullable(),
          status: z.literal("rejected"),
          error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
        }),
      ]),
    ),
  })
  .openapi("DecidedBatch");

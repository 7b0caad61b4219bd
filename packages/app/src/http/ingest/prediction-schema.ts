import { decisionNames } from "@candor/core";
import { z } from "@hono/zod-openapi";
import { contentLength, evidenceCount, evidenceLength, segmentCount, smallestPropensity } from "./check-prediction.ts";
import { earliest, parseTime } from "./parse-time.ts";
import { isName, nameLength } from "./rejection.ts";

/** Text that names something. */
export const nameSchema: z.ZodType<string> = z
  .string()
  .min(1)
  .max(nameLength)
  .refine(isName, "text without control characters and broken surrogate pairs")
  .openapi({
    description: `1 to ${nameLength} characters, no control characters`,
    pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f]+$",
  });

const keySchema = nameSchema.refine((name) => name !== "__proto__", "not __proto__");

const shareSchema = z.number().min(0).max(1).nullable();

/** A moment as clients give it. */
export function timeSchema(now: () => number): z.ZodType<string | number | null | undefined> {
  return z
    .union([z.string(), z.number().min(earliest)])
    .refine((value) => typeof parseTime(value, now()) === "number", "ISO 8601 with a zone, or milliseconds since 1970")
    .nullish()
    .openapi({
      description:
        "ISO 8601 with a zone, or milliseconds since 1970; not before 2000, not more than a day ahead. Default: when it arrives",
      example: "2026-03-01T12:00:00.250Z",
    });
}

const evidenceSchema = z
  .record(keySchema, z.union([z.number(), z.string().refine((text) => !/\p{Cs}/u.test(text)), z.boolean(), z.null()]))
  .refine((entries) => Object.keys(entries).length <= evidenceCount, `at most ${evidenceCount} entries`)
  .refine((entries) => textLength(entries) <= evidenceLength, `at most ${evidenceLength} characters`);

function textLength(entries: Readonly<Record<string, unknown>>): number {
  return Object.entries(entries).reduce(
    (sum, [name, value]) => sum + name.length + (typeof value === "string" ? value.length : 8),
    0,
  );
}

/** Describes what `checkPrediction` takes. @param now milliseconds since 1970 */
export function predictionSchema(now: () => number): z.ZodType<Readonly<Record<string, unknown>>> {
  return z
    .strictObject({
      id: nameSchema.openapi({ description: "Yours; sending it again changes nothing", example: "p-2026-000001" }),
      model: nameSchema.openapi({ example: "fraud" }),
      version: nameSchema.openapi({ example: "2026-02-01" }),
      confidence: shareSchema.openapi({
        description: "What was acted on, in [0, 1]; null where it is missing",
        example: 0.87,
      }),
      time: timeSchema(now),
      rawConfidence: shareSchema.optional().openapi({ description: "As the model gave it; default: the confidence" }),
      task: z.enum(["confidence", "binary"]).nullish().openapi({
        description: "confidence (default): that the prediction is right; binary: of the positive class",
      }),
      prediction: nameSchema.nullish().openapi({
        description:
          "The class or value that was predicted; with the task binary the positive class. Outcomes that are labels are compared with it",
      }),
      route: nameSchema.nullish(),
      segments: z
        .record(
          keySchema.refine((name) => name !== "route", "route has a field of its own"),
          nameSchema,
        )
        .refine((entries) => Object.keys(entries).length <= segmentCount, `at most ${segmentCount} segments`)
        .nullish()
        .openapi({ description: `At most ${segmentCount} names with one value each`, example: { country: "FI" } }),
      decision: z.enum(decisionNames).nullish(),
      interval: z
        .array(z.number().min(0).max(1))
        .min(2)
        .max(2)
        .refine((bounds) => Number(bounds[0]) <= Number(bounds[1]), "the smaller first")
        .nullish()
        .openapi({ description: "What the confidence can be: two numbers, the smaller first", example: [0.8, 0.92] }),
      propensity: z.number().min(smallestPropensity).max(1).nullish().openapi({
        description: "Probability that this prediction would get an outcome; null counts as 1",
      }),
      calibratorId: nameSchema.nullish(),
      policyId: nameSchema.nullish(),
      evidence: evidenceSchema.nullish().openapi({ description: "Compact numbers that the confidence rests on" }),
      content: z
        .record(z.string(), z.unknown())
        .refine((content) => !Object.hasOwn(content, "__proto__"), "not __proto__")
        .refine((content) => JSON.stringify(content).length <= contentLength, `at most ${contentLength} characters`)
        .nullish()
        .openapi({
          description:
            "Prompts, answers, features; kept only where the project's settings ask for it, for contentDays. As response " +
            "the parsed JSON of a language model's provider: GET /api/v1/predictions/{id}/answer shows it",
        }),
    })
    .openapi("Prediction");
}

/** Describes what `checkOutcome` takes. */
export function outcomeSchema(now: () => number): z.ZodType<Readonly<Record<string, unknown>>> {
  return z
    .strictObject({
      predictionId: nameSchema.openapi({ example: "p-2026-000001" }),
      value: z.union([z.boolean(), z.literal(0), z.literal(1), nameSchema, z.null()]).openapi({
        description: "true or 1, false or 0, a label that is compared with the prediction, null: withdrawn",
      }),
      name: nameSchema.nullish().openapi({ description: "What was observed. Default: outcome" }),
      source: nameSchema.nullish().openapi({ description: "Who says so. Default: truth", example: "reviewer:ann" }),
      observedAt: timeSchema(now),
    })
    .openapi("Outcome");
}

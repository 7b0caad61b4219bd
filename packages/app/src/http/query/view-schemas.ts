import { z } from "@hono/zod-openapi";
import { countSchema, momentSchema, shareSchema, taskSchema } from "./schemas.ts";

/** What a metric is: every choice that changes its value. */
export interface SpecJson {
  readonly metric: string;
  readonly [choice: string]: string | number | boolean;
}

export const specSchema: z.ZodType<SpecJson, SpecJson> = z
  .object({ metric: z.string() })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))
  .openapi("Spec", {
    description: "What a number is: the metric and every choice that changes its value",
    example: { metric: "debiased-ece", bins: 15, binning: "equal-width", norm: "l1" },
  });

/** An estimate in a reply. */
export interface EstimateJson {
  readonly value: number;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly level: number;
  readonly n: number;
  readonly effectiveN: number;
  readonly interval: "exact" | "asymptotic" | "conservative" | "approximate" | "none";
  readonly spec: SpecJson;
}

const end = (which: string) =>
  z
    .number()
    .nullable()
    .openapi({ description: `${which} end of the interval; null: no bound`, example: 0.021 });

export const estimateSchema: z.ZodType<EstimateJson, EstimateJson> = z
  .object({
    value: z.number().openapi({ example: 0.034 }),
    lower: end("Lower"),
    upper: end("Upper"),
    level: z.number().openapi({ description: "Of the interval", example: 0.95 }),
    n: countSchema("Predictions with an outcome that it rests on"),
    effectiveN: z.number().openapi({ description: "The same after Kish, where they are weighted", example: 1200 }),
    interval: z.enum(["exact", "asymptotic", "conservative", "approximate", "none"]),
    spec: specSchema,
  })
  .openapi("Estimate");

/** A number of a series in a reply. */
export type MeasuredJson =
  | { readonly value: number; readonly lower: number | null; readonly upper: number | null; readonly n: number }
  | { readonly value: null; readonly reason: string; readonly n: number };

export const measuredSchema: z.ZodType<MeasuredJson, MeasuredJson> = z
  .union([
    z.object({ value: z.number(), lower: end("Lower"), upper: end("Upper"), n: countSchema("What it rests on") }),
    z.object({
      value: z.null(),
      reason: z.string().openapi({ description: "Why there is no number", example: "no outcomes yet" }),
      n: countSchema("What there was"),
    }),
  ])
  .openapi("Measured", { description: "A number with its interval, or why there is none" });

/** A verdict in a reply. */
export interface VerdictJson {
  readonly status: "calibrated" | "overconfident" | "underconfident" | "miscalibrated" | "too-few-labels";
  readonly sentence: string;
}

export const verdictSchema: z.ZodType<VerdictJson, VerdictJson> = z
  .object({
    status: z.enum(["calibrated", "overconfident", "underconfident", "miscalibrated", "too-few-labels"]),
    sentence: z.string().openapi({ example: "These confidences are too high by 4 points on average." }),
  })
  .openapi("Verdict", { description: "Can these confidences be trusted?" });

/** Shares of decisions in a reply. */
export interface DecisionsJson {
  readonly act: number;
  readonly review: number;
  readonly abstain: number;
  readonly none: number;
}

export const decisionsSchema: z.ZodType<DecisionsJson, DecisionsJson> = z
  .object({
    act: shareSchema("Acted on"),
    review: shareSchema("Sent to review"),
    abstain: shareSchema("Not answered"),
    none: shareSchema("Without a decision"),
  })
  .openapi("DecisionShares", { description: "Shares of all predictions; they add up to 1" });

/** A stream in a reply. */
export interface StreamJson {
  readonly model: string;
  readonly version: string;
  readonly task: "binary" | "confidence";
  readonly segment: { readonly key: string; readonly value: string } | null;
}

export const streamSchema: z.ZodType<StreamJson, StreamJson> = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    task: taskSchema,
    segment: z
      .object({ key: z.string().openapi({ example: "country" }), value: z.string().openapi({ example: "DE" }) })
      .nullable()
      .openapi({ description: "The segment value that it is of; null: all predictions of the version" }),
  })
  .openapi("Stream");

/** A stretch of time in a reply, and the counts that every view of predictions has. */
export const stretchShape: { readonly start: z.ZodNumber; readonly end: z.ZodNumber } = {
  start: momentSchema("Start of the stretch"),
  end: momentSchema("Its end, not included"),
};

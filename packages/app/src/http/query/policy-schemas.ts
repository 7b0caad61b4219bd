import type { Capacity, Costs, DecisionCells, RiskCertificate, Thresholds } from "@candor/core";
import { z } from "@hono/zod-openapi";
import type { PolicyState } from "../../serving/policy-state.ts";
import { countSchema, orNull, shareSchema } from "./schemas.ts";
import { specSchema } from "./view-schemas.ts";

const threshold = (description: string) => z.number().min(0).max(1).nullable().openapi({ description, example: 0.85 });

/** Thresholds that a person sets. */
export const givenThresholdsSchema: z.ZodType<Thresholds, Thresholds> = z
  .strictObject({
    act: threshold("Act where the score is at least this; null: never act"),
    abstain: threshold("Abstain where it is below; null: never. Between the two a person looks"),
  })
  .openapi("GivenThresholds");

/** Thresholds of any policy: one above 1 lies above every score. */
export const thresholdsSchema: z.ZodType<Thresholds, Thresholds> = z
  .object({ act: z.number().min(0).nullable(), abstain: z.number().min(0).nullable() })
  .openapi("Thresholds", {
    description: "Act from `act`, abstain below `abstain`, review between; null: never. Above 1: above every score",
    example: { act: 0.85, abstain: 0.5 },
  });

const cost = (description: string) => z.number().min(0).max(1e100).openapi({ description, example: 2 });

/** Costs as they are given: what is left out is not offered, or is 0. */
export interface GivenCosts {
  readonly error: number;
  readonly review?: number | null | undefined;
  readonly abstain?: number | null | undefined;
  readonly missed?: number | undefined;
  readonly reviewError?: number | undefined;
}

/** What each thing costs. */
export const costsSchema: z.ZodType<Costs, GivenCosts> = z
  .strictObject({
    error: cost("Of acting on a wrong prediction, in any unit"),
    review: cost("Of a review; null: not offered").nullable().default(null),
    abstain: cost("Of doing nothing; null: not offered").nullable().default(null),
    missed: cost("Of doing nothing where the prediction was right, beside `abstain`").default(0),
    reviewError: shareSchema("Share of reviews that end wrong").default(0),
  })
  .openapi("Costs");

/** What people can review. */
export const capacitySchema: z.ZodType<Capacity, Capacity> = z
  .strictObject({
    reviews: z.number().min(0).openapi({ description: "Reviews per period", example: 200 }),
    volume: z.number().positive().openapi({ description: "Predictions per period", example: 5000 }),
    period: z.string().min(1).max(30).openapi({ example: "day" }),
  })
  .openapi("Capacity");

const sums = (description: string) => z.array(z.number()).readonly().openapi({ description });

/** What `thresholdOutcome` of core takes. */
export const decisionCellsSchema: z.ZodType<DecisionCells, DecisionCells> = z
  .object({
    on: z.enum(["confidence", "positive"]),
    from: sums("Smallest score of each cell, ascending: thresholds there part predictions exactly"),
    to: sums("Smallest score above each cell"),
    predictions: sums("All predictions"),
    count: sums("Those with an outcome"),
    right: sums("Those of them where acting is right"),
    weight: sums("Sum of their weights, one over the propensity each"),
    weightRight: sums("The same of the right ones"),
    squared: sums("Sum of the squared weights"),
    squaredRight: sums("The same of the right ones"),
    withoutScore: countSchema("Predictions without a score: never acted on"),
  })
  .openapi("DecisionCells", { description: "What thresholds are judged by: one entry per cell of the score" });

const certificateSchema: z.ZodType<RiskCertificate, RiskCertificate> = z
  .object({
    certified: z.boolean(),
    maxError: shareSchema("Largest share of errors among predictions acted on"),
    sure: shareSchema("How sure"),
    n: countSchema("Labelled rows it rests on"),
    accepted: countSchema("Rows acted on among them"),
    errors: countSchema("Errors among those"),
    coverage: shareSchema("Share acted on"),
    threshold: z.number().nullable(),
    upperBound: z.number().nullable(),
    method: z.string(),
    seed: z.number(),
    dataHash: z.string(),
    assumptions: z.array(z.string()).readonly(),
    spec: specSchema,
  })
  .openapi("RiskCertificate", { description: "The proof of a bound on errors" });

/** What decides, for people who look at its thresholds. */
export const policyStateSchema: z.ZodType<PolicyState, PolicyState> = z
  .object({
    policyId: z.string().nullable(),
    calibratorId: z.string().nullable(),
    activatedAt: z.number().nullable().openapi({ description: "Milliseconds since 1970; null: nothing is active" }),
    objective: z.string().nullable().openapi({ description: "What the policy was made to reach, in words" }),
    on: z.enum(["confidence", "positive"]).nullable(),
    thresholds: orNull(thresholdsSchema),
    costs: orNull(
      z
        .object({
          error: z.number(),
          review: z.number().nullable(),
          abstain: z.number().nullable(),
          missed: z.number(),
          reviewError: z.number(),
        })
        .openapi("PolicyCosts"),
    ),
    capacity: orNull(capacitySchema),
    inDistribution: orNull(
      z.object({ column: z.string(), level: z.number() }).openapi("InDistributionDemand", {
        description: "Rows with a p-value at or below the level are reviewed, whatever their score",
      }),
    ),
    certificate: orNull(certificateSchema),
    state: z.object({
      status: z.enum(["none", "certified", "not-certified", "no-bound", "elsewhere"]),
      sentence: z.string().openapi({ example: "No error bound is certified: the thresholds were set by hand." }),
    }),
    warnings: z.array(z.string()).readonly(),
  })
  .openapi("PolicyState");

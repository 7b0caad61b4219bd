import type { PolicyDocument } from "@candor/core";
import { z } from "@hono/zod-openapi";
import { openArtefact } from "../../serving/active.ts";
import { recordedReason } from "../../serving/recorded-reason.ts";
import type { StoredPrediction } from "../../store/event-store.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, decisionSchema, momentSchema, queryNumber, shareSchema, taskSchema } from "../query/schemas.ts";
import { bad, freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";

const outcomeSchema = z
  .object({
    name: z.string().openapi({ example: "outcome" }),
    source: z.string().openapi({ example: "truth" }),
    value: z
      .union([z.literal(0), z.literal(1), z.string(), z.null()])
      .openapi({ description: "1 or 0, a label, or null where the source took back what it said", example: 1 }),
    observedAt: momentSchema("When it was observed"),
    receivedAt: momentSchema("When it arrived"),
  })
  .openapi("StoredOutcome");

const predictionSchema = z
  .object({
    id: z.string().openapi({ example: "order-20391" }),
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    route: z.string().nullable().openapi({ example: "checkout" }),
    segments: z.record(z.string(), z.string()).openapi({ example: { country: "DE" } }),
    time: momentSchema("When it was made"),
    receivedAt: momentSchema("When it arrived"),
    task: taskSchema,
    prediction: z.string().nullable().openapi({ description: "The class or value", example: "fraud" }),
    rawConfidence: shareSchema("As the model gave it").nullable(),
    confidence: shareSchema("What was acted on; null where the evidence was missing").nullable(),
    interval: z
      .array(z.number().min(0).max(1))
      .min(2)
      .max(2)
      .nullable()
      .openapi({ description: "What the confidence can be", example: [0.9, 0.95] }),
    decision: decisionSchema.nullable(),
    certified: z
      .boolean()
      .nullable()
      .openapi({ description: "Whether calibrator and policy were made for this model version" }),
    calibratorId: z.string().nullable().openapi({ example: "cal_0123456789abcdef" }),
    policyId: z.string().nullable().openapi({ example: "pol_0123456789abcdef" }),
    propensity: z.number().nullable().openapi({ description: "Probability of being labelled; null counts as 1" }),
    evidence: z
      .record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
      .nullable()
      .openapi({ example: { margin: 0.31 } }),
    outcome: z
      .union([z.literal(0), z.literal(1), z.null()])
      .openapi({ description: "What counts: 1 right (or positive), 0 not, null while unknown", example: 1 }),
    outcomes: z.array(outcomeSchema).openapi({ description: "All that was said, oldest observation first" }),
    content: z
      .record(z.string(), z.unknown())
      .nullable()
      .openapi({ description: "Prompt, answer, features; null unless the project keeps them" }),
  })
  .openapi("StoredPrediction");

const pageSchema = z
  .object({
    asOf: asOfSchema,
    predictions: z.array(predictionSchema),
    cursor: z
      .string()
      .nullable()
      .openapi({ description: "For the next page, with the same parameters; null on the last", example: null }),
  })
  .openapi("PredictionPage");

const share = (description: string, example: number) =>
  queryNumber(z.number().min(0).max(1)).optional().openapi({ description, example });

const list = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/predictions",
    tags: ["queries"],
    summary: "Predictions with their outcomes, newest first",
    description: "The examples behind a bin, a decision or a segment.",
    request: {
      query: z.object({
        ...scopeParameters,
        confidenceFrom: share("Confidence at least this", 0.9),
        confidenceTo: share("Confidence below this; 1 includes 1", 1),
        source: z.enum(["calibrated", "raw"]).default("calibrated").openapi({
          description: "Whether these mean the confidence that was acted on or the one that the model gave",
        }),
        decision: decisionSchema.optional(),
        outcome: z
          .enum(["1", "0", "none", "any"])
          .optional()
          .openapi({ description: "With this outcome, with none so far, or with any", example: "0" }),
        limit: queryNumber(z.number().int().min(1).max(1000)).default(50).openapi({ example: 50 }),
        cursor: z.string().min(1).max(1000).optional().openapi({ description: "From the page before" }),
        content: z
          .enum(["true", "false"])
          .optional()
          .openapi({ description: "false: without content, which can be long. Default true", example: "false" }),
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("A page", pageSchema),
      304: unchangedReply,
    },
  },
);

const oneSchema = z
  .object({
    asOf: asOfSchema,
    prediction: predictionSchema,
    reason: z
      .string()
      .nullable()
      .openapi({ description: "Why this decision: what the recorded policy says of the confidence. Null without one" }),
  })
  .openapi("OnePrediction");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/predictions/{id}",
    tags: ["queries"],
    summary: "One prediction with all that was said of it",
    request: {
      params: z.object({ id: z.string().min(1).max(200).openapi({ example: "order-20391" }) }),
      query: z.object(freshParameter),
    },
    responses: {
      200: jsonReply("The prediction", oneSchema),
      304: unchangedReply,
    },
  },
);

/** Single predictions: what is behind the numbers. */
export const exampleRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const query = c.req.valid("query");
    const { confidenceFrom, confidenceTo, source, decision, outcome, limit, cursor, content, fresh, ...scope } = query;
    const filter = readScope(scope, callerOf(c).project, deps.now());
    const confidence = readRange(confidenceFrom, confidenceTo);
    const asOf = await whenFresh(deps, fresh);
    const page = await deps.events.predictions({
      ...filter,
      ...(confidence === undefined ? {} : { confidence: { ...confidence, source } }),
      ...(decision === undefined ? {} : { decision }),
      ...(outcome === undefined ? {} : { outcome: outcome === "1" ? 1 : outcome === "0" ? 0 : outcome }),
      ...(cursor === undefined ? {} : { cursor }),
      ...(content === "false" ? { content: false } : {}),
      ...(scope.window === undefined ? {} : { window: scope.window }),
      limit,
    });
    return answer(c, pageSchema, { asOf, predictions: page.predictions.map(shown), cursor: page.cursor });
  });

  app.openapi(show, async (c) => {
    const asOf = await whenFresh(deps, c.req.valid("query").fresh);
    const { id } = c.req.valid("param");
    const { project } = callerOf(c);
    const found = await deps.events.prediction(project, id);
    if (found === null) throw new HttpError(404, "unknown", `there is no prediction ${id} in this project`);
    const policy = await policyOf(deps, project, found.prediction.policyId);
    return answer(c, oneSchema, {
      asOf,
      prediction: shown(found),
      reason: recordedReason(found.prediction, policy),
    });
  });
};

/** @throws {HttpError} 400 */
function readRange(from = 0, to = 1): { from: number; to: number } | undefined {
  if (from > to || (from === to && to < 1))
    throw bad("confidenceTo", `confidenceTo must be above confidenceFrom, got ${from} to ${to}`);
  return from === 0 && to === 1 ? undefined : { from, to };
}

/** The policy that a prediction names; null where it names none, or something that is not kept here. */
async function policyOf({ state }: RouteDeps, project: string, id: string | null): Promise<PolicyDocument | null> {
  const artefact = id === null ? null : await state.artefact(project, id);
  if (artefact === null) return null;
  const opened = openArtefact(artefact);
  return opened.kind === "policy" ? opened.policy : null;
}

/** A prediction as the API says it. */
function shown({ prediction, outcomes, outcome, content }: StoredPrediction): z.input<typeof predictionSchema> {
  const { kind: _, project: __, interval, segments, evidence, ...rest } = prediction;
  return {
    ...rest,
    segments: { ...segments },
    interval: interval === null ? null : [...interval],
    evidence: evidence === null ? null : { ...evidence },
    outcome,
    outcomes: outcomes.map(({ name, source, value, observedAt, receivedAt }) => ({
      name,
      source,
      value,
      observedAt,
      receivedAt,
    })),
    content: content === null ? null : { ...content },
  };
}

import { setImmediate } from "node:timers/promises";
import { z } from "@hono/zod-openapi";
import { readActiveStates } from "../../serving/active-now.ts";
import { fleetQueries } from "../../views/fleet-queries.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answerJson, unchangedReply, whenFresh } from "../query/answer.ts";
import { matureScope } from "../query/mature-scope.ts";
import { asOfSchema, countSchema, momentSchema, orNull, shareSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter, readScope, windowParameters } from "../query/scope.ts";
import { immatureParameter } from "../query/view-parameters.ts";
import { decisionsSchema, measuredSchema, verdictSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const activeSchema = z
  .object({
    calibratorId: z
      .string()
      .nullable()
      .openapi({ description: "The policy's own where it has one; null: none", example: "cal_0123456789abcdef" }),
    policyId: z.string().nullable().openapi({ description: "Null: none", example: "pol_0123456789abcdef" }),
    since: momentSchema("When that was activated"),
    scope: z
      .enum(["version", "model"])
      .openapi({ description: "Whether for this version or for all versions of the model" }),
    certificate: orNull(
      z.object({
        status: z
          .enum(["certified", "not-certified", "none"])
          .openapi({ description: "`none`: the policy has no risk target" }),
        target: orNull(
          z.object({
            maxError: shareSchema("At most this share of errors among what is acted on"),
            sure: shareSchema("How sure that is"),
          }),
        ),
        sentence: z.string().openapi({ description: "What the policy says of itself" }),
      }),
    ).openapi({ description: "What the policy proves; null without a policy" }),
    uncertified: z
      .string()
      .nullable()
      .openapi({ description: "Why decisions do not count as certified; null where they do" }),
  })
  .openapi("ActiveNow", { description: "What decides on routes without anything of their own; null: nothing" });

const modelSchema = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    task: taskSchema,
    firstTime: momentSchema("Of its oldest prediction"),
    lastTime: momentSchema("Of its newest prediction"),
    segments: z
      .record(z.string(), z.number().int().nonnegative())
      .openapi({ description: "Segment keys with the number of their values", example: { country: 12, route: 2 } }),
    predictions: countSchema("In the window"),
    labelled: countSchema("Of these, those with an outcome that counts"),
    maturity: shareSchema("`labelled` over `predictions`"),
    matureMaturity: shareSchema(
      "The same over the days whose outcomes can be expected to be in; null where there is none",
    ).nullable(),
    traffic: z
      .array(
        z.object({
          day: momentSchema("Start of the day, UTC"),
          predictions: countSchema("Of that day"),
          labelled: countSchema("Of that day"),
        }),
      )
      .readonly()
      .openapi({ description: "Days with any predictions, oldest first" }),
    verdict: orNull(verdictSchema),
    accuracy: measuredSchema,
    estimatedAccuracy: shareSchema(
      "What the confidence of all predictions leads to expect; null without any",
    ).nullable(),
    gap: measuredSchema,
    ece: measuredSchema,
    noiseFloor: z
      .number()
      .nullable()
      .openapi({ description: "Calibration error that a perfect model would show; null without outcomes" }),
    weighted: z
      .boolean()
      .openapi({ description: "Whether outcomes are weighted by one over the probability that they were chosen with" }),
    pValue: shareSchema(
      "Against calibrated confidences: how often a perfect model would look at least this bad; null without outcomes",
    ).nullable(),
    decisions: decisionsSchema,
    uncertified: shareSchema("Of predictions whose decision does not rest on a calibrator and policy of this version"),
    withoutConfidence: countSchema("Predictions whose evidence was missing"),
    active: orNull(activeSchema),
    recalibratedAt: momentSchema(
      "When another calibrator last began to decide for this version, on routes without one of their own; null: none ever did",
    ).nullable(),
    routes: z
      .array(z.string())
      .readonly()
      .openapi({ description: "Routes that have a calibrator or policy of their own", example: ["checkout"] }),
  })
  .openapi("ModelTraffic");

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.fleet/1"),
    level: z.number(),
    window: z
      .object({
        from: momentSchema("Start; null: none").nullable(),
        to: momentSchema("End, not included; null: none").nullable(),
        matureBefore: momentSchema(
          "From here on outcomes may be missing, so that nothing is estimated from those that came; null: nowhere",
        ).nullable(),
      })
      .openapi({ description: "What is covered: the window that was asked for, widened to whole days (UTC)" }),
    models: z.array(modelSchema).readonly(),
    notes: z.array(z.string()).readonly(),
  })
  .openapi("Models");

const list = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/models",
    tags: ["queries"],
    summary: "Models, their versions, and whether their confidences can be trusted",
    request: { query: z.object({ ...windowParameters, ...immatureParameter, ...freshParameter }) },
    responses: {
      200: jsonReply(
        "One entry per model and version with traffic in the window, those with the most first",
        replySchema,
      ),
      304: unchangedReply,
    },
  },
);

const dayMs = 86_400_000;

/** The models of the project at a glance. */
export const modelRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { immature, fresh, ...window } = c.req.valid("query");
    const { project } = callerOf(c);
    const now = deps.now();
    const filter = readScope(window, project, now);
    const asOf = await whenFresh(deps, fresh);
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const { before, notes } = matureScope(filter, now, maturityHours, immature === "true", dayMs);
    const queries = fleetQueries(filter, before);
    const { events } = deps;
    const [known, totals, young, days, statesOf] = await Promise.all([
      events.models(project),
      events.cells(queries.totals),
      queries.young === null ? null : events.cells(queries.young),
      events.cells(queries.days),
      readActiveStates(deps.state, project, setImmediate),
    ]);
    const about = known.map(({ model, version, task, firstTime, lastTime, segments }) => ({
      ...{ model, version, task, firstTime, lastTime, segments },
      ...statesOf(model, version),
    }));
    const ofQueries = { totals, days, ...(young === null ? {} : { young }), window: queries.window };
    const input = { ...ofQueries, about, now, maturityHours, notes };
    return answerJson(c, await deps.views.json({ view: "fleet", input }), asOf);
  });
};

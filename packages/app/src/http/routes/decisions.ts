import { z } from "@hono/zod-openapi";
import { createServing } from "../../serving/create-serving.ts";
import { policyState } from "../../serving/policy-state.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { decisionCellsSchema, policyStateSchema } from "../query/policy-schemas.ts";
import { readDecisions } from "../query/read-decisions.ts";
import { asOfSchema, countSchema, momentSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter, oneSegment, readScope, scopeParameters } from "../query/scope.ts";
import { immatureParameter } from "../query/view-parameters.ts";
import { decisionsSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.decisions/1"),
    model: z.string(),
    version: z.string(),
    task: taskSchema,
    from: momentSchema("Start of the predictions"),
    to: momentSchema("Their end, not included"),
    days: z.number().openapi({ description: "Days between", example: 30 }),
    predictions: countSchema("All predictions"),
    labelled: countSchema("Those with an outcome and a score"),
    perDay: countSchema("Predictions a day"),
    cells: decisionCellsSchema,
    made: decisionsSchema,
    inEffect: policyStateSchema,
    calibratorSince: z
      .number()
      .nullable()
      .openapi({ description: "Since when the calibrator in effect has been; null without one" }),
    notes: z.array(z.string()).readonly(),
  })
  .openapi("Decisions");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/decisions",
    tags: ["queries"],
    summary: "What thresholds would lead to, and what decides now",
    description:
      "Sums per cell of the score, from which `thresholdOutcome` and `decisionCurve` of `@candor/core` work out what any " +
      "two thresholds lead to: coverage, errors with intervals, reviews and cost. Exact at the edges of cells " +
      "(`thresholdStops`). With the policy in effect, its thresholds and whether a bound on errors is certified.",
    request: {
      query: z.object({
        ...scopeParameters,
        model: scopeParameters.model.unwrap(),
        version: scopeParameters.version.unwrap(),
        on: z.enum(["confidence", "positive"]).optional().openapi({
          description:
            "What thresholds are on: that the prediction is right, or the probability of the positive class. Default: what the policy in effect reads",
        }),
        ...immatureParameter,
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The sums, and what decides", replySchema),
      304: unchangedReply,
    },
  },
);

/** What thresholds would lead to. */
export const decisionRoutes: RouteModule = (app, deps) => {
  const serving = createServing(deps.state);
  app.openapi(show, async (c) => {
    const { on, immature, fresh, model, version, ...scope } = c.req.valid("query");
    const { project } = callerOf(c);
    const filter = { ...readScope({ ...scope, model, version }, project, deps.now()), model, version };
    const asOf = await whenFresh(deps, fresh);
    const { view, active, calibratorSince } = await readDecisions(deps, serving, {
      filter,
      on,
      immature: immature === "true",
    });
    const inEffect = policyState(active, oneSegment(filter));
    return answer(c, replySchema, { ...view, model, version, inEffect, calibratorSince, asOf });
  });
};

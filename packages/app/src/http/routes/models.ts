import { z } from "@hono/zod-openapi";
import { fleetQueries } from "../../views/fleet-view.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { matureScope } from "../query/mature-scope.ts";
import { asOfSchema, countSchema, momentSchema, orNull, shareSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter, readScope, windowParameters } from "../query/scope.ts";
import { immatureParameter } from "../query/view-parameters.ts";
import { decisionsSchema, measuredSchema, verdictSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

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
    decisions: decisionsSchema,
    uncertified: shareSchema("Of predictions whose decision does not rest on a calibrator and policy of this version"),
    withoutConfidence: countSchema("Predictions whose evidence was missing"),
  })
  .openapi("ModelTraffic");

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.fleet/1"),
    level: z.number(),
    models: z.array(modelSchema),
    notes: z.array(z.string()),
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

/** The models of the project at a glance. */
export const modelRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { immature, fresh, ...window } = c.req.valid("query");
    const { project } = callerOf(c);
    const now = deps.now();
    const filter = readScope(window, project, now);
    const asOf = await whenFresh(deps, fresh);
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const known = await deps.events.models(project);
    const { before, notes } = matureScope(filter, now, maturityHours, immature === "true");
    const queries = fleetQueries(filter, before);
    const totals = await deps.events.cells(queries.totals);
    const young = queries.young === null ? {} : { young: await deps.events.cells(queries.young) };
    const days = await deps.events.cells(queries.days);
    const input = { totals, ...young, days, now, maturityHours, notes };
    const { schema, level, rows } = await deps.views.run({ view: "fleet", input });
    const models = rows.flatMap((row) => {
      const of = known.find(
        ({ model, version, task }) => model === row.model && version === row.version && task === row.task,
      );
      if (of === undefined) return [];
      const { firstTime, lastTime, segments } = of;
      return [{ ...row, firstTime, lastTime, segments: { ...segments } }];
    });
    return answer(c, replySchema, { asOf, schema, level, models, notes: [...notes] });
  });
};

import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { matureScope } from "../query/mature-scope.ts";
import { asOfSchema, countSchema, queryNumber, shareSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter, readScope, scopeParameters, windowParameters } from "../query/scope.ts";
import { segmentTables } from "../query/segment-tables.ts";
import { immatureParameter, keysParameter, levelParameter } from "../query/view-parameters.ts";
import { estimateSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const names = {
  model: z.string().openapi({ example: "fraud" }),
  version: z.string().openapi({ example: "2026-03" }),
  task: taskSchema,
  key: z.string().openapi({ example: "country" }),
  value: z.string().openapi({ example: "DE" }),
  predictions: countSchema("All, labelled or not"),
  n: countSchema("Labelled"),
};

/** A bin of a small diagram. */
const binSchema = z.object({
  lower: shareSchema("Lower edge, not included except 0"),
  upper: shareSchema("Upper edge, included"),
  count: countSchema("Labelled predictions"),
  share: shareSchema("Of the total weight"),
  meanConfidence: shareSchema("Mean confidence"),
  observed: shareSchema("Share of outcomes that were 1"),
  observedLower: shareSchema("Lower end of its interval"),
  observedUpper: shareSchema("Upper end of its interval"),
});

const segmentSchema = z
  .object({
    ...names,
    stated: estimateSchema.openapi({
      description: "Mean of the probabilities as they were stated: of the positive class (binary), or of being right",
    }),
    observed: estimateSchema.openapi({ description: "How often what they are a probability of happened" }),
    accuracy: estimateSchema,
    meanConfidence: estimateSchema,
    ece: estimateSchema,
    noiseFloor: z.number().openapi({ description: "Calibration error that a perfect model would show on as many" }),
    gap: estimateSchema.openapi({ description: "Mean probability minus share of outcomes that were 1" }),
    pValue: shareSchema("Against calibration"),
    qValue: shareSchema("The same, adjusted for all segments that were tested"),
    flagged: z.boolean().openapi({ description: "Of all flagged, at most 5 % are expected to be false alarms" }),
    sentence: z
      .string()
      .openapi({ example: "Too confident by 8.1 points (6.0 to 10.2); false-alarm share below 0.001." }),
    bins: z
      .array(binSchema)
      .readonly()
      .nullable()
      .openapi({ description: "Ten bins, those without labels left out; null past the first `diagrams` segments" }),
  })
  .openapi("SegmentRow");

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.segments/1"),
    level: z.number(),
    minimumLabels: z.number(),
    segments: z.array(segmentSchema).readonly().openapi({ description: "The strongest evidence first" }),
    untested: z.array(z.object(names)).readonly().openapi({ description: "With too few labels to be tested" }),
    notes: z.array(z.string()).readonly(),
  })
  .openapi("Segments");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/segments",
    tags: ["queries"],
    summary: "Segments whose confidences are wrong, the strongest evidence first",
    request: {
      query: z.object({
        model: scopeParameters.model,
        version: scopeParameters.version,
        ...windowParameters,
        ...keysParameter,
        minimumLabels: queryNumber(z.number().int().min(1).max(1e9))
          .default(50)
          .openapi({ description: "Segments with fewer labels are listed and not tested" }),
        diagrams: queryNumber(z.number().int().min(0).max(24))
          .default(0)
          .openapi({ description: "How many of the first segments come with their diagram" }),
        ...levelParameter,
        ...immatureParameter,
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The segments", replySchema),
      304: unchangedReply,
    },
  },
);

/** Segments by evidence. */
export const segmentRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { by, minimumLabels, level, diagrams, immature, fresh, ...scope } = c.req.valid("query");
    const { project } = callerOf(c);
    const now = deps.now();
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const { filter, notes } = matureScope(readScope(scope, project, now), now, maturityHours, immature === "true");
    const asOf = await whenFresh(deps, fresh);
    const tables = await segmentTables(deps, filter, by);
    const view = await deps.views.run({ view: "segments", input: { tables, minimumLabels, level, diagrams, notes } });
    return answer(c, replySchema, { ...view, asOf });
  });
};

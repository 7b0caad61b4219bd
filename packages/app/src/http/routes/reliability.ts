import { z } from "@hono/zod-openapi";
import type { PredictionFilter } from "../../store/event-store.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { cellFilter } from "../query/cell-filter.ts";
import { matureScope } from "../query/mature-scope.ts";
import { asOfSchema, countSchema, momentSchema, orNull, queryNumber, shareSchema } from "../query/schemas.ts";
import { freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { immatureParameter, levelParameter } from "../query/view-parameters.ts";
import { estimateSchema, specSchema, verdictSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const curve = (description: string) =>
  z
    .array(z.object({ x: z.number(), y: z.number(), lower: z.number(), upper: z.number() }))
    .readonly()
    .openapi({ description });

const binSchema = z
  .object({
    lower: shareSchema("Lower edge, not included except 0"),
    upper: shareSchema("Upper edge, included"),
    from: shareSchema("`confidenceFrom` of /predictions for exactly this bin"),
    to: shareSchema("`confidenceTo` of /predictions for exactly this bin"),
    count: countSchema("Labelled predictions"),
    share: shareSchema("Of the total weight"),
    meanConfidence: shareSchema("Mean confidence"),
    observed: shareSchema("Share of outcomes that were 1"),
    observedLower: shareSchema("Lower end of its interval"),
    observedUpper: shareSchema("Upper end of its interval"),
  })
  .openapi("ReliabilityBin");

const floorSchema = z
  .object({
    value: z.number().openapi({ description: "Expected calibration error of a perfect model", example: 0.012 }),
    lower: z.number(),
    upper: z.number(),
    level: z.number(),
    n: countSchema("Labelled predictions"),
    pValue: shareSchema("Probability that a perfect model shows at least the error that is there"),
    wantedWidth: z.number(),
    moreLabels: z.number().openapi({ description: "Further labels for an interval of this width" }),
    spec: specSchema,
  })
  .openapi("NoiseFloor");

const histogramSchema = z
  .object({
    edges: z.array(z.number()).readonly().openapi({ description: "One more than there are bins" }),
    shares: z.array(z.number()).readonly().openapi({ description: "Of the total weight" }),
    observed: z.array(z.number().nullable()).readonly().openapi({ description: "As of a bin; null where it is empty" }),
  })
  .openapi("ScoreHistogram", { description: "Labelled predictions by confidence, in 40 bins of equal width" });

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.reliability/1"),
    source: z.enum(["calibrated", "raw"]),
    axis: z.enum(["confidence", "probability"]),
    level: z.number(),
    from: momentSchema("What is counted: from here on, as `from` of /predictions; null: from the first").nullable(),
    to: momentSchema("Up to here, not included; null: no end").nullable(),
    young: z.string().nullable().openapi({
      description: "What is left out because its outcomes may be missing, or what misleads; null: nothing",
    }),
    predictions: countSchema("All, labelled or not"),
    labelled: countSchema("With an outcome that counts"),
    withoutConfidence: countSchema("Without evidence"),
    verdict: orNull(verdictSchema),
    pValue: shareSchema("Against calibration, without bins; right for few predictions too").nullable(),
    stated: shareSchema("Mean confidence").nullable(),
    observed: shareSchema("Share of outcomes that were 1").nullable(),
    bins: z.array(binSchema).readonly().openapi({ description: "Bins without labelled predictions are left out" }),
    ece: orNull(estimateSchema),
    eceDebiased: orNull(estimateSchema),
    noiseFloor: orNull(floorSchema),
    gap: orNull(estimateSchema).openapi({ description: "Mean probability minus share of outcomes that were 1" }),
    histogram: orNull(histogramSchema),
    smooth: curve("Kernel regression with a pointwise band"),
    corp: curve("Isotonic regression; the band is where it would lie if the confidences were right"),
    specs: z.object({ bins: specSchema, smooth: orNull(specSchema), corp: orNull(specSchema) }),
    errorBound: z
      .object({ ece: z.number(), auroc: z.number(), probability: z.number() })
      .openapi({ description: "How far the numbers can be from those of single predictions" }),
    notes: z.array(z.string()).readonly(),
  })
  .openapi("Reliability");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/reliability",
    tags: ["queries"],
    summary: "How often predictions of each confidence were right",
    description:
      "The reliability diagram in three forms, with the calibration error and what a perfect model would show. Times are " +
      "widened to whole hours. `source=raw` and several segments are counted from the predictions that are still kept, " +
      "which takes longer; all else comes from cells.",
    request: {
      query: z.object({
        ...scopeParameters,
        model: scopeParameters.model.unwrap(),
        source: z
          .enum(["calibrated", "raw"])
          .default("calibrated")
          .openapi({ description: "The confidence that was acted on, or the one that the model gave" }),
        bins: queryNumber(z.number().int().min(2).max(60)).default(15).openapi({ example: 15 }),
        scheme: z
          .enum(["equal-width", "equal-mass"])
          .default("equal-width")
          .openapi({ description: "How the bins are cut" }),
        ...levelParameter,
        ...immatureParameter,
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The diagram", replySchema),
      304: unchangedReply,
    },
  },
);

const hourMs = 3_600_000;

/** What cells are read for, so that counting predictions and showing them means the same ones. */
function wholeHours(filter: PredictionFilter): PredictionFilter {
  const { from, to } = filter;
  return {
    ...filter,
    ...(from === undefined ? {} : { from: Math.floor(from / hourMs) * hourMs }),
    ...(to === undefined ? {} : { to: Math.ceil(to / hourMs) * hourMs }),
  };
}

/** Reliability diagrams. */
export const reliabilityRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { source, bins, scheme, level, immature, fresh, ...scope } = c.req.valid("query");
    const { project } = callerOf(c);
    const now = deps.now();
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const wanted = wholeHours(readScope(scope, project, now));
    const { filter, notes, checkRows } = matureScope(wanted, now, maturityHours, immature === "true");
    const asOf = await whenFresh(deps, fresh);
    const segments = Object.keys(filter.segments ?? {}).length + (filter.route === undefined ? 0 : 1);
    const table =
      source === "raw" || segments > 1
        ? await deps.events.countCells({ ...filter, confidence: source })
        : await deps.events.cells({ ...cellFilter(filter), bucket: "all" });
    checkRows(table.rows);
    const view = await deps.views.run({ view: "reliability", input: { table, binning: scheme, bins, level, notes } });
    const { from = null, to = null } = filter;
    return answer(c, replySchema, { source, ...view, from, to, young: notes[0] ?? null, asOf });
  });
};

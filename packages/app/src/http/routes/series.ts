import { z } from "@hono/zod-openapi";
import { type SeriesMetric, seriesMetrics, seriesQuery, usualMetrics } from "../../views/series-view.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answerJson, unchangedReply, whenFresh } from "../query/answer.ts";
import { cellFilter } from "../query/cell-filter.ts";
import { checkStretches } from "../query/check-stretches.ts";
import { asOfSchema, countSchema, orNull, queryNumber, shareSchema } from "../query/schemas.ts";
import { bad, freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { immatureParameter, levelParameter } from "../query/view-parameters.ts";
import { decisionsSchema, measuredSchema, specSchema, streamSchema, stretchShape } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const bucketMs = { hour: hourMs, day: dayMs, week: 7 * dayMs } as const;
/** Hours that a series by the hour may span: 93 days. */
const mostHours = 2232;

const pointSchema = z
  .object({
    ...stretchShape,
    predictions: countSchema("All predictions"),
    labelled: countSchema("Those with an outcome so far"),
    maturity: shareSchema("`labelled` over `predictions`"),
    mature: z.boolean().openapi({
      description:
        "Whether all its outcomes can be expected to be in. Where not, nothing is estimated from those so far",
    }),
    withoutConfidence: countSchema("Without evidence"),
    uncertified: shareSchema("Whose decision does not rest on a calibrator and policy of this version").optional(),
    decisions: decisionsSchema.optional(),
    served: shareSchema("Mean confidence of all predictions, labelled or not").nullable().optional(),
    quantiles: z
      .object({ p05: z.number(), p25: z.number(), p50: z.number(), p75: z.number(), p95: z.number() })
      .nullable()
      .optional()
      .openapi({ description: "Of the confidence of all predictions" }),
    accuracy: measuredSchema.optional(),
    meanConfidence: measuredSchema.optional(),
    gap: measuredSchema.optional(),
    slope: measuredSchema.optional(),
    ece: measuredSchema.optional(),
    noiseFloor: z.number().nullable().optional(),
    brier: measuredSchema.optional(),
    evidence: orNull(
      z.object({
        pValue: z.number().openapi({ description: "Against calibration; right for few outcomes too" }),
        qValue: z.number().openapi({ description: "Adjusted for all stretches of the series" }),
        flagged: z.boolean().openapi({
          description: "Of the stretches of a series that are flagged, at most 5 % are expected to be false alarms",
        }),
      }),
    )
      .optional()
      .openapi({ description: "Null where outcomes are still to come, and where there are none" }),
    histogram: z
      .array(z.number())
      .readonly()
      .optional()
      .openapi({ description: "Shares of the confidences in equal bins; with `histogramBins`" }),
  })
  .openapi("SeriesPoint");

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.series/1"),
    bucket: z.enum(["hour", "day", "week"]),
    level: z.number(),
    specs: z.record(z.string(), specSchema),
    series: z.array(z.object({ stream: streamSchema, points: z.array(pointSchema).readonly() })).readonly(),
  })
  .openapi("Series");

const divisor = (value: number): boolean => 60 % value === 0;

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/series",
    tags: ["queries"],
    summary: "How confidences, outcomes and decisions went over time",
    description:
      "One series per model version, or per value of a segment key with `by`. Stretches without predictions are left out; " +
      "those whose outcomes are not all in yet say so. Times are UTC, weeks start on Monday.",
    request: {
      query: z.object({
        ...scopeParameters,
        by: z
          .string()
          .min(1)
          .max(200)
          .optional()
          .openapi({ description: "One series per value of this segment key, or of `route`", example: "country" }),
        bucket: z.enum(["hour", "day", "week"]).default("day"),
        metrics: z
          .string()
          .max(200)
          .optional()
          .openapi({
            description: `Numbers of each point, by commas, of ${seriesMetrics.join(", ")}. Default: all but slope, quantiles and evidence, which take longer`,
            example: "ece,noiseFloor,gap",
          }),
        bins: queryNumber(z.number().int().min(1).max(60).refine(divisor, "bins must divide 60"))
          .default(15)
          .openapi({ description: "Of the calibration error; must divide 60" }),
        histogramBins: queryNumber(z.number().int().min(1).max(60).refine(divisor, "histogramBins must divide 60"))
          .optional()
          .openapi({ description: "Also a histogram of the confidences; must divide 60", example: 20 }),
        ...levelParameter,
        ...immatureParameter,
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The series", replySchema),
      304: unchangedReply,
    },
  },
);

/** Series over time. */
export const seriesRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { by, bucket, metrics: wanted, bins, histogramBins, level, immature, fresh, ...scope } = c.req.valid("query");
    const { project } = callerOf(c);
    const now = deps.now();
    const filter = cellFilter(readScope(scope, project, now));
    const metrics = readMetrics(wanted);
    if (by !== undefined && filter.segment !== null)
      throw bad("by", "by gives one series per value of a key: name a segment or by, not both");
    if (bucket === "hour" && (filter.to ?? now) - (filter.from ?? now - dayMs * 3650) > mostHours * hourMs)
      throw bad("bucket", `a series by the hour spans at most ${mostHours / 24} days: name from, to or window`);
    const asOf = await whenFresh(deps, fresh);
    if (by !== undefined || filter.model === undefined || filter.version === undefined)
      checkStretches(await deps.events.models(project), {
        ...filter,
        by,
        bucketMs: bucketMs[bucket],
        isTested: metrics.includes("evidence"),
      });
    const segment = by === undefined ? (filter.segment ?? null) : { key: by };
    const options = { bucket, bins, metrics, ...(histogramBins === undefined ? {} : { histogramBins }) } as const;
    const table = await deps.events.cells(seriesQuery({ ...filter, segment }, options));
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const input = { ...options, table, now, maturityHours, level, immature: immature === "true" };
    return answerJson(c, await deps.views.json({ view: "series", input }), asOf);
  });
};

/** The metrics that were asked for. @throws {HttpError} 400 */
function readMetrics(wanted: string | undefined): readonly SeriesMetric[] {
  if (wanted === undefined) return usualMetrics;
  const names = wanted.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !seriesMetrics.some((metric) => metric === name));
  if (unknown !== undefined)
    throw bad("metrics", `metrics must be of ${seriesMetrics.join(", ")}, got "${unknown.slice(0, 40)}"`);
  return seriesMetrics.filter((metric) => names.includes(metric));
}

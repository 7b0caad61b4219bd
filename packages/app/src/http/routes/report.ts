import { z } from "@hono/zod-openapi";
import { version as candorVersion } from "../../version.ts";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { cellFilter } from "../query/cell-filter.ts";
import { matureScope } from "../query/mature-scope.ts";
import { asOfSchema } from "../query/schemas.ts";
import { freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { segmentTables } from "../query/segment-tables.ts";
import { immatureParameter, keysParameter, levelParameter } from "../query/view-parameters.ts";
import { verdictSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const threeDaysMs = 3 * dayMs;

const reportSchema = z
  .looseObject({
    schema: z.literal("candor.report/1"),
    version: z.string().openapi({ description: "Of Candor" }),
    task: z.enum(["binary", "multiclass", "confidence"]),
    n: z.number().openapi({ description: "Labelled predictions" }),
    verdict: verdictSchema,
  })
  .openapi("ReportDocument", {
    description: "The document of `candor report --json`, computed from cells: it says how far that can be off",
  });

const replySchema = z.object({ asOf: asOfSchema, report: reportSchema }).openapi("Report");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/report",
    tags: ["queries"],
    summary: "Everything that the outcomes say of the confidences",
    description:
      "The report of `candor report`, over any window: metrics with intervals, reliability, segments and stretches of time. " +
      "Times are widened to whole hours. 400 with the code `empty` where there are no outcomes yet.",
    request: {
      query: z.object({
        ...scopeParameters,
        model: scopeParameters.model.unwrap(),
        ...keysParameter,
        ...levelParameter,
        ...immatureParameter,
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The report", replySchema),
      304: unchangedReply,
    },
  },
);

/** Reports. */
export const reportRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { by, level, immature, fresh, ...scope } = c.req.valid("query");
    const now = deps.now();
    const { project } = callerOf(c);
    const wanted = cellFilter(readScope(scope, project, now));
    const bucket = wanted.from !== undefined && (wanted.to ?? now) - wanted.from <= threeDaysMs ? "hour" : "day";
    const { maturityHours } = (await deps.projectOf(project)).settings;
    const bucketMs = bucket === "hour" ? hourMs : dayMs;
    const { filter, notes, checkRows } = matureScope(wanted, now, maturityHours, immature === "true", bucketMs);
    const asOf = await whenFresh(deps, fresh);
    const table = await deps.events.cells({ ...filter, bucket });
    checkRows(table.rows);
    const segments = filter.segment === null ? await segmentTables(deps, filter, by) : [];
    const { model, version, segment } = filter;
    const parts = [model, version, segment == null ? undefined : `${segment.key} = ${segment.value}`];
    const name = parts.filter((part) => part !== undefined).join(", ");
    const input = { table, segments, name, version: candorVersion, bucket, level, notes } as const;
    const report = await deps.views.run({ view: "report", input });
    return answer(c, replySchema, { asOf, report: { ...report } });
  });
};

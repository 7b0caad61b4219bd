import { z } from "@hono/zod-openapi";
import { version as candorVersion } from "../../version.ts";
import { describeRoute } from "../describe-route.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { cellFilter } from "../query/cell-filter.ts";
import { asOfSchema } from "../query/schemas.ts";
import { freshParameter, readScope, scopeParameters } from "../query/scope.ts";
import { segmentTables } from "../query/segment-tables.ts";
import { keysParameter, levelParameter } from "../query/view-parameters.ts";
import { verdictSchema } from "../query/view-schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const threeDaysMs = 3 * 86_400_000;

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
        ...freshParameter,
      }),
    },
    responses: {
      200: { description: "The report", content: { "application/json": { schema: replySchema } } },
      304: unchangedReply,
    },
  },
);

/** Reports. */
export const reportRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { by, level, fresh, ...scope } = c.req.valid("query");
    const now = deps.now();
    const filter = cellFilter(readScope(scope, callerOf(c).project, now));
    const asOf = await whenFresh(deps, fresh);
    const bucket = filter.from !== undefined && (filter.to ?? now) - filter.from <= threeDaysMs ? "hour" : "day";
    const table = await deps.events.cells({ ...filter, bucket });
    const segments = filter.segment === null ? await segmentTables(deps, filter, by) : [];
    const { model, version, segment } = filter;
    const parts = [model, version, segment == null ? undefined : `${segment.key} = ${segment.value}`];
    const name = parts.filter((part) => part !== undefined).join(", ");
    const input = { table, segments, name, version: candorVersion, bucket, level } as const;
    const report = await deps.views.run({ view: "report", input });
    return answer(c, replySchema, { asOf, report: { ...report } });
  });
};

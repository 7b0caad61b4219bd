import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, countSchema, momentSchema, shareSchema } from "../query/schemas.ts";
import { freshParameter } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const duration = (description: string) =>
  z.number().openapi({ description: `${description}, milliseconds`, example: 420 });

const replySchema = z
  .object({
    asOf: asOfSchema,
    predictions: countSchema("Predictions kept"),
    outcomes: countSchema("Outcomes kept, corrections included"),
    duplicates: countSchema("Predictions that came again with the same content, since the project began"),
    conflicts: countSchema("Predictions that came again with other content; the first is kept"),
    orphans: countSchema("Outcomes that wait for their prediction"),
    oldestOrphan: momentSchema("When the oldest of them arrived; null where there is none").nullable(),
    withoutConfidence: countSchema("Predictions whose evidence was missing"),
    labelDelay: z
      .array(
        z.object({
          hours: z.number().openapi({ description: "After the prediction", example: 24 }),
          share: shareSchema("Of the labelled predictions that had their outcome by then"),
        }),
      )
      .openapi({ description: "How late outcomes come, by their `observedAt`" }),
    lag: z
      .object({ median: duration("Median"), p99: duration("99th percentile") })
      .nullable()
      .openapi({ description: "From `time` to arrival, of the newest 100 000 predictions; null where there is none" }),
  })
  .openapi("DataHealth");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/data-health",
    tags: ["queries"],
    summary: "How sound the data is: orphans, duplicates, delays",
    request: { query: z.object(freshParameter) },
    responses: {
      200: jsonReply("Of the whole project", replySchema),
      304: unchangedReply,
    },
  },
);

/** How sound the data of the project is. */
export const dataHealthRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const asOf = await whenFresh(deps, c.req.valid("query").fresh);
    const { labelDelay, ...health } = await deps.events.dataHealth(callerOf(c).project);
    return answer(c, replySchema, { asOf, ...health, labelDelay: [...labelDelay] });
  });
};

import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, countSchema, momentSchema, shareSchema } from "../query/schemas.ts";
import { freshParameter } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const duration = (description: string) =>
  z.number().openapi({ description: `${description}, milliseconds`, example: 420 });

const delaySchema = (until: string) =>
  z
    .object({ median: duration("Median"), p90: duration("90th percentile"), p99: duration("99th percentile") })
    .nullable()
    .openapi({ description: `From the prediction until its outcome ${until}; null without labels` });

const modelSchema = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    predictions: countSchema("Predictions kept"),
    labelled: countSchema("Of these, those with an outcome that counts"),
    observed: delaySchema("was observed"),
    received: delaySchema("arrived here"),
  })
  .openapi("LabelDelays");

const rejectionSchema = z
  .object({
    kind: z.enum(["prediction", "outcome"]),
    reason: z.string().openapi({ description: "Code of the error that they were answered with", example: "missing" }),
    count: countSchema("Items rejected for it"),
    message: z.string().openapi({ description: "What the newest of them was answered" }),
    at: momentSchema("When that was"),
  })
  .openapi("Rejections");

const queueSchema = z
  .object({
    pendingEvents: countSchema("Taken, on disk, and not in the engine yet"),
    lagMs: duration("Age of the oldest of them"),
    setAside: countSchema("Events that the engine could not take since the start, kept beside the log"),
    writable: z.boolean().openapi({ description: "False while the disk is full or cannot be written" }),
    problem: z.string().nullable().openapi({ description: "Why it is not" }),
  })
  .openapi("IngestQueue");

const replySchema = z
  .object({
    asOf: asOfSchema,
    predictions: countSchema("Predictions kept"),
    outcomes: countSchema("Outcomes kept, corrections included"),
    duplicates: countSchema("Predictions that came again, since the project began"),
    conflicts: countSchema("Of these, those with other content; the first is kept"),
    refused: countSchema("Events left out: older than what is kept, or of predictions that were erased"),
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
    models: z.array(modelSchema).openapi({ description: "How late outcomes are, by model version" }),
    lag: z
      .object({ median: duration("Median"), p99: duration("99th percentile") })
      .nullable()
      .openapi({ description: "From `time` to arrival, of the newest 100 000 predictions; null where there is none" }),
    rejected: z.array(rejectionSchema).openapi({ description: "Items not taken since the server started, by reason" }),
    queue: queueSchema.openapi({ description: "The way into the store, of all projects together" }),
    startedAt: momentSchema("When the server started"),
  })
  .openapi("DataHealth");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/data-health",
    tags: ["queries"],
    summary: "How sound the data is: orphans, duplicates, delays, rejections, the queue",
    request: { query: z.object(freshParameter) },
    responses: {
      200: jsonReply("Of the whole project", replySchema),
      304: unchangedReply,
    },
  },
);

/** How sound the data of the project is. */
export const dataHealthRoutes: RouteModule = (app, deps) => {
  const startedAt = deps.now();
  app.openapi(show, async (c) => {
    const asOf = await whenFresh(deps, c.req.valid("query").fresh);
    const { project } = callerOf(c);
    const { labelDelay, models, ...health } = await deps.events.dataHealth(project);
    const { pendingEvents, lagMs, setAside, writable, problem } = deps.ingest.status;
    return answer(c, replySchema, {
      asOf,
      ...health,
      labelDelay: [...labelDelay],
      models: [...models],
      rejected: deps.metrics.rejections.of(project),
      queue: { pendingEvents, lagMs, setAside, writable, problem },
      startedAt,
    });
  });
};

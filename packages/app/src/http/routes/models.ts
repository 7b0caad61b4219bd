import { timeGrid } from "@candor/core";
import { z } from "@hono/zod-openapi";
import type { ModelTraffic } from "../../store/event-store.ts";
import { describeRoute } from "../describe-route.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, countSchema, momentSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const dayMs = 86_400_000;

const modelSchema = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    task: taskSchema,
    predictions: countSchema("Predictions kept of it"),
    labelled: countSchema("Of these, those with an outcome that counts"),
    firstTime: momentSchema("Of its oldest prediction"),
    lastTime: momentSchema("Of its newest prediction"),
    segments: z
      .record(z.string(), z.number().int().nonnegative())
      .openapi({ description: "Segment keys with the number of their values", example: { country: 12, route: 2 } }),
    daily: z
      .array(
        z.object({
          day: momentSchema("Start of the day, UTC"),
          predictions: countSchema("Of that day"),
          labelled: countSchema("Of that day"),
        }),
      )
      .openapi({ description: "The newest days with any traffic, oldest first; empty unless `days` asks for them" }),
  })
  .openapi("ModelTraffic");

const replySchema = z.object({ asOf: asOfSchema, models: z.array(modelSchema) }).openapi("Models");

const list = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/models",
    tags: ["queries"],
    summary: "Models, their versions and their traffic",
    request: {
      query: z.object({
        days: z.coerce
          .number()
          .int()
          .min(0)
          .max(400)
          .default(0)
          .openapi({ description: "Also the counts of each of the last days", example: 14 }),
        ...freshParameter,
      }),
    },
    responses: {
      200: {
        description: "One entry per model and version, the newest traffic first",
        content: { "application/json": { schema: replySchema } },
      },
      304: unchangedReply,
    },
  },
);

/** What the project has predictions of. */
export const modelRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { days, fresh } = c.req.valid("query");
    await whenFresh(deps, fresh);
    const { project } = callerOf(c);
    const { asOf } = deps.ingest.status;
    const models = await deps.events.models(project);
    const daily = days === 0 ? new Map<string, Day[]>() : await dailyOf(project, deps.now() - days * dayMs);
    const body = models.map((one) => ({
      ...one,
      segments: { ...one.segments },
      daily: daily.get(keyOf(one)) ?? [],
    }));
    return answer(c, replySchema, { asOf, models: body.sort((a, b) => b.lastTime - a.lastTime) });
  });

  async function dailyOf(project: string, from: number): Promise<Map<string, Day[]>> {
    const table = await deps.events.cells({ project, from, bucket: "day", groups: oneGroup });
    const days = new Map<string, Day[]>();
    for (let row = 0; row < table.rows; row++) {
      const stream = table.streams[table.stream[row] ?? 0];
      if (stream === undefined) continue;
      const list = days.get(keyOf(stream)) ?? [];
      days.set(keyOf(stream), list);
      const day = table.bucket[row] ?? 0;
      const predictions = table.traffic.predictions[row] ?? 0;
      const labelled = table.labelled.count[row] ?? 0;
      const last = list.at(-1);
      if (last?.day === day) {
        last.predictions += predictions;
        last.labelled += labelled;
      } else list.push({ day, predictions, labelled });
    }
    return days;
  }
};

interface Day {
  readonly day: number;
  predictions: number;
  labelled: number;
}

function keyOf({ model, version, task }: Pick<ModelTraffic, "model" | "version" | "task">): string {
  return JSON.stringify([model, version, task]);
}

/** All cells in one group, predictions without a confidence too. */
const oneGroup = new Int16Array(timeGrid.size + 1);

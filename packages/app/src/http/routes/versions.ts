import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { answer, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, countSchema, momentSchema, taskSchema } from "../query/schemas.ts";
import { freshParameter } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const versionSchema = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().openapi({ example: "2026-03" }),
    task: taskSchema,
    firstTime: momentSchema("Hour of its oldest prediction"),
    lastTime: momentSchema("Hour of its newest prediction"),
    predictions: countSchema("Of all time"),
    labelled: countSchema("Of these, those with an outcome that counts"),
    segments: z
      .record(z.string(), z.number().int().nonnegative())
      .openapi({ description: "Segment keys with the number of their values", example: { country: 12, route: 2 } }),
  })
  .openapi("ModelVersion");

const replySchema = z.object({ asOf: asOfSchema, models: z.array(versionSchema) }).openapi("ModelVersions");

const list = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/versions",
    tags: ["queries"],
    summary: "Models and their versions of all time, without estimates",
    description:
      "Names, times and counts, for menus; `/models` has what can be said of their confidences, which takes longer.",
    request: { query: z.object({ ...freshParameter }) },
    responses: {
      200: jsonReply("By model, version and task", replySchema),
      304: unchangedReply,
    },
  },
);

/** What models there are. */
export const versionRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { project } = callerOf(c);
    const asOf = await whenFresh(deps, c.req.valid("query").fresh);
    await deps.projectOf(project);
    const models = (await deps.events.models(project)).map(({ segments, ...one }) => ({
      ...one,
      segments: { ...segments },
    }));
    return answer(c, replySchema, { asOf, models });
  });
};

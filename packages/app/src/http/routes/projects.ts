import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import type { RouteModule } from "../server-app.ts";

const settingsSchema = z
  .object({
    maturityHours: z.number(),
    outcomeName: z.string(),
    retentionDays: z.number().nullable(),
    contentDays: z.number().nullable(),
    whenUncertified: z.enum(["review", "as-is"]),
  })
  .openapi("ProjectSettings");

const projectSchema = z
  .object({ id: z.string(), name: z.string(), createdAt: z.number(), demo: z.boolean(), settings: settingsSchema })
  .openapi("Project");

const list = describeRoute(
  { role: "admin", project: "all" },
  {
    method: "get",
    path: "/api/v1/projects",
    tags: ["projects"],
    summary: "All projects",
    responses: {
      200: {
        description: "The projects, oldest first",
        content: { "application/json": { schema: z.object({ projects: z.array(projectSchema) }) } },
      },
    },
  },
);

/** Projects: list, make, change, remove. */
export const projectRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => c.json({ projects: [...(await deps.state.projects())] }, 200));
};

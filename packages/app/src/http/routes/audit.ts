import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import { projectParameter, queryNumber } from "../query/schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const entrySchema = z
  .object({
    sequence: z.number(),
    at: z.number(),
    actor: z.string().openapi({ description: "Id of the key, or cli" }),
    project: z.string().nullable(),
    action: z.string().openapi({ example: "key.create" }),
    subject: z.string(),
    details: z.record(z.string(), z.unknown()),
  })
  .openapi("AuditEntry");

const list = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "get",
    path: "/api/v1/audit",
    tags: ["audit"],
    summary: "Who did what, newest first",
    description: "Of the project of the request; with a key of all projects and all=true of the whole server.",
    request: {
      query: z.object({
        limit: queryNumber(z.number().int().min(1).max(1000)).optional().openapi({ description: "Default 100" }),
        before: queryNumber(z.number().int().min(1)).optional().openapi({ description: "Sequence of the page before" }),
        all: z.enum(["true", "false"]).optional(),
        project: projectParameter,
      }),
    },
    responses: {
      200: jsonReply("Entries", z.object({ entries: z.array(entrySchema) })),
    },
  },
);

/** The audit: list. */
export const auditRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { key, project } = callerOf(c);
    const { limit = 100, before, all } = c.req.valid("query");
    const isAll = all === "true" && (key === null || key.project === null);
    const filter = { limit, ...(before === undefined ? {} : { before }), ...(isAll ? {} : { project }) };
    const entries = await deps.state.audit(filter);
    return c.json({ entries: entries.map((entry) => ({ ...entry, details: { ...entry.details } })) }, 200);
  });
};

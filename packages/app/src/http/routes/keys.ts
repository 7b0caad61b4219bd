import { z } from "@hono/zod-openapi";
import { type ApiKey, roles } from "../../store/state-store.ts";
import { createApiKey } from "../api-key.ts";
import type { Caller } from "../deps.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { projectIdSchema, projectParameter } from "../query/schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const keySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    project: z.string().nullable().openapi({ description: "Null: all projects" }),
    roles: z.array(z.enum(roles)),
    createdAt: z.number(),
    lastFour: z.string().openapi({ description: "Its last four characters, to tell keys apart" }),
    expiresAt: z.number().nullable(),
    revokedAt: z.number().nullable(),
  })
  .openapi("ApiKey");

const list = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "get",
    path: "/api/v1/keys",
    tags: ["keys"],
    summary: "Keys, without their secrets",
    description: "With a key of all projects: all keys, or with project and without all=true those of that one.",
    request: { query: z.object({ all: z.enum(["true", "false"]).optional(), project: projectParameter }) },
    responses: {
      200: jsonReply("The keys, also those that are revoked or expired", z.object({ keys: z.array(keySchema) })),
    },
  },
);

const create = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "post",
    path: "/api/v1/keys",
    tags: ["keys"],
    summary: "Make a key; its secret is in this reply and nowhere else",
    request: {
      body: jsonBody(
        z.strictObject({
          name: nameSchema,
          roles: z.array(z.enum(roles)).min(1).max(roles.length),
          project: projectIdSchema.nullish().openapi({
            description: "Default: the project of the request. Null: all; only a key of all projects can do that",
          }),
          expiresAt: z.number().int().positive().nullish().openapi({ description: "Milliseconds since 1970" }),
        }),
      ),
    },
    responses: {
      201: jsonReply("The key and its secret", z.object({ key: keySchema, secret: z.string() })),
    },
  },
);

const revoke = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "delete",
    path: "/api/v1/keys/{id}",
    tags: ["keys"],
    summary: "Revoke a key, and end the sessions that were opened with it",
    request: { params: z.object({ id: z.string().regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits") }) },
    responses: { 204: { description: "From now on it opens nothing" } },
  },
);

/** Keys: list, make, revoke. A key of one project sees and makes keys of this project only. */
export const keyRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { key } = callerOf(c);
    const query = c.req.valid("query");
    const project = scopeOf(callerOf(c)) ?? (query.all === "true" ? undefined : query.project);
    const keys = project === undefined ? await deps.state.keys() : await deps.state.keys(project);
    const own = key?.project ?? null;
    return c.json({ keys: keys.filter((one) => own === null || one.project === own).map(plain) }, 200);
  });

  app.openapi(create, async (c) => {
    const caller = callerOf(c);
    const { name, roles: wanted, project = caller.project, expiresAt = null } = c.req.valid("json");
    const scope = scopeOf(caller);
    if (scope !== null && project !== scope)
      throw new HttpError(403, "project", "a key of one project makes keys of this project only", { field: "project" });
    if (expiresAt !== null && expiresAt <= deps.now())
      throw new HttpError(400, "invalid", "expiresAt must be in the future", { field: "expiresAt" });
    if (project !== null) await deps.projectOf(project);
    const wish = { name, project, roles: [...new Set(wanted)], expiresAt };
    const { key, secret } = await createApiKey(deps.state, wish, caller.actor, deps.randomBytes, deps.now());
    return c.json({ key: plain(key), secret }, 201);
  });

  app.openapi(revoke, async (c) => {
    const caller = callerOf(c);
    const { id } = c.req.valid("param");
    const scope = scopeOf(caller);
    const key = (await deps.state.keys()).find((one) => one.id === id);
    if (key === undefined || (scope !== null && key.project !== scope))
      throw new HttpError(404, "unknown", `there is no key ${id}`);
    await deps.state.revokeKey(id, deps.now(), caller.actor);
    return c.body(null, 204);
  });
};

function scopeOf({ key }: Caller): string | null {
  return key?.project ?? null;
}

function plain(key: ApiKey): z.infer<typeof keySchema> {
  const { id, name, project, createdAt, lastFour, expiresAt, revokedAt } = key;
  return { id, name, project, roles: [...key.roles], createdAt, lastFour, expiresAt, revokedAt };
}

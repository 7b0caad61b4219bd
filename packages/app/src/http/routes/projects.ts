import { z } from "@hono/zod-openapi";
import { defaultSettings, type Project, type ProjectSettings } from "../../store/state-store.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { projectIdSchema } from "../query/schemas.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const days = z.number().int().min(1).max(36_500).nullable();

const settingsSchema = z
  .strictObject({
    maturityHours: z.number().min(0).max(87_600).openapi({
      description: "Hours after which the outcomes of a prediction can be expected to be in; younger ones are immature",
    }),
    outcomeName: nameSchema.openapi({ description: "The outcome that counts", example: "outcome" }),
    retentionDays: days.openapi({ description: "Days that predictions and outcomes are kept; null: for ever" }),
    contentDays: days.openapi({ description: "Days that prompts, answers and features are kept; null: not at all" }),
    whenUncertified: z.enum(["review", "as-is"]).openapi({
      description: "What becomes of act under a calibrator that does not belong to the model version",
    }),
  })
  .openapi("ProjectSettings");

const idSchema = projectIdSchema.openapi({ example: "fraud" });

const projectSchema = z
  .object({ id: idSchema, name: z.string(), createdAt: z.number(), demo: z.boolean(), settings: settingsSchema })
  .openapi("Project");

const list = describeRoute(
  { role: "read", project: "none" },
  {
    method: "get",
    path: "/api/v1/projects",
    tags: ["projects"],
    summary: "The projects that the caller can see",
    responses: { 200: jsonReply("The projects, oldest first", z.object({ projects: z.array(projectSchema) })) },
  },
);

const create = describeRoute(
  { role: "admin", project: "all" },
  {
    method: "post",
    path: "/api/v1/projects",
    tags: ["projects"],
    summary: "Make a project",
    request: {
      body: jsonBody(
        z.strictObject({
          id: idSchema,
          name: nameSchema.optional(),
          demo: z.boolean().optional(),
          settings: settingsSchema.partial().optional(),
        }),
      ),
    },
    responses: {
      201: jsonReply("The project", projectSchema),
      409: { description: "There is one of this id already" },
    },
  },
);

const update = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "patch",
    path: "/api/v1/projects/{id}",
    tags: ["projects"],
    summary: "Change a project's name and settings",
    description: "Another outcomeName rebuilds the labels and cells of the project.",
    request: {
      params: z.object({ id: idSchema }),
      body: jsonBody(z.strictObject({ name: nameSchema.optional(), settings: settingsSchema.partial().optional() })),
    },
    responses: { 200: jsonReply("The project as it is now", projectSchema) },
  },
);

const remove = describeRoute(
  { role: "admin", project: "all" },
  {
    method: "delete",
    path: "/api/v1/projects/{id}",
    tags: ["projects"],
    summary: "Remove a project with everything in it",
    description: "Predictions, outcomes, cells, keys, calibrators and policies. Its audit entries stay.",
    request: { params: z.object({ id: idSchema }) },
    responses: { 204: { description: "It is gone" } },
  },
);

/** Projects: list, make, change, remove. */
export const projectRoutes: RouteModule = (app, deps) => {
  app.openapi(list, async (c) => {
    const { key } = callerOf(c);
    const stored = await deps.state.projects();
    // A new server has its first project from the first look at it.
    const projects = stored.length === 0 ? [await deps.projectOf("default")] : stored;
    const seen = projects.filter(({ id }) => key === null || key.project === null || key.project === id);
    return c.json({ projects: seen.map(plain) }, 200);
  });

  /** Everything that the spine has of a project that is not there, or no longer: an interrupted removal left some. */
  async function forget(id: string): Promise<void> {
    await deps.ingest.settled();
    await deps.events.removeProject(id);
    await deps.ingest.forgetProject(id);
    deps.metrics.rejections.forget(id);
  }

  app.openapi(create, async (c) => {
    const { id, name = id, demo = false, settings = {} } = c.req.valid("json");
    const project: Project = {
      id,
      name,
      demo,
      createdAt: deps.now(),
      settings: { ...defaultSettings, ...given(settings) },
    };
    if ((await deps.state.project(id)) === null) await forget(id);
    await deps.state.createProject(project, callerOf(c).actor);
    if (project.settings.outcomeName !== defaultSettings.outcomeName)
      await deps.events.setCountedOutcome(id, project.settings.outcomeName);
    return c.json(plain(project), 201);
  });

  app.openapi(update, async (c) => {
    const { key, actor } = callerOf(c);
    const { id } = c.req.valid("param");
    if (key !== null && key.project !== null && key.project !== id)
      throw new HttpError(403, "project", "this key belongs to another project");
    if ((c.get("body") ?? "") === "") throw new HttpError(400, "json", "the body is not JSON");
    await deps.projectOf(id);
    const { name, settings } = c.req.valid("json");
    const change = {
      ...(name === undefined ? {} : { name }),
      ...(settings === undefined ? {} : { settings: given(settings) }),
    };
    const after = await deps.state.updateProject(id, change, actor);
    // Also where the name stays the same: a server that was killed in between had kept it and counted another one.
    if (settings?.outcomeName !== undefined) {
      await deps.ingest.settled();
      await deps.events.setCountedOutcome(id, after.settings.outcomeName);
    }
    return c.json(plain(after), 200);
  });

  app.openapi(remove, async (c) => {
    const { id } = c.req.valid("param");
    const { actor } = callerOf(c);
    const isKnown = (await deps.state.project(id)) !== null;
    if (isKnown) await deps.state.removeProject(id, actor);
    await forget(id);
    if (!isKnown) throw new HttpError(404, "unknown-project", `there is no project ${id}`);
    return c.body(null, 204);
  });
};

function plain({ id, name, createdAt, demo, settings }: Project): z.infer<typeof projectSchema> {
  return { id, name, createdAt, demo, settings };
}

/** Without the fields that were not given. */
function given(
  wish: Partial<{ [K in keyof ProjectSettings]: ProjectSettings[K] | undefined }>,
): Partial<ProjectSettings> {
  const { maturityHours, outcomeName, retentionDays, contentDays, whenUncertified } = wish;
  return {
    ...(maturityHours === undefined ? {} : { maturityHours }),
    ...(outcomeName === undefined ? {} : { outcomeName }),
    ...(retentionDays === undefined ? {} : { retentionDays }),
    ...(contentDays === undefined ? {} : { contentDays }),
    ...(whenUncertified === undefined ? {} : { whenUncertified }),
  };
}

import { z } from "@hono/zod-openapi";
import { mostSpecific, newestByScope } from "../../serving/create-serving.ts";
import type { Activation, Artefact, ArtefactKind } from "../../store/state-store.ts";
import { checkActivation } from "../artefacts/check-activation.ts";
import { describeRoute } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { orNull } from "../query/schemas.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";

const tags = ["activations"];

const activationSchema = z
  .object({
    model: z.string().openapi({ example: "fraud" }),
    version: z.string().nullable().openapi({ description: "Null: all versions", example: "2026-02-01" }),
    route: z.string().nullable().openapi({ description: "Null: all routes" }),
    calibratorId: z.string().nullable().openapi({ example: "cal_0123456789abcdef" }),
    policyId: z.string().nullable().openapi({ description: "Brings its own calibrator where it has one" }),
    activatedAt: z.number().openapi({ description: "Milliseconds since 1970" }),
    activatedBy: z.string().openapi({ description: "Id of the key, or cli" }),
  })
  .openapi("Activation");

const scopeSchema = {
  model: nameSchema.openapi({ example: "fraud" }),
  version: nameSchema.optional().openapi({ description: "Default: all versions" }),
  route: nameSchema.optional().openapi({ description: "Default: all routes" }),
};

const set = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "post",
    path: "/api/v1/activations",
    tags,
    summary: "Let a calibrator, a policy or both decide for a model, a version, a route",
    description:
      "From the next request on. Of several activations that fit a request the most specific counts: of version and route, of the version, of the route, of the model; of one scope the newest. A decision under artefacts that were made for another version is uncertified; the reply warns of it.",
    request: {
      query: z.object({
        dryRun: z.enum(["true", "false"]).optional().openapi({
          description: "true: says what it would reply, and changes nothing",
        }),
      }),
      body: jsonBody(
        z.strictObject({
          model: scopeSchema.model,
          version: nameSchema.nullish().openapi({ description: "Null: all versions", example: "2026-02-01" }),
          route: nameSchema.nullish().openapi({ description: "Null: all routes" }),
          calibratorId: nameSchema.nullish().openapi({ example: "cal_0123456789abcdef" }),
          policyId: nameSchema.nullish().openapi({ example: "pol_0123456789abcdef" }),
          activatedAt: z.number().int().min(0).optional().openapi({
            description: "Milliseconds since 1970, for made-up history: projects marked as demo only. Default: now",
          }),
        }),
      ),
    },
    responses: {
      200: jsonReply("It is active", z.object({ activation: activationSchema, warnings: z.array(z.string()) })),
    },
  },
);

const end = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "delete",
    path: "/api/v1/activations",
    tags,
    summary: "End what is active for a scope of its own",
    description: "What is active for a wider scope counts from then on; the reply says what that is.",
    request: { query: z.object(scopeSchema) },
    responses: {
      200: jsonReply("It has ended", z.object({ ended: activationSchema, inEffect: orNull(activationSchema) })),
    },
  },
);

const list = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/activations",
    tags,
    summary: "What is active, and what was",
    request: { query: z.object({ model: nameSchema.optional() }) },
    responses: {
      200: jsonReply(
        "The newest activation of every scope, and all there were, newest first; both ids null: the scope ended",
        z.object({ current: z.array(activationSchema), history: z.array(activationSchema) }),
      ),
    },
  },
);

const inEffect = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/activations/in-effect",
    tags,
    summary: "What decides for a model, version and route",
    request: { query: z.object({ ...scopeSchema, version: nameSchema.openapi({ example: "2026-02-01" }) }) },
    responses: { 200: jsonReply("Null: nothing", z.object({ inEffect: orNull(activationSchema) })) },
  },
);

function reply({ project: _, ...activation }: Activation): Omit<Activation, "project"> {
  return activation;
}

async function found(
  deps: RouteDeps,
  project: string,
  kind: ArtefactKind,
  id: string | null | undefined,
): Promise<Artefact | null> {
  if (id === null || id === undefined) return null;
  const artefact = await deps.state.artefact(project, id);
  if (artefact?.kind === kind) return artefact;
  throw new HttpError(404, `unknown-${kind}`, `project ${project} has no ${kind} ${id}`, { field: `${kind}Id` });
}

/** What is active: set, end, look at. */
export const activationRoutes: RouteModule = (app, deps) => {
  app.openapi(set, async (c) => {
    const { project, actor } = callerOf(c);
    const { demo } = await deps.projectOf(project);
    const { model, version = null, route = null, activatedAt = deps.now(), ...ids } = c.req.valid("json");
    if (!demo && c.req.valid("json").activatedAt !== undefined)
      throw new HttpError(
        400,
        "not-a-demo",
        "activatedAt is for demo projects; elsewhere an activation counts from now",
        {
          field: "activatedAt",
        },
      );
    const calibrator = await found(deps, project, "calibrator", ids.calibratorId);
    const policy = await found(deps, project, "policy", ids.policyId);
    if (calibrator === null && policy === null)
      throw new HttpError(
        400,
        "nothing",
        "calibratorId or policyId must be given; to end what is active, send DELETE /api/v1/activations",
      );
    const warnings = checkActivation({ model, version, calibrator, policy });
    const activation: Activation = {
      project,
      model,
      version,
      route,
      calibratorId: calibrator?.id ?? null,
      policyId: policy?.id ?? null,
      activatedAt,
      activatedBy: actor,
    };
    if (c.req.valid("query").dryRun !== "true") await deps.state.activate(activation);
    return c.json({ activation: reply(activation), warnings }, 200);
  });

  app.openapi(end, async (c) => {
    const { project, actor } = callerOf(c);
    const { model, version = null, route = null } = c.req.valid("query");
    const before = newestByScope(await deps.state.activations(project, { model }));
    const isOwn = (one: Activation): boolean => one.version === version && one.route === route;
    if (![...before.values()].some(isOwn))
      throw new HttpError(404, "not-active", "nothing is active for this scope of its own");
    const nothing = { calibratorId: null, policyId: null };
    const ended = { project, model, version, route, ...nothing, activatedAt: deps.now(), activatedBy: actor };
    await deps.state.activate(ended);
    const left = newestByScope(await deps.state.activations(project, { model }));
    const wider = mostSpecific(left, model, version, route);
    return c.json({ ended: reply(ended), inEffect: wider === null ? null : reply(wider) }, 200);
  });

  app.openapi(list, async (c) => {
    const { model } = c.req.valid("query");
    const all = await deps.state.activations(callerOf(c).project, model === undefined ? {} : { model });
    const current = [...newestByScope(all).values()].reverse().map(reply);
    return c.json({ current, history: all.map(reply).reverse() }, 200);
  });

  app.openapi(inEffect, async (c) => {
    const { model, version, route = null } = c.req.valid("query");
    const scopes = newestByScope(await deps.state.activations(callerOf(c).project, { model }));
    const active = mostSpecific(scopes, model, version, route);
    return c.json({ inEffect: active === null ? null : reply(active) }, 200);
  });
};

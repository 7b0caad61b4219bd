import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { version as candorVersion } from "../../version.ts";
import { checkDecide } from "../decide/check-decide.ts";
import type { Asked, Decider } from "../decide/decider.ts";
import { describeRoute } from "../describe-route.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { isName, nameLength } from "../ingest/rejection.ts";
import { addRawRoute } from "../raw-route.ts";
import { type App, type AppEnv, callerOf, type RouteDeps } from "../server-app.ts";
import { outputMetadata, outputNames, outputTensors } from "./infer-outputs.ts";
import { type InferRequest, readInferRequest } from "./infer-request.ts";
import { answeringErrors, KserveError } from "./kserve-error.ts";
import { inferRequestSchema, inferResponseSchema, kserveErrorSchema, modelMetadataSchema } from "./kserve-schema.ts";
import { chosenVersion, versionsOf } from "./model-versions.ts";

const tags = ["open inference protocol"];
const json = (schema: z.ZodType) => ({ "application/json": { schema } });
const error = (description: string) => ({ description, content: json(kserveErrorSchema) });
const readySchema = z.object({ name: z.string(), ready: z.boolean() });
const asError = {
  400: error("What was expected and what came"),
  401: error("No key, or one that is unknown, revoked or expired"),
  403: error("The key may not do this, or not in this project"),
  404: error("Nothing is active for this model"),
  413: error("The body is too large"),
  415: error("A content encoding that is not read here"),
  429: error("Too many requests; Retry-After says when to come again"),
  500: error("A fault of the server; the request id in X-Request-Id leads to it in the log"),
  503: error("The server cannot take this now; Retry-After says when to come again"),
  507: error("The disk is full or cannot be written; nothing of the request was kept"),
};

const paths = ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"] as const;

function params(path: (typeof paths)[number]): z.ZodObject {
  return path.includes("{version}")
    ? z.object({ model: nameSchema, version: nameSchema })
    : z.object({ model: nameSchema });
}

function named(c: Context<AppEnv>): { readonly model: string; readonly version: string | undefined } {
  const model = c.req.param("model") ?? "";
  const version = c.req.param("version");
  for (const [what, text] of [["model", model] as const, ["version", version] as const])
    if (text !== undefined && !isName(text))
      throw new KserveError(`${what}: expected text of 1 to ${nameLength} characters without control characters`);
  return { model, version };
}

function addHealth(app: App, deps: RouteDeps): void {
  const health = (path: string, summary: string, schema: z.ZodType) =>
    describeRoute(
      { role: "public", project: "none" },
      {
        method: "get",
        path,
        tags,
        summary,
        responses: { 200: { description: "Yes", content: json(schema) }, ...asError },
      },
    );
  addRawRoute(
    app,
    health("/v2/health/live", "Whether the server answers", z.object({ live: z.boolean() })),
    async (c) => c.json({ live: true }, 200),
  );
  const ready = health("/v2/health/ready", "Whether predictions can be recorded", z.object({ ready: z.boolean() }));
  addRawRoute(app, ready, async (c) => {
    const { writable } = deps.ingest.status;
    return c.json({ ready: writable, live: true }, writable ? 200 : 503);
  });
  const server = health(
    "/v2",
    "Name and version of the server",
    z.object({ name: z.string(), version: z.string(), extensions: z.array(z.string()) }),
  );
  addRawRoute(app, server, async (c) => c.json({ name: "candor", version: candorVersion, extensions: [] }, 200));
}

function addMetadata(app: App, deps: RouteDeps, decider: Decider, path: (typeof paths)[number]): void {
  const access = { role: "any", project: "caller" } as const;
  const onFault = (fault: unknown): void => deps.log.error({ err: fault }, "a request failed");
  const describe = describeRoute(access, {
    method: "get",
    path,
    tags,
    summary: "Versions, inputs and outputs of a model",
    request: { params: params(path) },
    responses: {
      200: { description: "What is active for it reads and gives", content: json(modelMetadataSchema) },
      ...asError,
    },
  });
  addRawRoute(
    app,
    describe,
    answeringErrors(async (c) => {
      const { model, version } = named(c);
      const serving = await decider.serving.open(callerOf(c).project);
      const versions = versionsOf(serving, model);
      const { scoreKind, classNames, columns, demand } = serving.active(model, version ?? versions.at(-1) ?? "", null);
      const isWide = scoreKind === "logits" || scoreKind === "probabilities";
      const evidence = isWide
        ? { name: scoreKind, datatype: "FP64", shape: [-1, classNames.length] }
        : { name: "score", datatype: "FP64", shape: [-1] };
      const segments = columns.map((name) => ({ name: `segment:${name}`, datatype: "BYTES", shape: [-1] }));
      const inside = demand === null ? [] : [{ name: "inDistribution", datatype: "FP64", shape: [-1] }];
      const inputs = [evidence, ...inside, ...segments];
      return c.json({ name: model, versions, platform: "candor", inputs, outputs: outputMetadata }, 200);
    }, onFault),
  );
  const ready = describeRoute(access, {
    method: "get",
    path: `${path}/ready`,
    tags,
    summary: "Whether a model can be asked",
    request: { params: params(path) },
    responses: {
      200: { description: "Yes", content: json(readySchema) },
      ...asError,
      503: {
        description: "Predictions cannot be recorded now",
        content: json(z.union([readySchema, kserveErrorSchema])),
      },
    },
  });
  addRawRoute(
    app,
    ready,
    answeringErrors(async (c) => {
      const { model, version } = named(c);
      const serving = await decider.serving.open(callerOf(c).project);
      const versions = versionsOf(serving, model);
      const isActive = serving.active(model, version ?? versions.at(-1) ?? "", null).scope !== null;
      if (!isActive)
        throw new KserveError(`nothing is active for version ${(version ?? "").slice(0, 200)} of ${model}`, 404);
      const isReady = deps.ingest.status.writable;
      return c.json({ name: model, ready: isReady }, isReady ? 200 : 503);
    }, onFault),
  );
}

/** Checks all rows, decides them and records their predictions; one bad row refuses the request. */
async function answer(
  deps: RouteDeps,
  decider: Decider,
  project: string,
  { items }: InferRequest,
): Promise<Parameters<typeof outputTensors>[0]> {
  const context = { project, now: deps.now(), isDry: false };
  const asked = items.map((item, row): Asked => {
    const checked = checkDecide(item, context);
    if (checked.kind === "checked") return { checked, item };
    throw new KserveError(items.length === 1 ? checked.message : `row ${row}: ${checked.message}`);
  });
  const answers = await decider.answer(project, asked, { isDry: false, isWhole: true });
  return answers.map((answered, row) => {
    if ("decided" in answered) return { id: asked[row]?.checked.event.id ?? "", decided: answered.decided };
    const { code, message } = answered.refused;
    const { now: at } = context;
    deps.metrics.rejected({ project, kind: "prediction", code, message, at, count: items.length });
    throw new KserveError(items.length === 1 ? message : `row ${row}: ${message}`, code === "id-in-use" ? 409 : 400);
  });
}

function addInfer(app: App, deps: RouteDeps, decider: Decider, path: (typeof paths)[number]): void {
  const onFault = (fault: unknown): void => deps.log.error({ err: fault }, "a request failed");
  const infer = describeRoute(
    { role: "write", project: "caller" },
    {
      method: "post",
      path: `${path}/infer`,
      tags,
      summary: "Scores to calibrated decisions",
      description:
        "As POST /api/v1/decide, for all rows or none. Without a version in the path: the one of the newest activation that names one. Predictions get the ids of the input id, else the id of the request and the number of the row, as in 42/0; the output id has them.",
      request: { params: params(path), body: { required: true, content: json(inferRequestSchema) } },
      responses: {
        200: { description: "One value per row in every output", content: json(inferResponseSchema) },
        ...asError,
        409: error("Another request was just decided under one of these ids"),
      },
    },
  );
  addRawRoute(
    app,
    infer,
    answeringErrors(async (c) => {
      if (c.req.header("inference-header-content-length") !== undefined)
        throw new KserveError("the binary tensor data extension is not read here: send data as JSON");
      const { project } = callerOf(c);
      const { model, version: wanted } = named(c);
      const serving = await decider.serving.open(project);
      const version = chosenVersion(serving, model, wanted);
      const requestId = c.get("requestId") ?? Buffer.from(deps.randomBytes(12)).toString("base64url");
      const mostRows = deps.limits.batchItems;
      const request = readInferRequest(c.get("body") ?? "", { model, version, requestId, outputNames, mostRows });
      const rows = request.items.length === 0 ? [] : await answer(deps, decider, project, request);
      const [first] = rows;
      const { calibratorId = null, policyId = null } = first?.decided ?? {};
      const ids = { ...(calibratorId === null ? {} : { calibratorId }), ...(policyId === null ? {} : { policyId }) };
      const id = request.id === null ? {} : { id: request.id };
      const outputs = outputTensors(rows, request.outputs);
      return c.json({ model_name: model, model_version: version, ...id, parameters: ids, outputs }, 200);
    }, onFault),
  );
}

/** The Open Inference Protocol, version 2 of KServe, over scores. */
export function addKserveRoutes(app: App, deps: RouteDeps, decider: Decider): void {
  addHealth(app, deps);
  for (const path of paths) {
    addMetadata(app, deps, decider, path);
    addInfer(app, deps, decider, path);
  }
}

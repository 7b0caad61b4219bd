import { policyFromCells } from "@candor/core";
import { z } from "@hono/zod-openapi";
import type { Active } from "../../serving/active.ts";
import { createServing } from "../../serving/create-serving.ts";
import type { SpineTask } from "../../store/events.ts";
import { version as candorVersion } from "../../version.ts";
import { artefactReply, artefactSchema } from "../artefacts/artefact-reply.ts";
import { keepArtefact } from "../artefacts/keep-artefact.ts";
import { describeRoute, errorSchema } from "../describe-route.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { capacitySchema, costsSchema, givenThresholdsSchema } from "../query/policy-schemas.ts";
import { readDecisions } from "../query/read-decisions.ts";
import { readScope, windowParameters } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const noteLength = 2000;

const save = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "post",
    path: "/api/v1/policies/thresholds",
    tags: ["policies"],
    summary: "Keep thresholds set by hand as a policy",
    description:
      "Makes the policy document from the predictions that the server has: what the thresholds lead to, with intervals, and " +
      "a fingerprint of the sums. It brings the calibrator in effect, and decides nothing until it is activated. No bound on " +
      "errors is certified of it, because whoever set the thresholds may have seen the outcomes; `candor decide --max-error` proves one.",
    request: {
      body: jsonBody(
        z.strictObject({
          model: nameSchema.openapi({ example: "fraud" }),
          version: nameSchema.openapi({ example: "2026-02-01" }),
          thresholds: givenThresholdsSchema,
          on: z
            .enum(["confidence", "positive"])
            .optional()
            .openapi({ description: "What they are on. Default: what the policy in effect reads" }),
          costs: costsSchema.optional(),
          capacity: capacitySchema.optional(),
          note: z.string().max(noteLength).nullish(),
          immature: z.boolean().optional().openapi({ description: "As in queries" }),
          ...windowParameters,
        }),
      ),
    },
    responses: {
      200: jsonReply("It was there already", artefactSchema),
      201: jsonReply("It is kept", artefactSchema),
      409: jsonReply("This document is kept for another model version", errorSchema),
    },
  },
);

/** What the scores are that a policy for this place reads: those of what is active, else what predictions say. */
function scoresOf({ calibrator, policy }: Active, task: SpineTask) {
  if (calibrator !== null) return calibrator;
  if (policy !== null) return { scoreKind: policy.scoreKind, classNames: policy.classNames };
  return task === "binary"
    ? ({ scoreKind: "probability", classNames: ["0", "1"] } as const)
    : ({ scoreKind: "confidence", classNames: [] } as const);
}

/** Thresholds set by hand, kept as a policy. */
export const thresholdRoutes: RouteModule = (app, deps) => {
  const serving = createServing(deps.state);
  app.openapi(save, async (c) => {
    const { project, actor } = callerOf(c);
    const body = c.req.valid("json");
    const { model, version, thresholds, on, costs = null, capacity = null, note = null, immature = false } = body;
    const { from, to, window } = body;
    const createdAt = deps.now();
    const filter = { ...readScope({ model, version, from, to, window }, project, createdAt), model, version };
    await deps.ingest.settled();
    const { view, active } = await readDecisions(deps, serving, { filter, on, immature });
    const { policy } = active;
    const isComparable = policy !== null && policy.rule.kind === "threshold" && policy.rule.on === view.cells.on;
    const document = policyFromCells(view.cells, scoresOf(active, view.task), thresholds, {
      version: candorVersion,
      created: new Date(createdAt).toISOString(),
      source: {
        name: `${model} ${version}, ${dayOf(view.from)} to ${dayOf(view.to)} UTC`,
        rows: view.predictions,
        skipped: [],
        columns: {},
        approximate: true,
        notes: ["made of the server's cells of predictions, not of rows", ...view.notes],
      },
      costs,
      capacity,
      current: isComparable ? policy.thresholds : null,
    });
    const { kept, isNew } = await keepArtefact(deps, {
      project,
      kind: "policy",
      model,
      version,
      createdAt,
      createdBy: actor,
      note,
      document,
    });
    return c.json(artefactReply(kept), isNew ? 201 : 200);
  });
};

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

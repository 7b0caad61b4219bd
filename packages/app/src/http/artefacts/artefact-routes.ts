import { z } from "@hono/zod-openapi";
import type { Artefact, ArtefactKind } from "../../store/state-store.ts";
import { describeRoute, errorSchema } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { nameSchema } from "../ingest/prediction-schema.ts";
import { jsonBody, jsonReply } from "../json-content.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";
import { artefactReply, artefactSchema } from "./artefact-reply.ts";
import { keepArtefact } from "./keep-artefact.ts";
import { openDocument } from "./open-document.ts";

const noteLength = 2000;

const plurals = { calibrator: "calibrators", policy: "policies" } as const;
const makers = { calibrator: "candor fit -o", policy: "candor decide -o" } as const;

async function found(deps: RouteDeps, project: string, kind: ArtefactKind, id: string): Promise<Artefact> {
  const artefact = await deps.state.artefact(project, id);
  if (artefact?.kind === kind) return artefact;
  throw new HttpError(404, `unknown-${kind}`, `project ${project} has no ${kind} ${id.slice(0, 200)}`);
}

/** Upload, list, look at and download documents of one kind. */
export function artefactRoutes<Kind extends ArtefactKind>(kind: Kind): RouteModule {
  const plural = plurals[kind];
  const path = `/api/v1/${plural}`;
  const tags = [plural];
  const params = z.object({ id: nameSchema });

  const upload = describeRoute(
    { role: "admin", project: "caller" },
    {
      method: "post",
      path,
      tags,
      summary: `Keep a ${kind} for a model version`,
      description: `The document that \`${makers[kind]}\` writes, as it is. It is checked in full, and decides nothing until it is activated. The same document again is not kept twice.`,
      request: {
        body: jsonBody(
          z.strictObject({
            document: z.record(z.string(), z.unknown()).openapi({ description: `A ${kind} of \`${makers[kind]}\`` }),
            model: nameSchema.openapi({ description: "Whose scores it was made from", example: "fraud" }),
            version: nameSchema.nullish().openapi({
              description:
                "The version whose scores it was made from; null: of none in particular, and what it decides is uncertified",
              example: "2026-02-01",
            }),
            note: z.string().max(noteLength).nullish(),
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
  const list = describeRoute(
    { role: "read", project: "caller" },
    {
      method: "get",
      path,
      tags,
      summary: `All ${plural} of the project`,
      request: { query: z.object({ model: nameSchema.optional() }) },
      responses: { 200: jsonReply("Newest first", z.object({ [plural]: z.array(artefactSchema) })) },
    },
  );
  const get = describeRoute(
    { role: "read", project: "caller" },
    {
      method: "get",
      path: `${path}/{id}`,
      tags,
      summary: `What is known of a ${kind}`,
      request: { params },
      responses: { 200: jsonReply("Without its document", artefactSchema) },
    },
  );
  const download = describeRoute(
    { role: "read", project: "caller" },
    {
      method: "get",
      path: `${path}/{id}/document`,
      tags,
      summary: `The document of a ${kind}`,
      description: `Byte by byte what \`${makers[kind]}\` wrote: for \`candor apply\`.`,
      request: { params },
      responses: { 200: jsonReply("The document", z.record(z.string(), z.unknown())) },
    },
  );

  return (app, deps) => {
    app.openapi(upload, async (c) => {
      const { project, actor } = callerOf(c);
      await deps.projectOf(project);
      const { document: given, model, version = null, note = null } = c.req.valid("json");
      const document = openDocument(kind, given);
      const { kept, isNew } = await keepArtefact(deps, {
        project,
        kind,
        model,
        version,
        createdAt: deps.now(),
        createdBy: actor,
        note,
        document,
      });
      return c.json(artefactReply(kept), isNew ? 201 : 200);
    });
    app.openapi(list, async (c) => {
      const { model } = c.req.valid("query");
      const all = await deps.state.artefacts(callerOf(c).project, kind);
      const own = all.filter((artefact) => model === undefined || artefact.model === model);
      return c.json({ [plural]: own.map(artefactReply).reverse() }, 200);
    });
    app.openapi(get, async (c) =>
      c.json(artefactReply(await found(deps, callerOf(c).project, kind, c.req.valid("param").id)), 200),
    );
    app.openapi(download, async (c) => {
      const { id, document } = await found(deps, callerOf(c).project, kind, c.req.valid("param").id);
      return c.body(`${JSON.stringify(document, undefined, 1)}\n`, 200, {
        "content-type": "application/json",
        "content-disposition": `attachment; filename="${id}.json"`,
      });
    });
  };
}

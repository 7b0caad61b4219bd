import { z } from "@hono/zod-openapi";
import type { PredictionEvent, SpineEvent } from "../../store/events.ts";
import { describeRoute } from "../describe-route.ts";
import { batchStatus, type ItemReply, rejectedItem } from "../ingest/batch-reply.ts";
import { certifyPredictions } from "../ingest/certify-predictions.ts";
import { checkPrediction } from "../ingest/check-prediction.ts";
import { batchReplies, itemsBody } from "../ingest/items-body.ts";
import { nameSchema, predictionSchema } from "../ingest/prediction-schema.ts";
import { BadLine, readItems } from "../ingest/read-items.ts";
import { jsonReply } from "../json-content.ts";
import { addRawRoute } from "../raw-route.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";

const dayMs = 86_400_000;

const post = (deps: RouteDeps) => {
  const one = predictionSchema(deps.now);
  return describeRoute(
    { role: "write", project: "caller" },
    {
      method: "post",
      path: "/api/v1/predictions",
      tags: ["predictions"],
      summary: "Keep predictions",
      description:
        "One object, a list, or one object per line. What the reply calls accepted is on disk. Sending an id again changes nothing. Items that are rejected do not hold back the others. Content-Encoding: gzip is read.",
      request: { body: itemsBody(one, deps.limits.batchItems) },
      responses: batchReplies,
    },
  );
};

const erase = describeRoute(
  { role: "admin", project: "caller" },
  {
    method: "delete",
    path: "/api/v1/predictions/{id}",
    tags: ["predictions"],
    summary: "Erase a prediction with its outcomes and content",
    description:
      "A later prediction with this id is refused. Erasing what is not there is no error: it may be on its way.",
    request: { params: z.object({ id: nameSchema }) },
    responses: {
      200: jsonReply(
        "On disk; reads no longer show it once what was sent before is loaded",
        z.object({ erased: z.string() }),
      ),
    },
  },
);

/** Predictions: keep, erase. */
export const predictionRoutes: RouteModule = (app, deps) => {
  addRawRoute(app, post(deps), async (c) => {
    const { project } = callerOf(c);
    const items = readItems(c.get("body") ?? "", c.req.header("content-type"), deps.limits.batchItems);
    const found = await deps.projectOf(project);
    const { contentDays } = found.settings;
    const admit = await deps.versionsOf(found);
    const context = { project, now: deps.now() };
    const predictions: PredictionEvent[] = [];
    const contents: SpineEvent[] = [];
    const replies: ItemReply[] = [];
    for (const [index, item] of items.entries()) {
      const read = item instanceof BadLine ? item.rejection : checkPrediction(item, context);
      const checked = read.kind === "rejected" ? read : (admit(read.event.model, read.event.version) ?? read);
      if (checked.kind === "rejected") {
        deps.metrics.rejected({ project, ...checked, kind: "prediction", at: context.now });
        replies.push(rejectedItem(index, item, checked, "id"));
        continue;
      }
      const { event, content } = checked;
      predictions.push(event);
      if (content === null) replies.push({ index, id: event.id, status: "accepted" });
      else if (contentDays === null) replies.push({ index, id: event.id, status: "accepted", content: "not kept" });
      else {
        const expiresAt = context.now + contentDays * dayMs;
        contents.push({ kind: "content", project, predictionId: event.id, content, expiresAt });
        replies.push({ index, id: event.id, status: "accepted" });
      }
    }
    if (predictions.length > 0) {
      const events: SpineEvent[] = await certifyPredictions(predictions, deps.state);
      await deps.ingest.append(contents.length === 0 ? events : events.concat(contents));
      deps.metrics.accepted("prediction", predictions.length);
      deps.metrics.predicted(predictions);
    }
    const reply = { accepted: predictions.length, rejected: items.length - predictions.length, items: replies };
    return c.json(reply, batchStatus(reply));
  });

  app.openapi(erase, async (c) => {
    const { project, actor } = callerOf(c);
    const { id } = c.req.valid("param");
    const now = deps.now();
    await deps.ingest.append([{ kind: "erasure", project, predictionId: id, receivedAt: now }]);
    await deps.state.record({ at: now, actor, project, action: "prediction.erase", subject: id, details: {} });
    return c.json({ erased: id }, 200);
  });
};

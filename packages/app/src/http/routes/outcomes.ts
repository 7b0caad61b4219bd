import type { OutcomeEvent } from "../../store/events.ts";
import { describeRoute } from "../describe-route.ts";
import { batchStatus, type ItemReply, rejectedItem } from "../ingest/batch-reply.ts";
import { checkOutcome } from "../ingest/check-outcome.ts";
import { batchReplies, itemsBody } from "../ingest/items-body.ts";
import { outcomeSchema } from "../ingest/prediction-schema.ts";
import { BadLine, readItems } from "../ingest/read-items.ts";
import { addRawRoute } from "../raw-route.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";

const post = (deps: RouteDeps) => {
  const one = outcomeSchema(deps.now);
  return describeRoute(
    { role: "outcomes", project: "caller" },
    {
      method: "post",
      path: "/api/v1/outcomes",
      tags: ["outcomes"],
      summary: "Keep outcomes",
      description:
        "One object, a list, or one object per line. An outcome may come before its prediction. Of one name and source the newest observedAt counts; a correction is a new outcome, value null withdraws. What the reply calls accepted is on disk.",
      request: { body: itemsBody(one, deps.limits.batchItems) },
      responses: batchReplies,
    },
  );
};

/** Outcomes: keep. */
export const outcomeRoutes: RouteModule = (app, deps) => {
  addRawRoute(app, post(deps), async (c) => {
    const { project } = callerOf(c);
    const items = readItems(c.get("body") ?? "", c.req.header("content-type"), deps.limits.batchItems);
    const context = { project, now: deps.now() };
    const outcomes: OutcomeEvent[] = [];
    const replies: ItemReply[] = [];
    for (const [index, item] of items.entries()) {
      const checked = item instanceof BadLine ? item.rejection : checkOutcome(item, context);
      if (checked.kind === "rejected") {
        deps.metrics.rejected({ project, ...checked, kind: "outcome", at: context.now });
        replies.push(rejectedItem(index, item, checked, "predictionId"));
        continue;
      }
      outcomes.push(checked.event);
      replies.push({ index, id: checked.event.predictionId, status: "accepted" });
    }
    if (outcomes.length > 0) {
      await deps.ingest.append(outcomes);
      deps.metrics.accepted("outcome", outcomes.length);
    }
    const reply = { accepted: outcomes.length, rejected: items.length - outcomes.length, items: replies };
    return c.json(reply, batchStatus(reply));
  });
};

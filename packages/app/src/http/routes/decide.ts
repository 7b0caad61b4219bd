import { z } from "@hono/zod-openapi";
import type { Decided } from "../../serving/decided.ts";
import { checkDecide } from "../decide/check-decide.ts";
import { decidedBatchSchema, decidedSchema, decideSchema } from "../decide/decide-schema.ts";
import { type Asked, type Decider, openDecider, rememberedAnswers } from "../decide/decider.ts";
import { describeRoute, errorSchema } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { batchStatus, type ItemReply, rejectedItem } from "../ingest/batch-reply.ts";
import { itemsBody } from "../ingest/items-body.ts";
import { BadLine, readItems } from "../ingest/read-items.ts";
import { jsonReply } from "../json-content.ts";
import { addKserveRoutes } from "../kserve/kserve-routes.ts";
import { addRawRoute } from "../raw-route.ts";
import { callerOf, type RouteDeps, type RouteModule } from "../server-app.ts";

const post = (deps: RouteDeps) => {
  const one = decideSchema(deps.now);
  return describeRoute(
    { role: "write", project: "caller" },
    {
      method: "post",
      path: "/api/v1/decide",
      tags: ["decisions"],
      summary: "Scores or evidence to calibrated decisions",
      description: `One object, a list, or one object per line: a score, logits, probabilities or the response of a language model, to a calibrated probability and a decision under what is active for this model, version and route. The prediction is recorded in the same call: when the answer comes it is on disk. The same request sent again gets the very same answer, as long as it is among the newest ${rememberedAnswers} of the server's run; later it is decided anew, and the prediction that is kept is the first. Of the response of a language model nothing is kept but numbers, unless the project keeps content (contentDays).`,
      request: {
        query: z.object({
          dryRun: z.enum(["true", "false"]).optional().openapi({
            description: "true: decides, and records nothing",
          }),
        }),
        body: itemsBody(one, deps.limits.batchItems),
      },
      responses: {
        200: jsonReply(
          "The answer; of a batch in which everything was decided, all of them",
          z.union([decidedSchema, decidedBatchSchema]),
        ),
        207: jsonReply("Some items of the batch were rejected; each says why", decidedBatchSchema),
        409: jsonReply("Another request was just decided under this id", errorSchema),
        422: jsonReply("All items of the batch were rejected; each says why", decidedBatchSchema),
      },
    },
  );
};

/** A decided item, as it is answered. */
type DecidedReply = ReturnType<typeof replyOf>;

function replyOf({ checked: { request, event } }: Asked, decided: Decided, isDry: boolean, hasId: boolean) {
  const { evidence: _, comparedWith: __, task, ...rest } = decided;
  const { model, version, route } = request;
  return { id: hasId ? event.id : null, model, version, route, task, ...rest, recorded: !isDry };
}

function dryRunOf(query: string | undefined): boolean {
  if (query === undefined || query === "false") return false;
  if (query === "true") return true;
  throw new HttpError(400, "invalid", "dryRun must be true or false", { field: "dryRun" });
}

interface Answers {
  readonly accepted: number;
  readonly rejected: number;
  readonly items: readonly (({ index: number; status: "accepted" } & DecidedReply) | ItemReply)[];
}

async function answerAll(
  deps: RouteDeps,
  decider: Decider,
  project: string,
  items: readonly unknown[],
  isDry: boolean,
): Promise<Answers> {
  const context = { project, now: deps.now(), isDry };
  const asked: (Asked & { readonly index: number; readonly hasId: boolean })[] = [];
  const replies: Answers["items"][number][] = new Array(items.length);
  items.forEach((item, index) => {
    const checked = item instanceof BadLine ? item.rejection : checkDecide(item, context);
    if (checked.kind === "checked") {
      const hasId = typeof item === "object" && item !== null && "id" in item && item.id !== null;
      asked.push({ checked, item, index, hasId });
      return;
    }
    deps.metrics.rejected({ project, ...checked, kind: "prediction", at: context.now });
    replies[index] = rejectedItem(index, item, checked, "id");
  });
  const answers = asked.length === 0 ? [] : await decider.answer(project, asked, { isDry, isWhole: false });
  let accepted = 0;
  asked.forEach((one, i) => {
    const answer = answers[i];
    const { index, checked, hasId } = one;
    if (answer === undefined) return;
    if ("decided" in answer) {
      accepted++;
      replies[index] = { index, status: "accepted", ...replyOf(one, answer.decided, isDry, hasId) };
      return;
    }
    const { code, message, field } = answer.refused;
    deps.metrics.rejected({ project, kind: "prediction", code, message, at: context.now });
    const error = { code, message, ...(field === "" ? {} : { field }) };
    replies[index] = { index, id: hasId ? checked.event.id : null, status: "rejected", error };
  });
  return { accepted, rejected: items.length - accepted, items: replies };
}

/** Decisions in real time, on this API and by the Open Inference Protocol. */
export const decideRoutes: RouteModule = (app, deps) => {
  const decider = openDecider(deps);
  addRawRoute(app, post(deps), async (c) => {
    const { project } = callerOf(c);
    const isDry = dryRunOf(c.req.query("dryRun"));
    const contentType = c.req.header("content-type");
    const text = c.get("body") ?? "";
    const items = readItems(text, contentType, deps.limits.batchItems);
    const isSingle = contentType?.toLowerCase().includes("ndjson") !== true && !/^\s*\[/.test(text);
    const reply = await answerAll(deps, decider, project, items, isDry);
    const [first] = reply.items;
    if (!isSingle || first === undefined) return c.json(reply, batchStatus(reply));
    if (first.status === "accepted" && "decision" in first) {
      const { index: _, status: __, ...decided } = first;
      return c.json(decided, 200);
    }
    const { code, message, field } = ("error" in first ? first.error : undefined) ?? { code: "invalid", message: "" };
    throw new HttpError(code === "id-in-use" ? 409 : 400, code, message, field === undefined ? {} : { field });
  });
  addKserveRoutes(app, deps, decider);
};

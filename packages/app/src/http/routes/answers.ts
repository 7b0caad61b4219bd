import { InputError } from "@candor/core";
import { confidenceNames, type InspectOptions } from "@candor/llm";
import { z } from "@hono/zod-openapi";
import { describeRoute, errorSchema } from "../describe-route.ts";
import { HttpError } from "../http-error.ts";
import { isRecord } from "../ingest/rejection.ts";
import { jsonReply } from "../json-content.ts";
import { answerJson, unchangedReply, whenFresh } from "../query/answer.ts";
import { asOfSchema, queryNumber } from "../query/schemas.ts";
import { freshParameter } from "../query/scope.ts";
import { callerOf, type RouteModule } from "../server-app.ts";

const share = z.number().min(0).max(1);
const positions = (of: string) =>
  z.array(z.number().int().min(0)).openapi({ description: `Positions in tokens${of}`, example: [0] });

const noteSchema = z
  .object({ flag: z.string().openapi({ example: "truncated" }), sentence: z.string() })
  .openapi("AnswerNote", { description: "Something odd about the answer or a field, as a code and a sentence" });

const scoreSchema = z
  .object({
    name: z.string().openapi({ example: "lengthNormalised" }),
    meaning: z.string().openapi({ description: "In a few words; empty for a name that says it" }),
    value: z.number().nullable().openapi({ description: "Null where the evidence does not determine it" }),
    bounds: z
      .array(z.number())
      .min(2)
      .max(2)
      .nullable()
      .openapi({ description: "Smallest and largest possible value, where that is a range", example: [0.4, 0.6] }),
    reason: z.string().nullable().openapi({ description: "Why there is no value" }),
  })
  .openapi("AnswerScore");

const tokenSchema = z
  .object({
    text: z.string().openapi({ example: " grounded" }),
    probability: share.nullable().openapi({ description: "Given all before it; null where unknown", example: 0.87 }),
    bound: share.optional().openapi({ description: "The most that an unknown probability can be" }),
    channel: z.enum(["content", "refusal", "reasoning", "tool"]),
    top: z
      .array(z.object({ text: z.string(), probability: share.nullable() }))
      .openapi({ description: "What could have stood there, likeliest first" }),
  })
  .openapi("AnswerToken");

const channelSchema = z
  .object({
    channel: z.enum(["content", "refusal", "reasoning", "tool"]),
    text: z.string(),
    spans: z
      .array(
        z.object({
          text: z.string(),
          tokens: positions("; empty where the text came without tokens"),
          probability: share.nullable().openapi({ description: "Product over its tokens" }),
        }),
      )
      .nullable()
      .openapi({ description: "The text cut where tokens meet; null where tokens cannot be laid on it" }),
  })
  .openapi("AnswerChannel");

const fieldSchema = z
  .object({
    path: z.string().openapi({ description: "JSONPath", example: "$.verdict" }),
    json: z.string().openapi({ description: "Exactly as in the answer", example: '"grounded"' }),
    probability: share.nullable().openapi({ description: "Of the value, given all before" }),
    bounds: z
      .array(share)
      .min(2)
      .max(2)
      .openapi({ description: "What the probability can be", example: [0.8, 0.9] }),
    quoteProbability: share.nullable(),
    separatorProbability: share.nullable(),
    alternatives: z
      .array(z.object({ json: z.string(), probability: share, complete: z.boolean() }))
      .openapi({ description: "Values the model considered here, likeliest first; not complete: only its beginning" }),
    tokens: positions(" that decided the value"),
    notes: z.array(noteSchema),
  })
  .openapi("AnswerField");

const replySchema = z
  .object({
    asOf: asOfSchema,
    schema: z.literal("candor.answer/1"),
    index: z.number().int().openapi({ description: "Which of the answers of the response" }),
    answers: z.number().int().openapi({ description: "How many the response has" }),
    provider: z.string().openapi({ example: "openai" }),
    format: z.string().openapi({ example: "chat-completions" }),
    model: z.string().nullable(),
    finish: z.string().nullable().openapi({ description: "Why it ended, in the provider's word", example: "stop" }),
    evidence: z
      .object({
        kind: z.enum(["logprobs", "decision", "judge", "samples", "verbalised", "none"]),
        n: z.number().int(),
        topK: z.number().int().nullable(),
        sentence: z.string(),
      })
      .openapi({ description: "What the confidence rests on" }),
    confidence: scoreSchema.openapi({ description: "The raw confidence: the score or field that was decided on" }),
    channels: z.array(channelSchema),
    tokens: z.array(tokenSchema),
    fields: z.array(fieldSchema).openapi({ description: "Values of a JSON answer" }),
    toolCalls: z.array(z.object({ name: z.string(), arguments: z.string(), fields: z.array(fieldSchema) })),
    moreToolCalls: z
      .number()
      .int()
      .openapi({ description: "Calls after the first 64, which toolCalls has", example: 0 }),
    scores: z.array(scoreSchema),
    weakest: z
      .object({
        kind: z.enum(["field", "tokens", "answer"]),
        path: z.string().nullable(),
        text: z.string(),
        probability: share,
        tokens: positions(" of it"),
      })
      .nullable()
      .openapi({ description: "The part that is least sure" }),
    questions: z
      .array(
        z.object({
          name: z.string().nullable(),
          type: z.string(),
          value: z.union([z.string(), z.boolean(), z.number(), z.null()]),
          probability: share.nullable(),
        }),
      )
      .openapi({ description: "Answers of a decision model" }),
    fault: z.record(z.string(), z.unknown()).nullable().openapi({ description: "The provider's error" }),
    notes: z.array(noteSchema),
  })
  .openapi("Answer");

const show = describeRoute(
  { role: "read", project: "caller" },
  {
    method: "get",
    path: "/api/v1/predictions/{id}/answer",
    tags: ["queries"],
    summary: "The answer of a language model, token by token",
    description:
      "What is read from the response that is kept as content of a prediction: tokens with probabilities and alternatives, " +
      "fields, scores with bounds, the part that is least sure, and why something is missing. Only in projects that keep " +
      "content (contentDays), of predictions that were decided with llm.response, or sent with content.response.",
    request: {
      params: z.object({ id: z.string().min(1).max(200).openapi({ example: "order-20391" }) }),
      query: z.object({
        index: queryNumber(z.number().int().min(0).max(1000))
          .optional()
          .openapi({ description: "Which of several answers. Default: the one that was decided on", example: 0 }),
        ...freshParameter,
      }),
    },
    responses: {
      200: jsonReply("The answer", replySchema),
      304: unchangedReply,
      404: jsonReply(
        "No such prediction (unknown), or no response of it is kept (no-content, no-response)",
        errorSchema,
      ),
      422: jsonReply("What is kept as response is none of a known shape", errorSchema),
    },
  },
);

/** Which part of the response was decided on, as `decide` kept it; what clients put there themselves is checked. */
function readingOf(reading: unknown): InspectOptions {
  if (!isRecord(reading)) return {};
  const { field, index, question } = reading;
  const score = confidenceNames.find((name) => name === reading["score"]);
  return {
    ...(score === undefined ? {} : { score }),
    ...(typeof field === "string" && score === undefined ? { field } : {}),
    ...(typeof index === "number" && Number.isSafeInteger(index) && index >= 0 ? { index } : {}),
    ...(typeof question === "string" ? { question } : {}),
  };
}

const settingsHint = (project: string) =>
  `PATCH /api/v1/projects/${project} with {"settings": {"contentDays": 30}} keeps it for predictions from then on`;

/** @throws {HttpError} 404 saying what to do */
function responseOf(
  id: string,
  content: Readonly<Record<string, unknown>> | null,
  { id: project, settings }: { readonly id: string; readonly settings: { readonly contentDays: number | null } },
): unknown {
  if (content === null)
    throw new HttpError(
      404,
      "no-content",
      settings.contentDays === null
        ? `no content of prediction ${id} is kept: project ${project} keeps none; ${settingsHint(project)}`
        : `no content of prediction ${id} is kept: none came with it, it came before content was kept, or more than ${settings.contentDays} days ago`,
    );
  const { response, omitted } = content;
  if (typeof response === "object" && response !== null) return response;
  const why =
    typeof omitted === "string" && response === undefined
      ? omitted.slice(0, 200)
      : "its content has no response: decide with llm.response, or send content.response";
  throw new HttpError(404, "no-response", `no response of prediction ${id} is kept: ${why}`);
}

/** Answers of language models, read from what is kept. */
export const answerRoutes: RouteModule = (app, deps) => {
  app.openapi(show, async (c) => {
    const { fresh, index } = c.req.valid("query");
    const { id } = c.req.valid("param");
    const { project } = callerOf(c);
    const asOf = await whenFresh(deps, fresh);
    const found = await deps.events.prediction(project, id);
    if (found === null) throw new HttpError(404, "unknown", `there is no prediction ${id} in this project`);
    const response = responseOf(id, found.content, await deps.projectOf(project));
    const options = { ...readingOf(found.content?.["reading"]), ...(index === undefined ? {} : { index }) };
    try {
      const written = await deps.views.json({ view: "answer", input: { json: JSON.stringify(response), options } });
      return answerJson(c, written, asOf);
    } catch (error) {
      if (!InputError.is(error) || error.code === "out-of-range") throw error;
      throw new HttpError(
        422,
        "unreadable",
        `what is kept as response of prediction ${id} cannot be read: ${error.message}`,
      );
    }
  });
};

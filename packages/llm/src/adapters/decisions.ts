import { InputError } from "@candor/core";
import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { DecisionAnswer, Usage } from "../trace/trace.ts";
import {
  choiceAnswer,
  type OptionProbability,
  predicateAnswer,
  type Question,
  refusalAnswer,
  scoreAnswer,
  shareAt,
  unknownAnswer,
} from "./check-answer.ts";
import type { Adapter, JsonObject, ResponseDraft } from "./draft.ts";
import { kindOf, listAt, objectAt } from "./expect-shape.ts";
import { startDraft } from "./start-draft.ts";

/**
 * Reads answers of OpenAI's `/v1/decisions` and of servers that speak it. They are never streamed: a stream has one event,
 * the whole. Their `confidence` says how peaked the options are and is kept as `peakedness`.
 *
 * @throws {InputError} naming the question whose probabilities are none
 *
 * Source: OpenAI API reference, "Decisions" (types of the `openai` package, 7.57.0).
 */
export const decisionsAdapter: Adapter = {
  format: "decisions",
  matches: looksRight,
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("decisions", "openai", false);
    take(draft, body);
    return draft;
  },
  open: () => startDraft("decisions", "openai", true),
  push: take,
};

function looksRight(body: JsonObject): boolean {
  if (!Array.isArray(body["answers"]) || "choices" in body) return false;
  return body["answers"].every((each) => isObject(each) && typeof each["type"] === "string") || "usage" in body;
}

function take(draft: ResponseDraft, body: JsonObject): void {
  draft.ended = true;
  draft.model = stringOrNull(body["model"]);
  if (isObject(body["error"])) {
    draft.fault = {
      status: numberOrNull(body["error"]["status"]),
      code: stringOrNull(body["error"]["code"]) ?? stringOrNull(body["error"]["type"]),
      message: stringOrNull(body["error"]["message"]) ?? "",
    };
    return;
  }
  for (const [index, each] of listAt(body["answers"], "answers").entries())
    draft.answers.push(readAnswer(objectAt(each, `answers[${index}]`), index));
  draft.usage = isObject(body["usage"]) ? decisionUsage(body["usage"]) : null;
}

function readAnswer(answer: JsonObject, index: number): DecisionAnswer {
  const question: Question = { name: stringOrNull(answer["name"]), index };
  const where = `answers[${index}].probabilities`;
  switch (answer["type"]) {
    case "predicate":
      return predicateAnswer(question, answer["probability"], answer);
    case "choice":
      return choiceAnswer(question, optionsOf(answer, where, question), answer);
    case "score":
      return scoreAnswer(question, optionsOf(answer, where, question), answer);
    case "refusal":
      return refusalAnswer(question);
    default:
      return unknownAnswer(question, answer["type"], "predicate, choice, score or refusal");
  }
}

/** A level of a scale stands for its number where it has one, else for its label. */
function optionsOf(answer: JsonObject, where: string, question: Question): readonly OptionProbability[] {
  return listAt(answer["probabilities"], where).map((each, i) => {
    const option = objectAt(each, `${where}[${i}]`);
    const value = option["value"] ?? option["label"];
    const probability = shareAt(option["probability"], "a probability", question);
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      return { value, probability };
    throw new InputError("incompatible", `expected ${where}[${i}] to name its value, got ${kindOf(value)}`, i);
  });
}

/** What a decision model counted. */
export function decisionUsage(usage: JsonObject): Usage {
  const inputTokens = numberOrNull(usage["input_tokens"]) ?? numberOrNull(usage["prompt_tokens"]);
  const outputTokens = numberOrNull(usage["output_tokens"]) ?? numberOrNull(usage["completion_tokens"]);
  return { inputTokens, outputTokens, reasoningTokens: null };
}

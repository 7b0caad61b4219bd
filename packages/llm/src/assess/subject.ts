import { InputError } from "@candor/core";
import { fromResponse } from "../adapters/from-response.ts";
import { isObject } from "../json.ts";
import type { DecisionAnswer, LlmResponse, Trace } from "../trace/trace.ts";

/** What is assessed: one answer, one answer of a decision model, or nothing at all and why. */
export type Subject =
  | { readonly kind: "trace"; readonly trace: Trace }
  | { readonly kind: "answer"; readonly answer: DecisionAnswer }
  | { readonly kind: "nothing"; readonly reason: string };

function isTrace(value: unknown): value is Trace {
  return (
    isObject(value) &&
    Array.isArray(value["tokens"]) &&
    Array.isArray(value["toolCalls"]) &&
    typeof value["text"] === "string" &&
    typeof value["basis"] === "string"
  );
}

function isResponse(value: unknown): value is LlmResponse {
  return (
    isObject(value) &&
    Array.isArray(value["choices"]) &&
    Array.isArray(value["answers"]) &&
    typeof value["format"] === "string" &&
    "fault" in value
  );
}

function answerOf(answers: readonly DecisionAnswer[], question: string | undefined): DecisionAnswer | undefined {
  if (question !== undefined) {
    const found = answers.find(({ name }) => name === question);
    if (found !== undefined) return found;
    const names = answers.map(({ name }) => name ?? "(no name)").join(", ");
    throw new InputError(
      "incompatible",
      `there is no answer to ${JSON.stringify(question)}: the response has ${names}`,
    );
  }
  const unknown = answers.find(({ probability }) => probability === null);
  if (unknown !== undefined) return unknown;
  return answers.reduce<DecisionAnswer | undefined>(
    (least, answer) => ((answer.probability ?? 0) < (least?.probability ?? Infinity) ? answer : least),
    undefined,
  );
}

/**
 * The one answer of a response that is meant.
 *
 * @param response parsed JSON of a provider, a `LlmResponse`, or a `Trace`
 * @throws {InputError} `incompatible` for a shape that is not known or a question that was not asked; `out-of-range` for an
 *   index that the response does not have
 */
export function subjectOf(response: unknown, index: number, question: string | undefined): Subject {
  if (isTrace(response)) return { kind: "trace", trace: response };
  const { choices, answers, fault } = isResponse(response) ? response : fromResponse(response);
  if (fault !== null) return { kind: "nothing", reason: "The provider sent an error in place of an answer." };
  if (answers.length > 0) {
    const answer = answerOf(answers, question);
    if (answer !== undefined) return { kind: "answer", answer };
  }
  if (question !== undefined)
    throw new InputError(
      "incompatible",
      `question ${JSON.stringify(question)} was given, but this is no decision model's response`,
    );
  if (choices.length === 0) return { kind: "nothing", reason: "The response has no answer." };
  const trace = choices.find((choice) => choice.index === index);
  if (trace !== undefined) return { kind: "trace", trace };
  throw new InputError("out-of-range", `there is no answer ${index}: the response has ${choices.length}`);
}

import { arrayOf, isObject } from "../json.ts";
import { indexOf, takeEnvelope, takeFinish } from "./chat-completions.ts";
import type { Adapter, JsonObject, ResponseDraft } from "./draft.ts";
import { listAt, objectAt, textAt } from "./expect-shape.ts";
import { readFault } from "./read-fault.ts";
import { choiceAt, startDraft } from "./start-draft.ts";
import { takeLogprobs } from "./take-logprobs.ts";

/**
 * Reads answers of OpenAI's older Completions, and of vLLM, Together and Fireworks in that shape, whole or streamed. A prompt that
 * was echoed is part of the text and of the tokens; its first token has no log-probability.
 *
 * Source: OpenAI API reference, "Completions" (legacy); togethercomputer/openapi, `LogprobsPart`.
 */
export const completionsAdapter: Adapter = {
  format: "completions",
  matches: looksRight,
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("completions", "openai-compatible", false);
    take(draft, body);
    return draft;
  },
  open: () => startDraft("completions", "openai-compatible", true),
  push(draft, event) {
    take(draft, event);
    draft.ended = draft.choices.length > 0 && draft.choices.every((choice) => choice.finish !== null);
  },
};

function looksRight(body: JsonObject): boolean {
  const choices = arrayOf(body["choices"]);
  if (choices.some((entry) => isObject(entry) && ("message" in entry || "delta" in entry))) return false;
  return body["object"] === "text_completion" || choices.some((entry) => isObject(entry) && "text" in entry);
}

function take(draft: ResponseDraft, body: JsonObject): void {
  takeEnvelope(draft, body);
  draft.fault ??= readFault(body);
  for (const [i, entry] of listAt(
    body["choices"] ?? (draft.fault === null && !draft.streamed ? null : []),
    "choices",
  ).entries()) {
    const where = `choices[${i}]`;
    const fields = objectAt(entry, where);
    const choice = choiceAt(draft, indexOf(fields["index"], i, where));
    choice.text += textAt(fields["text"], `${where}.text`);
    takeLogprobs(draft, choice, fields["logprobs"]);
    takeFinish(choice, fields);
  }
}

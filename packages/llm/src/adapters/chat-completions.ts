import { InputError } from "@candor/core";
import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { Adapter, ChoiceDraft, JsonObject, ResponseDraft } from "./draft.ts";
import { argumentsText, kindOf, listAt, objectAt, textAt } from "./expect-shape.ts";
import { providerOf, surerProvider } from "./provider-of.ts";
import { readFault } from "./read-fault.ts";
import { readUsage } from "./read-usage.ts";
import { choiceAt, startDraft } from "./start-draft.ts";
import { takeLogprobs, tokenOf } from "./take-logprobs.ts";

/** Tool calls beyond this position are no positions. */
const mostToolCalls = 1024;

/**
 * Reads answers of OpenAI's Chat Completions and of the many servers that speak it (Azure, vLLM, DeepSeek, xAI, Together,
 * Fireworks, Ollama's and llama.cpp's `/v1`), whole or streamed.
 *
 * Source: OpenAI API reference, "Chat Completions"; DeepSeek, "Create Chat Completion" (`reasoning_content`); Fireworks,
 * "Create Chat Completion" (`sampling_logprob`, `raw_output`).
 */
export const chatCompletionsAdapter: Adapter = {
  format: "chat-completions",
  matches: (body) =>
    body["object"] === "chat.completion" ||
    arrayOf(body["choices"]).some((entry) => isObject(entry) && "message" in entry),
  matchesEvent: (event) =>
    event["object"] === "chat.completion.chunk" ||
    arrayOf(event["choices"]).some((entry) => isObject(entry) && "delta" in entry),
  read(body) {
    const draft = startDraft("chat-completions", "openai-compatible", false);
    takeEnvelope(draft, body);
    draft.fault = readFault(body);
    const choices = draft.fault === null ? listAt(body["choices"], "choices") : arrayOf(body["choices"]);
    for (const [i, entry] of choices.entries()) {
      const where = `choices[${i}]`;
      const fields = objectAt(entry, where);
      const choice = choiceAt(draft, indexOf(fields["index"], i, where));
      takeMessage(choice, objectAt(fields["message"], `${where}.message`), `${where}.message`);
      takeChoice(draft, choice, fields);
    }
    return draft;
  },
  open: () => startDraft("chat-completions", "openai-compatible", true),
  push(draft, event) {
    takeEnvelope(draft, event);
    draft.fault ??= readFault(event);
    const choices = listAt(event["choices"] ?? [], "choices");
    for (let i = 0; i < choices.length; i++) {
      const where = i === 0 ? "choices[0]" : `choices[${i}]`;
      const fields = objectAt(choices[i], where);
      const choice = choiceAt(draft, indexOf(fields["index"], i, where));
      const delta = fields["delta"] ?? fields["message"] ?? {};
      takeMessage(choice, objectAt(delta, `${where}.delta`), `${where}.delta`);
      takeChoice(draft, choice, fields);
    }
    draft.ended = draft.choices.length > 0 && draft.choices.every((choice) => choice.finish !== null);
  },
};

/** What stands beside the choices, in whole responses and events alike. */
export function takeEnvelope(draft: ResponseDraft, body: JsonObject): void {
  const model = stringOrNull(body["model"]);
  const id = stringOrNull(body["id"]);
  draft.model ??= model === "" ? null : model;
  draft.id ??= id === "" ? null : id;
  draft.provider = surerProvider(draft.provider, providerOf(body));
  if (draft.basis === "unknown" && isRaw(draft)) draft.basis = "raw";
  draft.usage = readUsage(body["usage"]) ?? draft.usage;
}

/** Servers that document log-probabilities as those before temperature and penalties. */
function isRaw(draft: ResponseDraft): boolean {
  return draft.provider === "vllm" || draft.provider === "ollama" || draft.provider === "llama.cpp";
}

/** The position of an answer: as given, else its place in the list. */
export function indexOf(given: unknown, place: number, where: string): number {
  if (given === undefined || given === null) return place;
  const index = numberOrNull(given);
  if (index !== null && Number.isInteger(index) && index >= 0) return index;
  throw new InputError("incompatible", `expected ${where}.index to be an integer of at least 0, got ${kindOf(given)}`);
}

function takeMessage(choice: ChoiceDraft, message: JsonObject, where: string): void {
  takeContent(choice, message["content"], `${where}.content`);
  const refusal = message["refusal"];
  if (refusal !== undefined && refusal !== null)
    choice.refusal = (choice.refusal ?? "") + textAt(refusal, `${where}.refusal`);
  const reasoning = stringOrNull(message["reasoning_content"]) || stringOrNull(message["reasoning"]);
  if (reasoning !== null && reasoning !== "") choice.reasoning = (choice.reasoning ?? "") + reasoning;
  const calls = message["tool_calls"] ?? [];
  for (const [i, call] of listAt(calls, `${where}.tool_calls`).entries())
    takeToolCall(choice, objectAt(call, `${where}.tool_calls[${i}]`), i);
  if (isObject(message["function_call"])) takeToolCall(choice, { function: message["function_call"] }, 0);
}

/** Text, or a list of parts (Mistral), whose `thinking` is reasoning. */
function takeContent(choice: ChoiceDraft, content: unknown, where: string): void {
  if (!Array.isArray(content)) {
    choice.text += textAt(content, where);
    return;
  }
  for (const [i, entry] of content.entries()) {
    const part = objectAt(entry, `${where}[${i}]`);
    if (part["type"] !== "thinking") choice.text += textAt(part["text"], `${where}[${i}].text`);
    else
      for (const thought of arrayOf(part["thinking"]))
        if (isObject(thought))
          choice.reasoning = (choice.reasoning ?? "") + textAt(thought["text"], `${where}[${i}].thinking`);
  }
}

function takeToolCall(choice: ChoiceDraft, call: JsonObject, place: number): void {
  const given = numberOrNull(call["index"]);
  const index = given !== null && Number.isInteger(given) && given >= 0 && given < mostToolCalls ? given : place;
  while (choice.toolCalls.length <= index) choice.toolCalls.push({ id: null, name: "", arguments: "" });
  const target = choice.toolCalls[index];
  if (target === undefined) return;
  const named = isObject(call["function"]) ? call["function"] : isObject(call["custom"]) ? call["custom"] : {};
  target.id ??= stringOrNull(call["id"]);
  const name = stringOrNull(named["name"]) ?? "";
  if (name !== target.name) target.name += name;
  const args = named["arguments"] ?? named["input"];
  if (args !== undefined && args !== null) target.arguments += argumentsText(args);
}

function takeChoice(draft: ResponseDraft, choice: ChoiceDraft, fields: JsonObject): void {
  const { delta } = fields;
  const output = fields["raw_output"];
  if (typeof fields["logprobs"] === "number" && isObject(delta)) {
    choice.logprobsSeen = true;
    const entry = { token: delta["content"], token_id: delta["token_id"], logprob: fields["logprobs"] };
    choice.tokens.push(tokenOf(entry, "content"));
  } else {
    const given = fields["logprobs"] ?? (isObject(output) ? output["completion_logprobs"] : undefined);
    takeLogprobs(draft, choice, given === undefined ? fields["logprobs"] : given);
  }
  takeFinish(choice, fields);
}

/** Why an answer ended, and what a filter did to it. */
export function takeFinish(choice: ChoiceDraft, fields: JsonObject): void {
  const finish = stringOrNull(fields["finish_reason"]);
  if (finish !== null && finish !== "") choice.finish = finish;
  if (finish === "length" || finish === "max_tokens") choice.flags.add("truncated");
  const filters = fields["content_filter_results"];
  if (finish === "content_filter" || (isObject(filters) && Object.values(filters).some(isFiltering)))
    choice.flags.add("filtered");
}

function isFiltering(result: unknown): boolean {
  return isObject(result) && result["filtered"] === true;
}

import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { Channel } from "../trace/token.ts";
import type { Adapter, ChoiceDraft, JsonObject, RawAlternative, RawToken, ResponseDraft } from "./draft.ts";
import { argumentsText, listAt, objectAt, textAt } from "./expect-shape.ts";
import { splitReasoning } from "./split-reasoning.ts";
import { choiceAt, startDraft } from "./start-draft.ts";

/**
 * Reads answers of Ollama's own `/api/chat` and `/api/generate`, whole or line by line. Its log-probabilities are of the
 * raw distribution, before temperature; they cover thinking and content, not tool calls.
 *
 * Source: Ollama API reference, "Generate a chat message", "Generate a response"; ollama/ollama#16196, #13092.
 */
export const ollamaAdapter: Adapter = {
  format: "ollama",
  matches: looksRight,
  matchesEvent: looksRight,
  read(body) {
    const draft = startDraft("ollama", "ollama", false, "raw");
    take(draft, body);
    draft.ended = true;
    for (const choice of draft.choices) settleChannels(choice);
    return draft;
  },
  open: () => startDraft("ollama", "ollama", true, "raw"),
  push: take,
};

function looksRight(body: JsonObject): boolean {
  if (typeof body["done"] !== "boolean") return false;
  return isObject(body["message"]) || typeof body["response"] === "string";
}

function take(draft: ResponseDraft, body: JsonObject): void {
  draft.model = stringOrNull(body["model"]) ?? draft.model;
  const error = stringOrNull(body["error"]);
  if (error !== null) {
    draft.fault = { status: numberOrNull(body["status_code"]), code: null, message: error };
    draft.ended = true;
    return;
  }
  const choice = choiceAt(draft, 0);
  const message = body["message"] === undefined ? body : objectAt(body["message"], "message");
  const inMessage = message !== body;
  const field = inMessage ? "content" : "response";
  const text = textAt(message[field], inMessage ? "message.content" : "response");
  const thinking = textAt(message["thinking"], inMessage ? "message.thinking" : "thinking");
  const channel = channelOf(choice, text, thinking);
  choice.text += text;
  if (thinking !== "") choice.reasoning = (choice.reasoning ?? "") + thinking;
  for (const [i, call] of listAt(message["tool_calls"] ?? [], "message.tool_calls").entries())
    takeToolCall(choice, objectAt(call, `message.tool_calls[${i}]`), i);
  if (body["logprobs"] !== undefined) choice.logprobsSeen = true;
  for (const entry of arrayOf(body["logprobs"])) {
    const top = isObject(entry) ? arrayOf(entry["top_logprobs"]).map(alternativeOf) : [];
    choice.tokens.push({ ...alternativeOf(entry), top, channel });
  }
  if (body["done"] === true) finish(draft, choice, body);
}

/** A chunk without text (half a character, a marker) belongs to what went before it. */
function channelOf(choice: ChoiceDraft, text: string, thinking: string): Channel {
  if (text !== "") return "content";
  if (thinking !== "") return "reasoning";
  return choice.reasoning !== null && choice.text === "" ? "reasoning" : "content";
}

/** With the whole text known, a marker or half a character is told apart better than by the chunk it came in. */
function settleChannels(choice: ChoiceDraft): void {
  const unsorted: RawToken[] = choice.tokens.map((token) => ({ ...token, channel: "content" }));
  const sorted = splitReasoning(unsorted, choice.reasoning, choice.text);
  if (sorted.every((token) => token.channel === "content")) return;
  for (const [i, token] of sorted.entries()) choice.tokens[i] = token;
}

function takeToolCall(choice: ChoiceDraft, call: JsonObject, i: number): void {
  const named = objectAt(call["function"], `message.tool_calls[${i}].function`);
  const name = textAt(named["name"], `message.tool_calls[${i}].function.name`);
  choice.toolCalls.push({ id: stringOrNull(call["id"]), name, arguments: argumentsText(named["arguments"]) });
}

function alternativeOf(entry: unknown): RawAlternative {
  const { token, bytes, logprob } = isObject(entry) ? entry : {};
  return { text: token, bytes, id: null, logprob };
}

function finish(draft: ResponseDraft, choice: ChoiceDraft, body: JsonObject): void {
  draft.ended = true;
  settleChannels(choice);
  choice.finish = stringOrNull(body["done_reason"]);
  if (choice.finish === "length") choice.flags.add("truncated");
  const inputTokens = numberOrNull(body["prompt_eval_count"]);
  const outputTokens = numberOrNull(body["eval_count"]);
  if (inputTokens !== null || outputTokens !== null) draft.usage = { inputTokens, outputTokens, reasoningTokens: null };
}

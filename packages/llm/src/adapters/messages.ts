import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { ProviderFault } from "../trace/trace.ts";
import type { Adapter, ChoiceDraft, JsonObject, ResponseDraft } from "./draft.ts";
import { argumentsText, listAt, objectAt, textAt } from "./expect-shape.ts";
import { choiceAt, startDraft } from "./start-draft.ts";

type Call = ChoiceDraft["toolCalls"][number];
type OpenCalls = Map<number, { readonly call: Call; readonly input: unknown }>;

/** Tool calls whose arguments are still coming, by position of their block. */
const openCalls = new WeakMap<ResponseDraft, OpenCalls>();

const EVENTS = new Set([
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
  "ping",
]);

/**
 * Reads answers of Anthropic's Messages, whole or streamed. They never carry log-probabilities.
 *
 * Source: Anthropic API reference, "Messages" and "Streaming Messages".
 */
export const messagesAdapter: Adapter = {
  format: "messages",
  matches: (body) =>
    (body["type"] === "message" && Array.isArray(body["content"])) ||
    (body["type"] === "error" && isObject(body["error"])),
  matchesEvent: (event) => typeof event["type"] === "string" && EVENTS.has(event["type"]),
  read(body) {
    const draft = startDraft("messages", "anthropic", false);
    if (isObject(body["error"])) draft.fault = faultOf(body["error"]);
    else takeMessage(draft, body);
    return draft;
  },
  open: () => startDraft("messages", "anthropic", true),
  push,
};

function push(draft: ResponseDraft, event: JsonObject): void {
  const type = event["type"];
  if (type === "message_start") takeMessage(draft, objectAt(event["message"], "message_start.message"));
  if (type === "content_block_start") startBlock(draft, event);
  if (type === "content_block_delta") takeDelta(draft, event);
  if (type === "content_block_stop") closeCall(draft, numberOrNull(event["index"]) ?? 0);
  if (type === "message_delta") {
    takeStop(choiceAt(draft, 0), objectAt(event["delta"], "message_delta.delta"));
    takeUsage(draft, event["usage"]);
  }
  if (type === "message_stop") draft.ended = true;
  if (type === "error") {
    draft.fault = faultOf(objectAt(event["error"], "error"));
    draft.ended = true;
  }
}

function takeMessage(draft: ResponseDraft, message: JsonObject): void {
  draft.model = stringOrNull(message["model"]) ?? draft.model;
  draft.id = stringOrNull(message["id"]) ?? draft.id;
  const choice = choiceAt(draft, 0);
  for (const [i, block] of listAt(message["content"], "content").entries())
    takeBlock(choice, objectAt(block, `content[${i}]`), `content[${i}]`);
  takeStop(choice, message);
  takeUsage(draft, message["usage"]);
}

/** The tool call that the block starts, if it is one. */
function takeBlock(choice: ChoiceDraft, block: JsonObject, where: string): Call | null {
  const type = block["type"];
  if (type === "text") choice.text += textAt(block["text"], `${where}.text`);
  if (type === "thinking") choice.reasoning = (choice.reasoning ?? "") + textAt(block["thinking"], `${where}.thinking`);
  if (type === "redacted_thinking") choice.flags.add("reasoning-unseen");
  if (type !== "tool_use") return null;
  const name = textAt(block["name"], `${where}.name`);
  const call = { id: stringOrNull(block["id"]), name, arguments: argumentsText(block["input"]) };
  choice.toolCalls.push(call);
  return call;
}

function startBlock(draft: ResponseDraft, event: JsonObject): void {
  const block = objectAt(event["content_block"], "content_block_start.content_block");
  const call = takeBlock(choiceAt(draft, 0), block, "content_block_start.content_block");
  if (call === null) return;
  const calls: OpenCalls = openCalls.get(draft) ?? new Map();
  openCalls.set(draft, calls.set(numberOrNull(event["index"]) ?? 0, { call, input: block["input"] }));
  call.arguments = "";
}

function takeDelta(draft: ResponseDraft, event: JsonObject): void {
  const delta = objectAt(event["delta"], "content_block_delta.delta");
  const choice = choiceAt(draft, 0);
  const where = "content_block_delta.delta";
  if (delta["type"] === "text_delta") choice.text += textAt(delta["text"], `${where}.text`);
  if (delta["type"] === "thinking_delta")
    choice.reasoning = (choice.reasoning ?? "") + textAt(delta["thinking"], `${where}.thinking`);
  if (delta["type"] !== "input_json_delta") return;
  const open = openCalls.get(draft)?.get(numberOrNull(event["index"]) ?? 0);
  if (open !== undefined) open.call.arguments += textAt(delta["partial_json"], `${where}.partial_json`);
}

/** A call without a delta has the arguments it was opened with: none. */
function closeCall(draft: ResponseDraft, index: number): void {
  const open = openCalls.get(draft)?.get(index);
  if (open?.call.arguments === "") open.call.arguments = argumentsText(open.input);
}

function takeStop(choice: ChoiceDraft, from: JsonObject): void {
  const reason = stringOrNull(from["stop_reason"]);
  if (reason === null) return;
  choice.finish = reason;
  if (reason === "max_tokens" || reason === "model_context_window_exceeded") choice.flags.add("truncated");
  if (reason === "refusal") choice.flags.add("filtered");
}

function takeUsage(draft: ResponseDraft, usage: unknown): void {
  if (!isObject(usage)) return;
  const parts = ["input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"];
  const given = parts.flatMap((part) => numberOrNull(usage[part]) ?? []);
  draft.usage = {
    inputTokens: given.length > 0 ? given.reduce((sum, count) => sum + count, 0) : (draft.usage?.inputTokens ?? null),
    outputTokens: numberOrNull(usage["output_tokens"]) ?? draft.usage?.outputTokens ?? null,
    reasoningTokens: null,
  };
}

function faultOf(error: JsonObject): ProviderFault {
  return { status: null, code: stringOrNull(error["type"]), message: stringOrNull(error["message"]) ?? "" };
}

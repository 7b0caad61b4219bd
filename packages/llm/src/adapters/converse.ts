import { isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { Adapter, ChoiceDraft, JsonObject, ResponseDraft } from "./draft.ts";
import { argumentsText, listAt, objectAt, textAt } from "./expect-shape.ts";
import { choiceAt, startDraft } from "./start-draft.ts";

type Call = ChoiceDraft["toolCalls"][number];

/** Tool calls whose arguments are still coming, by position of their block. */
const openCalls = new WeakMap<ResponseDraft, Map<number, Call>>();

const EVENTS = [
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
];

/**
 * Reads answers of Bedrock's Converse, and the events of ConverseStream as objects. They never carry log-probabilities.
 *
 * Source: Amazon Bedrock API reference, Converse and ConverseStream.
 */
export const converseAdapter: Adapter = {
  format: "converse",
  matches: (body) => isObject(body["output"]) && isObject(body["output"]["message"]),
  matchesEvent: (event) =>
    EVENTS.some((name) => isObject(event[name])) ||
    (isObject(event["metadata"]) && isObject(event["metadata"]["metrics"])) ||
    exceptionIn(event) !== null,
  read(body) {
    const draft = startDraft("converse", "bedrock", false);
    const fault = exceptionIn(body);
    if (fault !== null) takeException(draft, fault);
    else takeMessage(draft, body);
    return draft;
  },
  open: () => startDraft("converse", "bedrock", true),
  push,
};

function takeMessage(draft: ResponseDraft, body: JsonObject): void {
  const message = objectAt(objectAt(body["output"], "output")["message"], "output.message");
  const choice = choiceAt(draft, 0);
  for (const [i, each] of listAt(message["content"], "output.message.content").entries()) {
    const where = `output.message.content[${i}]`;
    const block = objectAt(each, where);
    choice.text += textAt(block["text"], `${where}.text`);
    takeReasoning(choice, block["reasoningContent"], where);
    if (!isObject(block["toolUse"])) continue;
    const { toolUseId, name, input } = block["toolUse"];
    const call = { name: textAt(name, `${where}.toolUse.name`), arguments: argumentsText(input) };
    choice.toolCalls.push({ id: stringOrNull(toolUseId), ...call });
  }
  takeStop(choice, body["stopReason"]);
  takeUsage(draft, body["usage"]);
  takeRequestId(draft, body);
}

function push(draft: ResponseDraft, event: JsonObject): void {
  const choice = choiceAt(draft, 0);
  takeRequestId(draft, event);
  if (isObject(event["contentBlockStart"])) startBlock(draft, choice, event["contentBlockStart"]);
  if (isObject(event["contentBlockDelta"])) takeDelta(draft, choice, event["contentBlockDelta"]);
  if (isObject(event["contentBlockStop"])) {
    const call = openCalls.get(draft)?.get(numberOrNull(event["contentBlockStop"]["contentBlockIndex"]) ?? 0);
    if (call?.arguments === "") call.arguments = argumentsText(undefined);
  }
  if (isObject(event["messageStop"])) {
    takeStop(choice, event["messageStop"]["stopReason"]);
    draft.ended = true;
  }
  if (isObject(event["metadata"])) takeUsage(draft, event["metadata"]["usage"]);
  const fault = exceptionIn(event);
  if (fault !== null) takeException(draft, fault);
}

function startBlock(draft: ResponseDraft, choice: ChoiceDraft, block: JsonObject): void {
  const toolUse = isObject(block["start"]) ? block["start"]["toolUse"] : undefined;
  if (!isObject(toolUse)) return;
  const name = textAt(toolUse["name"], "contentBlockStart.start.toolUse.name");
  const call = { id: stringOrNull(toolUse["toolUseId"]), name, arguments: "" };
  choice.toolCalls.push(call);
  const calls = openCalls.get(draft) ?? new Map<number, Call>();
  openCalls.set(draft, calls.set(numberOrNull(block["contentBlockIndex"]) ?? 0, call));
}

function takeDelta(draft: ResponseDraft, choice: ChoiceDraft, block: JsonObject): void {
  const delta = objectAt(block["delta"], "contentBlockDelta.delta");
  choice.text += textAt(delta["text"], "contentBlockDelta.delta.text");
  takeReasoning(choice, delta["reasoningContent"], "contentBlockDelta.delta");
  if (!isObject(delta["toolUse"])) return;
  const call = openCalls.get(draft)?.get(numberOrNull(block["contentBlockIndex"]) ?? 0);
  if (call !== undefined) call.arguments += textAt(delta["toolUse"]["input"], "contentBlockDelta.delta.toolUse.input");
}

/** Whole answers nest the text, streams do not; redacted reasoning has none. */
function takeReasoning(choice: ChoiceDraft, content: unknown, where: string): void {
  if (!isObject(content)) return;
  const holder = isObject(content["reasoningText"]) ? content["reasoningText"] : content;
  const text = textAt(holder["text"], `${where}.reasoningContent.text`);
  if (text !== "") choice.reasoning = (choice.reasoning ?? "") + text;
  if (content["redactedContent"] !== undefined) choice.flags.add("reasoning-unseen");
}

function takeStop(choice: ChoiceDraft, reason: unknown): void {
  choice.finish = stringOrNull(reason);
  if (choice.finish === "max_tokens" || choice.finish === "model_context_window_exceeded")
    choice.flags.add("truncated");
  if (choice.finish === "guardrail_intervened" || choice.finish === "content_filtered") choice.flags.add("filtered");
}

function takeUsage(draft: ResponseDraft, usage: unknown): void {
  if (!isObject(usage)) return;
  const { inputTokens, outputTokens } = usage;
  draft.usage = {
    inputTokens: numberOrNull(inputTokens),
    outputTokens: numberOrNull(outputTokens),
    reasoningTokens: null,
  };
}

function takeRequestId(draft: ResponseDraft, body: JsonObject): void {
  if (isObject(body["$metadata"])) draft.id = stringOrNull(body["$metadata"]["requestId"]) ?? draft.id;
}

/** The name of an exception's field and the exception, where the event is one (`throttlingException: {…}`). */
function exceptionIn(event: JsonObject): readonly [string, JsonObject] | null {
  for (const [name, value] of Object.entries(event))
    if (name.endsWith("Exception") && isObject(value)) return [name, value];
  return null;
}

function takeException(draft: ResponseDraft, [code, exception]: readonly [string, JsonObject]): void {
  const status = numberOrNull(exception["originalStatusCode"]);
  draft.fault = { status, code, message: stringOrNull(exception["message"]) ?? "" };
  draft.ended = true;
}

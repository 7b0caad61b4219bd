import { arrayOf, isObject, numberOrNull, stringOrNull } from "../json.ts";
import type { Adapter, JsonObject, RawToken, ResponseDraft } from "./draft.ts";
import { argumentsText, listAt, objectAt, textAt } from "./expect-shape.ts";
import { providerOf, surerProvider } from "./provider-of.ts";
import { readFault } from "./read-fault.ts";
import { readUsage } from "./read-usage.ts";
import { choiceAt, startDraft } from "./start-draft.ts";
import { tokenOf } from "./take-logprobs.ts";

type PartKind = "text" | "refusal" | "reasoning" | "summary";

/** A part of an output item, as far as it has come. */
interface Part {
  readonly kind: PartKind;
  readonly item: number;
  readonly index: number;
  text: string;
  tokens: RawToken[];
}

interface Call {
  readonly item: number;
  id: string | null;
  name: string;
  arguments: string;
}

interface State {
  readonly parts: Map<string, Part>;
  readonly calls: Map<number, Call>;
  /** The furthest part of the text: what is appended to it is appended to the answer. */
  last: Part | null;
}

const states = new WeakMap<ResponseDraft, State>();

/**
 * Reads answers of OpenAI's Responses, whole or streamed. Log-probabilities come three times in a stream: with each delta, at
 * the end of the part (both without bytes), and in the completed response (with bytes). A later telling takes the place of an
 * earlier one where it begins with the same tokens; they are never counted twice.
 *
 * Source: OpenAI API reference, "Responses" and "Streaming events".
 */
export const responsesAdapter: Adapter = {
  format: "responses",
  matches: (body) =>
    body["object"] === "response" ||
    (Array.isArray(body["output"]) &&
      body["output"].some((item) => isObject(item) && typeof item["type"] === "string")),
  matchesEvent: (event) => {
    const { type } = event;
    if (typeof type !== "string") return false;
    return type.startsWith("response.") || (type === "error" && "sequence_number" in event);
  },
  read(body) {
    const draft = startDraft("responses", "openai-compatible", false);
    takeResponse(draft, body, "");
    rebuild(draft);
    return draft;
  },
  open: () => startDraft("responses", "openai-compatible", true),
  push,
};

function stateOf(draft: ResponseDraft): State {
  const found = states.get(draft);
  if (found !== undefined) return found;
  const state: State = { parts: new Map(), calls: new Map(), last: null };
  states.set(draft, state);
  return state;
}

function push(draft: ResponseDraft, event: JsonObject): void {
  const type = stringOrNull(event["type"]) ?? "";
  const item = numberOrNull(event["output_index"]) ?? 0;
  const index = numberOrNull(event["content_index"] ?? event["summary_index"]) ?? 0;
  if (type === "response.output_text.delta" && appendText(draft, event, item, index)) return;
  changes[type]?.(draft, event, item, index);
  if (type === "error") draft.fault ??= readFault(event);
  if (isObject(event["response"])) takeResponse(draft, event["response"], "response.");
  if (type === "response.completed" || type === "response.incomplete" || type === "response.failed") draft.ended = true;
  rebuild(draft);
}

/** Takes a delta of the text into its part; true where it also went to the end of the answer, which then is up to date. */
function appendText(draft: ResponseDraft, event: JsonObject, item: number, index: number): boolean {
  const state = stateOf(draft);
  const isKnown = state.parts.has(keyOf("text", item, index));
  const part = partAt(draft, "text", item, index);
  const choice = choiceAt(draft, 0);
  const text = textAt(event["delta"], "delta");
  const tokens = tokensOf(event["logprobs"]);
  if (event["logprobs"] !== undefined) choice.logprobsSeen = true;
  part.text += text;
  for (const token of tokens) part.tokens.push(token);
  if (!isKnown || part !== state.last) return false;
  choice.text += text;
  for (const token of tokens) choice.tokens.push(token);
  return true;
}

type Change = (draft: ResponseDraft, event: JsonObject, item: number, index: number) => void;

const changes: Readonly<Record<string, Change>> = {
  "response.output_text.done": (draft, event, item, index) =>
    settle(partAt(draft, "text", item, index), textAt(event["text"], "text"), tokensOf(event["logprobs"])),
  "response.refusal.delta": (draft, event, item, index) => {
    partAt(draft, "refusal", item, index).text += textAt(event["delta"], "delta");
  },
  "response.refusal.done": (draft, event, item, index) =>
    settle(partAt(draft, "refusal", item, index), textAt(event["refusal"], "refusal"), []),
  "response.reasoning_text.delta": (draft, event, item, index) => {
    partAt(draft, "reasoning", item, index).text += textAt(event["delta"], "delta");
  },
  "response.reasoning_summary_text.delta": (draft, event, item, index) => {
    partAt(draft, "summary", item, index).text += textAt(event["delta"], "delta");
  },
  "response.function_call_arguments.delta": (draft, event, item) => {
    callAt(draft, item).arguments += textAt(event["delta"], "delta");
  },
  "response.output_item.added": takeItemEvent,
  "response.output_item.done": takeItemEvent,
};

function takeItemEvent(draft: ResponseDraft, event: JsonObject, item: number): void {
  takeItem(draft, objectAt(event["item"], "item"), item, "item");
}

function tokensOf(logprobs: unknown): readonly RawToken[] {
  return arrayOf(logprobs).map((entry) => tokenOf(entry, "content"));
}

function keyOf(kind: PartKind, item: number, index: number): string {
  return `${item}/${kind}/${index}`;
}

function partAt(draft: ResponseDraft, kind: PartKind, item: number, index: number): Part {
  const state = stateOf(draft);
  const { parts, last } = state;
  const key = keyOf(kind, item, index);
  const found = parts.get(key);
  if (found !== undefined) return found;
  const part: Part = { kind, item, index, text: "", tokens: [] };
  parts.set(key, part);
  if (kind === "text" && (last === null || item > last.item || (item === last.item && index > last.index)))
    state.last = part;
  return part;
}

function callAt(draft: ResponseDraft, item: number): Call {
  const { calls } = stateOf(draft);
  const found = calls.get(item);
  if (found !== undefined) return found;
  const call: Call = { item, id: null, name: "", arguments: "" };
  calls.set(item, call);
  return call;
}

/** Takes the whole of a part: it never makes what already came shorter, and never replaces tokens by different ones. */
function settle(part: Part, text: string, tokens: readonly RawToken[]): void {
  if (text.length >= part.text.length) part.text = text;
  const isSame = tokens.length >= part.tokens.length && part.tokens.every((token, i) => token.text === tokens[i]?.text);
  if (isSame && !(tokens.length === part.tokens.length && tokens.every((token) => token.bytes === undefined)))
    part.tokens = [...tokens];
}

function takeResponse(draft: ResponseDraft, response: JsonObject, where: string): void {
  draft.model = stringOrNull(response["model"]) ?? draft.model;
  draft.id = stringOrNull(response["id"]) ?? draft.id;
  draft.provider = surerProvider(draft.provider, providerOf(response));
  draft.usage = readUsage(response["usage"]) ?? draft.usage;
  if (isObject(response["error"])) draft.fault = readFault(response);
  const output = response["output"];
  const items = output === undefined || output === null ? [] : listAt(output, `${where}output`);
  for (const [i, item] of items.entries())
    takeItem(draft, objectAt(item, `${where}output[${i}]`), i, `${where}output[${i}]`);
  takeStatus(draft, response);
}

function takeStatus(draft: ResponseDraft, response: JsonObject): void {
  const status = stringOrNull(response["status"]);
  if (status === null || status === "in_progress" || status === "queued") return;
  const details = response["incomplete_details"];
  const reason = isObject(details) ? stringOrNull(details["reason"]) : null;
  const choice = choiceAt(draft, 0);
  choice.finish = reason ?? status;
  if (reason === "max_output_tokens") choice.flags.add("truncated");
  if (reason === "content_filter") choice.flags.add("filtered");
}

function takeItem(draft: ResponseDraft, item: JsonObject, index: number, where: string): void {
  const { type } = item;
  if (type === "message") takeMessage(draft, item, index, where);
  if (type === "reasoning") takeReasoning(draft, item, index);
  if (type === "function_call" || type === "custom_tool_call") {
    const call = callAt(draft, index);
    call.id = stringOrNull(item["call_id"]) ?? stringOrNull(item["id"]) ?? call.id;
    call.name = stringOrNull(item["name"]) ?? call.name;
    const given = argumentsText(item["arguments"] ?? item["input"] ?? "");
    if (given.length >= call.arguments.length) call.arguments = given;
  }
}

function takeMessage(draft: ResponseDraft, item: JsonObject, index: number, where: string): void {
  for (const [i, entry] of listAt(item["content"] ?? [], `${where}.content`).entries()) {
    const part = objectAt(entry, `${where}.content[${i}]`);
    if (part["type"] === "output_text") {
      if (part["logprobs"] !== undefined) choiceAt(draft, 0).logprobsSeen = true;
      const text = textAt(part["text"], `${where}.content[${i}].text`);
      settle(partAt(draft, "text", index, i), text, tokensOf(part["logprobs"]));
    }
    if (part["type"] === "refusal")
      settle(partAt(draft, "refusal", index, i), textAt(part["refusal"], `${where}.content[${i}].refusal`), []);
  }
}

function takeReasoning(draft: ResponseDraft, item: JsonObject, index: number): void {
  for (const [field, kind] of reasoningFields)
    for (const [i, entry] of arrayOf(item[field]).entries())
      if (isObject(entry)) settle(partAt(draft, kind, index, i), stringOrNull(entry["text"]) ?? "", []);
}

const reasoningFields = [
  ["content", "reasoning"],
  ["summary", "summary"],
] as const;

/** Puts the parts together in the order of the output, whatever order they came in. */
function rebuild(draft: ResponseDraft): void {
  const { parts, calls } = stateOf(draft);
  if (parts.size === 0 && calls.size === 0 && draft.choices.length === 0 && draft.fault !== null) return;
  const choice = choiceAt(draft, 0);
  const all = [...parts.values()].sort((a, b) => a.item - b.item || a.index - b.index);
  const of = (kind: PartKind): readonly Part[] => all.filter((part) => part.kind === kind);
  choice.text = of("text")
    .map((part) => part.text)
    .join("");
  choice.refusal = joined(of("refusal"), "");
  choice.reasoning = joined(of("reasoning"), "\n\n") ?? joined(of("summary"), "\n\n");
  choice.tokens.splice(0, choice.tokens.length, ...of("text").flatMap((part) => part.tokens));
  const ordered = [...calls.values()].sort((a, b) => a.item - b.item);
  choice.toolCalls.splice(
    0,
    choice.toolCalls.length,
    ...ordered.map(({ id, name, arguments: text }) => ({ id, name, arguments: text })),
  );
}

function joined(parts: readonly Part[], between: string): string | null {
  return parts.length === 0 ? null : parts.map((part) => part.text).join(between);
}

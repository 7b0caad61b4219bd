import type { JsonObject } from "../adapters/draft.ts";
import { providerOf } from "../adapters/provider-of.ts";
import { arrayOf, isObject, numberOrNull } from "../json.ts";
import { cutMember } from "./cut-member.ts";

/** The wire formats whose requests a wrapper completes and whose answers it restores. */
export type WrappedFormat = "chat-completions" | "completions" | "responses";

/** What a wrapper needs to know of one wire format. */
export interface Wire {
  readonly format: WrappedFormat;
  /** With how many alternatives per token the caller asks for log-probabilities; null where it does not ask. */
  readonly asked: (request: JsonObject) => number | null;
  /** Whether the answer has to be JSON. */
  readonly wantsJson: (request: JsonObject) => boolean;
  /** What asks for log-probabilities in the request. */
  readonly asking: (request: JsonObject, topK: number) => JsonObject;
  /** A whole answer as it would have come without them. */
  readonly restoreWhole: (body: JsonObject, request: JsonObject) => JsonObject;
  /** An event of a stream as it would have come without them. */
  readonly restoreEvent: (event: JsonObject, request: JsonObject) => JsonObject;
  /** The text of such an event: the same where there is nothing to take out, cut where that is sure, else written anew. */
  readonly restoreText: (data: string, event: JsonObject, request: JsonObject) => string;
}

const include = "message.output_text.logprobs";

/** `{ type: "json_schema" }` and `{ type: "json_object" }`. */
function isJsonFormat(format: unknown): boolean {
  return isObject(format) && /^json/.test(String(format["type"]));
}

const chat: Wire = {
  format: "chat-completions",
  asked: (request) => numberOrNull(request["top_logprobs"]) ?? (request["logprobs"] === true ? 0 : null),
  wantsJson: (request) => isJsonFormat(request["response_format"]),
  asking: (_, topK) => ({ logprobs: true, top_logprobs: topK }),
  restoreWhole: restoreChoices,
  restoreEvent: restoreChoices,
  restoreText: restoreChoicesText,
};

/** The most alternatives are five. */
const legacy: Wire = {
  format: "completions",
  asked: (request) => numberOrNull(request["logprobs"]),
  wantsJson: (request) => isJsonFormat(request["response_format"]),
  asking: (_, topK) => ({ logprobs: Math.min(topK, 5) }),
  restoreWhole: restoreChoices,
  restoreEvent: restoreChoices,
  restoreText: restoreChoicesText,
};

const responses: Wire = {
  format: "responses",
  asked: (request) =>
    numberOrNull(request["top_logprobs"]) ?? (arrayOf(request["include"]).includes(include) ? 0 : null),
  wantsJson: ({ text }) => isObject(text) && isJsonFormat(text["format"]),
  asking: (request, topK) => ({ include: [...arrayOf(request["include"]), include], top_logprobs: topK }),
  restoreWhole: restoreResponse,
  restoreEvent: restoreResponseEvent,
  restoreText: restoreResponseText,
};

/** How requests to this address are read; null for addresses that wrappers leave alone. */
export function wireOf(url: string): Wire | null {
  const path = url.replace(/[?#].*$/, "");
  if (path.endsWith("/chat/completions")) return chat;
  if (path.endsWith("/responses")) return responses;
  return path.endsWith("/completions") ? legacy : null;
}

/** An answer or an event of any of these formats as it would have come without log-probabilities. */
export function restoreAny(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (value["object"] === "response") return restoreResponse(value, {});
  return typeof value["type"] === "string" ? restoreResponseEvent(value, {}) : restoreChoices(value);
}

/** These leave the key out where log-probabilities were not asked for; everyone else sends null. */
function leavesOut(body: JsonObject): boolean {
  const provider = providerOf(body);
  return provider === "ollama" || provider === "llama.cpp";
}

function restoreChoices(body: JsonObject): JsonObject {
  const choices = body["choices"];
  if (!Array.isArray(choices) || !choices.some((choice) => isObject(choice) && choice["logprobs"] != null)) return body;
  const without = leavesOut(body);
  return {
    ...body,
    choices: choices.map((choice: unknown) => {
      if (!isObject(choice) || choice["logprobs"] == null) return choice;
      if (!without) return { ...choice, logprobs: null };
      const { logprobs: _, ...rest } = choice;
      return rest;
    }),
  };
}

function restoreChoicesText(data: string, event: JsonObject): string {
  const { choices } = event;
  if (!Array.isArray(choices)) return data;
  const only: unknown = choices[0];
  if (choices.length === 1 && isObject(only) && only["logprobs"] != null) {
    const cut = cutMember(data, "logprobs", leavesOut(event) ? null : "null");
    if (cut !== null) return cut;
  }
  const restored = restoreChoices(event);
  return restored === event ? data : JSON.stringify(restored);
}

/** OpenAI sends an empty array where they were not asked for. */
function emptied(part: unknown): unknown {
  const { logprobs } = isObject(part) ? part : { logprobs: null };
  return isObject(part) && Array.isArray(logprobs) && logprobs.length > 0 ? { ...part, logprobs: [] } : part;
}

function restoreItem(item: JsonObject): JsonObject {
  return Array.isArray(item["content"]) ? { ...item, content: item["content"].map(emptied) } : item;
}

function restoreResponse(body: JsonObject, request: JsonObject): JsonObject {
  const { output } = body;
  return {
    ...body,
    ...("top_logprobs" in body ? { top_logprobs: request["top_logprobs"] ?? 0 } : {}),
    ...(Array.isArray(output) ? { output: output.map((item) => (isObject(item) ? restoreItem(item) : item)) } : {}),
  };
}

function restoreResponseEvent(event: JsonObject, request: JsonObject): JsonObject {
  const { response, item, part } = event;
  if (isObject(response)) return { ...event, response: restoreResponse(response, request) };
  if (isObject(item)) return changed(event, "item", restoreItem(item));
  if (isObject(part)) return changed(event, "part", emptied(part));
  const { logprobs } = event;
  return Array.isArray(logprobs) && logprobs.length > 0 ? { ...event, logprobs: [] } : event;
}

function restoreResponseText(data: string, event: JsonObject, request: JsonObject): string {
  const { response, item, part, logprobs } = event;
  if (!isObject(response) && !isObject(item) && !isObject(part)) {
    if (!Array.isArray(logprobs) || logprobs.length === 0) return data;
    const cut = cutMember(data, "logprobs", "[]");
    if (cut !== null) return cut;
  }
  const restored = restoreResponseEvent(event, request);
  return restored === event ? data : JSON.stringify(restored);
}

function changed(event: JsonObject, key: string, value: unknown): JsonObject {
  return event[key] === value ? event : { ...event, [key]: value };
}

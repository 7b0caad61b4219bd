import { InputError } from "@candor/core";
import { isObject } from "../json.ts";
import { assemble } from "../trace/assemble.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { adapterOf, matchingAdapter } from "./adapters.ts";
import type { JsonObject, ResponseDraft } from "./draft.ts";
import { kindOf } from "./expect-shape.ts";
import { readFault } from "./read-fault.ts";
import { startDraft } from "./start-draft.ts";

/**
 * Reads a whole response of any provider, as parsed JSON: its answers, their tokens laid byte by byte on the text, and what is odd
 * about them. An error in place of an answer is `fault`, not an exception.
 *
 * @param body parsed JSON of a response, in any known `WireFormat`
 * @param options what the response does not say itself
 * @throws {InputError} `incompatible` for a shape that is not known, or a field that is not what its shape says
 */
export function fromResponse(body: unknown, options: ReadOptions = {}): LlmResponse {
  if (!isObject(body))
    throw new InputError("incompatible", `a response must be an object of parsed JSON, got ${kindOf(body)}`);
  return assemble(readBody(body, options), options);
}

function readBody(body: JsonObject, options: ReadOptions): ResponseDraft {
  if (options.format !== undefined) {
    const adapter = adapterOf(options.format);
    return adapter.matches(body) ? adapter.read(body) : (faultDraft(body, options) ?? adapter.read(body));
  }
  const adapter = matchingAdapter(body);
  if (adapter !== undefined) return adapter.read(body);
  const fault = faultDraft(body, options);
  if (fault !== null) return fault;
  throw new InputError("incompatible", `this is no response of a known shape: its fields are ${fieldNames(body)}`);
}

/** A response that is nothing but an error; null where it is none. */
export function faultDraft(body: JsonObject, options: ReadOptions): ResponseDraft | null {
  const fault = readFault(body);
  if (fault === null) return null;
  const draft = startDraft(options.format ?? "chat-completions", options.provider ?? "openai-compatible", false);
  draft.fault = fault;
  return draft;
}

/** The first names of fields, for a message. */
export function fieldNames(body: JsonObject): string {
  const names = Object.keys(body);
  if (names.length === 0) return "none";
  return names.length > 8 ? `${names.slice(0, 8).join(", ")}, …` : names.join(", ");
}

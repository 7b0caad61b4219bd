import { InputError } from "@candor/core";
import { isObject } from "../json.ts";
import { assemble } from "../trace/assemble.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { adapterOf, matchingAdapter } from "./adapters.ts";
import type { JsonObject, ResponseDraft } from "./draft.ts";
import { EventReader } from "./event-reader.ts";
import { fieldNames, kindOf } from "./expect-shape.ts";
import { faultDraft } from "./fault-draft.ts";

/**
 * Reads a whole response of any provider, as parsed JSON: its answers, their tokens laid byte by byte on the text, and what is odd
 * about them. An error in place of an answer is `fault`, not an exception. A list is read as the events of one stream, as
 * `fromStream` reads them: Gemini streams such lists where server-sent events are not asked for.
 *
 * @param body parsed JSON of a response, in any known `WireFormat`, or a list of events
 * @param options what the response does not say itself
 * @throws {InputError} `incompatible` for a shape that is not known, or a field that is not what its shape says; `empty` for an
 *   empty list
 */
export function fromResponse(body: unknown, options: ReadOptions = {}): LlmResponse {
  if (Array.isArray(body)) {
    const reader = new EventReader(options);
    for (const event of body) reader.push(event);
    return assemble(reader.end(), options);
  }
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

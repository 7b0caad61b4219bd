import { assemble } from "../trace/assemble.ts";
import type { ReadOptions } from "../trace/read-options.ts";
import type { LlmResponse } from "../trace/trace.ts";
import { EventReader } from "./event-reader.ts";
import { type StreamOptions, type StreamSource, streamEvents } from "./stream-events.ts";

/**
 * Reads a streamed response of any provider to its end. However the stream was cut into pieces and events, the result is the same,
 * and it is what `fromResponse` gives for the same answer. A stream that breaks off gives what came, flagged `interrupted`.
 *
 * @param source a `Response`, its body, or pieces of it: bytes, text or parsed events
 * @param options what the stream does not say itself, and `maxEventLength`
 * @throws {InputError} `incompatible` for an event that is not JSON or has no known shape, `empty` for no event,
 *   `out-of-range` for an event over the limit
 */
export async function fromStream(
  source: StreamSource,
  options: ReadOptions & StreamOptions = {},
): Promise<LlmResponse> {
  const reader = new EventReader(options);
  for await (const event of streamEvents(source, options)) reader.push(event);
  const draft = reader.end();
  if (draft.fault !== null && draft.fault.status === null && "status" in source && !source.ok)
    draft.fault = { ...draft.fault, status: source.status };
  return assemble(draft, options);
}

import type { Trace } from "../trace/trace.ts";
import type { Field } from "./field.ts";
import { locateJson } from "./locate-json.ts";
import { depthOf, type FieldOptions, fieldsWithin } from "./read-fields.ts";

/**
 * Every value of the JSON in an answer, as `readFields` reads it.
 *
 * The JSON is the whole answer; else what stands in the first fence (```json, or any that holds JSON); else the first object, or
 * the first array that begins a line, after prose. What follows it is left out. An answer without JSON, or with JSON that is
 * wrong, gives no fields: `readFields(trace.text, trace.tokens)` names the byte. A mere word or number that was cut off is prose.
 *
 * @returns in the order they stand; `start` and `end` are bytes of the whole answer, `tokens` indices into `trace.tokens`
 * @throws {InputError} `out-of-range` for a `maxDepth` that is no integer ≥ 1
 */
export function fieldsOf(trace: Trace, options: Omit<FieldOptions, "channel"> = {}): readonly Field[] {
  const bytes = new TextEncoder().encode(trace.text);
  const located = locateJson(bytes, depthOf(options));
  if (located === null) return [];
  return fieldsWithin(trace.text, bytes, located.scan, located.from, located.to, trace.tokens, "content");
}

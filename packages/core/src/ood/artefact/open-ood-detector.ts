import type { OodDetector } from "../detector.ts";
import { checkOodDetector } from "./check-ood-detector.ts";

/**
 * The detector that a parsed JSON document holds, checked in full, so that scoring cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, with arrays inside or outside
 * @throws {InputError} `incompatible` for an unknown version, fields or content that does not have the fingerprint it carries;
 *   `shape-mismatch`, `out-of-range`, `not-finite` for numbers that cannot be scored with. Messages name the path
 */
export function openOodDetector(json: unknown): OodDetector {
  checkOodDetector(json);
  return json;
}

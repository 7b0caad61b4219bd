import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { OodArray, OodDetector, OodDetectorDraft } from "../detector.ts";
import { mapArrays } from "./map-arrays.ts";

const withoutValues = (array: OodArray): OodArray => ({ ...array, values: null });

/**
 * The fingerprint of a detector: SHA-256 over the UTF-8 bytes of the canonical JSON of all its fields but `fingerprint`, the
 * values of arrays apart, which their own fingerprints stand for. It is the same with arrays inside and outside.
 *
 * @returns `sha256:` and 64 hexadecimal digits
 * @throws {InputError} `not-finite`, `incompatible` for what JSON cannot hold
 */
export function oodDetectorFingerprint(detector: OodDetector | OodDetectorDraft): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...mapArrays(detector, withoutValues) };
  return `sha256:${sha256(utf8(canonicalJson(rest)))}`;
}

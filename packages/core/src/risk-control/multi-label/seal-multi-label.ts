import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { checkFingerprint } from "../../calibration/artefact/check-fingerprint.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import { checkMultiLabel } from "./check-multi-label.ts";
import type { MultiLabelDocument } from "./multi-label-document.ts";

function fingerprintOf(document: Omit<MultiLabelDocument, "fingerprint">): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...document };
  return `sha256:${sha256(utf8(canonicalJson(rest)))}`;
}

/**
 * The document with a fingerprint of itself, ready for `JSON.stringify`: SHA-256 over the UTF-8 bytes of the canonical
 * JSON of all its other fields.
 *
 * @throws {InputError} for whatever `openMultiLabel` would refuse
 */
export function sealMultiLabel(draft: Omit<MultiLabelDocument, "fingerprint">): MultiLabelDocument {
  const sealed = { ...draft, fingerprint: fingerprintOf(draft) };
  checkMultiLabel(sealed);
  return sealed;
}

/**
 * The document that parsed JSON holds, checked in full, so that applying it cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, or a document in memory
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, numbers that do
 * not fit together, or content that does not have the fingerprint it carries. Messages name the path
 */
export function openMultiLabel(json: unknown): MultiLabelDocument {
  checkMultiLabel(json);
  checkFingerprint(json, fingerprintOf(json), "document");
  return json;
}

import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { ConformalDocument, ConformalIntervals, ConformalSets } from "../conformal-document.ts";

/** What is known of a document before it is sealed with a fingerprint of itself. */
export type ConformalDraft = Omit<ConformalSets, "fingerprint"> | Omit<ConformalIntervals, "fingerprint">;

/**
 * The fingerprint of a conformal document: SHA-256 over the UTF-8 bytes of the canonical JSON of all its fields but
 * `fingerprint`.
 *
 * @param document sealed or not; infinite ends of intervals of estimates count as null, as JSON writes them
 * @returns `sha256:` and 64 hexadecimal digits
 * @throws {InputError} `not-finite`, `incompatible` for what JSON cannot hold
 */
export function conformalFingerprint(document: ConformalDocument | ConformalDraft): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...document };
  return `sha256:${sha256(utf8(canonicalJson({ ...rest, evaluation: withoutInfinities(rest.evaluation) })))}`;
}

import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import { canonicalJson } from "../../calibration/artefact/canonical-json.ts";
import { sha256 } from "../../calibration/artefact/sha256.ts";
import { utf8 } from "../../calibration/artefact/utf8.ts";
import type { PolicyDocument } from "../policy.ts";

/** A policy before it is sealed with a fingerprint of itself. */
export type PolicyDraft = Omit<PolicyDocument, "fingerprint">;

/**
 * The fingerprint of a policy: SHA-256 over the UTF-8 bytes of the canonical JSON of all its fields but `fingerprint`.
 *
 * @param policy sealed or not; infinite ends of intervals count as null, as JSON writes them
 * @returns `sha256:` and 64 hexadecimal digits
 * @throws {InputError} `not-finite`, `incompatible` for what JSON cannot hold
 */
export function policyFingerprint(policy: PolicyDocument | PolicyDraft): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...policy };
  return `sha256:${sha256(utf8(canonicalJson({ ...rest, calibrator: withoutInfinities(rest.calibrator) })))}`;
}

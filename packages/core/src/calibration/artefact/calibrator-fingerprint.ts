import type { Calibrator, CalibratorDraft } from "../calibrator.ts";
import { canonicalJson } from "./canonical-json.ts";
import { sha256 } from "./sha256.ts";
import { utf8 } from "./utf8.ts";

/** A copy as JSON holds it, in which an infinite end of an interval is null. */
export function withoutInfinities(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInfinities);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      (key === "lower" && entry === -Infinity) || (key === "upper" && entry === Infinity)
        ? null
        : withoutInfinities(entry),
    ]),
  );
}

/**
 * The fingerprint of a calibrator: SHA-256 over the UTF-8 bytes of the canonical JSON of all its fields but `fingerprint`.
 *
 * @param calibrator sealed or not; infinite ends of intervals count as null, as JSON writes them
 * @returns `sha256:` and 64 hexadecimal digits
 * @throws {InputError} `not-finite`, `incompatible` for what JSON cannot hold
 */
export function calibratorFingerprint(calibrator: Calibrator | CalibratorDraft): string {
  const { fingerprint: _, ...rest } = { fingerprint: "", ...calibrator };
  return `sha256:${sha256(utf8(canonicalJson({ ...rest, evidence: withoutInfinities(rest.evidence) })))}`;
}

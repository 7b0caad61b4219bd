import type { OodDetector, OodDetectorDraft } from "../detector.ts";
import { checkOodDetector } from "./check-ood-detector.ts";
import { oodDetectorFingerprint } from "./ood-detector-fingerprint.ts";

/**
 * A detector with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @throws {InputError} for whatever `openOodDetector` would refuse
 */
export function sealOodDetector(draft: OodDetectorDraft): OodDetector {
  const sealed = { ...draft, fingerprint: oodDetectorFingerprint(draft) };
  checkOodDetector(sealed);
  return sealed;
}

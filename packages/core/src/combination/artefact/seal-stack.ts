import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import type { Stack, StackDraft } from "../stack.ts";
import { checkStack, stackFingerprint } from "./check-stack.ts";

/**
 * A stack with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @throws {InputError} for whatever `openStack` would refuse
 */
export function sealStack(draft: StackDraft): Stack {
  const sealed = { ...draft, fingerprint: stackFingerprint(draft) };
  checkStack({ ...sealed, evidence: withoutInfinities(draft.evidence) });
  return sealed;
}

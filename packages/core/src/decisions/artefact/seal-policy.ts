import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import type { PolicyDocument } from "../policy.ts";
import { checkPolicy } from "./check-policy.ts";
import { type PolicyDraft, policyFingerprint } from "./policy-fingerprint.ts";

/**
 * A policy with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @param draft everything but the fingerprint
 * @returns the draft with `fingerprint`; `openPolicy` of its JSON gives it back
 * @throws {InputError} for whatever `openPolicy` would refuse: fields that are missing or mistyped, a rule that goes
 *   further than its certificate
 */
export function sealPolicy(draft: PolicyDraft): PolicyDocument {
  const sealed = { ...draft, fingerprint: policyFingerprint(draft) };
  checkPolicy({ ...sealed, calibrator: withoutInfinities(draft.calibrator) });
  return sealed;
}

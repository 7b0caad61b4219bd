import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import type { ConformalDocument, ConformalIntervals, ConformalSets } from "../conformal-document.ts";
import { checkConformal } from "./check-conformal.ts";
import { conformalFingerprint } from "./conformal-fingerprint.ts";

/**
 * A conformal document with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @param draft everything but the fingerprint
 * @returns the draft with `fingerprint`; `openConformal` of its JSON gives it back
 * @throws {InputError} for whatever `openConformal` would refuse
 */
export function sealConformal(draft: Omit<ConformalSets, "fingerprint">): ConformalSets;
export function sealConformal(draft: Omit<ConformalIntervals, "fingerprint">): ConformalIntervals;
export function sealConformal(
  draft: Omit<ConformalSets, "fingerprint"> | Omit<ConformalIntervals, "fingerprint">,
): ConformalDocument {
  const sealed = { ...draft, fingerprint: conformalFingerprint(draft) };
  checkConformal({ ...sealed, evaluation: withoutInfinities(draft.evaluation) });
  return sealed;
}

import type { Calibrator, CalibratorDraft } from "../calibrator.ts";
import { calibratorFingerprint, withoutInfinities } from "./calibrator-fingerprint.ts";
import { checkCalibrator } from "./check-calibrator.ts";

/**
 * A calibrator with the fingerprint of itself, ready for `JSON.stringify`.
 *
 * @param draft everything but the fingerprint; infinite ends of intervals are written as null by JSON
 * @returns the draft with `fingerprint`; `openCalibrator` of its JSON gives it back
 * @throws {InputError} for whatever `openCalibrator` would refuse: fields that are missing or mistyped, an invalid map
 */
export function sealCalibrator(draft: CalibratorDraft): Calibrator {
  const sealed = { ...draft, fingerprint: calibratorFingerprint(draft) };
  checkCalibrator({ ...sealed, evidence: withoutInfinities(draft.evidence) });
  return sealed;
}

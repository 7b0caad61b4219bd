import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import { openCalibrator } from "../../calibration/artefact/open-calibrator.ts";
import type { PolicyDocument } from "../policy.ts";
import { checkPolicy } from "./check-policy.ts";

/**
 * The policy that a parsed JSON document holds, checked in full, so that applying it cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, or a policy in memory
 * @returns the policy, its calibrator opened as by `openCalibrator`
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, content that
 *   does not have the fingerprint it carries, or a rule that goes further than its certificate; others for costs or a
 *   calibrator that cannot be applied. Messages name the path, such as `rule.thresholds.act`
 */
export function openPolicy(json: unknown): PolicyDocument {
  if (typeof json === "object" && json !== null && "calibrator" in json)
    json = { ...json, calibrator: withoutInfinities(json.calibrator) };
  checkPolicy(json);
  return { ...json, calibrator: json.calibrator === null ? null : openCalibrator(json.calibrator) };
}

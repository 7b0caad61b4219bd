import type { Estimate } from "../../estimate.ts";
import type { Calibrator, OuterEvidence } from "../calibrator.ts";
import { withoutInfinities } from "./calibrator-fingerprint.ts";
import { checkCalibrator } from "./check-calibrator.ts";

function bounded(estimate: Estimate): Estimate {
  return { ...estimate, lower: estimate.lower ?? -Infinity, upper: estimate.upper ?? Infinity };
}

function boundedScores({ logLoss, brier, ece }: OuterEvidence["before"]): OuterEvidence["before"] {
  return { logLoss: bounded(logLoss), brier: bounded(brier), ece: bounded(ece) };
}

function boundedEvidence({ before, after, improvement }: OuterEvidence): OuterEvidence {
  return {
    before: boundedScores(before),
    after: boundedScores(after),
    improvement: { logLoss: bounded(improvement.logLoss), brier: bounded(improvement.brier) },
  };
}

/**
 * The calibrator that a parsed JSON document holds, checked in full, so that applying it cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, or a calibrator in memory
 * @returns the calibrator; ends of intervals that JSON could not hold are infinite again
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, or content
 * that does not have the fingerprint it carries; `shape-mismatch`, `out-of-range`, `not-finite`, `not-normalised`,
 * `too-few`, `unknown-option` for a map that cannot be applied. Messages name the path, such as `map.terms[1].coefficient`
 */
export function openCalibrator(json: unknown): Calibrator {
  if (typeof json === "object" && json !== null && "evidence" in json)
    json = { ...json, evidence: withoutInfinities(json.evidence) };
  checkCalibrator(json);
  return { ...json, evidence: json.evidence === null ? null : boundedEvidence(json.evidence) };
}

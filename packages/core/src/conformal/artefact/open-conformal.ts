import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import type { Estimate } from "../../estimate.ts";
import type { ConformalDocument, ConformalEvaluation } from "../conformal-document.ts";
import { checkConformal } from "./check-conformal.ts";

function bounded(estimate: Estimate): Estimate {
  return { ...estimate, lower: estimate.lower ?? -Infinity, upper: estimate.upper ?? Infinity };
}

function boundedEvaluation(evaluation: ConformalEvaluation): ConformalEvaluation {
  const { coverage, meanSize, classCoverage, groupCoverage, sizeCoverage } = evaluation;
  return {
    ...evaluation,
    coverage: bounded(coverage),
    meanSize: meanSize && bounded(meanSize),
    classCoverage: classCoverage.map((row) => ({ ...row, coverage: row.coverage && bounded(row.coverage) })),
    groupCoverage: groupCoverage.map((row) => ({ ...row, coverage: bounded(row.coverage) })),
    sizeCoverage: sizeCoverage.map((row) => ({ ...row, coverage: bounded(row.coverage) })),
  };
}

/**
 * The conformal document that parsed JSON holds, checked in full, so that predicting with it cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, or a document in memory
 * @returns the document; ends of intervals that JSON could not hold are infinite again
 * @throws {InputError} `incompatible` for an unknown version, a field that is missing, mistyped or unknown, thresholds that
 * do not fit together, or content that does not have the fingerprint it carries. Messages name the path
 */
export function openConformal(json: unknown): ConformalDocument {
  if (typeof json === "object" && json !== null && "evaluation" in json)
    json = { ...json, evaluation: withoutInfinities(json.evaluation) };
  checkConformal(json);
  return { ...json, evaluation: json.evaluation === null ? null : boundedEvaluation(json.evaluation) };
}

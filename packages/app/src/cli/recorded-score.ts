import type { Calibrator, PolicyDocument } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { withRecordedOutputs } from "./confidence-from.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Input of a calibrator that records which score it is of: that column is the confidence unless a flag says otherwise, or
 * that score is computed from the outputs of the model.
 */
export function withRecordedScore(input: InputOptions, calibrator: Calibrator | null | undefined): InputOptions {
  const scoreName = calibrator?.spec["scoreName"];
  return withRecordedOutputs(typeof scoreName === "string" ? { ...input, scoreName } : input, calibrator);
}

/** The same for a policy: of its calibrator, or of the score that its rows were read by. */
export function withScoreOfPolicy(
  input: InputOptions,
  { calibrator, source, scoreKind }: Pick<PolicyDocument, "calibrator" | "source" | "scoreKind">,
): InputOptions {
  if (calibrator !== null) return withRecordedScore(input, calibrator);
  const recorded = source?.columns["confidence-from"];
  if (recorded === undefined) {
    if (input.confidenceFrom === undefined || scoreKind === "confidence") return input;
    throw new UsageError(`the policy reads ${scoreKind}, expected no --confidence-from`);
  }
  if (input.confidenceFrom !== undefined && input.confidenceFrom !== recorded)
    throw new UsageError(`the policy is of ${recorded}, got --confidence-from ${input.confidenceFrom}`);
  if (input.confidence !== undefined)
    throw new UsageError(
      `the policy is of ${recorded}, which is computed from the outputs of the model: expected no --confidence`,
    );
  const isBinary = source?.columns["score"] !== undefined;
  return { ...input, confidenceFrom: recorded, confidenceOutputs: isBinary ? "probability" : "classes" };
}

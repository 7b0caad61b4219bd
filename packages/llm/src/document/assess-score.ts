import { type BinaryCalibrator, calibrateScores, decide, decisionNames, type PolicyDocument } from "@candor/core";
import { calibratedRange } from "../assess/calibrated-range.ts";
import type { DocumentAssessment } from "./llm-document.ts";

/** A score that is to be assessed. */
export interface AssessedScore {
  readonly name: string;
  /** In [0, 1]; null where it is missing. */
  readonly value: number | null;
  readonly bounds: readonly [number, number] | null;
  /** Why it is missing. */
  readonly reason: string;
}

/** What the score is assessed by; no part of it may need segments. */
export interface ScoreJudges {
  readonly calibrator: BinaryCalibrator | null;
  readonly policy: PolicyDocument | null;
}

function decisionOf({ rule, choices }: PolicyDocument, probability: number | null): DocumentAssessment["decision"] {
  const column = Float64Array.of(probability ?? 0);
  const { codes } = decide(rule, { rows: 1, confidence: column, positive: column, segments: [] });
  const decision = decisionNames[codes[0] ?? 1] ?? "review";
  return probability === null && decision === "act" ? choices.below : decision;
}

/**
 * What a calibrator and a policy make of one score, as `assess` does of a response. A missing score has no probability, and what
 * becomes of it is never `act`: it is what the policy does with a probability of 0.
 */
export function assessScore(
  { name, value, bounds, reason }: AssessedScore,
  { calibrator, policy }: ScoreJudges,
): DocumentAssessment {
  const decision = (probability: number | null) => (policy === null ? null : decisionOf(policy, probability));
  if (value === null) return { score: name, probability: null, interval: null, decision: decision(null), reason };
  const probability =
    calibrator === null ? value : (calibrateScores(calibrator, Float64Array.of(value), [])[0] ?? value);
  const { interval } = calibratedRange(calibrator, bounds ?? [value, value], undefined, {});
  return { score: name, probability, interval, decision: decision(probability), reason: null };
}

import { withoutInfinities } from "../../calibration/artefact/calibrator-fingerprint.ts";
import type { Estimate } from "../../estimate.ts";
import type { Stack, StackEvidence, StackQuality } from "../stack.ts";
import { checkStack } from "./check-stack.ts";

function bounded(estimate: Estimate): Estimate {
  return { ...estimate, lower: estimate.lower ?? -Infinity, upper: estimate.upper ?? Infinity };
}

function boundedQuality({ logLoss, brier, auroc }: StackQuality): StackQuality {
  return { logLoss: bounded(logLoss), brier: bounded(brier), auroc: bounded(auroc) };
}

function boundedEvidence({ stack, bestSingle, improvement, singles }: StackEvidence): StackEvidence {
  return {
    stack: boundedQuality(stack),
    bestSingle: boundedQuality(bestSingle),
    improvement: boundedQuality(improvement),
    singles: singles.map(({ name, logLoss }) => ({ name, logLoss: bounded(logLoss) })),
  };
}

/**
 * The stack that a parsed JSON document holds, checked in full, so that applying it cannot fail for its sake.
 *
 * @param json what `JSON.parse` gave, or a stack in memory
 * @returns the stack; ends of intervals that JSON could not hold are infinite again
 * @throws {InputError} `incompatible` for an unknown version, fields or content that does not have the fingerprint it
 *   carries; `shape-mismatch`, `out-of-range` for a model that cannot be applied. Messages name the path
 */
export function openStack(json: unknown): Stack {
  if (typeof json === "object" && json !== null && "evidence" in json)
    json = { ...json, evidence: withoutInfinities(json.evidence) };
  checkStack(json);
  return { ...json, evidence: json.evidence === null ? null : boundedEvidence(json.evidence) };
}

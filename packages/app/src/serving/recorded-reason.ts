import {
  type Decision,
  decide,
  decisionNames,
  InputError,
  type PolicyDocument,
  type SegmentColumn,
} from "@candor/core";
import type { PredictionEvent } from "../store/events.ts";
import { byScoreAlone } from "./active.ts";
import { decisionSentences } from "./decision-sentences.ts";
import { whyOutside } from "./why-outside.ts";

type Recorded = Pick<
  PredictionEvent,
  "decision" | "certified" | "confidence" | "task" | "segments" | "route" | "policyId" | "evidence"
>;

function columnsOf({ segments, route }: Recorded, names: readonly string[]): SegmentColumn[] {
  return names.map((name) => {
    const value = Object.hasOwn(segments, name) ? segments[name] : name === "route" ? route : null;
    return { name, values: [value ?? ""], codes: new Int32Array(1) };
  });
}

/** What the policy decides for a recorded confidence; null where it does not read such a one. */
function decisionBy({ rule }: PolicyDocument, recorded: Recorded, confidence: number): Decision | null {
  const column = Float64Array.of(confidence);
  const segments = columnsOf(recorded, rule.kind === "threshold-per-segment" ? rule.columns : []);
  const scores = recorded.task === "binary" ? { positive: column } : { confidence: column, positive: column };
  try {
    return decisionNames[decide(rule, { rows: 1, ...scores, segments }).codes[0] ?? -1] ?? null;
  } catch (error) {
    if (InputError.is(error)) return null;
    throw error;
  }
}

/** Why the policy reviews it whatever its confidence; null where it does not. */
function outsideOf({ evidence }: Recorded, { rule }: PolicyDocument): string | null {
  const pValue = evidence?.["inDistribution"];
  if (rule.inDistribution === undefined || pValue === undefined) return null;
  return whyOutside(typeof pValue === "number" ? pValue : null, rule.inDistribution);
}

/**
 * Why a prediction was decided as it is recorded: what the policy it names says of its confidence, held against the decision.
 *
 * @param policy the one that it names; null where there is none, or none of that id is kept
 * @returns null without a decision
 */
export function recordedReason(recorded: Recorded, policy: PolicyDocument | null): string | null {
  const { decision, certified, confidence, policyId } = recorded;
  if (decision === null) return null;
  if (policyId === null) return "The sender decided: no policy is recorded with it.";
  if (policy === null) return `Decided by ${policyId}, which is not kept here.`;
  const outside = outsideOf(recorded, policy);
  if (outside !== null && decision === "review") return outside;
  if (confidence === null) return "Without a probability the policy does not act.";
  const sentences = decisionSentences(policy);
  if (policy.rule.kind === "least-cost") return sentences[decision];
  const wanted = decisionBy(byScoreAlone(policy), recorded, confidence);
  if (wanted === decision) return sentences[decision];
  if (wanted === null) return "The recorded policy does not read a confidence of this kind.";
  if (wanted === "act" && decision === "review" && certified === false)
    return `${sentences.act} It is not certified for this model version, so a person reviews it.`;
  return `The recorded policy says ${wanted} for this confidence: something else decided.`;
}

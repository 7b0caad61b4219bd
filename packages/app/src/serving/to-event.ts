import type { PredictionEvent } from "../store/events.ts";
import type { DecideRequest } from "./decide-request.ts";
import type { Decided } from "./decided.ts";

/** What a request says of a prediction besides what is decided. */
export interface RecordedAs {
  readonly project: string;
  readonly id: string;
  readonly time: number;
  readonly receivedAt: number;
  readonly propensity: number | null;
}

/** The prediction that is recorded of a decision: what was given out, and numbers only of what it rests on. */
export function toEvent(request: DecideRequest, decided: Decided, recorded: RecordedAs): PredictionEvent {
  const { task, probability, rawConfidence, interval, decision, certified } = decided;
  const isMade = task === "binary" ? request.prediction : decided.prediction;
  return {
    kind: "prediction",
    ...recorded,
    model: request.model,
    version: request.version,
    route: request.route,
    segments: request.segments,
    task,
    prediction: isMade,
    rawConfidence,
    confidence: probability ?? rawConfidence,
    interval,
    decision,
    certified,
    calibratorId: decided.calibratorId,
    policyId: decided.policyId,
    evidence: decided.evidence,
  };
}

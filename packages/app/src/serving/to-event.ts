import type { PredictionEvent } from "../store/events.ts";
import type { DecideRequest } from "./decide-request.ts";
import type { Decided } from "./decided.ts";

/** What is recorded of a prediction besides what is decided. */
export type RecordedAs = Pick<PredictionEvent, "project" | "id" | "time" | "receivedAt" | "propensity">;

/**
 * The prediction that is recorded of a decision: what was given out, and numbers only of what it rests on. Without a
 * calibrator the confidence is the raw one. Of a probability of the positive class that class is recorded, not the
 * likelier one: a label that turns out is compared with what is recorded, and the outcome of such a prediction is
 * whether the row is positive.
 */
export function toEvent(request: DecideRequest, decided: Decided, recorded: RecordedAs): PredictionEvent {
  const { task, probability, rawConfidence, interval, decision, certified, calibratorId, policyId, evidence } = decided;
  const { model, version, route, segments } = request;
  const { project, id, time, receivedAt, propensity } = recorded;
  return {
    kind: "prediction",
    project,
    id,
    model,
    version,
    route,
    segments,
    time,
    receivedAt,
    task,
    prediction: decided.comparedWith,
    rawConfidence,
    confidence: probability ?? rawConfidence,
    interval,
    decision,
    certified,
    calibratorId,
    policyId,
    propensity,
    evidence,
  };
}

import type { PredictionEvent } from "../store/events.ts";
import type { DecideRequest } from "./decide-request.ts";
import type { Decided } from "./decided.ts";

/** What is recorded of a prediction besides what is decided. */
export type RecordedAs = Pick<PredictionEvent, "project" | "id" | "time" | "receivedAt" | "propensity">;

/**
 * The prediction that is recorded of a decision: what was given out, and numbers only of what it rests on. Without a calibrator
 * the confidence is the raw one. The likelier class of a probability of the positive class is not recorded: outcomes of such
 * predictions say whether the row is positive, not whether a class was right.
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
    prediction: task === "binary" ? request.prediction : decided.prediction,
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

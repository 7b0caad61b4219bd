/** A prediction that names something to a made-up store: what a benchmark says of it, and nothing else of note. */
export function firstPrediction(own) {
  return {
    kind: "prediction",
    project: "default",
    version: "1",
    route: null,
    segments: {},
    receivedAt: own.time,
    task: "confidence",
    prediction: null,
    rawConfidence: null,
    confidence: 0.5,
    interval: null,
    decision: "act",
    certified: true,
    calibratorId: null,
    policyId: null,
    propensity: null,
    evidence: null,
    ...own,
  };
}

import {
  type BinaryCalibrator,
  calibrateScores,
  type Decision,
  decide,
  decisionNames,
  type PolicyDocument,
  type Random,
} from "@candor/core";
import { drawArrivals, drawBetween, drawFrom, sigmoid } from "./draws.ts";
import { type Payment, paymentCalibrator, paymentPolicies } from "./payment-artefacts.ts";
import type {
  ModelHistory,
  SimulatedArtefact,
  SimulatedOutcome,
  SimulatedPrediction,
  WorldOptions,
} from "./simulated.ts";
import { dayMs, days, hourMs, truth } from "./truth.ts";

const { fraud } = truth;

/** From this confidence on the first rule acted, before there was a policy. */
const firstRule = 0.9;

function drawPayment(random: Random, time: number, start: number): Payment {
  const day = Math.floor((time - start) / dayMs);
  const isSecond = day >= fraud.deployed;
  const world = isSecond ? fraud.second : fraud.first;
  const region = drawFrom(random, fraud.regions);
  const channel = drawFrom(random, fraud.channels);
  const known = world.mean + world.deviation * random.normal();
  const drifted = day >= fraud.drift.day && region === fraud.drift.value ? fraud.drift.logOdds : 0;
  const probability = sigmoid(known + drifted);
  const outcome = random.uniform() < probability ? 1 : 0;
  const hours =
    outcome === 1
      ? Math.min(6 - fraud.reportedAfterHours * Math.log(1 - random.uniform()), truth.maturityHours - 1)
      : drawBetween(random, fraud.settledAfterDays) * 24;
  const isCorrected = random.uniform() < fraud.corrected;
  return {
    time,
    day,
    version: world.version,
    region,
    channel,
    score: sigmoid(isSecond ? fraud.stretch * known + fraud.shift : known),
    probability,
    outcome,
    knownAt: Math.floor(time + hours * hourMs),
    isCorrected,
  };
}

function outcomesOf(id: string, { outcome, isCorrected, knownAt, time }: Payment): SimulatedOutcome[] {
  const settled = { predictionId: id, source: "truth", value: outcome, observedAt: knownAt };
  if (!isCorrected || knownAt + 2 * dayMs > time + truth.maturityHours * hourMs) return [settled];
  const wrong = outcome === 1 ? 0 : 1;
  return [
    { ...settled, value: wrong },
    { ...settled, observedAt: knownAt + 2 * dayMs },
  ];
}

/** The decisions of many payments under what was active on their days, one per payment. */
function decisionsOf(confidence: Float64Array, rule: PolicyDocument["rule"]): readonly Decision[] {
  const { codes } = decide(rule, { rows: confidence.length, positive: confidence });
  return Array.from(codes, (code) => decisionNames[code] ?? "review");
}

function columnOf(payments: readonly Payment[], calibrator: BinaryCalibrator): Float64Array {
  const scores = Float64Array.from(payments, ({ score }) => score);
  return calibrateScores(calibrator, scores, []);
}

/**
 * All card payments that were scored, and what was made of their labels: a calibrator for the second version, a policy of
 * costs, and a policy of capacity.
 *
 * @param candorVersion recorded in the artefacts
 */
export function simulateFraud(
  random: Random,
  { start, scale }: WorldOptions,
  candorVersion: string,
): ModelHistory & { readonly artefacts: readonly SimulatedArtefact[] } {
  const rhythm = { peak: 17, weekend: 1.3 };
  const times = drawArrivals(random, { start, days, perDay: fraud.perDay * scale, rhythm });
  const payments = times.map((time) => drawPayment(random, time, start));

  const calibrator = paymentCalibrator(payments, start, candorVersion);
  const calibrated = columnOf(payments, calibrator);
  const policies = paymentPolicies(payments, calibrated, { calibrator, start, scale, version: candorVersion });
  const decided = policies.map(({ rule }) => decisionsOf(calibrated, rule));

  const predictions: SimulatedPrediction[] = [];
  const outcomes: SimulatedOutcome[] = [];
  for (const [i, payment] of payments.entries()) {
    const { day, score, time, version, region, channel, probability, outcome } = payment;
    const id = `fraud-${i + 1}`;
    const isCalibrated = day >= fraud.recalibrated;
    const policy = day >= fraud.rethresholded ? 1 : 0;
    const byFirstRule = Math.max(score, 1 - score) >= firstRule ? "act" : "review";
    predictions.push({
      id,
      model: fraud.model,
      version,
      task: "binary",
      time,
      route: null,
      segments: { region, channel },
      prediction: null,
      rawConfidence: score,
      confidence: isCalibrated ? (calibrated[i] ?? score) : score,
      decision: isCalibrated ? (decided[policy]?.[i] ?? "review") : byFirstRule,
      propensity: null,
      calibrator: isCalibrated ? "recalibration" : null,
      policy: isCalibrated ? (policy === 0 ? "costs" : "capacity") : null,
      truth: { probability, outcome },
    });
    outcomes.push(...outcomesOf(id, payment));
  }
  const shared = { model: fraud.model, version: fraud.second.version };
  const [costs, capacity] = policies;
  return {
    predictions,
    outcomes,
    artefacts: [
      {
        ...shared,
        kind: "calibrator",
        name: "recalibration",
        document: calibrator,
        activatedAt: start + fraud.recalibrated * dayMs,
        note: "version 2 was overconfident",
      },
      {
        ...shared,
        kind: "policy",
        name: "costs",
        document: costs,
        calibrator: "recalibration",
        activatedAt: start + fraud.recalibrated * dayMs,
        note: "a wrong decision costs as much as eight reviews",
      },
      {
        ...shared,
        kind: "policy",
        name: "capacity",
        document: capacity,
        calibrator: "recalibration",
        activatedAt: start + fraud.rethresholded * dayMs,
        note: `people can review ${fraud.reviewsPerDay} payments a day`,
      },
    ],
  };
}

import {
  type BinaryCalibrator,
  calibrationData,
  fitDocument,
  makePolicy,
  type PolicyDocument,
  policyFromCosts,
} from "@candor/core";
import { dayMs, truth } from "./truth.ts";

const { fraud } = truth;

/** A card payment: what was known when it was scored, and what came out. */
export interface Payment {
  readonly time: number;
  readonly day: number;
  readonly version: string;
  readonly region: string;
  readonly channel: string;
  readonly score: number;
  readonly probability: number;
  readonly outcome: 0 | 1;
  readonly knownAt: number;
  /** First recorded the wrong way round. */
  readonly isCorrected: boolean;
}

/** Rows with outcomes as core reads them. */
function rowsOf(scores: Float64Array, outcomes: Uint8Array) {
  const classNames = ["honest", "fraud"];
  return { task: "binary" as const, rows: scores.length, segments: [], classNames, probabilities: scores, outcomes };
}

function originOf(name: string, rows: number) {
  const columns = { score: "rawConfidence", label: "outcome" };
  return { name, rows, skipped: [], columns, approximate: false, notes: [] };
}

function madeOn(start: number, day: number): string {
  return new Date(start + day * dayMs).toISOString();
}

/**
 * What `candor fit` makes of the second version's scores on the day of the recalibration: of days whose labels were all in
 * by then, because the labels of younger days are mostly those of fraud.
 */
export function paymentCalibrator(payments: readonly Payment[], start: number, version: string): BinaryCalibrator {
  const [from, to] = fraud.calibratedOn;
  const known = payments.filter(({ day }) => day >= from && day < to);
  const scores = Float64Array.from(known, ({ score }) => score);
  const outcomes = Uint8Array.from(known, ({ outcome }) => outcome);
  const name = `${fraud.model} ${fraud.second.version}, days ${from} to ${to - 1}`;
  const { calibrator } = fitDocument(calibrationData(rowsOf(scores, outcomes)), {
    version,
    name,
    created: madeOn(start, fraud.recalibrated),
    source: originOf(name, known.length),
    method: "platt",
    seed: 1,
  });
  if ("clip" in calibrator) throw new TypeError("a calibrator of one score was fitted with several classes");
  return calibrator;
}

/** What decides: first the costs of a wrong decision and of a review, then how many reviews there is time for. */
export function paymentPolicies(
  payments: readonly Payment[],
  calibrated: Float64Array,
  options: {
    readonly calibrator: BinaryCalibrator;
    readonly start: number;
    readonly scale: number;
    readonly version: string;
  },
): readonly [costs: PolicyDocument, capacity: PolicyDocument] {
  const { calibrator, start, scale, version } = options;
  const prices = { error: 8, review: 1, abstain: null, missed: 0, reviewError: 0 };
  const costs = policyFromCosts(calibrator, prices, { version, created: madeOn(start, fraud.recalibrated) });

  const [from, to] = fraud.thresholdsFrom;
  const known = payments.flatMap(({ day }, i) => (day >= from && day < to ? [i] : []));
  const scores = Float64Array.from(known, (i) => calibrated[i] ?? 0);
  const outcomes = Uint8Array.from(known, (i) => payments[i]?.outcome ?? 0);
  const capacity = makePolicy(rowsOf(scores, outcomes), {
    version,
    created: madeOn(start, fraud.rethresholded),
    source: originOf(`${fraud.model} ${fraud.second.version}, days ${from} to ${to - 1}`, known.length),
    objective: {
      kind: "capacity",
      reviews: fraud.reviewsPerDay * scale,
      volume: fraud.perDay * scale,
      period: "day",
    },
    seed: 1,
    calibrator,
  });
  return [costs, capacity];
}

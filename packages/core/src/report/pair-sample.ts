import type { MergedRows, SampleOptions } from "../estimate.ts";
import { argsort } from "../kernels/argsort.ts";
import { pick } from "../kernels/pick.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import type { Predictions } from "./predictions.ts";

/** Pairs of a probability and a 0/1 outcome, ready for any metric. */
export interface PairSample {
  readonly probabilities: Float64Array;
  readonly outcomes: Uint8Array;
  readonly weights?: Float64Array;
  readonly merged?: MergedRows;
}

/** The options that hand a sample's weights to a metric. */
export function sampleOptions({ weights, merged }: PairSample): Pick<SampleOptions, "weights" | "merged"> {
  return { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}) };
}

/**
 * What the calibration of a task is measured on: the probability of the positive class for binary predictions, the
 * top-label confidence against correctness otherwise.
 */
export function calibrationPairs(predictions: Predictions): PairSample {
  if (predictions.task === "binary")
    return withWeights(predictions.probabilities, predictions.outcomes, predictions.weights);
  return confidencePairs(predictions);
}

/** Top-label confidence against correctness, for every task. Binary: max(p, 1 − p), threshold 0.5. */
export function confidencePairs(predictions: Predictions): PairSample {
  if (predictions.task === "confidence")
    return withWeights(predictions.confidences, predictions.correct, predictions.weights);
  if (predictions.task === "binary")
    return topLabelPairs(withWeights(predictions.probabilities, predictions.outcomes, predictions.weights));
  const { confidence, predicted } = topLabel(predictions.probabilities);
  const correct = new Uint8Array(confidence.length);
  for (let i = 0; i < correct.length; i++) correct[i] = predicted[i] === predictions.labels[i] ? 1 : 0;
  return withWeights(confidence, correct, predictions.weights);
}

/** Pairs of the top label of a binary prediction: max(p, 1 − p), and whether p ≥ 0.5 was right. */
export function topLabelPairs({ probabilities, outcomes, weights, merged }: PairSample): PairSample {
  const n = probabilities.length;
  const confidence = new Float64Array(n);
  const correct = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const positive = p >= 0.5;
    confidence[i] = positive ? p : 1 - p;
    correct[i] = positive === (outcomes[i] === 1) ? 1 : 0;
  }
  return { ...withWeights(confidence, correct, weights), ...(merged ? { merged } : {}) };
}

function withWeights(probabilities: Float64Array, outcomes: Uint8Array, weights?: Float64Array): PairSample {
  return { probabilities, outcomes, ...(weights ? { weights } : {}) };
}

/** The rows of a sample at the given positions. */
export function selectRows(sample: PairSample, rows: Uint32Array): PairSample {
  const n = rows.length;
  const outcomes = new Uint8Array(n);
  for (let k = 0; k < n; k++) outcomes[k] = sample.outcomes[rows[k]];
  const { weights, merged } = sample;
  return {
    probabilities: pick(sample.probabilities, rows),
    outcomes,
    ...(weights ? { weights: pick(weights, rows) } : {}),
    ...(merged
      ? { merged: { counts: pick(merged.counts, rows), squaredWeights: pick(merged.squaredWeights, rows) } }
      : {}),
  };
}

/** A sample in ascending order of its probabilities, equal ones as they came, with that order. */
export interface SortedSample {
  readonly sample: PairSample;
  /** 0, 1, 2, …: what `argsort` gives for sorted probabilities. */
  readonly order: Uint32Array;
}

/**
 * Sorts a sample once for all metrics that go through it in order of the probabilities: their passes then read memory
 * from front to back, which is several times faster at a million rows than following an order to and fro.
 */
export function sortSample(sample: PairSample): SortedSample {
  const order = argsort(sample.probabilities);
  const sorted = selectRows(sample, order);
  for (let k = 0; k < order.length; k++) order[k] = k;
  return { sample: sorted, order };
}

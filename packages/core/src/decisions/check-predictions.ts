import { InputError } from "../errors.ts";
import { checkClassProbabilities, checkPairs } from "../intervals/check-pairs.ts";
import type { Predictions } from "../report/predictions.ts";

function pairsChecked(predictions: Predictions): number {
  if (predictions.task === "multiclass") {
    checkClassProbabilities(predictions.probabilities, predictions.labels);
    return predictions.labels.length;
  }
  const isBinary = predictions.task === "binary";
  const scores = isBinary ? predictions.probabilities : predictions.confidences;
  const outcomes = isBinary ? predictions.outcomes : predictions.correct;
  checkPairs(scores, outcomes, isBinary ? "probability" : "confidence");
  return outcomes.length;
}

/**
 * Lets predictions pass whose outcomes can be counted.
 *
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`; `out-of-range` with the first row of a bad score or outcome
 */
export function checkPredictions(predictions: Predictions): void {
  const { rows } = predictions;
  const counted = pairsChecked(predictions);
  if (counted !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${counted} scores with outcomes`);
}

import type { Matrix } from "../matrix.ts";
import { checkProbabilityRows } from "./check-rows.ts";

/**
 * The largest probability of each row (MSP): how sure a classifier says it is of the class it chose.
 *
 * @param probabilities n × k, k ≥ 1; rows that sum to 1 within 0.001, taken as they are
 * @returns n values in [1/k, 1]; larger is surer; a probability, and the only one of the family that claims to be
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` with the row
 *
 * Source: Hendrycks and Gimpel (2017), "A baseline for detecting misclassified and out-of-distribution examples", ICLR.
 */
export function maximumProbability(probabilities: Matrix): Float64Array {
  checkProbabilityRows(probabilities);
  const { data, rows, cols } = probabilities;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = data[i * cols];
    for (let j = i * cols + 1; j < (i + 1) * cols; j++) if (data[j] > top) top = data[j];
    scores[i] = Math.min(1, top);
  }
  return scores;
}

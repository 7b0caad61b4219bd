import type { Matrix } from "../matrix.ts";
import { checkProbabilityRows } from "./check-rows.ts";

/**
 * Minus the entropy of each row, Σ p ln p: how little the classifier leaves open, over all classes.
 *
 * @param probabilities n × k, k ≥ 1; rows that sum to 1 within 0.001, taken as they are
 * @returns n values in [−ln k, 0] nats; larger is surer; 0 where one class has everything (0 · ln 0 counts as 0)
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` with the row
 *
 * Source: Shannon (1948), "A mathematical theory of communication", section 6.
 */
export function negativeEntropy(probabilities: Matrix): Float64Array {
  checkProbabilityRows(probabilities);
  const { data, rows, cols } = probabilities;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) if (data[j] > 0) sum += data[j] * Math.log(data[j]);
    scores[i] = Math.min(0, sum);
  }
  return scores;
}

import type { Matrix } from "../matrix.ts";
import { checkProbabilityRows } from "./check-rows.ts";

/**
 * The largest probability of each row less the second largest: how far the chosen class is ahead of the next.
 *
 * @param probabilities n × k, k ≥ 1; rows that sum to 1 within 0.001, taken as they are
 * @returns n values in [0, 1]; larger is surer; 0 where two classes share the top; with one class, its probability
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` with the row
 *
 * Source: Scheffer, Decomain and Wrobel (2001), "Active hidden Markov models for information extraction", IDA, section 4.
 */
export function marginScore(probabilities: Matrix): Float64Array {
  checkProbabilityRows(probabilities);
  const { data, rows, cols } = probabilities;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = 0;
    let second = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) {
      const p = data[j];
      if (p > top) {
        second = top;
        top = p;
      } else if (p > second) second = p;
    }
    scores[i] = Math.min(1, top - second);
  }
  return scores;
}

import type { Matrix } from "../matrix.ts";
import { checkLogitRows } from "./check-rows.ts";

/**
 * The largest logit of each row (MLS): unlike the largest probability it keeps the height of the row, which softmax loses.
 *
 * @param logits n × k finite values, k ≥ 1
 * @returns n values in the unit of the logits, any real; larger is surer; no probability
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite` with the row
 *
 * Source: Hendrycks et al. (2022), "Scaling out-of-distribution detection for real-world settings", ICML, section 3.
 */
export function maximumLogit(logits: Matrix): Float64Array {
  checkLogitRows(logits);
  const { data, rows, cols } = logits;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let top = data[i * cols];
    for (let j = i * cols + 1; j < (i + 1) * cols; j++) if (data[j] > top) top = data[j];
    scores[i] = top;
  }
  return scores;
}

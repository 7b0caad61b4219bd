import type { Matrix } from "../matrix.ts";
import { DEFAULT_CLIP } from "../metrics/scores/row-losses.ts";
import type { MulticlassPredictions } from "./predictions.ts";

/** Brier score of every row, summed over classes. */
export function classBrierLosses({ data, rows, cols }: Matrix, labels: Int32Array): Float64Array {
  const losses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < cols; k++) {
      const d = data[i * cols + k] - (labels[i] === k ? 1 : 0);
      sum += d * d;
    }
    losses[i] = sum;
  }
  return losses;
}

/** Log loss of every row: exact where log probabilities are known, else of probabilities held to [1e-15, 1 − 1e-15]. */
export function classLogLosses({ probabilities, logProbabilities, labels }: MulticlassPredictions): Float64Array {
  const { data, rows, cols } = logProbabilities ?? probabilities;
  const losses = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = data[i * cols + labels[i]];
    losses[i] = logProbabilities ? -value : -Math.log(Math.min(1 - DEFAULT_CLIP, Math.max(DEFAULT_CLIP, value)));
  }
  return losses;
}

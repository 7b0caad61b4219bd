import type { Matrix } from "../matrix.ts";

/**
 * The probability of one class and whether it was the true one.
 *
 * @param probabilities rows × classes
 * @param labels class indices, one per row
 * @param k the class, in [0, classes)
 */
export function oneAgainstRest(
  { data, rows, cols }: Matrix,
  labels: Int32Array,
  k: number,
): { probabilities: Float64Array; outcomes: Uint8Array } {
  const probabilities = new Float64Array(rows);
  const outcomes = new Uint8Array(rows);
  for (let i = 0; i < rows; i++) {
    probabilities[i] = data[i * cols + k];
    outcomes[i] = labels[i] === k ? 1 : 0;
  }
  return { probabilities, outcomes };
}

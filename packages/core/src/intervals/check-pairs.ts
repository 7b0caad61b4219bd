import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";

/**
 * Checks pairs of a probability and a 0/1 outcome.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @param what how the message names the first argument
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 */
export function checkPairs(probabilities: Float64Array, outcomes: Uint8Array, what = "probability"): void {
  const n = probabilities.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (outcomes.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} rows of ${what} but ${outcomes.length} outcomes`);
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) {
      const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
      throw new InputError(code, `${what} ${p} at row ${i} is not in [0, 1]`, i);
    }
    if (outcomes[i] > 1) throw new InputError("out-of-range", `outcome ${outcomes[i]} at row ${i} is not 0 or 1`, i);
  }
}

/**
 * Checks one probability vector per row and the true class.
 *
 * @param probabilities rows × classes, each value in [0, 1]; rows are not required to sum to 1
 * @param labels class indices in [0, classes)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the index of the first bad row
 */
export function checkClassProbabilities(probabilities: Matrix, labels: Int32Array): void {
  const { data, rows, cols } = probabilities;
  if (rows === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (labels.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows of probabilities but ${labels.length} labels`);
  for (let i = 0; i < rows; i++) {
    if (!(labels[i] >= 0 && labels[i] < cols))
      throw new InputError("out-of-range", `label ${labels[i]} at row ${i} is not in [0, ${cols})`, i);
    for (let j = i * cols; j < (i + 1) * cols; j++) {
      const p = data[j];
      if (!(p >= 0 && p <= 1)) {
        const code = Number.isFinite(p) ? "out-of-range" : "not-finite";
        throw new InputError(code, `probability ${p} at row ${i}, class ${j - i * cols} is not in [0, 1]`, i);
      }
    }
  }
}

import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";
import { pairwiseSum } from "./pairwise-sum.ts";

function top(data: Float64Array, start: number, end: number, row: number): number {
  let highest = -Infinity;
  for (let j = start; j < end; j++) {
    const value = data[j];
    if (!(value < Infinity))
      throw new InputError(
        "not-finite",
        `logit ${value} at row ${row}, column ${j - start} is not below Infinity`,
        row,
      );
    if (value > highest) highest = value;
  }
  if (highest === -Infinity) throw new InputError("not-finite", `row ${row} has no finite logit`, row);
  return highest;
}

/**
 * Probabilities proportional to exp(logit), row by row.
 *
 * @param logits n × k, k ≥ 1; finite, or -Infinity for a class that is ruled out (at least one finite per row)
 * @returns n × k, each row sums to 1 up to rounding
 * @throws {InputError} `not-finite` with the row
 *
 * Accuracy: the maximum is subtracted first, so logits of ±1e300 neither overflow nor lose the top class.
 */
export function softmax(logits: Matrix): Matrix {
  const { data, rows, cols } = logits;
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const end = start + cols;
    const highest = top(data, start, end, i);
    for (let j = start; j < end; j++) result[j] = Math.exp(data[j] - highest);
    const total = pairwiseSum(result, start, end);
    for (let j = start; j < end; j++) result[j] /= total;
  }
  return { data: result, rows, cols };
}

/**
 * Logarithms of `softmax(logits)`, exact where the probabilities themselves would underflow.
 *
 * @param logits as for `softmax`
 * @returns n × k, each ≤ 0; -Infinity only for a logit of -Infinity
 * @throws {InputError} `not-finite` with the row
 *
 * Accuracy: `log1p` of the rest keeps the log probability of a class that holds nearly all of the mass.
 */
export function logSoftmax(logits: Matrix): Matrix {
  const { data, rows, cols } = logits;
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const end = start + cols;
    const highest = top(data, start, end, i);
    let rest = 0;
    let skipped = false;
    for (let j = start; j < end; j++) {
      if (!skipped && data[j] === highest) skipped = true;
      else rest += Math.exp(data[j] - highest);
    }
    const shift = Math.log1p(rest);
    for (let j = start; j < end; j++) result[j] = data[j] - highest - shift;
  }
  return { data: result, rows, cols };
}

/**
 * ln Σ exp(value).
 *
 * @param values at least one; finite or -Infinity
 * @returns -Infinity where all values are
 * @throws {InputError} `empty`, `not-finite` with the position
 *
 * Accuracy: the maximum is taken out first and the rest added by `log1p`.
 */
export function logSumExp(values: Float64Array): number {
  if (values.length === 0) throw new InputError("empty", "logSumExp needs at least one value");
  let highest = -Infinity;
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] < Infinity))
      throw new InputError("not-finite", `value ${values[i]} at position ${i} is not below Infinity`, i);
    if (values[i] > highest) {
      highest = values[i];
      at = i;
    }
  }
  if (highest === -Infinity) return -Infinity;
  let rest = 0;
  for (let i = 0; i < values.length; i++) if (i !== at) rest += Math.exp(values[i] - highest);
  return highest + Math.log1p(rest);
}

import { timesTransposed, transposedTimes } from "../../kernels/dense.ts";
import type { Matrix } from "../../matrix.ts";

/** A scale per class, or a matrix. */
export type LinearShape = "vector" | "matrix";

/**
 * Mean log loss of softmax(scale · g + bias) plus Σ penalty · (parameter - target)².
 *
 * Parameters are what the scale differs from the identity by, K values (`vector`) or K × K row-major (`matrix`: class k gets
 * g[k] + row k · g), then K biases. All zero, they leave g as it is.
 */
export interface LinearProblem {
  readonly shape: LinearShape;
  /** n × K. */
  readonly g: Matrix;
  readonly labels: Int32Array;
  /** One per row, > 0, summing to 1. */
  readonly weights: Float64Array;
  /** One per parameter, ≥ 0. */
  readonly penalty: Float64Array;
  /** One per parameter. */
  readonly target: Float64Array;
}

/** The objective at the parameters x; its gradient goes to `gradient`. `work` has room for n × K and keeps w · (p - y). */
export function linearObjective(
  { shape, g, labels, weights, penalty, target }: LinearProblem,
  x: Float64Array,
  gradient: Float64Array,
  work: Float64Array,
): number {
  const { data, rows, cols } = g;
  const scales = x.length - cols;
  linearChange(shape, g, x, work);
  const loss = residuals(data, work, x.subarray(scales), labels, weights, cols);
  if (shape === "matrix") transposedTimes(work, data, gradient.subarray(0, scales), rows, cols, cols);
  else {
    gradient.fill(0, 0, cols);
    addColumnProducts(work, data, gradient, rows, cols);
  }
  columnSums(work, gradient.subarray(scales), rows, cols);
  let total = loss;
  for (let j = 0; j < x.length; j++) {
    const distance = x[j] - target[j];
    total += penalty[j] * distance * distance;
    gradient[j] += 2 * penalty[j] * distance;
  }
  return total;
}

/** Probabilities of softmax(scale · g + bias), n × K. */
export function linearProbabilities({ shape, g }: LinearProblem, x: Float64Array): Float64Array {
  const { data, rows, cols } = g;
  const result = new Float64Array(rows * cols);
  linearChange(shape, g, x, result);
  const bias = x.subarray(x.length - cols);
  for (let i = 0; i < rows; i++) softmaxRow(data, result, i * cols, cols, bias);
  return result;
}

/** What the parameters add to g, but for the bias, to `out`. */
export function linearChange(
  shape: LinearShape,
  { data, rows, cols }: Matrix,
  x: Float64Array,
  out: Float64Array,
): void {
  if (shape === "matrix") timesTransposed(data, x.subarray(0, cols * cols), out, rows, cols, cols);
  else timesDiagonal(data, x, out, rows, cols);
}

function timesDiagonal(data: Float64Array, scale: Float64Array, out: Float64Array, rows: number, cols: number): void {
  for (let i = 0, at = 0; i < rows; i++) for (let k = 0; k < cols; k++, at++) out[at] = scale[k] * data[at];
}

function addColumnProducts(a: Float64Array, b: Float64Array, out: Float64Array, rows: number, cols: number): void {
  for (let i = 0, at = 0; i < rows; i++) for (let k = 0; k < cols; k++, at++) out[k] += a[at] * b[at];
}

function columnSums(a: Float64Array, out: Float64Array, rows: number, cols: number): void {
  out.fill(0);
  for (let i = 0, at = 0; i < rows; i++) for (let k = 0; k < cols; k++, at++) out[k] += a[at];
}

/** Turns changes of g into w · (p - y), row by row; returns Σ w · loss. */
function residuals(
  g: Float64Array,
  z: Float64Array,
  bias: Float64Array,
  labels: Int32Array,
  weights: Float64Array,
  cols: number,
): number {
  const sums = new Float64Array(2);
  for (let i = 0; i < labels.length; i++) {
    const weight = weights[i];
    const start = i * cols;
    const value = weight * softmaxRow(g, z, start, cols, bias, start + labels[i]);
    const next = sums[0] + value;
    sums[1] += value - (next - sums[0]);
    sums[0] = next;
    z[start + labels[i]] -= 1;
    for (let k = start; k < start + cols; k++) z[k] *= weight;
  }
  return sums[0] + sums[1];
}

/** Replaces a row of changes of g by its probabilities; returns -ln of the one at `label`. */
function softmaxRow(
  g: Float64Array,
  z: Float64Array,
  start: number,
  cols: number,
  bias: Float64Array,
  label = start,
): number {
  let at = 0;
  let top = -Infinity;
  for (let k = 0; k < cols; k++) {
    const value = g[start + k] + (z[start + k] + bias[k]);
    z[start + k] = value;
    if (value > top) {
      top = value;
      at = k;
    }
  }
  const distance = top - z[label];
  let rest = 0;
  for (let k = 0; k < cols; k++) {
    const share = Math.exp(z[start + k] - top);
    z[start + k] = share;
    if (k !== at) rest += share;
  }
  const factor = 1 / (1 + rest);
  for (let k = 0; k < cols; k++) z[start + k] *= factor;
  return Math.log1p(rest) + distance;
}

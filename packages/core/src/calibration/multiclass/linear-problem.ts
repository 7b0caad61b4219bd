import { timesTransposed, transposedTimes } from "../../kernels/dense.ts";
import { softmax } from "../../kernels/softmax.ts";
import { softmaxResiduals } from "../../kernels/softmax-residuals.ts";
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
  linearLogits(shape, g, x, work);
  const loss = softmaxResiduals(work, rows, cols, labels, weights);
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
  const { rows, cols } = g;
  const data = new Float64Array(rows * cols);
  linearLogits(shape, g, x, data);
  return softmax({ data, rows, cols }).data;
}

function linearLogits(shape: LinearShape, g: Matrix, x: Float64Array, out: Float64Array): void {
  linearChange(shape, g, x, out);
  addBase(out, g.data, x.subarray(x.length - g.cols), g.rows, g.cols);
}

function addBase(out: Float64Array, base: Float64Array, bias: Float64Array, rows: number, cols: number): void {
  for (let i = 0, at = 0; i < rows; i++) for (let k = 0; k < cols; k++, at++) out[at] = base[at] + (out[at] + bias[k]);
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

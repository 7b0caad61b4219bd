import type { Matrix } from "../../matrix.ts";

/** Added to lengths, so that a row of zeros stays one instead of becoming undefined. */
const LEAST_LENGTH = 1e-10;

/**
 * The rows divided by their Euclidean lengths plus 1e-10.
 *
 * @param rows finite reals
 * @returns rows of length 1, and shorter ones down to 0 for lengths near 1e-10 and below
 *
 * Accuracy: the largest value of a row is taken out first, so squares of ±1e300 do not overflow.
 */
export function unitRows({ data, rows, cols }: Matrix): Matrix {
  const out = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++) unitRow(data, i * cols, cols, out);
  return { data: out, rows, cols };
}

function unitRow(data: Float64Array, start: number, cols: number, out: Float64Array): void {
  const end = start + cols;
  let largest = 0;
  for (let j = start; j < end; j++) largest = Math.max(largest, Math.abs(data[j]));
  if (largest === 0) return;
  const scale = 2 ** Math.max(-1022, Math.min(1023, Math.ceil(Math.log2(largest))));
  let square = 0;
  for (let j = start; j < end; j++) square += (data[j] / scale) * (data[j] / scale);
  const length = Math.sqrt(square) + LEAST_LENGTH / scale;
  for (let j = start; j < end; j++) out[j] = data[j] / scale / length;
}

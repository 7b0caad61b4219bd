import { type Matrix, matrix } from "../../src/matrix.ts";
import { createRandom } from "../../src/random/random.ts";

/** Normal values times `size` plus `shift`. */
export function normalRows(rows: number, cols: number, seed: number, size = 1, shift = 0): Matrix {
  const random = createRandom(seed);
  return matrix(
    Float64Array.from({ length: rows * cols }, () => shift + size * random.normal()),
    rows,
    cols,
  );
}

/** The mean of every group. */
export function groupMeans({ data, rows, cols }: Matrix, groupOf: Int32Array, groups: number): Matrix {
  const means = new Float64Array(groups * cols);
  const counts = new Float64Array(groups);
  for (let i = 0; i < rows; i++) counts[groupOf[i]]++;
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) means[groupOf[i] * cols + j] += data[i * cols + j] / counts[groupOf[i]];
  return matrix(means, groups, cols);
}

/** The largest |a - b|. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = a.length === b.length ? 0 : Infinity;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i] - b[i]));
  return largest;
}

import type { Matrix } from "../matrix.ts";

/**
 * Writes the squared Mahalanobis distances to `out`, one triangular system per row and mean.
 *
 * @param factor lower Cholesky factor of the covariance
 * @param out rows × means; overwritten
 */
export function mahalanobisPlain(rows: Matrix, means: Matrix, factor: Float64Array, out: Float64Array): void {
  const p = rows.cols;
  const y = new Float64Array(p);
  for (let i = 0; i < rows.rows; i++)
    for (let c = 0; c < means.rows; c++) {
      for (let j = 0; j < p; j++) y[j] = rows.data[i * p + j] - means.data[c * p + j];
      out[i * means.rows + c] = squareOfSolution(factor, y, p);
    }
}

/** |L⁻¹·y|², by substitution; overwrites y. */
function squareOfSolution(l: Float64Array, y: Float64Array, p: number): number {
  let square = 0;
  for (let j = 0; j < p; j++) {
    let rest = y[j];
    for (let k = 0; k < j; k++) rest -= l[j * p + k] * y[k];
    const value = rest / l[j * p + j];
    y[j] = value;
    square += value * value;
  }
  return square;
}

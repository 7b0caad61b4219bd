/**
 * The inverse of a lower triangular matrix.
 *
 * @param l n × n, row-major, no 0 on the diagonal; only the lower triangle is read
 * @param n number of rows
 * @returns n × n, row-major, zero above the diagonal
 */
export function lowerInverse(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const row = inverse.subarray(i * n, i * n + i + 1);
    for (let k = 0; k < i; k++) subtract(row, inverse, k * n, k + 1, l[i * n + k]);
    row[i] = 1;
    const pivot = l[i * n + i];
    for (let j = 0; j <= i; j++) row[j] /= pivot;
  }
  return inverse;
}

function subtract(row: Float64Array, from: Float64Array, at: number, length: number, weight: number): void {
  for (let j = 0; j < length; j++) row[j] -= weight * from[at + j];
}

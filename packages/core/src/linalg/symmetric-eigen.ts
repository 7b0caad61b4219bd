import { InputError } from "../errors.ts";
import { simdKernels } from "../kernels/simd/kernels.ts";
import { MOST_ROTATED, rotationsPlain, rotationsSimd } from "./row-rotations.ts";
import { diagonalise } from "./tridiagonal-eigen.ts";
import { tridiagonalise } from "./tridiagonalise.ts";

/** Eigenvalues and eigenvectors of a symmetric matrix. */
export interface SymmetricEigen {
  /** n values, the largest first. */
  readonly values: Float64Array;
  /** n × n, row-major, orthogonal: column j belongs to `values[j]`; its largest component (the first of several) is positive. */
  readonly vectors: Float64Array;
}

/** Rows below which plain loops turn them before vectors would. */
const WORTH_VECTORS = 48;

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: a = V·diag(values)·Vᵀ.
 *
 * Eigenvectors of equal values are some orthonormal basis of their space. The same input gives the same bits wherever there
 * are WebAssembly vectors; without them the order of the additions is another from 48 rows on.
 *
 * @param a n × n, row-major, symmetric, finite; only the lower triangle is read
 * @param n number of rows, ≥ 1
 * @throws {InputError} `shape-mismatch`; `not-finite` with the row; `out-of-range` where an eigenvalue overflows
 *
 * Source: Golub and Van Loan (2013), "Matrix Computations", 4th ed., section 8.3: Householder tridiagonalisation and
 * implicit QL steps; the order of the steps follows Bowdler, Martin, Reinsch and Wilkinson (1968), Numer. Math. 11.
 * Accuracy: values within a small multiple of n·2⁻⁵³·‖a‖ (relative to the largest, not to each), V orthogonal as nearly.
 */
export function symmetricEigen(a: Float64Array, n: number): SymmetricEigen {
  if (!(Number.isInteger(n) && n >= 1) || a.length !== n * n)
    throw new InputError("shape-mismatch", `${n} × ${n} needs ${n * n} values, got ${a.length}`);
  const scale = powerOfTwoAbove(largestOfLower(a, n));
  const scaled = a.slice();
  for (let i = 0; i < scaled.length; i++) scaled[i] /= scale;
  const { diagonal, beside, rotation } = tridiagonalise(scaled, n);
  const kernels = n >= WORTH_VECTORS && n <= MOST_ROTATED ? simdKernels() : null;
  const rows = kernels === null ? rotationsPlain(rotation, n) : rotationsSimd(kernels, rotation, n);
  diagonalise(diagonal, beside, rows, n);
  return inOrder(diagonal, rotation, n, scale);
}

function largestOfLower(a: Float64Array, n: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const size = Math.abs(a[i * n + j]);
      if (!(size < Infinity))
        throw new InputError("not-finite", `row ${i}, column ${j} of the matrix is ${a[i * n + j]}`, i);
      if (size > largest) largest = size;
    }
  return largest;
}

/** Dividing by it is exact and leaves no square that overflows; 1 for 0. */
function powerOfTwoAbove(size: number): number {
  return size === 0 ? 1 : 2 ** Math.min(1023, Math.max(-1022, Math.ceil(Math.log2(size))));
}

/** Sorts by value and turns the rows of `rotation` into columns. */
function inOrder(diagonal: Float64Array, rotation: Float64Array, n: number, scale: number): SymmetricEigen {
  const order = Array.from(diagonal.keys()).sort((i, j) => diagonal[j] - diagonal[i] || i - j);
  const values = Float64Array.from(order, (i) => diagonal[i] * scale);
  const overflown = values.findIndex((value) => !Number.isFinite(value));
  if (overflown >= 0) throw new InputError("out-of-range", `eigenvalue ${overflown} is beyond the range of a double`);
  const vectors = new Float64Array(n * n);
  order.forEach((from, j) => {
    const row = rotation.subarray(from * n, (from + 1) * n);
    let largest = 0;
    for (let k = 1; k < n; k++) if (Math.abs(row[k]) > Math.abs(row[largest])) largest = k;
    const sign = row[largest] < 0 ? -1 : 1;
    for (let k = 0; k < n; k++) vectors[k * n + j] = sign * row[k];
  });
  return { values, vectors };
}

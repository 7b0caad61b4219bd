import { InputError } from "../errors.ts";

/**
 * The lower triangular L with L·Lᵀ = a.
 *
 * @param a n × n, row-major, symmetric positive definite; only the lower triangle is read
 * @param n number of rows, ≥ 1
 * @returns n × n, row-major, zero above the diagonal
 * @throws {InputError} `shape-mismatch`; `incompatible` with the first row whose pivot is not positive
 *
 * Source: Golub and Van Loan (2013), "Matrix Computations", 4th ed., section 4.2.
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  if (!(n >= 1) || a.length !== n * n)
    throw new InputError("shape-mismatch", `${n} × ${n} needs ${n * n} values, got ${a.length}`);
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let rest = a[i * n + j];
      for (let k = 0; k < j; k++) rest -= l[i * n + k] * l[j * n + k];
      if (i !== j) l[i * n + j] = rest / l[j * n + j];
      else if (rest > 0 && rest < Infinity) l[i * n + i] = Math.sqrt(rest);
      else throw new InputError("incompatible", `the matrix is not positive definite: pivot ${i} is ${rest}`, i);
    }
  return l;
}

/**
 * The x with a·x = b, given the factor of a.
 *
 * @param l result of `cholesky(a, n)`
 * @param b n values; left as they are
 * @param n number of rows
 * @throws {InputError} `shape-mismatch`
 */
export function choleskySolve(l: Float64Array, b: Float64Array, n: number): Float64Array {
  if (l.length !== n * n || b.length !== n)
    throw new InputError("shape-mismatch", `expected ${n * n} and ${n} values, got ${l.length} and ${b.length}`);
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= l[i * n + k] * x[k];
    x[i] /= l[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] -= l[k * n + i] * x[k];
    x[i] /= l[i * n + i];
  }
  return x;
}

/**
 * The inverse of a, given its factor.
 *
 * @param l result of `cholesky(a, n)`
 * @param n number of rows
 * @returns n × n, row-major, exactly symmetric
 * @throws {InputError} `shape-mismatch`
 */
export function choleskyInverse(l: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const unit = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    unit.fill(0);
    unit[j] = 1;
    const column = choleskySolve(l, unit, n);
    for (let i = j; i < n; i++) {
      inverse[i * n + j] = column[i];
      inverse[j * n + i] = column[i];
    }
  }
  return inverse;
}

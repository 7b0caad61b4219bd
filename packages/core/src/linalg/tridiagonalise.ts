import { reserve, simdKernels } from "../kernels/simd/kernels.ts";
import { accumulateReflections } from "./accumulate-reflections.ts";

/** A symmetric matrix as Zᵀ·T·Z with T tridiagonal and Z orthogonal. */
export interface Tridiagonal {
  /** n diagonal values of T. */
  readonly diagonal: Float64Array;
  /** n values: `beside[i]` stands in row i and column i - 1 of T; the first is 0. */
  readonly beside: Float64Array;
  /** Z, n × n, row-major. */
  readonly rotation: Float64Array;
}

/**
 * Changes a piece of row and uses it: each value a becomes a - first·p - second·u, then value·weight is added to `out`.
 * Returns the inner product of the new values with `next`. All are positions in the work space.
 */
type ChangeRow = (
  row: number,
  p: number,
  u: number,
  next: number,
  out: number,
  length: number,
  first: number,
  second: number,
  weight: number,
) => number;

interface Workspace {
  /** The matrix, then two vectors, then room for a result. */
  readonly values: Float64Array;
  readonly changeRow: ChangeRow;
}

/** Rows between which vectors pay and the matrix fits into their memory. */
const FEWEST_ROWS = 48;
const MOST_ROWS = 2304;

/**
 * The tridiagonal form of a symmetric matrix, by Householder reflections of its last rows first.
 *
 * A reflection changes every row that is left, and the next one needs the changed matrix times a vector: both are done in
 * one pass through the lower triangle.
 *
 * @param a n × n, row-major; only the lower triangle is read
 * @param n number of rows, ≥ 1
 *
 * Source: Martin, Reinsch and Wilkinson (1968), "Householder's tridiagonalization of a symmetric matrix", Numer. Math. 11.
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const { values, changeRow } = workspace(n);
  values.set(a);
  values.fill(0, n * n, n * n + 2 * n);
  const beside = new Float64Array(n);
  const halves = new Float64Array(n);
  let u = n * n;
  let p = n * n;
  let out = n * n + n;
  for (let i = n - 1; i > 0; i--) {
    const row = i * n;
    changeOnly(values, row, i + 1, values[u + i], p, values[p + i], u);
    halves[i] = reflector(values.subarray(row, row + i), i, beside);
    if (halves[i] === 0) continue;
    values.fill(0, out, out + i);
    for (let j = 0; j < i; j++) {
      const weight = values[row + j];
      const inner = changeRow(j * n, p, u, row, out, j + 1, values[u + j], values[p + j], weight);
      values[out + j] += inner - values[j * n + j] * weight;
    }
    finishProduct(values, out, row, i, halves[i]);
    u = row;
    p = out;
    out = p === n * n ? n * n + n : n * n;
  }
  changeOnly(values, 0, 1, values[u], p, values[p], u);
  const diagonal = Float64Array.from({ length: n }, (_, i) => values[i * n + i]);
  return { diagonal, beside, rotation: accumulateReflections(values.slice(0, n * n), halves, n) };
}

function workspace(n: number): Workspace {
  const length = n * n + 2 * n + 2;
  const kernels = n >= FEWEST_ROWS && n <= MOST_ROWS ? simdKernels() : null;
  if (kernels === null) {
    const values = new Float64Array(length);
    return { values, changeRow: (...places) => changeRowPlain(values, ...places) };
  }
  const values = new Float64Array(reserve(kernels.memory, 8 * length)).subarray(0, length);
  const result = length - 2;
  return {
    values,
    changeRow: (row, p, u, next, out, count, first, second, weight) => {
      const even = count - (count % 2);
      values[result] = 0;
      values[result + 1] = 0;
      if (even > 0)
        kernels.changeRow(8 * row, 8 * p, 8 * u, 8 * next, 8 * out, even / 2, first, second, weight, 8 * result);
      const rest =
        even === count
          ? 0
          : changeRowPlain(values, row + even, p + even, u + even, next + even, out + even, 1, first, second, weight);
      return values[result] + values[result + 1] + rest;
    },
  };
}

function changeRowPlain(
  values: Float64Array,
  row: number,
  p: number,
  u: number,
  next: number,
  out: number,
  length: number,
  first: number,
  second: number,
  weight: number,
): number {
  let inner = 0;
  for (let k = 0; k < length; k++) {
    const value = values[row + k] - (first * values[p + k] + second * values[u + k]);
    values[row + k] = value;
    values[out + k] += value * weight;
    inner += value * values[next + k];
  }
  return inner;
}

function changeOnly(
  values: Float64Array,
  row: number,
  length: number,
  first: number,
  p: number,
  second: number,
  u: number,
): void {
  for (let k = 0; k < length; k++) values[row + k] -= first * values[p + k] + second * values[u + k];
}

/** Turns row i into the u that reflects it onto its last element, kept in `beside[i]`; returns |u|²/2, 0 for none. */
function reflector(u: Float64Array, i: number, beside: Float64Array): number {
  let largest = 0;
  for (let k = 0; k < i - 1; k++) largest = Math.max(largest, Math.abs(u[k]));
  const last = u[i - 1];
  if (largest === 0) {
    beside[i] = last;
    return 0;
  }
  const scale = Math.max(largest, Math.abs(last));
  let square = 0;
  for (let k = 0; k < i; k++) {
    u[k] /= scale;
    square += u[k] * u[k];
  }
  const length = u[i - 1] > 0 ? -Math.sqrt(square) : Math.sqrt(square);
  beside[i] = scale * length;
  const half = square - u[i - 1] * length;
  u[i - 1] -= length;
  return half;
}

/** Turns the matrix times u into the p for which the reflected matrix is A - p·uᵀ - u·pᵀ. */
function finishProduct(values: Float64Array, p: number, u: number, i: number, half: number): void {
  let along = 0;
  for (let k = 0; k < i; k++) {
    values[p + k] /= half;
    along += values[p + k] * values[u + k];
  }
  const share = along / (2 * half);
  for (let k = 0; k < i; k++) values[p + k] -= share * values[u + k];
}

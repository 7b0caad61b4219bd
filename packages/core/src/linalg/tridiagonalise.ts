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
 * The tridiagonal form of a symmetric matrix, by Householder reflections of its last rows first.
 *
 * @param a n × n, row-major; the lower triangle is read, all of it overwritten
 * @param n number of rows, ≥ 1
 *
 * Source: Martin, Reinsch and Wilkinson (1968), "Householder's tridiagonalization of a symmetric matrix", Numer. Math. 11.
 */
export function tridiagonalise(a: Float64Array, n: number): Tridiagonal {
  const beside = new Float64Array(n);
  const halves = new Float64Array(n);
  const product = new Float64Array(n);
  for (let i = n - 1; i > 0; i--) {
    const u = a.subarray(i * n, i * n + i);
    halves[i] = reflector(u, i, beside);
    if (halves[i] === 0) continue;
    timesLower(a, n, u, i, product);
    let along = 0;
    for (let j = 0; j < i; j++) {
      product[j] /= halves[i];
      along += product[j] * u[j];
    }
    const half = along / (2 * halves[i]);
    for (let j = 0; j < i; j++) product[j] -= half * u[j];
    for (let j = 0; j < i; j++) subtractTwo(a, j * n, j + 1, u[j], product, product[j], u);
  }
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i]);
  return { diagonal, beside, rotation: accumulateReflections(a, halves, n) };
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

/** Leading i × i block of the symmetric matrix times u, from its lower triangle. */
function timesLower(a: Float64Array, n: number, u: Float64Array, i: number, out: Float64Array): void {
  out.fill(0, 0, i);
  for (let j = 0; j < i; j++) out[j] += innerAndAdd(a, j * n, j, u, u[j], out) + a[j * n + j] * u[j];
}

/** Adds `weight` times the row to `out`, and returns the inner product of the row with u. */
function innerAndAdd(
  a: Float64Array,
  at: number,
  length: number,
  u: Float64Array,
  weight: number,
  out: Float64Array,
): number {
  let inner = 0;
  for (let k = 0; k < length; k++) {
    const value = a[at + k];
    inner += value * u[k];
    out[k] += value * weight;
  }
  return inner;
}

function subtractTwo(
  a: Float64Array,
  at: number,
  length: number,
  first: number,
  p: Float64Array,
  second: number,
  u: Float64Array,
): void {
  for (let k = 0; k < length; k++) a[at + k] -= first * p[k] + second * u[k];
}

import { InputError } from "../errors.ts";
import type { RowRotations } from "./row-rotations.ts";

/** Steps for one eigenvalue; two are usual, a dozen the most ever seen. */
const MOST_STEPS = 60;

/**
 * Turns a tridiagonal matrix into its eigenvalues, by implicit QL steps.
 *
 * @param diagonal n values; becomes the eigenvalues, in no particular order
 * @param beside n values, `beside[i]` in row i and column i - 1; overwritten
 * @param rows the rows of Z, where Zᵀ·T·Z is the matrix: row j is turned into the eigenvector of `diagonal[j]`
 * @throws {InputError} `incompatible` where 60 steps do not separate one eigenvalue, which has not been seen to happen
 *
 * Source: Bowdler, Martin, Reinsch and Wilkinson (1968), "The QR and QL algorithms for symmetric matrices", Numer. Math. 11,
 * procedure tql2, with the shift of EISPACK.
 */
export function diagonalise(diagonal: Float64Array, beside: Float64Array, rows: RowRotations, n: number): void {
  beside.copyWithin(0, 1);
  beside[n - 1] = 0;
  const cosines = new Float64Array(n);
  const sines = new Float64Array(n);
  let shift = 0;
  let size = 0;
  for (let l = 0; l < n; l++) {
    size = Math.max(size, Math.abs(diagonal[l]) + Math.abs(beside[l]));
    const negligible = size * 2 ** -52;
    for (let step = 0; Math.abs(beside[l]) > negligible; step++) {
      if (step === MOST_STEPS)
        throw new InputError("incompatible", `${MOST_STEPS} steps did not separate eigenvalue ${l} of ${n}`, l);
      let m = l + 1;
      while (Math.abs(beside[m]) > negligible) m++;
      shift += shiftBy(diagonal, beside, l, n);
      sweep(diagonal, beside, l, m, cosines, sines);
      rows.turn(l, m, cosines, sines);
    }
    diagonal[l] += shift;
    beside[l] = 0;
  }
  rows.finish();
}

/** Subtracts a shift near eigenvalue l from the rest of the diagonal; returns it. */
function shiftBy(diagonal: Float64Array, beside: Float64Array, l: number, n: number): number {
  const first = diagonal[l];
  const ratio = (diagonal[l + 1] - first) / (2 * beside[l]);
  const root = ratio < 0 ? -length(ratio, 1) : length(ratio, 1);
  diagonal[l] = beside[l] / (ratio + root);
  diagonal[l + 1] = beside[l] * (ratio + root);
  const shift = first - diagonal[l];
  for (let i = l + 2; i < n; i++) diagonal[i] -= shift;
  return shift;
}

/** One QL step on rows l to m; keeps the rotation of rows i and i + 1 in `cosines[i]`, `sines[i]`. */
function sweep(
  diagonal: Float64Array,
  beside: Float64Array,
  l: number,
  m: number,
  cosines: Float64Array,
  sines: Float64Array,
): void {
  const second = diagonal[l + 1];
  const besideSecond = beside[l + 1];
  let p = diagonal[m];
  let c = 1;
  let c2 = 1;
  let c3 = 1;
  let s = 0;
  let s2 = 0;
  for (let i = m - 1; i >= l; i--) {
    c3 = c2;
    c2 = c;
    s2 = s;
    const g = c * beside[i];
    const h = c * p;
    const r = length(p, beside[i]);
    beside[i + 1] = s * r;
    s = beside[i] / r;
    c = p / r;
    p = c * diagonal[i] - s * g;
    diagonal[i + 1] = h + s * (c * g + s * diagonal[i]);
    cosines[i] = c;
    sines[i] = s;
  }
  p = (-s * s2 * c3 * besideSecond * beside[l]) / second;
  beside[l] = s * p;
  diagonal[l] = c * p;
}

/** The length of (a, b), not both 0, to the same bits in every engine. */
function length(a: number, b: number): number {
  const long = Math.max(Math.abs(a), Math.abs(b));
  const share = Math.min(Math.abs(a), Math.abs(b)) / long;
  return long * Math.sqrt(1 + share * share);
}

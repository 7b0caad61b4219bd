import { timesTransposed, transposedTimes } from "../kernels/dense.ts";

/** Reflections that are done together. */
const TOGETHER = 32;

/** Rows that are reflected at a time. */
const ROWS = 256;

/** Rows below which every reflection is done alone. */
const WORTH_BLOCKS = 64;

/**
 * The product of reflections I - u·uᵀ/half, from the first on, its rows being columns of what they make of the unit matrix.
 *
 * @param reflections n × n, row-major: u number i stands in the first i columns of row i
 * @param halves n values: half the square of the length of each u; 0 where there is no reflection
 *
 * Source: Schreiber and Van Loan (1989), "A storage-efficient WY representation for products of Householder
 * transformations", SIAM J. Sci. Stat. Comput. 10(1).
 */
export function accumulateReflections(reflections: Float64Array, halves: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) product[i * n + i] = 1;
  const together = n < WORTH_BLOCKS ? 1 : TOGETHER;
  for (let first = 1; first < n; first += together) {
    const end = Math.min(first + together, n);
    if (together > 1) reflectTogether(product, reflections, halves, n, first, end);
    else if (halves[first] !== 0)
      for (let r = 0; r < first; r++) reflectRow(product, r * n, reflections, first * n, first, halves[first]);
  }
  return product;
}

function reflectRow(z: Float64Array, at: number, a: Float64Array, atU: number, length: number, half: number): void {
  let inner = 0;
  for (let k = 0; k < length; k++) inner += z[at + k] * a[atU + k];
  const weight = inner / half;
  for (let k = 0; k < length; k++) z[at + k] -= weight * a[atU + k];
}

/** Multiplies the leading block by reflections `first` to `end` - 1, which are I - Uᵀ·T·U with their u as rows of U. */
function reflectTogether(
  z: Float64Array,
  reflections: Float64Array,
  halves: Float64Array,
  n: number,
  first: number,
  end: number,
): void {
  const count = end - first;
  const width = end - 1;
  const u = new Float64Array(count * width);
  for (let i = first; i < end; i++)
    if (halves[i] !== 0) u.set(reflections.subarray(i * n, i * n + i), (i - first) * width);
  const t = triangle(u, halves.subarray(first, end), count, width);
  const rows = new Float64Array(Math.min(ROWS, width) * width);
  const change = new Float64Array(rows.length);
  const inner = new Float64Array(Math.min(ROWS, width) * count);
  const weights = new Float64Array(inner.length);
  for (let start = 0; start < width; start += ROWS) {
    const height = Math.min(ROWS, width - start);
    for (let r = 0; r < height; r++) {
      const at = (start + r) * n;
      rows.set(z.subarray(at, at + width), r * width);
    }
    timesTransposed(rows.subarray(0, height * width), u, inner, height, width, count);
    timesTriangle(inner, t, weights, height, count);
    transposedTimes(weights.subarray(0, count * height), u, change, count, height, width);
    for (let r = 0; r < height; r++) subtract(z, (start + r) * n, change, r * width, width);
  }
}

/** T of I - Uᵀ·T·U, upper triangular. */
function triangle(u: Float64Array, halves: Float64Array, count: number, width: number): Float64Array {
  const products = new Float64Array(count * count);
  timesTransposed(u, u, products, count, width, count);
  const t = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    if (halves[j] === 0) continue;
    t[j * count + j] = 1 / halves[j];
    for (let r = 0; r < j; r++) {
      let sum = 0;
      for (let q = r; q < j; q++) sum += t[r * count + q] * products[q * count + j];
      t[r * count + j] = -sum / halves[j];
    }
  }
  return t;
}

/** Writes (rows·T)ᵀ, T upper triangular. */
function timesTriangle(rows: Float64Array, t: Float64Array, out: Float64Array, height: number, count: number): void {
  for (let r = 0; r < height; r++)
    for (let j = 0; j < count; j++) {
      let sum = 0;
      for (let q = 0; q <= j; q++) sum += rows[r * count + q] * t[q * count + j];
      out[j * height + r] = sum;
    }
}

function subtract(z: Float64Array, at: number, change: Float64Array, from: number, length: number): void {
  for (let k = 0; k < length; k++) z[at + k] -= change[from + k];
}

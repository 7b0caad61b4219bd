import { InputError } from "../errors.ts";

function swap(a: Float64Array, i: number, j: number): void {
  const kept = a[i];
  a[i] = a[j];
  a[j] = kept;
}

/** Moves the k-th smallest of a[left..right] to its place. */
function partition(a: Float64Array, k: number, from: number, to: number): void {
  let left = from;
  let right = to;
  while (right > left) {
    if (right - left > 600) {
      const n = right - left + 1;
      const i = k - left + 1;
      const z = Math.log(n);
      const s = 0.5 * Math.exp((2 * z) / 3);
      const spread = 0.5 * Math.sqrt((z * s * (n - s)) / n) * Math.sign(i - n / 2);
      partition(
        a,
        k,
        Math.max(left, Math.floor(k - (i * s) / n + spread)),
        Math.min(right, Math.floor(k + ((n - i) * s) / n + spread)),
      );
    }
    const pivot = a[k];
    let i = left;
    let j = right;
    swap(a, left, k);
    if (a[right] > pivot) swap(a, left, right);
    while (i < j) {
      swap(a, i, j);
      i++;
      j--;
      while (a[i] < pivot) i++;
      while (a[j] > pivot) j--;
    }
    if (a[left] === pivot) swap(a, left, j);
    else {
      j++;
      swap(a, j, right);
    }
    if (j <= k) left = j + 1;
    if (k <= j) right = j - 1;
  }
}

/**
 * The k-th smallest value, without sorting: about n + min(k, n - k) comparisons on average.
 *
 * @param values n reals, ±Infinity allowed; left as they are
 * @param k integer in [0, n); 0 gives the smallest
 * @throws {InputError} `empty`, `out-of-range`, `not-finite` with the position of the first NaN
 *
 * Source: Floyd and Rivest (1975), "Algorithm 489: the algorithm SELECT", CACM 18(3).
 */
export function select(values: Float64Array, k: number): number {
  const n = values.length;
  if (n === 0) throw new InputError("empty", "select needs at least one value");
  if (!(Number.isInteger(k) && k >= 0 && k < n))
    throw new InputError("out-of-range", `k must be an integer in [0, ${n}), got ${k}`);
  for (let i = 0; i < n; i++)
    if (Number.isNaN(values[i])) throw new InputError("not-finite", `value ${i} is NaN and has no rank`, i);
  const copy = values.slice();
  partition(copy, k, 0, n - 1);
  return copy[k];
}

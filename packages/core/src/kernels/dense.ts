import { timesTransposedPlain, transposedTimesPlain } from "./dense-plain.ts";
import { type SimdExports, simdKernels } from "./simd/kernels.ts";
import { timesTransposedSimd, transposedTimesSimd } from "./simd/products.ts";

/** Multiplications below which plain loops are done before the data would be packed for vectors. */
const WORTH_PACKING = 20_000;

/** Columns below which too much of every block of 4 × 4 would be padding. */
const NARROW = 6;

/** Longest row, so that sixteen of each operand fit into the memory of the vector functions. */
const LONGEST = 2 ** 15;

/**
 * Writes a·bᵀ to `out`: the inner product of every row of `a` with every row of `b`.
 *
 * Uses WebAssembly vectors where there are any and the work is worth it: 19 GFlop/s instead of 3.5 for 5000 × 100 times
 * 100 × 100.
 *
 * @param a n × k, row-major
 * @param b m × k, row-major
 * @param out n × m, row-major; overwritten
 *
 * Accuracy: each entry is off by at most k·2⁻⁵³·Σ|a·b|. The order of the additions depends on the shape and on whether there
 * are vectors.
 */
export function timesTransposed(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  k: number,
  m: number,
): void {
  const kernels = vectorsFor(n * k * m, k, m);
  if (kernels === null) timesTransposedPlain(a, b, out, n, k, m);
  else timesTransposedSimd(kernels, a, b, out, n, k, m);
}

/**
 * Writes aᵀ·b to `out`: the sum over rows of the outer products of a's row with b's row.
 *
 * Vectors as for `timesTransposed`: 20 GFlop/s instead of 2.6.
 *
 * @param a n × m, row-major
 * @param b n × k, row-major
 * @param out m × k, row-major; overwritten
 *
 * Accuracy: each entry is off by at most n·2⁻⁵³·Σ|a·b|. The order of the additions depends on the shape and on whether there
 * are vectors.
 */
export function transposedTimes(
  a: Float64Array,
  b: Float64Array,
  out: Float64Array,
  n: number,
  m: number,
  k: number,
): void {
  const kernels = vectorsFor(n * k * m, m, k);
  if (kernels === null) transposedTimesPlain(a, b, out, n, m, k);
  else transposedTimesSimd(kernels, a, b, out, n, m, k);
}

/** null where plain loops are as good or the only way. */
function vectorsFor(products: number, p: number, q: number): SimdExports | null {
  const fits = Math.min(p, q) >= NARROW && Math.max(p, q) <= LONGEST;
  return fits && products >= WORTH_PACKING ? simdKernels() : null;
}

import { InputError } from "../errors.ts";
import { simdKernels } from "../kernels/simd/kernels.ts";
import type { Matrix } from "../matrix.ts";
import { checkRows, checkSameWidth } from "./check-rows.ts";
import { mahalanobisPlain } from "./mahalanobis-plain.ts";
import { LONGEST_WHITENED, mahalanobisSimd } from "./mahalanobis-simd.ts";

/** Multiplications below which triangular systems are solved one by one. */
const WORTH_INVERTING = 100_000;

/**
 * The squared Mahalanobis distance of every row from every mean: (x - m)ᵀ·Σ⁻¹·(x - m).
 *
 * @param rows n rows of finite reals
 * @param means at least one row
 * @param factor lower Cholesky factor of the covariance Σ, cols × cols, row-major; only the lower triangle is read
 * @returns n × means, each ≥ 0
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`; `incompatible` with the first diagonal element of the factor
 *   that is not positive; `out-of-range` where a distance overflows
 *
 * Uses WebAssembly vectors where there are any and the work is worth it: the rows are multiplied by the inverse of the
 * factor, a block at a time.
 *
 * Accuracy: whitened values are off by about cols·2⁻⁵³ times the condition number of the factor; their differences are
 * squared directly, so that a row near its mean keeps its digits.
 */
export function mahalanobisDistances(rows: Matrix, means: Matrix, factor: Float64Array): Matrix {
  check(rows, means, factor);
  const out = new Float64Array(rows.rows * means.rows);
  const systems = rows.rows * means.rows;
  const worth = systems * rows.cols ** 2 >= WORTH_INVERTING && systems >= rows.cols;
  const kernels = worth && rows.cols <= LONGEST_WHITENED ? simdKernels() : null;
  if (kernels === null) mahalanobisPlain(rows, means, factor, out);
  else mahalanobisSimd(kernels, rows, means, factor, out);
  const bad = out.findIndex((distance) => !(distance < Infinity));
  if (bad >= 0) {
    const row = Math.floor(bad / means.rows);
    throw new InputError("out-of-range", `the distance of row ${row} is beyond the range of a double`, row);
  }
  return { data: out, rows: rows.rows, cols: means.rows };
}

function check(rows: Matrix, means: Matrix, factor: Float64Array): void {
  checkRows(rows, "rows");
  if (means.rows === 0) throw new InputError("empty", "distances need at least one mean");
  checkSameWidth(rows, "rows", means, "means");
  checkRows(means, "means");
  const p = rows.cols;
  if (factor.length !== p * p)
    throw new InputError("shape-mismatch", `a factor for ${p} columns needs ${p * p} values, got ${factor.length}`);
  for (let i = 0; i < p; i++) {
    for (let j = 0; j < i; j++)
      if (!Number.isFinite(factor[i * p + j]))
        throw new InputError("not-finite", `row ${i}, column ${j} of the factor is ${factor[i * p + j]}`, i);
    const pivot = factor[i * p + i];
    if (!(pivot > 0 && pivot < Infinity))
      throw new InputError("incompatible", `diagonal element ${i} of the factor is ${pivot}, expected > 0`, i);
  }
}

import { InputError } from "../../errors.ts";
import { select } from "../../kernels/select.ts";
import type { Matrix } from "../../matrix.ts";
import { conformalQuantile } from "../conformal-quantile.ts";
import { type Decimal, exactDecimal, type Fraction } from "../exact-decimal.ts";
import { conformalRank } from "../rank.ts";
import { checkFinite } from "./check-columns.ts";
import type { Intervals } from "./interval-ends.ts";

/** Intervals made of models that each left some rows out, with what is promised of them. */
export interface LeftOutIntervals extends Intervals {
  /** Rank of the lower end from the smallest, ⌊(1 − level)(n + 1)⌋, and of the upper, ⌈level (n + 1)⌉. */
  readonly lowerRank: number;
  readonly upperRank: number;
  /** A new outcome is inside with at least this probability, whatever the model: 0 where nothing is promised. */
  readonly guarantee: number;
}

/**
 * Jackknife+ intervals: between the ⌊(1 − level)(n + 1)⌋-th smallest μ₋ᵢ(x) − Rᵢ and the ⌈level (n + 1)⌉-th smallest
 * μ₋ᵢ(x) + Rᵢ.
 *
 * @param residuals n distances Rᵢ = |yᵢ − μ₋ᵢ(xᵢ)| ≥ 0, each from the model that did not see row i
 * @param predictions n × new rows: what the model without row i says about each new row
 * @param level wanted coverage, a decimal in (0, 1)
 * @returns coverage near `level` in practice, `guarantee` 2 · level − 1 for any data and model; −Infinity and Infinity
 * where n < level / (1 − level)
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Barber, Candès, Ramdas and Tibshirani (2021), "Predictive inference with the jackknife+", Annals of Statistics
 * 49(1), theorem 1.
 */
export function jackknifePlus(residuals: Float64Array, predictions: Matrix, level: Decimal): LeftOutIntervals {
  const fraction = checkLeftOut(residuals, predictions, null, level);
  return { ...plusEnds(residuals, predictions, null, fraction), guarantee: doubledError(fraction) };
}

/**
 * Jackknife-minmax intervals: from the least μ₋ᵢ(x) less the conformal quantile of the residuals to the greatest plus it.
 * Wider than `jackknifePlus`, with a coverage of at least `level` for any data and model.
 *
 * @param residuals as for `jackknifePlus`
 * @param predictions as for `jackknifePlus`
 * @throws {InputError} as `jackknifePlus`
 *
 * Source: Barber et al. (2021), theorem 3.
 */
export function jackknifeMinmax(residuals: Float64Array, predictions: Matrix, level: Decimal): LeftOutIntervals {
  const fraction = checkLeftOut(residuals, predictions, null, level);
  return minmaxEnds(residuals, predictions, fraction);
}

/**
 * CV+ intervals: `jackknifePlus` with one model per fold instead of one per row.
 *
 * @param residuals n distances Rᵢ ≥ 0, each from the model that did not see the fold of row i
 * @param predictions folds × new rows: what the model without each fold says about each new row
 * @param folds fold of each of the n rows, in [0, folds)
 * @param level wanted coverage, a decimal in (0, 1)
 * @returns `guarantee` is 2 · level − 1 less what uneven exchange of folds costs, see the source
 * @throws {InputError} as `jackknifePlus`
 *
 * Source: Barber et al. (2021), theorem 4: level − (1 − level) − min{2 (1 − 1/K) / (n/K + 1), (1 − K/n) / (K + 1)} for K
 * folds of equal size; for folds that differ in size no value of the theorem applies, and the guarantee is 0.
 */
export function cvPlus(
  residuals: Float64Array,
  predictions: Matrix,
  folds: Int32Array,
  level: Decimal,
): LeftOutIntervals {
  const fraction = checkLeftOut(residuals, predictions, folds, level);
  return {
    ...plusEnds(residuals, predictions, folds, fraction),
    guarantee: foldGuarantee(folds, predictions.rows, fraction),
  };
}

/**
 * CV-minmax intervals: `jackknifeMinmax` with one model per fold.
 *
 * @param residuals as for `cvPlus`
 * @param predictions as for `cvPlus`
 * @param folds as for `cvPlus`
 * @returns `guarantee` is level (n + 1) / (n + m) for folds of m rows each, and 0 for folds that differ in size
 * @throws {InputError} as `cvPlus`
 *
 * Source: Barber et al. (2021), the argument of theorem 3 with m new rows as a fold of their own, as in theorem 4: of
 * these n + m rows at most (1 − level)(n + 1) − 1 + m can have all their residuals above the quantile of the others.
 */
export function cvMinmax(
  residuals: Float64Array,
  predictions: Matrix,
  folds: Int32Array,
  level: Decimal,
): LeftOutIntervals {
  const fraction = checkLeftOut(residuals, predictions, folds, level);
  const intervals = minmaxEnds(residuals, predictions, fraction);
  const n = folds.length;
  const foldRows = n / predictions.rows;
  const guarantee = areEven(folds, predictions.rows) ? (intervals.guarantee * (n + 1)) / (n + foldRows) : 0;
  return { ...intervals, guarantee };
}

function checkLeftOut(
  residuals: Float64Array,
  { data, rows, cols }: Matrix,
  folds: Int32Array | null,
  level: Decimal,
): Fraction {
  const n = residuals.length;
  if (n === 0) throw new InputError("empty", "at least one residual is needed, got none");
  const what = folds === null ? "predictions of the models that left one row out" : "predictions of the folds' models";
  if (folds === null && rows !== n)
    throw new InputError("shape-mismatch", `there are ${n} residuals but ${rows} rows of ${what}`);
  checkFinite(residuals, n, "residuals");
  for (let i = 0; i < n; i++)
    if (!(residuals[i] >= 0))
      throw new InputError("out-of-range", `residuals must be >= 0, got ${residuals[i]} at row ${i}`, i);
  checkFinite(data, rows * cols, what);
  if (folds !== null) checkFolds(folds, n, rows);
  const fraction = exactDecimal(level);
  conformalRank(n, fraction);
  return fraction;
}

function checkFolds(folds: Int32Array, n: number, count: number): void {
  if (folds.length !== n) throw new InputError("shape-mismatch", `there are ${n} residuals but ${folds.length} folds`);
  for (let i = 0; i < n; i++)
    if (!(folds[i] >= 0 && folds[i] < count))
      throw new InputError("out-of-range", `fold ${folds[i]} at row ${i} is not in [0, ${count})`, i);
}

function plusEnds(
  residuals: Float64Array,
  { data, cols }: Matrix,
  folds: Int32Array | null,
  level: Fraction,
): Omit<LeftOutIntervals, "guarantee"> {
  const n = residuals.length;
  const upperRank = conformalRank(n, level);
  const lowerRank = n + 1 - upperRank;
  const lower = new Float64Array(cols).fill(-Infinity);
  const upper = new Float64Array(cols).fill(Infinity);
  if (upperRank > n) return { lower, upper, lowerRank, upperRank };
  const from = new Float64Array(n);
  const to = new Float64Array(n);
  for (let j = 0; j < cols; j++) {
    for (let i = 0; i < n; i++) {
      const prediction = data[(folds === null ? i : folds[i]) * cols + j];
      from[i] = prediction - residuals[i];
      to[i] = prediction + residuals[i];
    }
    lower[j] = select(from, lowerRank - 1);
    upper[j] = select(to, upperRank - 1);
  }
  return { lower, upper, lowerRank, upperRank };
}

function minmaxEnds(residuals: Float64Array, { data, rows, cols }: Matrix, level: Fraction): LeftOutIntervals {
  const { n, rank, quantile } = conformalQuantile(residuals, level);
  const lower = new Float64Array(cols).fill(Infinity);
  const upper = new Float64Array(cols).fill(-Infinity);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) {
      const prediction = data[i * cols + j];
      if (prediction < lower[j]) lower[j] = prediction;
      if (prediction > upper[j]) upper[j] = prediction;
    }
  for (let j = 0; j < cols; j++) {
    lower[j] -= quantile;
    upper[j] += quantile;
  }
  const guarantee = Number(level.numerator) / Number(level.denominator);
  return { lower, upper, lowerRank: n + 1 - rank, upperRank: rank, guarantee };
}

/** 2 · level − 1, at least 0. */
function doubledError({ numerator, denominator }: Fraction): number {
  return Math.max(0, Number(2n * numerator - denominator) / Number(denominator));
}

function foldGuarantee(folds: Int32Array, count: number, level: Fraction): number {
  if (!areEven(folds, count)) return 0;
  const n = folds.length;
  const loss = Math.min((2 * (1 - 1 / count)) / (n / count + 1), (1 - count / n) / (count + 1));
  return Math.max(0, doubledError(level) - loss);
}

function areEven(folds: Int32Array, count: number): boolean {
  const sizes = new Uint32Array(count);
  for (let i = 0; i < folds.length; i++) sizes[folds[i]]++;
  return sizes.every((size) => size === sizes[0]);
}

import { InputError } from "../errors.ts";
import type { Estimate, IntervalKind, SampleOptions, Spec } from "../estimate.ts";
import { studentTQuantile } from "../special/student-t.ts";
import { type CheckedSample, checkSample, sumOfSquares } from "./sample.ts";

/** Options of intervals around a mean. */
export interface MeanOptions extends SampleOptions {
  /** Smallest and largest value the quantity can take; the interval is cut there. */
  readonly min?: number;
  readonly max?: number;
  /** How far the interval can be relied on. Default `asymptotic`. */
  readonly kind?: IntervalKind;
}

/**
 * Weighted mean with a Student-t interval.
 *
 * @param values one value per row
 * @param spec identity of the number
 * @returns mean Σwx/Σw; the variance is the sandwich Σw²(x − mean)²/(Σw)² with n_eff/(n_eff − 1), n_eff − 1 degrees of
 *   freedom; an interval of one row is unbounded (cut to [min, max])
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function meanEstimate(values: Float64Array, spec: Spec, options: MeanOptions = {}): Estimate {
  const sample = checkSample(values.length, options);
  const mean = weightedMean(values, sample);
  const squares = sumOfSquares(values, sample, mean);
  if (!Number.isFinite(squares)) refuseNotFinite(values, "value");
  return estimateFromVariance(mean, squares / (sample.totalWeight * sample.totalWeight), spec, sample, options);
}

/**
 * An estimate whose uncertainty comes from its influence function.
 *
 * @param value the estimate
 * @param influence one value per row: the first-order effect of that row, n times its contribution; weighted mean ≈ 0
 * @param spec identity of the number
 * @returns Student-t interval with variance Σw²ψ²/(Σw)² (Huber & Ronchetti 2009, §1.5)
 * @throws {InputError} `empty`, `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function estimateFromInfluence(
  value: number,
  influence: Float64Array,
  spec: Spec,
  options: MeanOptions = {},
): Estimate {
  const sample = checkSample(influence.length, options);
  const squares = sumOfSquares(influence, sample);
  if (!Number.isFinite(squares)) refuseNotFinite(influence, "influence");
  const variance = squares / (sample.totalWeight * sample.totalWeight);
  return estimateFromVariance(value, variance, spec, sample, options);
}

/**
 * An estimate with a Student-t interval of the given sampling variance.
 *
 * @param variance squared standard error before the factor n_eff/(n_eff − 1)
 */
export function estimateFromVariance(
  value: number,
  variance: number,
  spec: Spec,
  sample: CheckedSample,
  { min = -Infinity, max = Infinity, kind = "asymptotic" }: MeanOptions = {},
): Estimate {
  const { n, level, effectiveN } = sample;
  const freedom = effectiveN - 1;
  const quantile = freedom > 1e-9 ? studentTQuantile(0.5 + level / 2, freedom) : Infinity;
  const half = quantile < Infinity ? quantile * Math.sqrt((variance * effectiveN) / freedom) : Infinity;
  return {
    value,
    lower: Math.max(min, value - half),
    upper: Math.min(max, value + half),
    level,
    n,
    effectiveN,
    interval: kind,
    spec,
  };
}

/** Σwx / Σw with plain weights of a checked sample; compensated (Neumaier). */
export function weightedMean(values: ArrayLike<number>, { rows, weights, totalWeight }: CheckedSample): number {
  // In an array: variables of a loop that runs once, over millions of rows, would be boxed in every turn.
  const sums = new Float64Array(2);
  for (let i = 0; i < rows; i++) {
    const x = weights ? values[i] * weights[i] : values[i];
    const sum = sums[0];
    const t = sum + x;
    sums[1] += Math.abs(sum) >= Math.abs(x) ? sum - t + x : x - t + sum;
    sums[0] = t;
  }
  return (sums[0] + sums[1]) / totalWeight;
}

function refuseNotFinite(values: Float64Array, what: string): never {
  const row = values.findIndex((x) => !Number.isFinite(x));
  if (row < 0) throw new InputError("out-of-range", `the values of ${what} are too large to be squared and added up`);
  throw new InputError("not-finite", `${what} ${values[row]} at row ${row} is not a finite number`, row);
}

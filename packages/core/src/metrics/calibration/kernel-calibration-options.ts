import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions, Spec } from "../../estimate.ts";
import type { Cumulants } from "../../intervals/folded-normal.ts";
import { invertPath } from "../../intervals/path-inversion.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { studentTQuantile } from "../../special/student-t.ts";
import { weighted } from "../weighted.ts";

/** How the squared kernel calibration error is estimated from pairs of rows. */
export type KernelEstimator = "unbiased" | "biased" | "block";

/** Options of the kernel calibration errors. */
export interface KernelCalibrationOptions extends SampleOptions {
  /**
   * - `unbiased`: mean over all pairs of different rows; may be negative
   * - `biased`: mean over all pairs, each row with itself too; never negative
   * - `block`: mean of the unbiased estimate within blocks of consecutive rows; rows must come in random order
   */
  readonly estimator?: KernelEstimator;
  /** Width ℓ of the kernel exp(−‖p − p'‖²/(2ℓ²)) on probability vectors, in [0.05, 100]. Default 1. */
  readonly bandwidth?: number;
  /** Rows per block, ≥ 2. Default: the root of the number of rows. */
  readonly blockSize?: number;
}

/** The options, checked and completed. */
export interface KernelChoices {
  readonly estimator: KernelEstimator;
  readonly bandwidth: number;
  readonly blockSize: number;
  readonly spec: Spec;
}

/**
 * Checks the options.
 *
 * @param fallback the estimator where none is named
 * @throws {InputError} `unknown-option`, `out-of-range`, `too-few`, `incompatible` for blocks of aggregated rows
 */
export function kernelChoices(
  options: KernelCalibrationOptions,
  sample: CheckedSample,
  fallback: KernelEstimator,
): KernelChoices {
  const { estimator = fallback, bandwidth = 1 } = options;
  const { rows, n, effectiveN } = sample;
  const blockSize = options.blockSize ?? Math.max(2, Math.floor(Math.sqrt(rows)));
  if (estimator !== "unbiased" && estimator !== "biased" && estimator !== "block")
    throw new InputError(
      "unknown-option",
      `estimator must be "unbiased", "biased" or "block", got ${JSON.stringify(estimator)}`,
    );
  if (!(bandwidth >= 0.05 && bandwidth <= 100))
    throw new InputError("out-of-range", `bandwidth must be in [0.05, 100], got ${bandwidth}`);
  if (!(n >= 2 && effectiveN > 1 + 1e-9))
    throw new InputError("too-few", `the kernel calibration error needs at least two rows of weight, got ${n}`);
  if (estimator === "block") {
    if (sample.counts) throw new InputError("incompatible", "the block estimator needs rows, not aggregates of rows");
    if (!(Number.isInteger(blockSize) && blockSize >= 2))
      throw new InputError("out-of-range", `blockSize must be a whole number >= 2, got ${blockSize}`);
    if (rows < 2 * blockSize)
      throw new InputError("too-few", `two blocks of ${blockSize} rows are needed, got ${rows} rows`);
  }
  const spec = {
    metric: "squared-kernel-calibration-error",
    kernel: "gaussian",
    bandwidth,
    estimator,
    ...(estimator === "block" ? { blockSize } : {}),
    ...weighted(sample),
  };
  return { estimator, bandwidth, blockSize, spec };
}

/** Sums over pairs of rows, with w the shares of the total weight and h the kernel of the error. */
export interface PairSums {
  /** Σ_ij w_i w_j h_ij, each row with itself too. */
  readonly all: number;
  /** Σ w_i² h_ii. */
  readonly diagonal: number;
  /** Σ_ij w_i² w_j² h_ij². */
  readonly squares: number;
  /** Σ_i w_i² (Σ_j w_j h_ij)². */
  readonly projections: number;
}

/**
 * Estimate from sums over pairs of rows.
 *
 * `all` is the squared length of a mean of n vectors x_i with h_ij = x_i·x_j, for n → ∞ a quadratic form of a normal
 * vector with mean μ and covariance Σ. The interval of |μ|² inverts tests along t times the mean observed, with the
 * first three cumulants of the form. Of these, tr Σ³ and μ·Σ²μ are not in the sums: they are taken as if all directions
 * that vary did so alike.
 */
export function pairEstimate(
  { all, diagonal, squares, projections }: PairSums,
  { estimator, spec }: KernelChoices,
  { n, effectiveN, level }: CheckedSample,
): Estimate {
  const trace = Math.max(0, diagonal - all / effectiveN);
  const along = Math.max(0, projections - (all * all) / effectiveN);
  const traceOfSquare = Math.max(0, squares - (2 * projections) / effectiveN + (all / effectiveN) ** 2);
  const cumulants = (t: number): Cumulants => ({
    mean: t * t * all + trace,
    variance: 4 * t * t * along + 2 * traceOfSquare,
    third:
      (all > 0 ? (24 * t * t * along * along) / all : 0) +
      (trace > 0 ? (8 * traceOfSquare * traceOfSquare) / trace : 0),
  });
  const path = { quantity: (t: number): number => t * t * all, cumulants };
  const interval = all > 0 ? invertPath(all, path, path, level) : { lower: 0, upper: 0 };
  const value = estimator === "biased" ? all : (all - diagonal) / (1 - 1 / effectiveN);
  return {
    value,
    lower: Math.min(interval.lower, value),
    upper: Math.max(interval.upper, value, 0),
    level,
    n,
    effectiveN,
    interval: "approximate",
    spec,
  };
}

/**
 * Estimate from the unbiased estimates of blocks: Student-t interval of their mean.
 *
 * @param sums per block Σ_{i≠j} w_i w_j h_ij
 * @param masses per block Σ_{i≠j} w_i w_j
 */
export function blockEstimate(
  sums: Float64Array,
  masses: Float64Array,
  { spec }: KernelChoices,
  { n, effectiveN, level }: CheckedSample,
): Estimate {
  let total = 0;
  let mass = 0;
  let used = 0;
  for (let b = 0; b < sums.length; b++) {
    total += sums[b];
    mass += masses[b];
    if (masses[b] > 0) used++;
  }
  if (used < 2) throw new InputError("too-few", `two blocks with rows of positive weight are needed, got ${used}`);
  const value = total / mass;
  let squares = 0;
  for (let b = 0; b < sums.length; b++) squares += (sums[b] - value * masses[b]) ** 2;
  const half = (studentTQuantile(0.5 + level / 2, used - 1) * Math.sqrt((squares * used) / (used - 1))) / mass;
  const upper = Math.max(0, value + half);
  return { value, lower: value - half, upper, level, n, effectiveN, interval: "asymptotic", spec };
}

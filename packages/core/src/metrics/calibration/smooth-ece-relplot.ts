import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";

const SMALLEST_SIGMA = 0.001;
const HALVINGS = 10;
const DENSITY_FLOOR = 1e-4;
/** exp(−x²/2) is below 1e-31 there, and far below the rounding of the sum it would join. */
const KERNEL_REACH = 12;

/** A smooth ECE of relplot with the width its search ends on. */
export interface RelplotEstimate extends Estimate {
  /** A multiple of 1/1024. */
  readonly sigma: number;
}

/**
 * Smooth ECE as relplot (`smECE`, apple/ml-calibration) computes it, for comparison with numbers made by that package.
 *
 * It differs from `smoothEce` in that the width is found by ten halvings of [0, 1]: it is a multiple of 1/1024, and the
 * value is the smoothed error there, not a fixed point. Residuals sit on a grid of about 1000 points, the kernel is cut
 * off at ±½, and the integral is a mean over 200 points, both ends counted in full, relative to the smoothed density.
 *
 * @param probabilities n probabilities in [0, 1]
 * @param outcomes n outcomes, 0 or 1
 * @returns no interval: use that of `smoothEce`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: the formulas of relplot, version of November 2025. Weights, which it does not have, enter as multiplicities.
 */
export function smoothEceRelplot(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): RelplotEstimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const norm = (sigma: number): number => relplotNorm(probabilities, outcomes, sample, sigma);
  const isBelow = (sigma: number): boolean => sigma < SMALLEST_SIGMA || sigma < norm(sigma);
  let sigma = 1;
  if (!isBelow(1)) {
    let low = 0;
    for (let i = 0; i < HALVINGS; i++) {
      const middle = (sigma + low) / 2;
      if (isBelow(middle)) low = middle;
      else sigma = middle;
    }
  }
  const value = norm(sigma);
  const { level, n, effectiveN } = sample;
  const spec = {
    metric: "smooth-ece-relplot",
    kernel: "reflected-gaussian",
    bandwidth: "ten-halvings",
    norm: "l1",
    ...weighted(sample),
  };
  return { value, lower: value, upper: value, level, n, effectiveN, interval: "none", spec, sigma };
}

/**
 * The smoothed error of relplot (`smECE_sigma`) at a given width.
 *
 * @param sigma width of the kernel, in [0.0001, 10]
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function smoothEceRelplotAt(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions & { readonly sigma: number },
): number {
  const { sigma } = options;
  if (!(sigma >= 1e-4 && sigma <= 10))
    throw new InputError("out-of-range", `sigma must be in [0.0001, 10], got ${sigma}`);
  checkPairs(probabilities, outcomes);
  return relplotNorm(probabilities, outcomes, checkSample(probabilities.length, options), sigma);
}

/** Σ|smoothed residual| / Σ(smoothed density + 1e-4) over relplot's evaluation points. */
function relplotNorm(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  { rows, n, weights, totalWeight }: CheckedSample,
  sigma: number,
): number {
  const points = Math.floor(Math.max(2000, halfToEven(20 / sigma)) / 2) + 1;
  const residuals = new Float64Array(points);
  const counts = new Float64Array(points);
  const unit = n / totalWeight;
  for (let i = 0; i < rows; i++) {
    const x = probabilities[i] * (points - 1);
    const j = Math.min(Math.trunc(x), points - 2);
    const right = (weights ? weights[i] * unit : 1) * (x - j);
    const left = (weights ? weights[i] * unit : 1) - right;
    const r = probabilities[i] - outcomes[i];
    residuals[j] += left * r;
    residuals[j + 1] += right * r;
    counts[j] += left;
    counts[j + 1] += right;
  }
  const kernel = relplotKernel(points, sigma);
  const evaluations = Math.max(halfToEven(10 / sigma), 200);
  let error = 0;
  let density = 0;
  for (let e = 0; e < evaluations; e++) {
    const x = (e / (evaluations - 1)) * (points - 1);
    const j = Math.min(Math.trunc(x), points - 2);
    const share = x - j;
    const smoothed = kernel(residuals, j) * (1 - share) + kernel(residuals, j + 1) * share;
    error += Math.abs(smoothed);
    density += kernel(counts, j) * (1 - share) + kernel(counts, j + 1) * share + DENSITY_FLOOR;
  }
  return error / density;
}

/** Convolution at one grid point with a Gaussian cut off at ±½, the values reflected about the first and last point. */
function relplotKernel(points: number, sigma: number): (values: Float64Array, at: number) => number {
  const last = points - 1;
  const half = Math.floor(points / 2);
  const reach = Math.ceil(KERNEL_REACH * sigma * last);
  const from = Math.max(0, half - reach);
  const to = Math.min(last, half + reach);
  const kernel = new Float64Array(points);
  for (let j = from; j <= to; j++) {
    const t = j / last - 0.5;
    kernel[j] = Math.exp(-(t * t) / (2 * sigma * sigma)) / (Math.sqrt(2 * Math.PI) * sigma);
  }
  return (values, at) => {
    let sum = 0;
    for (let j = from; j <= to; j++) {
      const place = at + half - j;
      sum += kernel[j] * values[last - Math.abs(Math.abs(place) - last)];
    }
    return sum;
  };
}

function halfToEven(x: number): number {
  const floor = Math.floor(x);
  if (x - floor !== 0.5) return Math.round(x);
  return floor % 2 === 0 ? floor : floor + 1;
}

import { InputError } from "../errors.ts";
import type { SampleOptions, Spec } from "../estimate.ts";
import { checkPairs } from "../intervals/check-pairs.ts";
import { wilson } from "../intervals/proportion.ts";
import { type CheckedSample, checkSample } from "../intervals/sample.ts";
import { smoothFixedPoint } from "../metrics/calibration/smooth-ece.ts";
import { weighted } from "../metrics/weighted.ts";
import type { BandPoint } from "../report/document.ts";

/** A curve with a pointwise band, and the identity of both. */
export interface SmoothReliability {
  /** Ascending in x; places without data are left out. */
  readonly points: readonly BandPoint[];
  /** Width of the kernel. */
  readonly sigma: number;
  readonly spec: Spec;
}

/** Options of `smoothReliability`. */
export interface SmoothReliabilityOptions extends SampleOptions {
  /** Width of the Gaussian kernel, in [0.001, 10]. Default: the smooth ECE, at least 0.01. */
  readonly sigma?: number;
  /** Places evenly spaced from the lowest to the highest score, 2 to 10000. Default 101. */
  readonly points?: number;
}

const SMALLEST_DEFAULT_SIGMA = 0.01;
const CELLS = 8192;
const COLUMNS = 4;
const REACH = 6;
/** Rows (after Kish) that the kernel must hold, a row at its centre counting 1. */
const LEAST_ROWS = 2;

/**
 * Reliability curve by kernel regression: at x, the mean of y − p around x added to x.
 *
 * Smoothing the residual instead of the outcome keeps a calibrated model on the diagonal whatever the density of its
 * scores, at the ends too. The kernel is the one of `smoothEce`: a Gaussian reflected at 0 and 1.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns points with y in [0, 1]; the band is Wilson's interval of the rate at the kernel's effective number of rows,
 *   moved by the same x − mean score, pointwise at `level`; it covers the smoothed curve, not a wiggle narrower than
 *   the kernel
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Błasiok & Nakkiran (2023), §5; Nadaraya (1964) and Watson (1964).
 * Accuracy: rows are pooled in 8192 cells at their mean score: an error below 1e-4 of the curve at the smallest sigma.
 */
export function smoothReliability(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SmoothReliabilityOptions = {},
): SmoothReliability {
  const { points: count = 101 } = options;
  if (!(Number.isInteger(count) && count >= 2 && count <= 10000))
    throw new InputError("out-of-range", `points must be a whole number from 2 to 10000, got ${count}`);
  if (options.sigma !== undefined && !(options.sigma >= 0.001 && options.sigma <= 10))
    throw new InputError("out-of-range", `sigma must be in [0.001, 10], got ${options.sigma}`);
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const fixedPoint = () => smoothFixedPoint(probabilities, outcomes, sample).sigma;
  const sigma = options.sigma ?? Math.max(SMALLEST_DEFAULT_SIGMA, fixedPoint());
  const cells = pooledCells(probabilities, outcomes, sample);
  const points: BandPoint[] = [];
  for (const x of places(cells, count)) {
    const { weight, score, residual, squares } = kernelSums(cells, x, sigma);
    if (!(weight * sample.effectiveN >= LEAST_ROWS)) continue;
    const rate = Math.min(1, Math.max(0, (score + residual) / weight));
    const shift = x - score / weight;
    const { lower, upper } = wilson(rate, (weight * weight) / squares, sample.level);
    points.push({ x, y: within(rate + shift), lower: within(lower + shift), upper: within(upper + shift) });
  }
  const bandwidth = options.sigma === undefined ? "smooth-ece" : "given";
  const spec = {
    metric: "smooth-reliability",
    kernel: "reflected-gaussian",
    bandwidth,
    sigma,
    band: "pointwise-wilson",
    ...weighted(sample),
  };
  return { points, sigma, spec };
}

/** Per cell with rows: mean score, Σw, Σw(y − p), Σw², with w the share of the total weight. */
function pooledCells(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  { rows, weights, squaredWeights, totalWeight }: CheckedSample,
): Float64Array {
  const sums = new Float64Array(CELLS * COLUMNS);
  const unit = 1 / totalWeight;
  for (let i = 0; i < rows; i++) {
    const p = probabilities[i];
    const at = COLUMNS * Math.min(CELLS - 1, (p * CELLS) | 0);
    const w = weights ? weights[i] * unit : unit;
    sums[at] += w * p;
    sums[at + 1] += w;
    sums[at + 2] += w * (outcomes[i] - p);
    sums[at + 3] += squaredWeights ? squaredWeights[i] * unit * unit : w * w;
  }
  let used = 0;
  for (let at = 0; at < sums.length; at += COLUMNS)
    if (sums[at + 1] > 0) {
      sums.copyWithin(used, at, at + COLUMNS);
      sums[used] /= sums[used + 1];
      used += COLUMNS;
    }
  return sums.slice(0, used);
}

/** Evenly spaced from the lowest to the highest score. */
function places(cells: Float64Array, count: number): number[] {
  const lowest = cells[0];
  const highest = cells[cells.length - COLUMNS];
  if (lowest === highest) return [lowest];
  return Array.from({ length: count }, (_, k) => lowest + ((highest - lowest) * k) / (count - 1));
}

function within(y: number): number {
  return Math.min(1, Math.max(0, y));
}

/** Sums of the kernel, with 1 at its centre, over the cells and their reflections within reach of x. */
function kernelSums(
  cells: Float64Array,
  x: number,
  sigma: number,
): { weight: number; score: number; residual: number; squares: number } {
  let weight = 0;
  let score = 0;
  let residual = 0;
  let squares = 0;
  const images = Math.floor((REACH * sigma) / 2 + 1);
  for (let at = 0; at < cells.length; at += COLUMNS) {
    const p = cells[at];
    let kernel = 0;
    for (let m = -images; m <= images; m++) kernel += bell((x - 2 * m - p) / sigma) + bell((x - 2 * m + p) / sigma);
    weight += cells[at + 1] * kernel;
    score += cells[at + 1] * kernel * p;
    residual += cells[at + 2] * kernel;
    squares += cells[at + 3] * kernel * kernel;
  }
  return { weight, score, residual, squares };
}

function bell(z: number): number {
  return z > REACH || z < -REACH ? 0 : Math.exp(-(z * z) / 2);
}

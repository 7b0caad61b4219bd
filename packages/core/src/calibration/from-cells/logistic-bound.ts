import { fineGrid } from "../../cells/grid.ts";
import { cholesky, choleskyInverse } from "../../linalg/cholesky.ts";
import type { CellRows } from "./cell-rows.ts";
import { type Column, fillStretch, type StretchFeatures, stretchFeatures } from "./feature-ranges.ts";

/** How far a map fitted on cells may be from the one that all rows would give. */
export interface MapDistance {
  /** Over every score in [0, 1]. */
  readonly largest: number;
  /** Mean over the rows. */
  readonly mean: number;
}

/** A logistic fit on cells. */
export interface CellLogistic {
  readonly columns: readonly Column[];
  readonly coefficients: Float64Array;
  /** Scores are taken into [clip, 1 - clip]; 0 where no logarithm is taken. */
  readonly clip: number;
  /** What outcomes of 0 and 1 count as. */
  readonly targets: readonly [number, number];
}

/** Twice the largest gradient, in units of the largest value of its column, that a fit may end with. */
const GRADIENT_SLACK = 2e-10;

/** Sums over the rows that the bound is made of. */
interface Sums {
  readonly hessian: Float64Array;
  /** How far the Hessian of all rows can be from `hessian`, by component. */
  readonly hessianError: Float64Array;
  /** How large the gradient of all rows can be where that of the cells is 0, by component. */
  readonly gradientError: Float64Array;
}

/**
 * A bound on the distance between the logistic map of least log loss on cells and the one of least log loss on the rows
 * behind them, also where both are held to the same convex set of coefficients.
 *
 * Let g(p) be a row's gradient at the coefficients of the cells. Rows stand at the mean score of their cell and outcome, so
 * that by Taylor's theorem the sum of g over a cell differs from what was used by at most sup|g''|/2 · Σ w(p - mean)²,
 * which is known from the sums of the cell and is at most W(upper - mean)(mean - lower) (Bhatia and Davis 2000). This bounds the gradient of all rows; the Hessian
 * is bounded alike through g''. Along the line to the coefficients of all rows the curvature h'' changes by at most the
 * factor exp(±R·t), R the largest change of a row's predictor along it (Bach 2010), so that its length r in the norm of the
 * Hessian satisfies 1 - exp(-ρr) ≤ ρδ, with δ the dual norm of the gradient and ρ that of the largest row.
 *
 * @returns at most 1 (a difference of probabilities), and 1 where the cells are too coarse for these data
 *
 * Source: Bach (2010), "Self-concordant analysis for logistic regression", EJS 4, section 2; Bhatia and Davis (2000), Amer.
 * Math. Monthly 107.
 */
export function logisticDistance(fit: CellLogistic, rows: CellRows): MapDistance {
  const size = fit.columns.length;
  const total = rows.weights.reduce((sum, weight) => sum + weight, 0);
  const sums = addRows(fit, rows, total);
  const unknown = { largest: 1, mean: 1 };
  const scales = Float64Array.from({ length: size }, (_, j) => 1 / Math.sqrt(sums.hessian[j * size + j]));
  if (!scales.every((scale) => scale < Infinity)) return unknown;
  const scaled = (matrix: Float64Array): Float64Array =>
    matrix.map((value, jk) => value * scales[Math.floor(jk / size)] * scales[jk % size]);
  let inverse: Float64Array;
  try {
    inverse = choleskyInverse(cholesky(scaled(sums.hessian), size), size);
  } catch {
    return unknown;
  }
  let trace = 0;
  for (let j = 0; j < size; j++) trace += inverse[j * size + j];
  const lost = trace * Math.hypot(...scaled(sums.hessianError));
  if (!(lost < 1)) return unknown;
  const norms = { inverse: inverse.map((value) => value / (1 - lost)), scales, size };
  const gradient = boundNorm(norms, sums.gradientError);
  const features = stretchFeatures(size);
  let longest = 0;
  for (let i = 0; i < rows.scores.length; i++) {
    const stretch = clipped(rows.lower[i], rows.scores[i], rows.upper[i], fit.clip);
    longest = Math.max(longest, longestIn(fit.columns, stretch, norms, features));
  }
  if (!(longest * gradient < 1)) return unknown;
  const reach = -Math.log1p(-longest * gradient) / longest;
  const distance = (lower: number, score: number, upper: number): number => {
    const stretch = clipped(lower, score, upper, fit.clip);
    const change = reach * longestIn(fit.columns, stretch, norms, features);
    const [least, most] = predictorRange(fit, stretch, features);
    const nearest = Math.min(Math.max(0, least - change), most + change);
    const tail = Math.exp(-Math.abs(nearest));
    return Math.min(1, (change * tail) / (1 + tail) ** 2);
  };
  let largest = 0;
  for (let cell = 0; cell < fineGrid.size; cell++) {
    const { lower, upper } = fineGrid.boundsOf(cell);
    largest = Math.max(largest, distance(lower, (lower + upper) / 2, upper));
  }
  let mean = 0;
  for (let i = 0; i < rows.scores.length; i++)
    mean += (rows.weights[i] / total) * distance(rows.lower[i], rows.scores[i], rows.upper[i]);
  return { largest, mean: Math.min(mean, largest) };
}

/** A stretch of scores with one inside: [lower, score, upper]. */
type Stretch = readonly [number, number, number];

function clipped(lower: number, score: number, upper: number, clip: number): Stretch {
  const inside = (p: number): number => (clip > 0 ? Math.min(1 - clip, Math.max(clip, p)) : p);
  return [inside(lower), inside(score), inside(upper)];
}

function addRows(fit: CellLogistic, rows: CellRows, total: number): Sums {
  const { columns, clip, targets } = fit;
  const size = columns.length;
  const hessian = new Float64Array(size * size);
  const hessianError = new Float64Array(size * size);
  const gradientError = new Float64Array(size);
  const largest = new Float64Array(size);
  const features = stretchFeatures(size);
  for (let i = 0; i < rows.scores.length; i++) {
    const weight = rows.weights[i] / total;
    const stretch = clipped(rows.lower[i], rows.scores[i], rows.upper[i], clip);
    const [lower, score, upper] = stretch;
    fillStretch(columns, lower, score, upper, features);
    const { at, size: sizes, first, second } = features;
    const eta = predictor(fit, at);
    const probability = 1 / (1 + Math.exp(-eta));
    const isCut = lower !== rows.lower[i] || upper !== rows.upper[i];
    const width = upper - lower;
    const squares = isCut ? 0 : rows.variance[i];
    const deviation = isCut ? width : Math.sqrt(squares);
    const slope = absoluteSum(fit.coefficients, first);
    const bend = absoluteSum(fit.coefficients, second);
    const [least, most] = predictorRange(fit, stretch, features);
    const high = 1 / (1 + Math.exp(-most));
    const low = 1 / (1 + Math.exp(-least));
    const spread = high / (1 + Math.exp(least));
    const miss = Math.max(Math.abs(high - targets[rows.outcomes[i]]), Math.abs(low - targets[rows.outcomes[i]]));
    const firstOfQ = spread * slope;
    const secondOfQ = spread * (slope * slope + bend);
    for (let j = 0; j < size; j++) {
      largest[j] = Math.max(largest[j], sizes[j]);
      gradientError[j] += isCut
        ? weight * deviation * (firstOfQ * sizes[j] + miss * first[j])
        : (weight * squares * (secondOfQ * sizes[j] + 2 * firstOfQ * first[j] + miss * second[j])) / 2;
      for (let k = 0; k < size; k++) {
        hessian[j * size + k] += weight * probability * (1 - probability) * at[j] * at[k];
        hessianError[j * size + k] +=
          weight * deviation * spread * (slope * sizes[j] * sizes[k] + first[j] * sizes[k] + sizes[j] * first[k]);
      }
    }
  }
  for (let j = 0; j < size; j++) gradientError[j] += GRADIENT_SLACK * largest[j];
  return { hessian, hessianError, gradientError };
}

function predictor({ coefficients }: CellLogistic, features: Float64Array): number {
  let eta = 0;
  for (let j = 0; j < coefficients.length; j++) eta += coefficients[j] * features[j];
  return eta;
}

function absoluteSum(coefficients: Float64Array, values: Float64Array): number {
  let total = 0;
  for (let j = 0; j < coefficients.length; j++) total += Math.abs(coefficients[j]) * values[j];
  return total;
}

/** Ends of what the predictor can be over a stretch whose features have been filled in. */
function predictorRange(
  fit: CellLogistic,
  [lower, score, upper]: Stretch,
  { at, first }: StretchFeatures,
): [number, number] {
  const eta = predictor(fit, at);
  const change = absoluteSum(fit.coefficients, first) * Math.max(upper - score, score - lower);
  return [eta - change, eta + change];
}

interface Norms {
  readonly inverse: Float64Array;
  readonly scales: Float64Array;
  readonly size: number;
}

/** The largest norm of a vector whose components are at most these. */
function boundNorm({ inverse, scales, size }: Norms, bounds: Float64Array): number {
  let square = 0;
  for (let j = 0; j < size; j++)
    for (let k = 0; k < size; k++)
      square += Math.abs(inverse[j * size + k]) * scales[j] * scales[k] * bounds[j] * bounds[k];
  return Math.sqrt(square);
}

/** The largest norm of the columns over a stretch; fills `features`. */
function longestIn(columns: readonly Column[], stretch: Stretch, norms: Norms, features: StretchFeatures): number {
  const [lower, score, upper] = stretch;
  fillStretch(columns, lower, score, upper, features);
  const { inverse, scales, size } = norms;
  const { at, first } = features;
  let square = 0;
  for (let j = 0; j < size; j++)
    for (let k = 0; k < size; k++) square += inverse[j * size + k] * scales[j] * scales[k] * at[j] * at[k];
  const half = Math.max(upper - score, score - lower);
  return (
    Math.sqrt(Math.max(0, square)) +
    boundNorm(
      norms,
      first.map((value) => value * half),
    )
  );
}

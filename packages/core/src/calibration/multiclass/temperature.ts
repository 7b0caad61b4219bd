import { InputError } from "../../errors.ts";
import {
  type TemperatureMoments,
  type TemperatureSeries,
  temperatureMoments,
  temperatureSeries,
} from "../../kernels/temperature-moments.ts";
import type { Float32Matrix, Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitCertificate, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { type ClassRows, checkClassRows, pickRows } from "./class-rows.ts";

type TemperatureRows = ClassRows<Matrix | Float32Matrix>;

/** The best β = 1/T, with its certificate. */
export interface TemperatureOptimum {
  readonly beta: number;
  readonly certificate: FitCertificate;
}

/** Rows that a first estimate is made from, before more are used. */
const FIRST_ROWS = 1000;
const MOST_STEPS = 200;
/** Steps in units of 1 / spread after which Newton's do: the series leaves less than 1e-5 of such a unit. */
const NEAR = 0.2;
/** Newton steps that find the zero of a series near its first term. */
const SERIES_STEPS = 6;
/** Logits above which a step of 1e-10 of β is not worth a further pass. */
const MANY = 4e6;
/** Largest gradient in ln β at an optimum. */
const GRADIENT = 1e-10;

/**
 * Temperature scaling: softmax(z / T) with the T that minimises the mean log loss.
 *
 * @param logits n × K, K ≥ 2, finite; in single precision they take half the memory, and the fit is as exact
 * @param labels n classes in [0, K)
 * @returns parameters `temperature`; the gradient of the certificate is that in ln T, free of the unit of the logits
 * @throws {InputError} `incompatible` where no finite T > 0 is best: every row correct (smaller is always better), logits
 *   that say nothing about the label or point away from it (larger is), all logits of a row equal in every row; `empty`,
 *   `shape-mismatch`, `out-of-range`, `not-finite`
 *
 * Source: Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks", ICML, section 4.2.
 * Accuracy: Newton steps in float64, kept inside a bracket of the zero of the gradient.
 */
export function fitTemperature(
  logits: Matrix | Float32Matrix,
  labels: Int32Array,
  options: FitOptions = {},
): CalibrationFit<LinearMap> {
  const rows = checkClassRows(logits, labels, options);
  const { beta, certificate } = temperatureOptimum(rows);
  return {
    method: "temperature",
    map: { kind: "linear", scale: beta, bias: null, prepare: null },
    parameters: { temperature: 1 / beta },
    certificate,
    complexity: 1,
    n: rows.n,
    effectiveN: rows.effectiveN,
    notes: [],
  };
}

/**
 * The β > 0 that minimises the mean log loss of softmax(β · z).
 *
 * Many rows are read as seldom as possible: a part of them gives a first estimate, and only what the gradients met on the
 * way leave open about the existence of an optimum costs a further pass.
 *
 * @throws {InputError} `incompatible`
 */
export function temperatureOptimum(rows: TemperatureRows): TemperatureOptimum {
  const parts = [everyNth(rows, FIRST_ROWS), everyNth(rows, Math.floor(rows.logits.rows / 8))];
  const spread = largestSpread(parts[0] ?? rows);
  if (spread > 0 && !(spread > 1e-30 && spread < 1e30)) {
    const unit = 2 ** -Math.round(Math.log2(spread));
    const data = Float64Array.from(rows.logits.data, (logit) => logit * unit);
    const { beta, certificate } = temperatureOptimum({ ...rows, logits: { ...rows.logits, data } });
    return { beta: beta * unit, certificate };
  }
  let beta = spread > 0 ? 1 / spread : 1;
  for (const part of parts) if (part !== undefined) beta = estimate(part, beta, spread);
  const found = search(rows, beta, spread, MOST_STEPS);
  if (!isAtOptimum(found, spread)) requireOptimum(rows);
  if (!(found.certificate.gradientNorm <= GRADIENT))
    throw new InputError(
      "incompatible",
      `temperature found no optimum: the gradient stays at ${found.certificate.gradientNorm}`,
    );
  return { beta: found.beta, certificate: found.certificate };
}

/** About so many rows, evenly spaced; undefined where that is more than a quarter of all. */
function everyNth(rows: TemperatureRows, count: number): TemperatureRows | undefined {
  const { logits, labels, weights } = rows;
  const stride = Math.floor(logits.rows / count);
  if (!(stride >= 4) || count < FIRST_ROWS) return undefined;
  const picked = Int32Array.from({ length: count }, (_, i) => i * stride);
  return {
    ...rows,
    logits: pickRows(logits, picked),
    labels: Int32Array.from(picked, (i) => labels[i]),
    weights: Float64Array.from(picked, (i) => weights[i]),
  };
}

function largestSpread({ logits }: TemperatureRows): number {
  const { data, rows, cols } = logits;
  let spread = 0;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let top = data[start];
    let bottom = top;
    for (let k = start + 1; k < start + cols; k++) {
      if (data[k] > top) top = data[k];
      if (data[k] < bottom) bottom = data[k];
    }
    if (top - bottom > spread) spread = top - bottom;
  }
  return spread;
}

/**
 * The best β of some rows, to a few digits; the given one where they have none.
 *
 * Ends with a step that is a small part of 1 / spread, and so within reach of the series. Where the loss falls for ever,
 * Newton's step is always larger than 1 / spread.
 */
function estimate(part: TemperatureRows, beta: number, spread: number): number {
  const found = search(part, beta, spread, 30, 0.5);
  return found.step < 1e-3 / Math.max(1, found.beta * spread) ? found.beta : beta;
}

/**
 * Whether there is an optimum where the search ended. Where the loss falls for ever, Newton's step stays above about
 * 1 / (β · spread) of β, however small the gradient gets; near β = 0 rounding hides it.
 */
function isAtOptimum({ beta, step }: SearchResult, spread: number): boolean {
  return beta * spread > 1e-6 && step < 1e-6 / Math.max(1, beta * spread);
}

/** @throws {InputError} `incompatible` where no β > 0 is best */
function requireOptimum({ logits, labels, weights }: TemperatureRows): void {
  const { data, rows, cols } = logits;
  const slope = new Float64Array(1);
  let allEqual = true;
  let allOnTop = true;
  let allLowest = true;
  let size = 0;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const labelled = data[start + labels[i]];
    let sum = 0;
    for (let k = start; k < start + cols; k++) {
      const distance = data[k] - labelled;
      sum += distance;
      if (distance > 0) allOnTop = false;
      else if (distance < 0) allLowest = false;
      if (Math.abs(distance) > size) size = Math.abs(distance);
    }
    if (size > 0) allEqual = false;
    slope[0] += (weights[i] * sum) / cols;
  }
  if (allEqual)
    throw new InputError("incompatible", "temperature has no optimum: the logits of every row are all equal");
  if (allOnTop)
    throw new InputError(
      "incompatible",
      "temperature has no finite optimum: the true class has the largest logit in every row, so a smaller one always fits better",
    );
  if (allLowest || !(slope[0] < -1e-14 * size))
    throw new InputError(
      "incompatible",
      "temperature has no finite optimum: the logits do not favour the true classes, so a larger one always fits better",
    );
}

interface SearchResult extends TemperatureOptimum {
  /** Newton's step at β, or what a series leaves of it, in proportion to β. */
  readonly step: number;
}

/**
 * The zero of the derivative of the loss, which never decreases in β. Steps are Newton's, or by five derivatives where these
 * reach that far; one that leaves what is known of the zero is replaced by halving, or by growing where there is no upper end
 * yet.
 *
 * @param enough step in units of 1 / spread that is taken as the last, without looking where it leads; 0 goes on as long
 *   as rounding permits
 */
function search(
  { logits, labels, weights }: TemperatureRows,
  start: number,
  spread: number,
  limit: number,
  enough = 0,
): SearchResult {
  const { data, rows, cols } = logits;
  const precision = data.length > MANY ? 1e-10 : 4 * Number.EPSILON;
  let low = 0;
  let high = Infinity;
  let isNear = false;
  let beta = start;
  let best = { beta, step: Infinity, certificate: { objective: Infinity, gradientNorm: Infinity, iterations: 0 } };
  for (let iterations = 1; iterations <= limit; iterations++) {
    const moments: TemperatureMoments | TemperatureSeries = isNear
      ? temperatureMoments(data, rows, cols, labels, beta, weights)
      : temperatureSeries(data, rows, cols, labels, beta, weights);
    const { loss, gradient, curvature } = moments;
    const gradientNorm = Math.abs(gradient * beta);
    const improved = gradientNorm < best.certificate.gradientNorm;
    const step = Math.abs(gradient / curvature) / beta;
    if (improved) best = { beta, step, certificate: { objective: loss, gradientNorm, iterations } };
    if (gradient === 0) break;
    if (gradient < 0) low = beta;
    else high = beta;
    let next: number = beta + bestStep(moments, beta);
    const reach = Math.abs(next - beta) * spread;
    if (reach < enough) return { ...best, beta: next, step: reach ** 5 / (120 * beta * spread) };
    isNear = reach < NEAR;
    const settled = Math.abs(next - beta) <= precision * beta;
    if (best.certificate.gradientNorm <= GRADIENT && (settled || !improved)) break;
    if (!(next > low && next < high)) {
      if (high === Infinity) next = beta * 4;
      else next = low === 0 ? beta / 4 : (low + high) / 2;
    } else if (low === 0 && next < beta / 16) next = beta / 16;
    else if (high === Infinity && next > beta * 16) next = beta * 16;
    if (next === beta) break;
    beta = next;
  }
  return best;
}

/** Newton's step, or the zero of the Taylor series of the gradient where it is known and the two are of one size. */
function bestStep(moments: TemperatureMoments | TemperatureSeries, beta: number): number {
  const { gradient, curvature } = moments;
  const newton = -gradient / curvature;
  if (!("higher" in moments && Math.abs(newton) < 0.2 * beta)) return newton;
  const [third, fourth, fifth] = moments.higher;
  let step = newton;
  for (let k = 0; k < SERIES_STEPS; k++) {
    const value = gradient + step * (curvature + step * (third / 2 + step * (fourth / 6 + (step * fifth) / 24)));
    const slope = curvature + step * (third + step * (fourth / 2 + (step * fifth) / 6));
    step -= value / slope;
  }
  return Math.abs(step - newton) <= 0.5 * Math.abs(newton) ? step : newton;
}

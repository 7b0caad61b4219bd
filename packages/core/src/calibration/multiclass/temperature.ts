import { InputError } from "../../errors.ts";
import { temperatureMoments } from "../../kernels/temperature-moments.ts";
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
/** Logits above which a step of 1e-11 of β is not worth a further pass. */
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
  if (spread > 0 && !(spread > 1e-100 && spread < 1e100)) {
    const unit = 2 ** -Math.round(Math.log2(spread));
    const data = Float64Array.from(rows.logits.data, (logit) => logit * unit);
    const { beta, certificate } = temperatureOptimum({ ...rows, logits: { ...rows.logits, data } });
    return { beta: beta * unit, certificate };
  }
  let beta = spread > 0 ? 1 / spread : 1;
  for (const part of parts) if (part !== undefined) beta = estimate(part, beta, spread);
  const found = search(rows, beta, MOST_STEPS, 0);
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

/** The best β of some rows, to a few digits; the given one where they have none. */
function estimate(part: TemperatureRows, beta: number, spread: number): number {
  const found = search(part, beta, 30, 1e-5);
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

interface SearchPoint {
  readonly beta: number;
  readonly gradient: number;
  readonly curvature: number;
}

interface SearchResult extends TemperatureOptimum {
  /** Newton's step at β, in proportion to β. */
  readonly step: number;
}

/**
 * The zero of the derivative of the loss, which never decreases in β. Steps are Newton's, or by both slopes once two points
 * are near; one that leaves what is known of the zero is replaced by halving, or by growing where there is no upper end yet.
 *
 * @param enough gradient in ln β at which to stop; 0 goes on as long as rounding permits
 */
function search(
  { logits, labels, weights }: TemperatureRows,
  start: number,
  limit: number,
  enough: number,
): SearchResult {
  const precision = logits.data.length > MANY ? 1e-11 : 4 * Number.EPSILON;
  let low = 0;
  let high = Infinity;
  let beta = start;
  let before: SearchPoint | undefined;
  let best = { beta, step: Infinity, certificate: { objective: Infinity, gradientNorm: Infinity, iterations: 0 } };
  for (let iterations = 1; iterations <= limit; iterations++) {
    const { loss, gradient, curvature } = temperatureMoments(
      logits.data,
      logits.rows,
      logits.cols,
      labels,
      beta,
      weights,
    );
    const gradientNorm = Math.abs(gradient * beta);
    const improved = gradientNorm < best.certificate.gradientNorm;
    const step = Math.abs(gradient / curvature) / beta;
    if (improved) best = { beta, step, certificate: { objective: loss, gradientNorm, iterations } };
    if (gradient === 0 || gradientNorm < enough) break;
    if (gradient < 0) low = beta;
    else high = beta;
    const point = { beta, gradient, curvature };
    let next = before === undefined ? beta - gradient / curvature : bestStep(before, point);
    const settled = Math.abs(next - beta) <= precision * beta;
    if (best.certificate.gradientNorm <= GRADIENT && (settled || !improved)) break;
    if (!(next > low && next < high)) {
      if (high === Infinity) next = beta * 4;
      else next = low === 0 ? beta / 4 : (low + high) / 2;
    } else if (low === 0 && next < beta / 16) next = beta / 16;
    else if (high === Infinity && next > beta * 16) next = beta * 16;
    if (next === beta) break;
    before = point;
    beta = next;
  }
  return best;
}

/** Newton's step, or cubic interpolation of β as a function of the gradient between two points that are near. */
function bestStep(a: SearchPoint, b: SearchPoint): number {
  const newton = b.beta - b.gradient / b.curvature;
  const change = b.gradient - a.gradient;
  if (!(Math.abs(b.beta - a.beta) < 0.2 * b.beta) || change === 0) return newton;
  const t = -a.gradient / change;
  const s = 1 - t;
  const cubic =
    s * s * (1 + 2 * t) * a.beta + t * t * (1 + 2 * s) * b.beta + s * t * change * (s / a.curvature - t / b.curvature);
  return Math.abs(cubic - newton) <= Math.abs(newton - b.beta) ? cubic : newton;
}

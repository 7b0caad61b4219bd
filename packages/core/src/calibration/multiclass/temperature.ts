import { InputError } from "../../errors.ts";
import { temperatureMoments } from "../../kernels/temperature-moments.ts";
import type { Matrix } from "../../matrix.ts";
import type { CalibrationFit, FitCertificate, FitOptions } from "../fit.ts";
import type { LinearMap } from "../multiclass-map.ts";
import { type ClassRows, checkClassRows } from "./class-rows.ts";
import { scaledLogits } from "./prepare-logits.ts";

/** The best β = 1/T, with its certificate. */
export interface TemperatureOptimum {
  readonly beta: number;
  readonly certificate: FitCertificate;
}

/** Rows that a first estimate is made from, before all are used. */
const FIRST_ROWS = 4000;

/**
 * Temperature scaling: softmax(z / T) with the T that minimises the mean log loss.
 *
 * @param logits n × K, K ≥ 2, finite
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
  logits: Matrix,
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
 * @throws {InputError} `incompatible`
 */
export function temperatureOptimum(rows: ClassRows): TemperatureOptimum {
  const { logits, labels, weights } = rows;
  const { spread, allCorrect } = surveyRows(rows);
  if (spread === 0)
    throw new InputError("incompatible", "temperature has no optimum: the logits of every row are all equal");
  if (allCorrect)
    throw new InputError(
      "incompatible",
      "temperature has no finite optimum: the true class has the largest logit in every row, so a smaller one always fits better",
    );
  const slopeAtZero = temperatureMoments(logits.data, logits.rows, logits.cols, labels, 0, weights).gradient;
  if (!(slopeAtZero < -1e-14 * spread))
    throw new InputError(
      "incompatible",
      "temperature has no finite optimum: the logits do not favour the true classes, so a larger one always fits better",
    );
  if (!(spread > 1e-100 && spread < 1e100)) return inOtherUnits(rows, 2 ** -Math.round(Math.log2(spread)));
  let beta = 1 / spread;
  const stride = Math.floor(logits.rows / FIRST_ROWS);
  if (stride >= 4) beta = firstEstimate(rows, stride, beta);
  return newton(rows, beta, true);
}

/** The same from logits times a power of two, whose squares stay within the range of a double. */
function inOtherUnits(rows: ClassRows, unit: number): TemperatureOptimum {
  const { beta, certificate } = temperatureOptimum({ ...rows, logits: scaledLogits(rows.logits, unit) });
  return { beta: beta * unit, certificate };
}

/** Largest difference within a row, and whether the true class is on top in all. */
function surveyRows({ logits, labels }: ClassRows): { spread: number; allCorrect: boolean } {
  const { data, rows, cols } = logits;
  let spread = 0;
  let allCorrect = true;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let top = data[start];
    let bottom = top;
    for (let k = start + 1; k < start + cols; k++) {
      const value = data[k];
      if (value > top) top = value;
      if (value < bottom) bottom = value;
    }
    if (top - bottom > spread) spread = top - bottom;
    if (data[start + labels[i]] < top) allCorrect = false;
  }
  return { spread, allCorrect };
}

/** The best β of every `stride`-th row, roughly; the given one where those rows have none. */
function firstEstimate(rows: ClassRows, stride: number, beta: number): number {
  const { logits, labels, weights } = rows;
  const count = Math.floor(logits.rows / stride);
  const { cols } = logits;
  const data = new Float64Array(count * cols);
  const picked = Int32Array.from({ length: count }, (_, i) => i * stride);
  picked.forEach((i, m) => {
    data.set(logits.data.subarray(i * cols, (i + 1) * cols), m * cols);
  });
  const part: ClassRows = {
    ...rows,
    logits: { data, rows: count, cols },
    labels: Int32Array.from(picked, (i) => labels[i]),
    weights: Float64Array.from(picked, (i) => weights[i]),
  };
  const found = newton(part, beta, false).beta;
  return found < beta * 1e6 ? found : beta;
}

/**
 * Newton's method in ln β on the derivative of the loss, which is increasing in β; a step that leaves what is known of
 * the zero is replaced by halving, or by growing where there is no upper end yet.
 */
function newton({ logits, labels, weights }: ClassRows, start: number, strict: boolean): TemperatureOptimum {
  let low = 0;
  let high = Infinity;
  let beta = start;
  let best = { beta, certificate: { objective: Infinity, gradientNorm: Infinity, iterations: 0 } };
  const limit = strict ? 200 : 30;
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
    if (improved) best = { beta, certificate: { objective: loss, gradientNorm, iterations } };
    if (gradient === 0 || (!strict && gradientNorm < 1e-6)) return best;
    if (gradient < 0) low = beta;
    else high = beta;
    let next = beta - gradient / curvature;
    const settled = Math.abs(next - beta) <= 4 * Number.EPSILON * beta;
    if (best.certificate.gradientNorm <= 1e-10 && (settled || !improved || gradientNorm <= 1e-14)) return best;
    if (!(next > low && next < high)) {
      if (high === Infinity) next = beta * 4;
      else next = low === 0 ? beta / 4 : (low + high) / 2;
    } else if (low === 0 && next < beta / 16) next = beta / 16;
    else if (high === Infinity && next > beta * 16) next = beta * 16;
    if (next === beta) break;
    beta = next;
  }
  if (strict && !(best.certificate.gradientNorm <= 1e-10))
    throw new InputError(
      "incompatible",
      `temperature found no optimum: the gradient stays at ${best.certificate.gradientNorm}`,
    );
  return best;
}

import type { CheckedSample } from "../../intervals/sample.ts";
import { type CosinePlan, cosineInverse, cosinePlan, fourierTransform } from "../../kernels/cosine-transform.ts";

/** Taylor moments kept per cell. */
const MOMENTS = 8;
/** Moments, then Σw²r² and Σw²p(1 − p), with w the share of the total weight. */
const STRIDE = MOMENTS + 2;
/** exp(−x²/2) < 3e-18 beyond this: higher modes of the smoothed field vanish. */
const LAST_PHASE = 9;
/** Grid points are FINE/σ^¾: the fourth-order integral of a field of size σ is then good to 1e-10 (COARSE: to 1e-7). */
export const FINE = 110;
export const COARSE = 20;

/** Residuals y − p as a function of p, ready to be smoothed at any width. */
export interface ResidualField {
  /** c_k = Σ w_i r_i cos(kπp_i) / Σw, k < modes. */
  readonly coefficients: Float64Array;
  /** Smallest sigma for which the coefficients suffice. */
  readonly finest: number;
  /** Sums over the rows of each of 2·modes equal cells of [0, 1], with w the share of the total weight. */
  readonly cells: {
    /** Σw²r². */
    readonly squaredResiduals: Float64Array;
    /** Σw²p(1 − p): the variance that perfect calibration would give. */
    readonly nullVariance: Float64Array;
  };
  /** Σ w|y − p| / Σw, an upper bound of every smoothed norm. */
  readonly meanAbsolute: number;
  readonly plan: (size: number) => CosinePlan;
}

/**
 * Residuals y − p in the cosine basis, in which the Gaussian kernel reflected at 0 and 1 is diagonal.
 *
 * @param modes power of two; good for sigma ≥ 9/(π·modes)
 *
 * Accuracy: rows are pooled in 2·modes cells with eight Taylor moments each, which leaves in c_k an error of at most
 * (πk/(4·modes))⁸/8! of the mean |residual|; smoothed at any admitted sigma, the field is within 1e-10 of the exact
 * one.
 */
export function residualField(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  sample: CheckedSample,
  modes: number,
): ResidualField {
  const { weights, squaredWeights, totalWeight } = sample;
  const n = probabilities.length;
  const cells = 2 * modes;
  const store = new Float64Array(cells * STRIDE);
  const unit = 1 / totalWeight;
  let absolute = 0;
  for (let i = 0; i < n; i++) {
    const p = probabilities[i];
    const w = weights ? weights[i] * unit : unit;
    const square = squaredWeights ? squaredWeights[i] * unit * unit : w * w;
    const r = outcomes[i] - p;
    const x = p * cells;
    let cell = x | 0;
    if (cell === cells) cell--;
    const u = 2 * (x - cell) - 1;
    const at = cell * STRIDE;
    const u2 = u * u;
    const u4 = u2 * u2;
    const v = w * r;
    const vu = v * u;
    absolute += Math.abs(v);
    store[at] += v;
    store[at + 1] += vu;
    store[at + 2] += v * u2;
    store[at + 3] += vu * u2;
    store[at + 4] += v * u4;
    store[at + 5] += vu * u4;
    store[at + 6] += v * u2 * u4;
    store[at + 7] += vu * u2 * u4;
    store[at + 8] += square * r * r;
    store[at + 9] += square * p * (1 - p);
  }
  const plan = planCache();
  return {
    coefficients: coefficientsFromMoments(store, modes, plan(2 * cells)),
    finest: finestSigma(modes),
    cells: {
      squaredResiduals: column(store, MOMENTS, cells),
      nullVariance: column(store, MOMENTS + 1, cells),
    },
    meanAbsolute: absolute,
    plan,
  };
}

/** Modes with which to start on n rows; more are used where the fixed point turns out finer. */
export function fieldModes(n: number): number {
  return n < 1e5 ? 1024 : 4096;
}

/** Smallest sigma for which the modes suffice. */
export function finestSigma(modes: number): number {
  return LAST_PHASE / (Math.PI * modes);
}

/** Makes each transform's tables once. */
export function planCache(): (size: number) => CosinePlan {
  const plans = new Map<number, CosinePlan>();
  return (size) => {
    let plan = plans.get(size);
    if (!plan) {
      plan = cosinePlan(size);
      plans.set(size, plan);
    }
    return plan;
  };
}

function column(store: Float64Array, offset: number, cells: number): Float64Array {
  const out = new Float64Array(cells);
  for (let j = 0; j < cells; j++) out[j] = store[j * STRIDE + offset];
  return out;
}

/**
 * Two real moments ride on one complex transform of twice the cells; (−iθ)^q/q! then puts the Taylor terms together.
 */
function coefficientsFromMoments(store: Float64Array, modes: number, plan: CosinePlan): Float64Array {
  const size = plan.size;
  const cells = size / 2;
  const out = new Float64Array(modes);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let q = 0; q < MOMENTS; q += 2) {
    re.fill(0);
    im.fill(0);
    for (let j = 0; j < cells; j++) {
      re[j] = store[j * STRIDE + q];
      im[j] = store[j * STRIDE + q + 1];
    }
    fourierTransform(re, im, plan);
    const sign = q % 4 === 0 ? 1 : -1;
    for (let k = 0; k < modes; k++) {
      const mirror = k === 0 ? 0 : size - k;
      const evenRe = (re[k] + re[mirror]) / 2;
      const evenIm = (im[k] - im[mirror]) / 2;
      const oddRe = (im[k] + im[mirror]) / 2;
      const oddIm = (re[mirror] - re[k]) / 2;
      const half = (Math.PI * k) / (2 * cells);
      const c = Math.cos(half);
      const s = Math.sin(half);
      const even = evenRe * c + evenIm * s;
      const odd = oddIm * c - oddRe * s;
      out[k] += (sign * half ** q * (even + (half / (q + 1)) * odd)) / factorial(q);
    }
  }
  return out;
}

function factorial(q: number): number {
  let product = 1;
  for (let i = 2; i <= q; i++) product *= i;
  return product;
}

/**
 * The cosine coefficients after smoothing with the reflected Gaussian.
 *
 * @param sigma width of the kernel, > 0
 */
export function smoothedCoefficients(coefficients: Float64Array, sigma: number): Float64Array {
  const count = Math.min(coefficients.length, Math.ceil(LAST_PHASE / (Math.PI * sigma)) + 1);
  const out = new Float64Array(count);
  for (let k = 0; k < count; k++) out[k] = coefficients[k] * Math.exp(-((k * Math.PI * sigma) ** 2) / 2);
  return out;
}

/**
 * Values of the smoothed field at the midpoints of equal cells fine enough for its width.
 *
 * @param sigma width of the kernel, > 0
 */
export function smoothedValues(
  coefficients: Float64Array,
  sigma: number,
  plan: (size: number) => CosinePlan,
  resolution: number = FINE,
): Float64Array {
  const smoothed = smoothedCoefficients(coefficients, sigma);
  const points = Math.max(64, smoothed.length, resolution / sigma ** 0.75);
  return cosineInverse(smoothed, plan(2 ** Math.ceil(Math.log2(points))));
}

/**
 * ∫₀¹ |f| of a smooth function, even about 0 and 1, from its values at the midpoints of equal cells.
 *
 * Accuracy: fourth order in the cell width, also where f changes sign: local cubics are integrated up to their root.
 */
export function absoluteIntegral(values: Float64Array): number {
  const size = values.length;
  const last = size - 1;
  let total = 0;
  for (let j = -1; j < size; j++) {
    const a = values[j < 1 ? -j : j - 1];
    const b = values[j < 0 ? 0 : j];
    const c = values[j + 1 > last ? last : j + 1];
    const d = values[j + 2 > last ? 2 * last + 1 - (j + 2) : j + 2];
    const whole = (13 * (b + c) - a - d) / 24;
    if (j < 0 || j === last) total += Math.abs(whole) / 2;
    else if (b * c >= 0) total += Math.abs(whole);
    else {
      const before = integralToRoot(a, b, c, d);
      total += Math.abs(before) + Math.abs(whole - before);
    }
  }
  return total / size;
}

/**
 * ∫ of the cubic through (−1, a), (0, b), (1, c), (2, d) from 0 to its root in (0, 1), where b and c differ in sign.
 */
function integralToRoot(a: number, b: number, c: number, d: number): number {
  const linear = c - a / 3 - b / 2 - d / 6;
  const square = (a + c) / 2 - b;
  const cube = (d - a) / 6 + (b - c) / 2;
  let root = b / (b - c);
  for (let step = 0; step < 3; step++) {
    const value = b + root * (linear + root * (square + root * cube));
    const slope = linear + root * (2 * square + 3 * root * cube);
    if (slope === 0) break;
    root = Math.min(1, Math.max(0, root - value / slope));
  }
  return root * (b + root * (linear / 2 + root * (square / 3 + (root * cube) / 4)));
}

/** The smoothed norm smECE_σ = ∫₀¹ |field smoothed with the reflected Gaussian|. */
export function smoothedNorm(
  field: Pick<ResidualField, "coefficients" | "plan">,
  sigma: number,
  resolution: number = FINE,
): number {
  return absoluteIntegral(smoothedValues(field.coefficients, sigma, field.plan, resolution));
}

import { InputError } from "../errors.ts";

/** Tables of a fast transform of one size; make it once, use it for many transforms. Holds no state between calls. */
export interface CosinePlan {
  /** Number of points, a power of two. */
  readonly size: number;
  readonly reversal: Uint32Array;
  /** cos and sin of 2πk/size for k < size/2. */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
  /** cos and sin of πk/(2·size) for k < size. */
  readonly quarterCos: Float64Array;
  readonly quarterSin: Float64Array;
}

/**
 * Tables for transforms of the given size.
 *
 * @param size number of points, a power of two in [2, 2²⁴]
 * @throws {InputError} `out-of-range`
 */
export function cosinePlan(size: number): CosinePlan {
  if (!(size >= 2 && size <= 2 ** 24 && Number.isInteger(Math.log2(size))))
    throw new InputError("out-of-range", `the size of a transform must be a power of two in [2, 2^24], got ${size}`);
  const half = size / 2;
  const bits = Math.log2(size);
  const reversal = new Uint32Array(size);
  const cos = new Float64Array(half);
  const sin = new Float64Array(half);
  const quarterCos = new Float64Array(size);
  const quarterSin = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    reversal[i] = (reversal[i >>> 1] >>> 1) | ((i & 1) << (bits - 1));
    quarterCos[i] = Math.cos((Math.PI * i) / (2 * size));
    quarterSin[i] = Math.sin((Math.PI * i) / (2 * size));
  }
  for (let k = 0; k < half; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / size);
    sin[k] = Math.sin((2 * Math.PI * k) / size);
  }
  return { size, reversal, cos, sin, quarterCos, quarterSin };
}

/**
 * Replaces (re, im) by its discrete Fourier transform X_k = Σ_j x_j·exp(−2πi·jk/size).
 *
 * @param re real parts, `plan.size` values, overwritten
 * @param im imaginary parts, overwritten
 *
 * Source: Cooley & Tukey (1965), Math. Comp. 19: radix 2, decimation in time.
 */
export function fourierTransform(re: Float64Array, im: Float64Array, plan: CosinePlan): void {
  const { size, reversal, cos, sin } = plan;
  for (let i = 0; i < size; i++) {
    const j = reversal[i];
    if (j > i) {
      const a = re[i];
      re[i] = re[j];
      re[j] = a;
      const b = im[i];
      im[i] = im[j];
      im[j] = b;
    }
  }
  for (let half = 1; half < size; half *= 2) {
    const stride = size / (2 * half);
    for (let start = 0; start < size; start += 2 * half)
      for (let k = 0, at = 0; k < half; k++, at += stride) {
        const top = start + k;
        const bottom = top + half;
        const c = cos[at];
        const s = sin[at];
        const x = re[bottom] * c + im[bottom] * s;
        const y = im[bottom] * c - re[bottom] * s;
        re[bottom] = re[top] - x;
        im[bottom] = im[top] - y;
        re[top] += x;
        im[top] += y;
      }
  }
}

/**
 * Cosine sums of values at the midpoints of `plan.size` equal cells of [0, 1]:
 * C_k = Σ_j values_j·cos(πk(j + ½)/size), k < size.
 *
 * @param values `plan.size` values
 * @param out where the result goes; may be `values` itself
 *
 * Source: DCT-II by one complex transform of the same size (Makhoul 1980, IEEE ASSP 28).
 */
export function cosineForward(
  values: Float64Array,
  plan: CosinePlan,
  out: Float64Array = new Float64Array(plan.size),
): Float64Array {
  const { size, quarterCos, quarterSin } = plan;
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let j = 0; j < size / 2; j++) {
    re[j] = values[2 * j];
    re[size - 1 - j] = values[2 * j + 1];
  }
  fourierTransform(re, im, plan);
  for (let k = 0; k < size; k++) out[k] = re[k] * quarterCos[k] + im[k] * quarterSin[k];
  return out;
}

/**
 * Values at the midpoints of `plan.size` equal cells of [0, 1] of the cosine series
 * f(t) = c_0 + 2·Σ_{k≥1} c_k·cos(kπt).
 *
 * @param coefficients up to `plan.size` coefficients; missing ones are zero
 * @param out where the result goes, `plan.size` values
 * @throws {InputError} `shape-mismatch` for more coefficients than points
 *
 * Source: DCT-III, the inverse of `cosineForward` up to the factor `size` (Makhoul 1980).
 */
export function cosineInverse(
  coefficients: Float64Array,
  plan: CosinePlan,
  out: Float64Array = new Float64Array(plan.size),
): Float64Array {
  const { size, quarterCos, quarterSin } = plan;
  const count = coefficients.length;
  if (count > size)
    throw new InputError("shape-mismatch", `${count} coefficients do not fit a transform of ${size} points`);
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  if (count > 0) re[0] = coefficients[0];
  for (let k = 1; k < size; k++) {
    const a = k < count ? coefficients[k] : 0;
    const b = size - k < count ? coefficients[size - k] : 0;
    re[k] = a * quarterCos[k] + b * quarterSin[k];
    im[k] = b * quarterCos[k] - a * quarterSin[k];
  }
  fourierTransform(re, im, plan);
  for (let j = 0; j < size / 2; j++) {
    out[2 * j] = re[j];
    out[2 * j + 1] = re[size - 1 - j];
  }
  return out;
}

import { InputError } from "../errors.ts";
import { gaussian, reciprocalGaussian } from "./double-double.ts";

const SQRT_2PI = 2.5066282746310007;
/** Where the two series are equally quick; near the median 0.8276. */
const MIDDLE = 0.83;
const TERMS = 6;

/** Σ (-1)ᵏ⁻¹ exp(-2k²x²)·k^power, k ≥ 1, for x ≥ MIDDLE. */
function upperSeries(x: number, power: 0 | 2): number {
  let value = 0;
  for (let k = TERMS; k >= 1; k--) value = gaussian(k * x, 2) * (power === 0 ? 1 : k * k) - value;
  return value;
}

/** The distribution function and x times its derivative, for x ≤ MIDDLE. */
function lowerSeries(x: number): { cdf: number; slope: number } {
  let cdf = 0;
  let slope = 0;
  for (let k = TERMS; k >= 1; k--) {
    const factor = (2 * k - 1) ** 2 / 8;
    const term = reciprocalGaussian(x, factor);
    cdf += term;
    slope += term * (2 * factor * (Math.PI / x) ** 2 - 1);
  }
  return { cdf: (cdf * SQRT_2PI) / x, slope: (slope * SQRT_2PI) / x };
}

function check(x: number): void {
  if (Number.isNaN(x)) throw new InputError("not-finite", "the Kolmogorov distribution is not defined at NaN");
}

/**
 * P(sup |B| ≤ x) for a Brownian bridge B on [0, 1]: the limit law of √n times the Kolmogorov–Smirnov distance.
 *
 * @param x any real, 0 up to 0; Infinity gives 1
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source: Kolmogorov (1933); both series and their link by the theta transformation (DLMF 20.7.32) in Smirnov (1948),
 * "Table for estimating the goodness of fit of empirical distributions", Ann. Math. Statist. 19.
 * Accuracy: 1e-14, relative, against 60 digits, down to 1e-300.
 */
export function kolmogorovCdf(x: number): number {
  check(x);
  if (x <= 0) return 0;
  return x < MIDDLE ? lowerSeries(x).cdf : 1 - 2 * upperSeries(x, 0);
}

/**
 * P(sup |B| > x) for a Brownian bridge B on [0, 1]: the asymptotic p-value of √n times the Kolmogorov–Smirnov distance.
 *
 * @param x any real, 1 up to 0; Infinity gives 0
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source and accuracy: as for `kolmogorovCdf`.
 */
export function kolmogorovSurvival(x: number): number {
  check(x);
  if (x <= 0) return 1;
  return x < MIDDLE ? 1 - lowerSeries(x).cdf : 2 * upperSeries(x, 0);
}

/**
 * The x with `kolmogorovCdf(x) = p`.
 *
 * @param p probability in [0, 1]; 0 gives 0, 1 gives Infinity
 * @throws {InputError} `out-of-range`
 *
 * Source: Newton's method on the logarithm of the smaller tail over ln x, concave on both sides.
 * Accuracy: 1e-14, relative.
 */
export function kolmogorovQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new InputError("out-of-range", `p must be in [0, 1], got ${p}`);
  if (p === 0 || p === 1) return p === 0 ? 0 : Infinity;
  let x = p <= 0.5 ? Math.sqrt(1.2337005501361697 / (1 - Math.log(p))) : Math.sqrt(Math.log(2 / (1 - p)) / 2);
  for (let iteration = 0; iteration < 100; iteration++) {
    let step: number;
    if (p <= 0.5) {
      const { cdf, slope } = lowerSeries(x);
      step = (-Math.log(cdf / p) * cdf) / slope;
    } else {
      const tail = 2 * upperSeries(x, 0);
      step = (Math.log(tail / (1 - p)) * tail) / (8 * x * x * upperSeries(x, 2));
    }
    x *= Math.exp(step);
    if (Math.abs(step) < 1e-9) return x;
  }
  throw new Error(`kolmogorovQuantile did not converge at p = ${p}`);
}

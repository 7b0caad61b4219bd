import { InputError } from "../errors.ts";
import { gaussian, reciprocalGaussian } from "./double-double.ts";

const SQRT_2PI = 2.5066282746310007;
/** Where the two series are about equally quick; near the median 1.2237. */
const MIDDLE = 1.2;
const TERMS = 6;

/** Σ 2(4k²x² - 1) exp(-2k²x²), k ≥ 1. */
function upperTail(x: number): number {
  let value = 0;
  for (let k = TERMS; k >= 1; k--) {
    const term = gaussian(k * x, 2);
    if (term > 0) value += 2 * (2 * k * x - 1) * (2 * k * x + 1) * term;
  }
  return value;
}

/** √(2π)·π²/x³ Σ k² exp(-π²k²/(2x²)), k ≥ 1. */
function lowerTail(x: number): number {
  let value = 0;
  for (let k = TERMS; k >= 1; k--) value += k * k * reciprocalGaussian(x, (k * k) / 2);
  return value === 0 ? 0 : ((SQRT_2PI * Math.PI * Math.PI) / (x * x * x)) * value;
}

function check(x: number): void {
  if (Number.isNaN(x)) throw new InputError("not-finite", "the Kuiper distribution is not defined at NaN");
}

/**
 * P(sup B - inf B ≤ x) for a Brownian bridge B on [0, 1]: the limit law of √n times Kuiper's statistic.
 *
 * @param x any real, 0 up to 0; Infinity gives 1
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source: Kuiper (1960), "Tests concerning random points on a circle", Indag. Math. 22; for small x its theta
 * transformation (DLMF 20.7.32): with ϑ(x) = Σ exp(-2k²x²) over all whole k, the law is the derivative of x·ϑ(x).
 * Accuracy: 1e-14, relative, against 60 digits, down to 1e-300.
 */
export function kuiperCdf(x: number): number {
  check(x);
  if (x <= 0) return 0;
  return x < MIDDLE ? lowerTail(x) : 1 - upperTail(x);
}

/**
 * P(sup B - inf B > x) for a Brownian bridge B on [0, 1]: the asymptotic p-value of √n times Kuiper's statistic.
 *
 * @param x any real, 1 up to 0; Infinity gives 0
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source and accuracy: as for `kuiperCdf`.
 */
export function kuiperSurvival(x: number): number {
  check(x);
  if (x <= 0) return 1;
  return x < MIDDLE ? 1 - lowerTail(x) : upperTail(x);
}

import { InputError } from "../errors.ts";
import { reciprocalGaussian } from "./double-double.ts";
import { normalSurvival } from "./normal.ts";

/** Where the two series are about equally quick; near the median 1.1490. */
const MIDDLE = 1.2;
const TERMS = 6;

/** 4 Σ (-1)ᵏ P(Z > (2k + 1)x), k ≥ 0. */
function upperTail(x: number): number {
  let value = 0;
  for (let k = TERMS - 1; k >= 0; k--) value = normalSurvival((2 * k + 1) * x) - value;
  return 4 * value;
}

/** 4/π Σ (-1)ᵏ exp(-(2k + 1)²π²/(8x²))/(2k + 1), k ≥ 0. */
function lowerTail(x: number): number {
  let value = 0;
  for (let k = TERMS - 1; k >= 0; k--) value = reciprocalGaussian(x, (2 * k + 1) ** 2 / 8) / (2 * k + 1) - value;
  return (4 / Math.PI) * value;
}

function check(x: number): void {
  if (Number.isNaN(x)) throw new InputError("not-finite", "the law of the Brownian maximum is not defined at NaN");
}

/**
 * P(sup |W| ≤ x) for a Brownian motion W on [0, 1]: the limit law of the largest absolute partial sum.
 *
 * @param x any real, 0 up to 0; Infinity gives 1
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source: Erdős and Kac (1946), "On certain limit theorems of the theory of probability", Bull. AMS 52; for large x the
 * reflection series, Feller (1971), vol. 2, section X.5.
 * Accuracy: 1e-14, relative, against 60 digits, down to 1e-300.
 */
export function brownianMaximumCdf(x: number): number {
  check(x);
  if (x <= 0) return 0;
  return x < MIDDLE ? lowerTail(x) : 1 - upperTail(x);
}

/**
 * P(sup |W| > x) for a Brownian motion W on [0, 1].
 *
 * @param x any real, 1 up to 0; Infinity gives 0
 * @returns a probability; keeps its relative accuracy where it is small
 * @throws {InputError} `not-finite` for NaN
 *
 * Source and accuracy: as for `brownianMaximumCdf`.
 */
export function brownianMaximumSurvival(x: number): number {
  check(x);
  if (x <= 0) return 1;
  return x < MIDDLE ? 1 - lowerTail(x) : upperTail(x);
}

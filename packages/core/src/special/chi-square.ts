import { InputError } from "../errors.ts";
import { gammaTails } from "./incomplete-gamma.ts";
import { regularizedGammaInverse } from "./regularized-gamma.ts";

function check(df: number): void {
  if (!(df > 0 && df < Infinity))
    throw new InputError("out-of-range", `degrees of freedom must be finite and > 0, got ${df}`);
}

function checkPoint(x: number): void {
  if (Number.isNaN(x)) throw new InputError("not-finite", "the chi-square distribution is not defined at NaN");
}

/**
 * P(X ≤ x) for a chi-square variable.
 *
 * @param x any real, 0 below 0; Infinity gives 1
 * @param df degrees of freedom, finite and > 0
 * @throws {InputError} `out-of-range`, `not-finite`
 *
 * Source: P(df/2, x/2), DLMF 8.2.4. Accuracy: as for `regularizedGammaP`.
 */
export function chiSquareCdf(x: number, df: number): number {
  check(df);
  checkPoint(x);
  return x <= 0 ? 0 : gammaTails(df / 2, x / 2).lower;
}

/**
 * P(X > x) for a chi-square variable: the p-value of a chi-square statistic, accurate where it is small.
 *
 * @param x any real, 1 below 0; Infinity gives 0
 * @param df degrees of freedom, finite and > 0
 * @throws {InputError} `out-of-range`, `not-finite`
 *
 * Source: Q(df/2, x/2), DLMF 8.2.4. Accuracy: as for `regularizedGammaQ`.
 */
export function chiSquareSurvival(x: number, df: number): number {
  check(df);
  checkPoint(x);
  return x <= 0 ? 1 : gammaTails(df / 2, x / 2).upper;
}

/**
 * The x with `chiSquareCdf(x, df) = p`.
 *
 * @param p probability in [0, 1]; 1 gives Infinity
 * @param df degrees of freedom, finite and > 0
 * @throws {InputError} `out-of-range`
 *
 * Accuracy: as for `regularizedGammaInverse`.
 */
export function chiSquareQuantile(p: number, df: number): number {
  check(df);
  return 2 * regularizedGammaInverse(df / 2, p);
}

import { type Decimal, exactDecimal } from "../exact-decimal.ts";

/**
 * The level of each side of an interval whose two sides share the error equally: (1 + level) / 2, which is a decimal
 * again. A side is finite from 2 / (1 − level) − 1 calibration rows on.
 *
 * @param level wanted coverage, a decimal in (0, 1)
 * @returns the exact decimal, such as `"0.95"` for 0.9
 * @throws {InputError} `out-of-range`
 */
export function sideLevel(level: Decimal): string {
  const { numerator, denominator } = exactDecimal(level);
  const digits = String(denominator).length;
  return `0.${String(5n * (denominator + numerator)).padStart(digits, "0")}`;
}

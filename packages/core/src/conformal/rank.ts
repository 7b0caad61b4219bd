import { InputError } from "../errors.ts";
import { type Decimal, exactDecimal, type Fraction } from "./exact-decimal.ts";

/**
 * The rank of the conformal quantile: ⌈(n + 1) · level⌉ in exact arithmetic. The quantile is the score of this rank,
 * counted from the smallest; it is infinite where the rank is n + 1, because n scores cannot tell.
 *
 * @param n calibration scores, an integer ≥ 0
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @returns an integer in [1, n + 1]
 * @throws {InputError} `out-of-range`
 *
 * Source: Vovk, Gammerman and Shafer (2005), "Algorithmic Learning in a Random World"; Lei et al. (2018), JASA 113.
 */
export function conformalRank(n: number, level: Decimal | Fraction): number {
  if (!(Number.isSafeInteger(n) && n >= 0)) throw new InputError("out-of-range", `n must be an integer >= 0, got ${n}`);
  const { numerator, denominator } = typeof level === "object" ? level : exactDecimal(level);
  if (numerator <= 0n || numerator >= denominator)
    throw new InputError("out-of-range", `level must be in (0, 1), got ${describe(level)}`);
  const top = Number(numerator);
  const bottom = Number(denominator);
  const sum = (n + 1) * top + (bottom - 1);
  if (sum <= Number.MAX_SAFE_INTEGER) return (sum - (sum % bottom)) / bottom;
  return Number((BigInt(n + 1) * numerator + denominator - 1n) / denominator);
}

/**
 * The fewest calibration scores with which the conformal quantile is finite: ⌈level / (1 − level)⌉.
 *
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @throws {InputError} `out-of-range`
 */
export function fewestScores(level: Decimal | Fraction): number {
  const { numerator, denominator } = typeof level === "object" ? level : exactDecimal(level);
  if (numerator <= 0n || numerator >= denominator)
    throw new InputError("out-of-range", `level must be in (0, 1), got ${describe(level)}`);
  const rest = denominator - numerator;
  return Number((numerator + rest - 1n) / rest);
}

function describe(level: Decimal | Fraction): string {
  return typeof level === "object" ? `${level.numerator}/${level.denominator}` : String(level);
}

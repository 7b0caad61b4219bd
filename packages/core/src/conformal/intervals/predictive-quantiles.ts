import { InputError } from "../../errors.ts";
import { complement, type Decimal, exactDecimal, type Fraction } from "../exact-decimal.ts";
import { conformalRank } from "../rank.ts";
import { type Intervals, lowerEnd, upperEnd } from "./interval-ends.ts";
import { checkLocations, type Locations, type PredictiveSystem } from "./predictive-system.ts";
import { sideLevel } from "./side-level.ts";

/** On which side a quantile errs: a new outcome is below it with probability ≤ p (`lower`), or ≤ it with ≥ p (`upper`). */
export type QuantileSide = "lower" | "upper";

/**
 * A quantile of the predictive distribution of every row: point + sigma × the residual of rank ⌊p (n + 1)⌋ for the lower
 * side and ⌈p (n + 1)⌉ for the upper side, ranks in exact arithmetic.
 *
 * @param probability p, a decimal in (0, 1)
 * @param side which way to round, see `QuantileSide`
 * @returns −Infinity where the lower rank is 0, Infinity where the upper rank is n + 1
 * @throws {InputError} `out-of-range`, `incompatible`; `not-finite`, `out-of-range` with the row
 */
export function predictiveQuantiles(
  system: PredictiveSystem,
  locations: Locations,
  probability: Decimal,
  side: QuantileSide,
): Float64Array {
  const { point } = locations;
  const result = new Float64Array(point.length);
  const sigma = checkLocations(locations, point.length, system.isNormalised);
  const residual = residualAt(system, exactDecimal(probability, "probability"), side);
  for (let i = 0; i < result.length; i++) {
    const unit = sigma === null ? 1 : sigma[i];
    result[i] = side === "upper" ? upperEnd(point[i], residual, unit) : lowerEnd(point[i], -residual, unit);
  }
  return result;
}

/**
 * Central intervals of the predictive distributions, with half of the error on each side: they hold a new outcome with
 * probability ≥ level.
 *
 * @param level a decimal in (0, 1)
 * @returns the whole line where n < 2 / (1 − level) − 1
 * @throws {InputError} as `predictiveQuantiles`
 */
export function predictiveIntervals(system: PredictiveSystem, locations: Locations, level: Decimal): Intervals {
  const { point } = locations;
  const sigma = checkLocations(locations, point.length, system.isNormalised);
  const upperLevel = exactDecimal(sideLevel(level));
  const below = residualAt(system, complement(upperLevel), "lower");
  const above = residualAt(system, upperLevel, "upper");
  const lower = new Float64Array(point.length);
  const upper = new Float64Array(point.length);
  for (let i = 0; i < point.length; i++) {
    const unit = sigma === null ? 1 : sigma[i];
    lower[i] = lowerEnd(point[i], -below, unit);
    upper[i] = upperEnd(point[i], above, unit);
  }
  return { lower, upper };
}

function residualAt({ residuals }: PredictiveSystem, probability: Fraction, side: QuantileSide): number {
  const n = residuals.length;
  if (n === 0) throw new InputError("empty", "a predictive system needs at least one residual, got none");
  const rank = side === "upper" ? conformalRank(n, probability) : n + 1 - conformalRank(n, complement(probability));
  if (rank === 0) return -Infinity;
  return rank > n ? Infinity : residuals[rank - 1];
}

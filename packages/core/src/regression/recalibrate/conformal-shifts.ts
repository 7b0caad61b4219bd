import { conformalQuantile, weightedConformalQuantile } from "../../conformal/conformal-quantile.ts";
import { complement, exactDecimal } from "../../conformal/exact-decimal.ts";
import { fewestScores } from "../../conformal/rank.ts";
import { InputError } from "../../errors.ts";

/** The weight of a new row among weighted ones: their weighted mean weight, 1 for equal weights of 1. */
function newWeight(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares / sum;
}

/** The conformal quantile of scores, weighted or not; Infinity where there are too few. */
export function scoreQuantile(scores: Float64Array, level: number | string, weights?: Float64Array): number {
  if (!weights) return conformalQuantile(scores, level).quantile;
  return weightedConformalQuantile(scores, weights, newWeight(weights), level);
}

/**
 * What has to be added to the forecast of one quantile so that it holds in new rows: at a level ≥ ½ the outcome stays at
 * or below it with probability ≥ level, below ½ it stays at or above it with probability ≥ 1 − level. Central intervals
 * between two such quantiles therefore hold at least their level.
 *
 * @param differences outcome − forecast quantile of each row
 * @param level in (0, 1)
 * @throws {InputError} `too-few` with the number of rows that the level needs
 *
 * Source: Romano, Patterson and Candès (2019), "Conformalized quantile regression", theorem 2 (asymmetric).
 */
export function conformalShift(differences: Float64Array, level: number, weights?: Float64Array): number {
  const isUpper = level >= 0.5;
  const exact = exactDecimal(level);
  const wanted = isUpper ? exact : complement(exact);
  const scores = isUpper ? differences : differences.map((difference) => -difference);
  const quantile = weights
    ? weightedConformalQuantile(scores, weights, newWeight(weights), wanted)
    : conformalQuantile(scores, wanted).quantile;
  if (quantile === Infinity)
    throw new InputError(
      "too-few",
      `a quantile at ${level} that holds needs at least ${fewestScores(wanted)} rows, got ${differences.length}`,
    );
  return isUpper ? quantile : -quantile;
}

import { checkBound, checkFailure, checkMean, checkRisk, checkRows } from "./check.ts";
import type { LossBoundOptions } from "./loss-bound.ts";

/**
 * Hoeffding's upper bound of a mean loss: mean + B·√(ln(1/failure)/(2n)).
 *
 * @param mean of n independent losses in [0, B]
 * @param n integer ≥ 1
 * @param failure probability in (0, 1) that the true mean lies above the bound, at most
 * @returns in (0, B]: no mean exceeds B
 * @throws {InputError} `out-of-range`
 *
 * Source: Hoeffding (1963), JASA 58, theorem 1.
 */
export function hoeffdingUpper(mean: number, n: number, failure: number, options: LossBoundOptions = {}): number {
  const { bound = 1 } = options;
  checkBound(bound);
  checkRows(n);
  checkMean(mean, bound);
  checkFailure(failure);
  return Math.min(bound, mean + bound * Math.sqrt(-Math.log(failure) / (2 * n)));
}

/**
 * The p-value of "the mean loss exceeds `risk`" that belongs to `hoeffdingUpper`: exp(-2n(risk - mean)²/B²).
 *
 * @param mean of n independent losses in [0, B]
 * @param n integer ≥ 1
 * @param risk in [0, B]
 * @returns in [0, 1]; 1 where the mean is not below `risk`
 * @throws {InputError} `out-of-range`
 *
 * Source: Hoeffding (1963), JASA 58, theorem 1.
 */
export function hoeffdingPValue(mean: number, n: number, risk: number, options: LossBoundOptions = {}): number {
  const { bound = 1 } = options;
  checkBound(bound);
  checkRows(n);
  checkMean(mean, bound);
  checkRisk(risk, bound);
  const gap = Math.max(0, risk - mean) / bound;
  return Math.exp(-2 * n * gap * gap);
}

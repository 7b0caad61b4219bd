import { InputError } from "../../errors.ts";
import { sum } from "../../kernels/sum.ts";
import { checkBound, checkFailure, checkLosses, checkRisk } from "./check.ts";
import type { LossBoundOptions } from "./loss-bound.ts";

/**
 * The empirical Bernstein bound of a mean loss: mean + √(2V·ln(2/failure)/n) + 7B·ln(2/failure)/(3(n - 1)), with V the
 * variance of the single losses. Close to the mean where losses vary little.
 *
 * @param losses n independent losses in [0, B]
 * @param failure probability in (0, 1) that the true mean lies above the bound, at most
 * @returns in (0, B]; B for a single loss, whose variance is unknown
 * @throws {InputError} `empty`, `out-of-range`
 *
 * Source: Maurer and Pontil (2009), COLT, theorem 4.
 */
export function maurerPontilUpper(losses: Float64Array, failure: number, options: LossBoundOptions = {}): number {
  const { bound = 1 } = options;
  checkFailure(failure);
  const n = losses.length;
  const { mean, variance } = moments(losses, bound);
  if (n === 1) return bound;
  const price = Math.log(2 / failure);
  return Math.min(bound, mean + Math.sqrt((2 * variance * price) / n) + (7 * bound * price) / (3 * (n - 1)));
}

/**
 * The p-value of "the mean loss exceeds `risk`" that belongs to `maurerPontilUpper`.
 *
 * @param losses n independent losses in [0, B]
 * @param risk in [0, B]
 * @returns in [0, 1]; 1 where the mean is not below `risk`, and for a single loss
 * @throws {InputError} `empty`, `out-of-range`
 *
 * Source: as `maurerPontilUpper`, solved for the allowed failure.
 */
export function maurerPontilPValue(losses: Float64Array, risk: number, options: LossBoundOptions = {}): number {
  const { bound = 1 } = options;
  const n = losses.length;
  const { mean, variance } = moments(losses, bound);
  checkRisk(risk, bound);
  const gap = risk - mean;
  if (!(gap > 0) || n === 1) return 1;
  const linear = (7 * bound) / (3 * (n - 1));
  const root = Math.sqrt((2 * variance) / n);
  const price = (2 * gap) / (root + Math.sqrt(root * root + 4 * linear * gap));
  return Math.min(1, 2 * Math.exp(-price * price));
}

/** Mean and variance (divided by n - 1) of the checked losses; the variance of a single loss counts as 0. */
function moments(losses: Float64Array, bound: number): { mean: number; variance: number } {
  const n = losses.length;
  checkBound(bound);
  if (n === 0) throw new InputError("empty", "the variance bound needs at least one loss");
  checkLosses(losses, bound);
  const mean = Math.min(bound, sum(losses) / n);
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = losses[i] - mean;
    squares += distance * distance;
  }
  return { mean, variance: n === 1 ? 0 : squares / (n - 1) };
}

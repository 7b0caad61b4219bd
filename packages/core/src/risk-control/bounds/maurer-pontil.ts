import { InputError } from "../../errors.ts";
import { sum } from "../../kernels/sum.ts";
import { checkBound, checkFailure, checkLosses } from "./check.ts";
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
  const n = losses.length;
  checkBound(bound);
  checkFailure(failure);
  if (n === 0) throw new InputError("empty", "maurerPontilUpper needs at least one loss");
  checkLosses(losses, bound);
  if (n === 1) return bound;
  const mean = sum(losses) / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const distance = losses[i] - mean;
    squares += distance * distance;
  }
  const price = Math.log(2 / failure);
  const width = Math.sqrt((2 * (squares / (n - 1)) * price) / n) + (7 * bound * price) / (3 * (n - 1));
  return Math.min(bound, mean + width);
}

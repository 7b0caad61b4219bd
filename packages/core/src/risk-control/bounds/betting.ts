import { InputError } from "../../errors.ts";
import { checkBound, checkFailure, checkLosses, checkRisk } from "./check.ts";
import type { LossBoundOptions } from "./loss-bound.ts";

const LIFT = 2 ** 400;
const LOG_LIFT = 400 * Math.LN2;

/** What is staked before each loss is seen, and the losses in units of B. */
interface Stakes {
  readonly losses: Float64Array;
  readonly stakes: Float64Array;
}

/** Stakes from the mean and variance of the losses before; the prior is one loss of ½ with variance ¼. */
function stakesOf(given: Float64Array, failure: number, bound: number): Stakes {
  const n = given.length;
  const losses = new Float64Array(n);
  const stakes = new Float64Array(n);
  const scale = (2 * -Math.log(failure)) / n;
  let total = 0.5;
  let squares = 0.25;
  for (let i = 0; i < n; i++) {
    const loss = given[i] / bound;
    losses[i] = loss;
    stakes[i] = Math.min(1, Math.sqrt((scale * (i + 1)) / squares));
    total += loss;
    const distance = loss - total / (i + 2);
    squares += distance * distance;
  }
  return { losses, stakes };
}

/** Logarithm of the largest wealth reached by betting that the mean is below `risk`; stops once it passes `enough`. */
function peakLogWealth({ losses, stakes }: Stakes, risk: number, enough: number): number {
  let wealth = 1;
  let lifts = 0;
  let peak = 1;
  let peakLifts = 0;
  const stop = Math.exp(enough);
  for (let i = 0; i < losses.length; i++) {
    wealth *= 1 - stakes[i] * (losses[i] - risk);
    if (wealth > LIFT) {
      wealth /= LIFT;
      lifts++;
    } else if (wealth < 1 / LIFT) {
      if (!(wealth > 0)) break;
      wealth *= LIFT;
      lifts--;
    }
    if (lifts > peakLifts || (lifts === peakLifts && wealth > peak)) {
      peak = wealth;
      peakLifts = lifts;
      if (peakLifts === 0 && peak > stop) break;
    }
  }
  return Math.log(peak) + peakLifts * LOG_LIFT;
}

function check(losses: Float64Array, failure: number, bound: number): void {
  checkBound(bound);
  checkFailure(failure);
  if (losses.length === 0) throw new InputError("empty", "a betting bound needs at least one loss");
  checkLosses(losses, bound);
}

/**
 * The betting bound of a mean loss (WSR): the smallest mean against which a gambler, who stakes before seeing each
 * loss, would have multiplied the capital by more than 1/failure at some time. One running maximum over the whole
 * sample.
 *
 * @param losses n independent losses in [0, B] in the order in which they were drawn. The order must not depend on the
 *   losses: a sorted column has to be shuffled first, and the bound depends on the order
 * @param failure probability in (0, 1) that the true mean lies above the bound, at most
 * @returns in (0, B]; usually the tightest bound for losses that are neither 0 nor B
 * @throws {InputError} `empty`, `out-of-range`
 *
 * Source: Waudby-Smith and Ramdas (2024), JRSS B 86(1), section 3; as in Bates et al. (2021), JACM 68(6), section 3.1.
 * Accuracy: n·1e-16 of the logarithm of the wealth; the position to the last bits.
 */
export function bettingUpper(losses: Float64Array, failure: number, options: LossBoundOptions = {}): number {
  const { bound = 1 } = options;
  check(losses, failure, bound);
  const stakes = stakesOf(losses, failure, bound);
  const goal = -Math.log(failure);
  if (!(peakLogWealth(stakes, 1, goal) > goal)) return bound;
  let lower = 0;
  let upper = 1;
  while (upper - lower > 2 ** -52 * upper) {
    const middle = (lower + upper) / 2;
    if (middle <= lower || middle >= upper) break;
    if (peakLogWealth(stakes, middle, goal) > goal) upper = middle;
    else lower = middle;
  }
  return bound * upper;
}

/**
 * The p-value of "the mean loss exceeds `risk`" by betting: one over the largest wealth reached.
 *
 * @param losses n independent losses in [0, B] in an order that does not depend on them, as for `bettingUpper`
 * @param risk in [0, B]
 * @param failure probability in (0, 1) with which the p-value will be compared; the stakes aim at it, and the p-value
 *   is valid whatever it is
 * @returns in [0, 1]; below `failure` exactly where `bettingUpper(losses, failure)` is at most `risk`
 * @throws {InputError} `empty`, `out-of-range`
 *
 * Source: Ville's inequality; as `bettingUpper`.
 */
export function bettingPValue(
  losses: Float64Array,
  risk: number,
  failure: number,
  options: LossBoundOptions = {},
): number {
  const { bound = 1 } = options;
  check(losses, failure, bound);
  checkRisk(risk, bound);
  return Math.exp(-peakLogWealth(stakesOf(losses, failure, bound), risk / bound, Infinity));
}

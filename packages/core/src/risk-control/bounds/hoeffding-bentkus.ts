import { InputError } from "../../errors.ts";
import { findRoot } from "../../optimize/brent.ts";
import { bernoulliDivergence } from "./bernoulli-divergence.ts";
import { binomialPValue } from "./binomial-p-value.ts";
import { checkBound, checkFailure, checkRisk, checkRows } from "./check.ts";
import { clopperPearsonUpper } from "./clopper-pearson.ts";
import type { LossBoundOptions } from "./loss-bound.ts";

/** Choices of the Hoeffding-Bentkus bound. */
export interface HoeffdingBentkusOptions extends LossBoundOptions {
  /**
   * True where every loss is 0 or B: the bound is then the exact binomial one, without Bentkus' factor e. Default
   * false.
   */
  readonly binary?: boolean;
}

/** Parts of one by which a total may lie above an integer and still be read as that integer. */
const NEAR = 1e-9;
/** Relative error of a compensated sum. */
const ROUNDING = 2 ** -52;

/** The total in units of B, raised by its rounding error: the integer below it, and what is left. */
function wholeAndRest(total: number, n: number): { whole: number; rest: number } {
  const raised = Math.min(n, total * (1 + ROUNDING));
  const whole = Math.floor(raised);
  return { whole, rest: raised - whole };
}

/** e times the binomial tail at the total: log-linear just above an integer, and of the next integer beyond. */
function bentkusPValue(total: number, n: number, risk: number): number {
  const { whole, rest } = wholeAndRest(total, n);
  if (rest > NEAR) return Math.E * binomialPValue(whole + 1, n, risk);
  const at = binomialPValue(whole, n, risk);
  if (rest === 0 || at === 0) return Math.E * at;
  return Math.E * at * (binomialPValue(whole + 1, n, risk) / at) ** rest;
}

function bentkusUpper(total: number, n: number, failure: number): number {
  const { whole, rest } = wholeAndRest(total, n);
  if (rest > NEAR) return clopperPearsonUpper(whole + 1, n, failure / Math.E);
  const lower = clopperPearsonUpper(whole, n, failure / Math.E);
  if (rest === 0) return lower;
  const upper = clopperPearsonUpper(whole + 1, n, failure / Math.E);
  if (upper === 1) return 1;
  const excess = (risk: number) => Math.log(bentkusPValue(total, n, risk) / failure);
  return excess(lower) <= 0 ? lower : findRoot(excess, lower, upper).root;
}

/** Where n times the divergence from the mean reaches ln(1/failure). */
function divergenceUpper(mean: number, n: number, failure: number): number {
  const goal = -Math.log(failure) / n;
  if (mean === 0) return -Math.expm1(-goal);
  const top = Math.min(1 - 2 ** -53, mean + Math.sqrt(goal / 2) * (1 + 1e-9));
  if (!(top > mean) || bernoulliDivergence(mean, top) < goal) return 1;
  return findRoot((risk) => bernoulliDivergence(mean, risk) - goal, mean, top).root;
}

/** The total in units of B, a whole number for losses that are 0 or B. */
function check(total: number, n: number, bound: number, binary: boolean): number {
  checkBound(bound);
  checkRows(n);
  const scaled = total / bound;
  if (!(scaled >= 0 && scaled <= n * (1 + 8 * ROUNDING)))
    throw new InputError("out-of-range", `total of ${n} losses in [0, ${bound}] cannot be ${total}`);
  if (!binary) return Math.min(n, scaled);
  const count = Math.round(scaled);
  if (Math.abs(scaled - count) > 8 * ROUNDING * count)
    throw new InputError(
      "incompatible",
      `total of losses that are 0 or ${bound} must be a multiple of it, got ${total}`,
    );
  return count;
}

/**
 * The p-value of "the mean loss exceeds `risk`" by the better of Hoeffding's and Bentkus' inequalities:
 * min(exp(-n·kl(mean, risk)), e·P(Bin(n, risk) ≤ ⌈total⌉)), in units of B.
 *
 * @param total sum of n independent losses in [0, B], best compensated; whole numbers are taken as exact counts
 * @param n integer ≥ 1
 * @param risk in [0, B]
 * @returns in [0, 1]; 1 where the mean is not below `risk`
 * @throws {InputError} `out-of-range`, or `incompatible` for a binary total that is not a multiple of B
 *
 * Source: Bates, Angelopoulos, Lei, Malik and Jordan (2021), JACM 68(6), section 3.1; Bentkus (2004), Annals of
 * Probability 32(2), theorem 1.2. The total is raised by one part in 2⁵² first, so its rounding never makes the p-value
 * smaller. Up to 1e-9 above an integer the bound is Bentkus' own, whose logarithm is linear between integers; beyond,
 * that of the next integer, as published.
 */
export function hoeffdingBentkusPValue(
  total: number,
  n: number,
  risk: number,
  options: HoeffdingBentkusOptions = {},
): number {
  const { bound = 1, binary = false } = options;
  const scaled = check(total, n, bound, binary);
  checkRisk(risk, bound);
  const share = risk / bound;
  if (binary) return binomialPValue(scaled, n, share);
  const mean = Math.min(scaled / n, share);
  return Math.min(1, Math.exp(-n * bernoulliDivergence(mean, share)), bentkusPValue(scaled, n, share));
}

/**
 * Upper bound of a mean loss by the better of Hoeffding's and Bentkus' inequalities: where `hoeffdingBentkusPValue`
 * falls to `failure`. For losses that are 0 or B: the Clopper-Pearson bound.
 *
 * @param total sum of n independent losses in [0, B], best compensated; whole numbers are taken as exact counts
 * @param n integer ≥ 1
 * @param failure probability in (0, 1) that the true mean lies above the bound, at most
 * @returns in (0, B]
 * @throws {InputError} `out-of-range`, or `incompatible` for a binary total that is not a multiple of B
 *
 * Source: as `hoeffdingBentkusPValue`.
 * Accuracy: 1e-12 relative.
 */
export function hoeffdingBentkusUpper(
  total: number,
  n: number,
  failure: number,
  options: HoeffdingBentkusOptions = {},
): number {
  const { bound = 1, binary = false } = options;
  const scaled = check(total, n, bound, binary);
  checkFailure(failure);
  if (binary) return bound * clopperPearsonUpper(scaled, n, failure);
  return bound * Math.min(divergenceUpper(scaled / n, n, failure), bentkusUpper(scaled, n, failure));
}

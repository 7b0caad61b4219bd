import { InputError } from "../errors.ts";
import { regularizedBeta, regularizedBetaInverse } from "../special/regularized-beta.ts";
import { type Decimal, exactDecimal, type Fraction } from "./exact-decimal.ts";
import { conformalRank, fewestScores } from "./rank.ts";

/** Where the true coverage lies, over all calibration sets of one size. */
export interface CoverageRange {
  readonly lower: number;
  /** rank / (n + 1): what the coverage is on average. */
  readonly mean: number;
  readonly upper: number;
}

/**
 * The central range of the true coverage of a conformal threshold from n scores: quantiles of Beta(rank, n + 1 − rank).
 *
 * @param n calibration scores, an integer ≥ 0
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @param probability share of calibration sets whose coverage lies in the range, in (0, 1)
 * @returns exactly 1 throughout where the threshold is infinite; with tied scores the coverage is larger
 * @throws {InputError} `out-of-range`
 *
 * Source: Vovk (2012), "Conditional validity of inductive conformal predictors", proposition 2a.
 */
export function coverageRange(n: number, level: Decimal | Fraction, probability = 0.9): CoverageRange {
  checkProbability(probability);
  const rank = conformalRank(n, level);
  const above = n + 1 - rank;
  if (above === 0) return { lower: 1, mean: 1, upper: 1 };
  const tail = (1 - probability) / 2;
  return {
    lower: regularizedBetaInverse(tail, rank, above),
    mean: rank / (n + 1),
    upper: 1 - regularizedBetaInverse(tail, above, rank),
  };
}

const MOST_ROWS = 1e11;

/**
 * Calibration rows with which the central range of the true coverage lies within `level` ± `eps`.
 *
 * @param eps largest distance of either end from the level, > 0; below about 1e-6 the answer passes 1e11 rows
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @param probability of the range, in (0, 1)
 * @returns a number of rows for which it holds; some numbers nearby may differ, because ranks are whole numbers: it fails
 * and holds by turns before it holds for good
 * @throws {InputError} `out-of-range`, also where more than 1e11 rows would be needed
 *
 * Source: Angelopoulos and Bates (2023), "Conformal Prediction: A Gentle Introduction", section 3.2 and table 1, whose
 * numbers these are: bisection over real n between 1/(1 − level) and 1e11.
 */
export function rowsForCoverage(eps: number, level: Decimal | Fraction, probability = 0.9): number {
  if (!(eps > 0 && eps < 1)) throw new InputError("out-of-range", `eps must be in (0, 1), got ${eps}`);
  checkProbability(probability);
  const fraction = typeof level === "object" ? level : exactDecimal(level);
  const fewest = fewestScores(fraction);
  const rest = Number(fraction.denominator - fraction.numerator) / Number(fraction.denominator);
  const goal = Number(fraction.numerator) / Number(fraction.denominator);
  const tail = (1 - probability) / 2;

  const isWithin = (n: number, above: number): boolean => {
    const rank = n + 1 - above;
    if (goal - eps > 0 && regularizedBeta(goal - eps, rank, above) > tail) return false;
    return rest - eps <= 0 || regularizedBeta(rest - eps, above, rank) <= tail;
  };
  const holds = (n: number): boolean => {
    const above = n + 1 - conformalRank(n, fraction);
    return above > 0 && isWithin(n, above);
  };

  if (holds(fewest)) return fewest;
  let low = Math.ceil(1 / rest - 1e-9);
  let high = MOST_ROWS;
  if (!isWithin(high, Math.floor((high + 1) * rest)))
    throw new InputError("out-of-range", `no 1e11 rows bring the coverage within ${eps} of the level ${goal}`);
  while (high - low > 1e-6 * Math.max(1, high * 1e-9)) {
    const middle = (low + high) / 2;
    if (isWithin(middle, Math.max(1, Math.floor((middle + 1) * rest)))) high = middle;
    else low = middle;
  }
  let n = Math.ceil(high);
  while (!holds(n)) n++;
  return n;
}

/**
 * P(a number of covered test rows as far out as this | calibration and test rows are exchangeable): twice the smaller
 * tail of the Beta-binomial distribution, at most 1. Both the luck of the calibration set and that of the test rows are in it.
 *
 * @param n calibration scores, an integer ≥ 0
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @param covered test rows covered, an integer in [0, rows]
 * @param rows test rows, an integer ≥ 0
 * @returns exact without ties; tied scores raise the coverage, so that only low coverage remains evidence. 0 where the
 * probability is below about 1e-300
 * @throws {InputError} `out-of-range`
 *
 * Source: Angelopoulos and Bates (2023), appendix C: covered ~ BetaBinomial(rows, rank, n + 1 − rank).
 * Accuracy: 1e-12 relative at rows = 1e6: sums of ratios from the likeliest count, no difference of logarithms.
 */
export function coveragePValue(n: number, level: Decimal | Fraction, covered: number, rows: number): number {
  if (!(Number.isSafeInteger(rows) && rows >= 0))
    throw new InputError("out-of-range", `rows must be an integer >= 0, got ${rows}`);
  if (!(Number.isSafeInteger(covered) && covered >= 0 && covered <= rows))
    throw new InputError("out-of-range", `covered must be an integer in [0, ${rows}], got ${covered}`);
  const rank = conformalRank(n, level);
  const above = n + 1 - rank;
  if (above === 0) return covered === rows ? 1 : 0;

  const centre = Math.min(rows, Math.max(0, Math.floor((rows * rank) / (n + 1))));
  const sums = new Float64Array(3);
  sums[Math.sign(centre - covered) + 1] = 1;
  sumUp(sums, covered, centre, rows, rank, above);
  sumDown(sums, covered, centre, rows, rank, above);
  const total = sums[0] + sums[1] + sums[2];
  return Math.min(1, (2 * (Math.min(sums[0], sums[2]) + sums[1])) / total);
}

/** Adds the weights of all counts above `from`, relative to its own, to the sums of counts below, at and above `covered`. */
function sumUp(sums: Float64Array, covered: number, from: number, rows: number, a: number, b: number): void {
  let weight = 1;
  for (let k = from; k < rows && weight > 0; k++) {
    weight *= ((rows - k) / (k + 1)) * ((k + a) / (rows - k - 1 + b));
    sums[Math.sign(k + 1 - covered) + 1] += weight;
  }
}

function sumDown(sums: Float64Array, covered: number, from: number, rows: number, a: number, b: number): void {
  let weight = 1;
  for (let k = from; k > 0 && weight > 0; k--) {
    weight *= (k / (rows - k + 1)) * ((rows - k + b) / (k - 1 + a));
    sums[Math.sign(k - 1 - covered) + 1] += weight;
  }
}

function checkProbability(probability: number): void {
  if (!(probability > 0 && probability < 1))
    throw new InputError("out-of-range", `probability must be in (0, 1), got ${probability}`);
}

import { InputError } from "../errors.ts";
import { argsort } from "../kernels/argsort.ts";
import { select } from "../kernels/select.ts";
import { type DoubleDouble, multiply, twoSum } from "../special/double-double.ts";
import { type Decimal, exactDecimal, type Fraction } from "./exact-decimal.ts";
import { conformalRank } from "./rank.ts";

/** Bits of a denominator beyond which products would overflow; what is cut off is below 1e-270. */
const LONGEST = 900;

/** A threshold for new scores, with the rank it came from. */
export interface ConformalQuantile {
  /** Calibration scores. */
  readonly n: number;
  /** ⌈(n + 1) · level⌉, in [1, n + 1]. */
  readonly rank: number;
  /** The score of this rank; Infinity where the rank is n + 1. */
  readonly quantile: number;
}

/**
 * The threshold that a new score stays at or below with probability ≥ `level` where it is exchangeable with the given
 * ones: the ⌈(n + 1) · level⌉-th smallest score. Ties only raise the coverage.
 *
 * @param scores n nonconformity scores (larger is stranger), n ≥ 0, ±Infinity allowed; left as they are
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @returns `quantile` is Infinity where n < level / (1 − level): too few scores to promise anything smaller
 * @throws {InputError} `out-of-range`, `not-finite` with the position of the first NaN
 *
 * Source: Papadopoulos et al. (2002); Lei et al. (2018), JASA 113, theorem 2: coverage in [level, level + 1/(n + 1)]
 * without ties.
 */
export function conformalQuantile(scores: Float64Array, level: Decimal | Fraction): ConformalQuantile {
  const n = scores.length;
  const rank = conformalRank(n, level);
  if (rank <= n) return { n, rank, quantile: select(scores, rank - 1) };
  for (let i = 0; i < n; i++) refuseNaN(scores[i], i);
  return { n, rank, quantile: Infinity };
}

/** Scores in ascending order with what their weights sum to, so that each quantile takes a binary search. */
export interface WeightedScores {
  /** Scores of weight > 0, ascending. */
  readonly scores: Float64Array;
  /** Sum of the weights up to and including each score, times `scale`: `high + low`, in twice the precision of a double. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Power of two that keeps sums near one. */
  readonly scale: number;
}

/**
 * The form of weighted scores from which `weightedQuantileAt` answers in O(log n).
 *
 * @param scores n scores, n ≥ 0, ±Infinity allowed; left as they are
 * @param weights n weights ≥ 0 (density ratios, for instance); only ratios matter, and that to the test weight
 * @throws {InputError} `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function prepareWeightedScores(scores: Float64Array, weights: Float64Array): WeightedScores {
  if (weights.length !== scores.length)
    throw new InputError("shape-mismatch", `there are ${scores.length} scores but ${weights.length} weights`);
  let total = 0;
  let present = 0;
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i];
    if (!(weight >= 0 && weight < Infinity))
      throw new InputError("out-of-range", `weight ${i} must be finite and >= 0, got ${weight}`, i);
    refuseNaN(scores[i], i);
    total += weight;
    if (weight > 0) present++;
  }
  if (total === Infinity) throw new InputError("out-of-range", "the weights must sum to a finite number, got Infinity");
  const scale = total > 0 ? 2 ** -Math.max(-1000, Math.floor(Math.log2(total))) : 1;
  const prepared = {
    scores: new Float64Array(present),
    high: new Float64Array(present),
    low: new Float64Array(present),
    scale,
  };
  accumulate(scores, weights, argsort(scores), prepared);
  return prepared;
}

/**
 * The weighted conformal quantile: the smallest score s with weight{scores ≤ s} ≥ level · (all weights + test weight),
 * Infinity where there is none. The test weight is mass at +Infinity.
 *
 * @param prepared of `prepareWeightedScores`
 * @param testWeight weight of the new row in the unit of the others, ≥ 0; Infinity gives Infinity
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @returns Infinity also where no score has weight
 * @throws {InputError} `out-of-range`
 *
 * Source: Tibshirani, Barber, Candès and Ramdas (2019), "Conformal prediction under covariate shift", corollary 1.
 * Accuracy: sums carry 106 bits and are compared without tolerance, a sum equal to the goal has reached it. Equal weights
 * of any size, integer weights and a level of up to 32 digits therefore give exactly the ranks of `conformalRank`.
 */
export function weightedQuantileAt(prepared: WeightedScores, testWeight: number, level: Decimal | Fraction): number {
  if (!(testWeight >= 0)) throw new InputError("out-of-range", `the test weight must be >= 0, got ${testWeight}`);
  const { numerator, denominator } = typeof level === "object" ? level : exactDecimal(level);
  if (numerator <= 0n || numerator >= denominator)
    throw new InputError("out-of-range", `level must be in (0, 1), got ${numerator}/${denominator}`);
  const { scores, high, low, scale } = prepared;
  const n = scores.length;
  const extra = testWeight * scale;
  if (n === 0 || extra === Infinity) return Infinity;
  const sum = twoSum(high[n - 1], extra);
  const excess = BigInt(Math.max(0, denominator.toString(2).length - LONGEST));
  const goal = multiply(twoSum(sum.high, sum.low + low[n - 1]), doubled(numerator >> excess));
  const factor = doubled(denominator >> excess);
  let from = 0;
  let to = n;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const reached = multiply({ high: high[middle], low: low[middle] }, factor);
    if (reached.high > goal.high || (reached.high === goal.high && reached.low >= goal.low)) to = middle;
    else from = middle + 1;
  }
  return from === n ? Infinity : scores[from];
}

/**
 * The weighted conformal quantile for one test weight; see `weightedQuantileAt`, which is the one for many.
 *
 * @param scores n scores, n ≥ 0, ±Infinity allowed; left as they are
 * @param weights n weights ≥ 0
 * @param testWeight weight of the new row in the same unit, ≥ 0
 * @param level wanted coverage, a decimal in (0, 1), or the fraction itself
 * @throws {InputError} `shape-mismatch`, `out-of-range`, `not-finite`
 */
export function weightedConformalQuantile(
  scores: Float64Array,
  weights: Float64Array,
  testWeight: number,
  level: Decimal | Fraction,
): number {
  return weightedQuantileAt(prepareWeightedScores(scores, weights), testWeight, level);
}

function accumulate(scores: Float64Array, weights: Float64Array, order: Uint32Array, into: WeightedScores): void {
  let k = 0;
  for (let i = 0; i < order.length; i++) {
    const weight = weights[order[i]] * into.scale;
    if (weights[order[i]] === 0) continue;
    const before = k === 0 ? 0 : into.high[k - 1];
    const sum = before + weight;
    const part = sum - before;
    const rest = before - (sum - part) + (weight - part) + (k === 0 ? 0 : into.low[k - 1]);
    into.scores[k] = scores[order[i]];
    into.high[k] = sum + rest;
    into.low[k] = rest - (into.high[k] - sum);
    k++;
  }
}

function doubled(value: bigint): DoubleDouble {
  const high = Number(value);
  return { high, low: Number(value - BigInt(high)) };
}

function refuseNaN(score: number, i: number): void {
  if (Number.isNaN(score)) throw new InputError("not-finite", `score ${i} is NaN and has no rank`, i);
}

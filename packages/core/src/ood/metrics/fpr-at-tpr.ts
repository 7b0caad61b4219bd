import { exactDecimal } from "../../conformal/exact-decimal.ts";
import { InputError } from "../../errors.ts";
import type { Estimate } from "../../estimate.ts";
import { wilson } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import { weighted } from "../../metrics/weighted.ts";
import { regularizedBeta } from "../../special/regularized-beta.ts";
import { joinScores, type OodPositive, type OodScores } from "./inside-outside.ts";
import { checkPositive, type OodMetricOptions } from "./ood-areas.ts";

/** Options of `fprAtTpr`. */
export interface FprOptions extends OodMetricOptions {
  /**
   * `inside`: the share of outside rows let in by the threshold that lets in the wanted share of inside rows. `outside`: the
   * share of inside rows called outside by the threshold that finds the wanted share of outside rows. Default `inside`.
   */
  readonly positive?: OodPositive;
  /** Wanted share of the positives found, a decimal in (0, 1). Default 0.95. */
  readonly tpr?: number;
}

/** A false-positive rate with the threshold that it belongs to. */
export interface FprAtTpr extends Estimate {
  /** In the unit of the scores: rows at or above it are called inside (`inside`), at or below it outside (`outside`). */
  readonly threshold: number;
  /** The share of positives that it finds: at least what was wanted, more with ties or few rows. */
  readonly reachedTpr: number;
}

/**
 * The share of negatives that are called positive by the strictest threshold which finds the wanted share of positives.
 *
 * The threshold is the score of the ⌈tpr · n₁⌉-th positive, counted in whole numbers (under weights the first score at which
 * the sum of weights reaches the share, up to 1e-12), and rows with exactly that score are called positive. Which rows are
 * called positive changes the number: both ways are in use under the same name.
 *
 * @param rows scores of inside and outside rows, larger for rows more like the training data
 * @returns in [0, 1], lower is better. The interval counts that the threshold is estimated as well: it joins the Wilson
 *   interval of the rate with the range of the rate over an exact interval of order statistics for the threshold, by the root
 *   of their squared distances from the value. `asymptotic`, covering 95 % to 99 % in simulation; `approximate` below 20
 *   effective rows of either kind. Where the positives are too few to bound the threshold (72 or fewer at tpr 0.95 and level
 *   0.95), the upper end is 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`
 *
 * Source: root of squared distances: Zou and Donner (2008), Stat. Med. 27; order statistics of a quantile: Conover (1999),
 * "Practical nonparametric statistics", §3.2.
 */
export function fprAtTpr(rows: OodScores, options: FprOptions = {}): FprAtTpr {
  const { level = 0.95, positive = "inside", tpr = 0.95 } = options;
  checkPositive(positive);
  if (!(tpr > 0 && tpr < 1)) throw new InputError("out-of-range", `tpr must be in (0, 1), got ${tpr}`);
  const { scores, outcomes, weights } = joinScores(rows, positive);
  const sample = checkSample(scores.length, { level, ...(weights ? { weights } : {}) });
  const negatives = rowsOf(0, scores, outcomes, weights);
  const positives = rowsOf(1, scores, outcomes, weights);
  const isCounted = weights === undefined;
  const threshold = positives.scores[isCounted ? exactRank(positives.scores.length, tpr) : rankOfShare(positives, tpr)];
  const value = shareFrom(negatives, threshold);
  const own = wilson(value, negatives.effective, level);
  const { fewest, most } = binomialRange(positives.effective, tpr, level);
  const strict = fewest <= 0 ? 0 : shareFrom(negatives, scoreAt(positives, fewest / positives.effective));
  const loose = most > positives.effective ? 1 : shareFrom(negatives, scoreAt(positives, most / positives.effective));
  const isFew = Math.min(positives.effective, negatives.effective) < 20;
  const lower = value - Math.hypot(value - Math.min(strict, value), value - own.lower);
  const upper = value + Math.hypot(Math.max(loose, value) - value, own.upper - value);
  return {
    value,
    lower: Math.max(0, lower),
    upper: Math.min(1, upper),
    level,
    n: sample.n,
    effectiveN: sample.effectiveN,
    interval: isFew ? "approximate" : "asymptotic",
    spec: { metric: "fpr-at-tpr", positive, tpr, ties: "called positive", ...weighted(sample) },
    threshold: positive === "outside" ? 0 - threshold : threshold,
    reachedTpr: shareFrom(positives, threshold),
  };
}

/** Rows of one kind with some weight, from the highest score down. */
interface Kind {
  readonly scores: Float64Array;
  /** Sum of the weights up to each row and with it. */
  readonly mass: Float64Array;
  /** (Σw)²/Σw². */
  readonly effective: number;
}

function rowsOf(kind: number, scores: Float64Array, outcomes: Uint8Array, weights: Float64Array | undefined): Kind {
  const order = argsort(scores);
  const kept: number[] = [];
  const mass: number[] = [];
  let total = 0;
  let squares = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k];
    const weight = weights === undefined ? 1 : weights[i];
    if (outcomes[i] !== kind || weight === 0) continue;
    total += weight;
    squares += weight * weight;
    kept.push(scores[i]);
    mass.push(total);
  }
  if (kept.length === 0)
    throw new InputError("one-class", "every row with weight is of the same kind, both inside and outside are needed");
  return { scores: Float64Array.from(kept), mass: Float64Array.from(mass), effective: (total * total) / squares };
}

/** Position of the ⌈tpr · n⌉-th score. */
function exactRank(n: number, tpr: number): number {
  const { numerator, denominator } = exactDecimal(tpr, "tpr");
  return Number((BigInt(n) * numerator + denominator - 1n) / denominator) - 1;
}

/** Position of the first row at which the weights so far reach a share of their sum. */
function rankOfShare({ mass }: Kind, share: number): number {
  const wanted = share * mass[mass.length - 1] * (1 - 1e-12);
  let from = 0;
  let to = mass.length - 1;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (mass[middle] >= wanted) to = middle;
    else from = middle + 1;
  }
  return from;
}

function scoreAt(kind: Kind, share: number): number {
  return kind.scores[rankOfShare(kind, Math.min(1, share))];
}

/** The weighted share of rows that score at or above a threshold. */
function shareFrom({ scores, mass }: Kind, threshold: number): number {
  let from = 0;
  let to = scores.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (scores[middle] >= threshold) from = middle + 1;
    else to = middle;
  }
  return from === 0 ? 0 : Math.min(1, mass[from - 1] / mass[mass.length - 1]);
}

/** Ranks between which the true threshold lies: it has fewer rows than `fewest` above it, or `most` and more, seldom. */
function binomialRange(n: number, share: number, level: number): { fewest: number; most: number } {
  const tail = (1 - level) / 2;
  const whole = Math.max(1, Math.floor(n + 1e-9));
  const atLeast = (k: number): number => (k <= 0 ? 1 : k > whole ? 0 : regularizedBeta(share, k, whole - k + 1));
  let low = 0;
  let high = whole + 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (atLeast(middle) <= tail) high = middle;
    else low = middle;
  }
  const most = high;
  low = 0;
  high = whole + 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (1 - atLeast(middle) <= tail) low = middle;
    else high = middle;
  }
  return { fewest: low, most: most > whole ? Number.POSITIVE_INFINITY : most };
}

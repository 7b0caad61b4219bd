import { InputError } from "../../errors.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { type CheckedSample, checkSample, isUnweighted } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { scaledProblem } from "../../optimize/logistic.ts";
import { type LogisticProblem, minimizeLoss, type QuadraticTerm } from "../../optimize/logistic-newton.ts";
import type { BinaryFeature, LogisticMap } from "../binary-map.ts";
import type { FitCertificate, FitOptions } from "../fit.ts";

/** Default of `clip` wherever a logarithm of a score is taken. */
export const DEFAULT_CLIP = 1e-6;

/** Scores and outcomes that have been checked. */
export interface BinaryRows {
  readonly scores: Float64Array;
  readonly outcomes: Uint8Array;
  readonly sample: CheckedSample;
  /** Whether an outcome of 0, and of 1, has weight. */
  readonly seen: readonly [boolean, boolean];
}

/**
 * Checks what every binary fit is given.
 *
 * @param scores n values: in [0, 1], or any finite reals
 * @param outcomes n values, 0 or 1
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range` with the row
 */
export function binaryRows(
  scores: Float64Array,
  outcomes: Uint8Array,
  { weights, merged }: FitOptions,
  domain: "probability" | "real" = "probability",
): BinaryRows {
  if (domain === "probability") checkPairs(scores, outcomes, "score");
  else checkReals(scores, outcomes);
  const sample = checkSample(scores.length, {
    ...(weights === undefined ? {} : { weights }),
    ...(merged === undefined ? {} : { merged }),
  });
  let [zero, one] = [false, false];
  for (let i = 0; i < outcomes.length && !(zero && one); i++) {
    if (weights !== undefined && weights[i] === 0) continue;
    if (outcomes[i] === 1) one = true;
    else zero = true;
  }
  return { scores, outcomes, sample, seen: [zero, one] };
}

function checkReals(scores: Float64Array, outcomes: Uint8Array): void {
  const n = scores.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (outcomes.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} rows of score but ${outcomes.length} outcomes`);
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(scores[i]))
      throw new InputError("not-finite", `score ${scores[i]} at row ${i} is not a finite number`, i);
    if (outcomes[i] > 1) throw new InputError("out-of-range", `outcome ${outcomes[i]} at row ${i} is not 0 or 1`, i);
  }
}

/** @throws {InputError} `out-of-range` unless [clip, 1 - clip] is an interval inside (0, 1) */
export function checkClip(clip: number): void {
  if (!(clip > 0 && clip < 0.5 && 1 - clip < 1))
    throw new InputError("out-of-range", `clip must be in [2^-53, 0.5), got ${clip}`);
}

/** @throws {InputError} `one-class` unless both outcomes occur among the rows of positive weight */
export function requireBothOutcomes({ seen }: BinaryRows, what: string): void {
  if (!(seen[0] && seen[1]))
    throw new InputError("one-class", `${what} needs both outcomes, but every outcome is ${seen[1] ? 1 : 0}`);
}

/** @throws {InputError} `too-few` where the scores with weight take fewer than `least` values once clipped */
export function requireDistinct(rows: BinaryRows, clip: number, least: number, what: string): void {
  const { scores, sample } = rows;
  const found: number[] = [];
  for (let i = 0; i < scores.length && found.length < least; i++) {
    if (sample.weights !== undefined && sample.weights[i] === 0) continue;
    const score = clip > 0 ? Math.min(1 - clip, Math.max(clip, scores[i])) : scores[i];
    if (!found.includes(score)) found.push(score);
  }
  if (found.length < least)
    throw new InputError(
      "too-few",
      `${what} needs ${least} different scores, but there ${found.length === 1 ? "is 1" : `are ${found.length}`}: ${found.join(", ")}`,
    );
}

/** Integers above this are no counts, but weights of some unit: multiplied by 1e12, nearly all numbers are integers. */
const LARGEST_COUNT = 1e6;

/**
 * What a weight is multiplied by to become a number of rows, for methods that need to know how much data there is. Weights
 * that are all integers up to a million are counts (weight 2 is a row twice); others are taken to sum to Kish's effective
 * number of rows.
 */
export function rowsPerWeight(sample: CheckedSample): number {
  const { weights, counts, totalWeight, effectiveN } = sample;
  if (weights === undefined) return 1;
  const areCounts = counts === undefined ? weights.every(isCount) : isUnweighted(sample);
  return areCounts ? 1 : effectiveN / totalWeight;
}

function isCount(weight: number): boolean {
  return Number.isInteger(weight) && weight <= LARGEST_COUNT;
}

/** One column per feature, in order; logarithms of scores clipped to [clip, 1 - clip]. */
export function featureMatrix(scores: Float64Array, features: readonly BinaryFeature[], clip: number): Matrix {
  const rows = scores.length;
  const cols = features.length;
  const data = new Float64Array(rows * cols);
  features.forEach((feature, j) => {
    fillColumn(data, j, cols, scores, feature, clip);
  });
  return { data, rows, cols };
}

/** One loop per feature: a choice within the loop costs as much as the logarithm. */
function fillColumn(
  data: Float64Array,
  from: number,
  stride: number,
  scores: Float64Array,
  feature: BinaryFeature,
  clip: number,
): void {
  const n = scores.length;
  const most = 1 - clip;
  if (feature === "one") for (let i = 0; i < n; i++) data[from + i * stride] = 1;
  else if (feature === "score") for (let i = 0; i < n; i++) data[from + i * stride] = scores[i];
  else if (feature === "log")
    for (let i = 0; i < n; i++) data[from + i * stride] = Math.log(Math.min(most, Math.max(clip, scores[i])));
  else if (feature === "minus-log-complement")
    for (let i = 0; i < n; i++) data[from + i * stride] = -Math.log1p(-Math.min(most, Math.max(clip, scores[i])));
  else {
    for (let i = 0; i < n; i++) {
      const p = Math.min(most, Math.max(clip, scores[i]));
      data[from + i * stride] = Math.log(p / (1 - p));
    }
    if (feature === "logit-squared") for (let at = from; at < data.length; at += stride) data[at] *= data[at];
  }
}

/** An optimum of the mean log loss over some features. */
export interface TermsFit {
  /** One per column. */
  readonly coefficients: Float64Array;
  readonly certificate: FitCertificate;
  /** Hessian of the objective by the coefficients: cols × cols. */
  readonly hessian: Float64Array;
}

/** Further choices of `fitTerms`; all by the coefficients as they are, not in the units of the optimiser. */
export interface TermsOptions {
  /** Known summand of the linear predictor. */
  readonly offset?: Float64Array;
  /** Added to the mean log loss: linear·β + ½ βᵀ·quadratic·β. */
  readonly extra?: QuadraticTerm;
}

/**
 * The coefficients of the columns that minimise the mean log loss.
 *
 * @throws {InputError} `incompatible` where no finite optimum exists
 */
export function fitTerms(rows: BinaryRows, features: Matrix, options: TermsOptions = {}): TermsFit {
  const { offset, extra } = options;
  const { cols } = features;
  const problem = scaledProblem(features, rows.outcomes, {
    ...(rows.sample.weights === undefined ? {} : { weights: rows.sample.weights }),
    ...(offset === undefined ? {} : { offset }),
  });
  const { units } = problem;
  const full: LogisticProblem =
    extra === undefined
      ? problem
      : {
          ...problem,
          extra: {
            linear: extra.linear.map((value, j) => value * units[j]),
            quadratic: extra.quadratic.map((value, jk) => value * units[Math.floor(jk / cols)] * units[jk % cols]),
          },
        };
  const { point, iterations } = minimizeLoss(full);
  const hessian = new Float64Array(cols * cols);
  for (let j = 0; j < cols; j++)
    for (let k = 0; k < cols; k++)
      hessian[j * cols + k] = point.hessian[Math.max(j, k) * cols + Math.min(j, k)] / (units[j] * units[k]);
  return {
    coefficients: point.beta.map((value, j) => value * units[j]),
    certificate: { objective: point.loss, gradientNorm: point.gradientNorm, iterations },
    hessian,
  };
}

/** A logistic map of the features with their coefficients. */
export function logisticMap(
  features: readonly BinaryFeature[],
  coefficients: ArrayLike<number>,
  clip: number,
): LogisticMap {
  return {
    kind: "logistic",
    terms: features.map((feature, j) => ({ feature, coefficient: coefficients[j] })),
    clip,
  };
}

/** A sentence on the scores that were moved to `clip` or 1 - `clip`, where there are any. */
export function clippingNotes({ scores, sample }: BinaryRows, clip: number): string[] {
  const { weights, counts } = sample;
  let count = 0;
  let total = 0;
  for (let i = 0; i < scores.length; i++) {
    const rows = counts === undefined ? 1 : counts[i];
    total += rows;
    if ((scores[i] < clip || scores[i] > 1 - clip) && (weights === undefined || weights[i] > 0)) count += rows;
  }
  if (count === 0) return [];
  const these = count === 1 ? `1 of ${total} scores lies` : `${count} of ${total} scores lie`;
  return [`${these} outside [${clip}, 1 - ${clip}] and ${count === 1 ? "counts as its end" : "count as its ends"}.`];
}

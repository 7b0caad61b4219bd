import { InputError } from "../../errors.ts";
import { scaledProblem } from "../../optimize/logistic.ts";
import { type LogisticProblem, meanLoss, minimizeLoss } from "../../optimize/logistic-newton.ts";
import { chiSquareSurvival } from "../../special/chi-square.ts";
import { bernsteinBound } from "./bernstein-bound.ts";
import type { RowSteps } from "./row-steps.ts";

/** Probabilities are held this far from 0 and 1 before their logit is taken. */
const CLIP = 1e-6;

/** Below such a likelihood ratio statistic rounding would decide; its p-value is 1 to six digits. */
const NO_GAIN = 1e-6;

/** Share of its second moment by which the logit must vary for its slope to be tested. */
const LEAST_SPREAD = 1e-9;

/** Result of `logitLineTest`. */
export interface LogitLine {
  /** In [0, 1]; of the slope alone, and a bound that holds for any n, where the outcomes are separated. */
  readonly pValue: number;
  /** True where the scores separate the outcomes: larger coefficients always fit better, so the likelihood has no maximum. */
  readonly isSeparated: boolean;
}

/**
 * Likelihood ratio test of "intercept 0 and slope 1" in the logistic regression of the outcome on the logit of the
 * probability, adjusted so that its p-value stays right far out in the tail and where events are rare. One degree of freedom
 * where all scores are equal.
 *
 * @param probabilities n values in [0, 1]; clipped to [1e-6, 1 - 1e-6]
 * @param outcomes n values, 0 or 1
 *
 * Source: Skovgaard (2001), Scandinavian Journal of Statistics 28, w* for all parameters of an exponential family; for one
 * coefficient it is the square of r* of Barndorff-Nielsen (1986), Biometrika 73.
 */
export function logitLineTest(probabilities: Float64Array, outcomes: Uint8Array, rows: RowSteps): LogitLine {
  const { problem, scores, information, largest } = lineProblem(probabilities, outcomes, rows);
  const { cols, units, totalWeight } = problem;
  const found = optimum(problem);
  if (found === undefined)
    return { pValue: cols === 2 ? bernsteinBound(scores[1], information[1], largest) : 1, isSeparated: true };
  const { beta, loss, hessian } = found;
  const gain = 2 * totalWeight * (meanLoss(problem, new Float64Array(cols)) - loss);
  if (!(gain > NO_GAIN)) return { pValue: 1, isSeparated: false };
  let statistic = 0;
  let product = 0;
  let ratio = cols === 1 ? hessian[0] : hessian[0] * hessian[3] - hessian[2] * hessian[2];
  for (let j = 0; j < cols; j++) {
    statistic += scores[j] ** 2 / information[j];
    product += beta[j] * units[j] * scores[j];
    ratio *= totalWeight / (information[j] * units[j] ** 2);
  }
  const adjustment = (cols / 2) * Math.log(statistic / gain) + Math.log(gain / product) - Math.log(ratio) / 2;
  return {
    pValue: chiSquareSurvival(Math.max(0, gain - adjustment) ** 2 / gain, cols),
    isSeparated: false,
  };
}

function optimum(problem: LogisticProblem): ReturnType<typeof minimizeLoss>["point"] | undefined {
  try {
    return minimizeLoss(problem).point;
  } catch (error) {
    if (InputError.is(error)) return undefined;
    throw error;
  }
}

/** The regression with the logits as offset, and its sums at 0, where its columns are uncorrelated. */
interface LineProblem {
  readonly problem: LogisticProblem;
  /** Per column: Σ x·(y - p), and its variance. */
  readonly scores: readonly number[];
  readonly information: readonly number[];
  /** The largest |x| of the last column. */
  readonly largest: number;
}

function lineProblem(probabilities: Float64Array, outcomes: Uint8Array, { steps, counts }: RowSteps): LineProblem {
  const rows = probabilities.length;
  const offset = new Float64Array(rows);
  // In arrays: variables of a loop that runs once, over millions of rows, would be boxed in every turn.
  const sums = new Float64Array(4);
  for (let i = 0; i < rows; i++) {
    const p = clipped(probabilities[i]);
    const x = steps ? steps[i] : 1;
    const count = counts ? counts[i] : 1;
    const information = count * x * x * p * (1 - p);
    offset[i] = Math.log(p) - Math.log1p(-p);
    sums[0] += count * x * (outcomes[i] - p);
    sums[1] += information;
    sums[2] += information * offset[i];
    sums[3] += information * offset[i] * offset[i];
  }
  const centre = sums[2] / sums[1];
  const data = new Float64Array(2 * rows);
  const slope = new Float64Array(3);
  for (let i = 0; i < rows; i++) {
    const p = clipped(probabilities[i]);
    const count = counts ? counts[i] : 1;
    const step = steps ? steps[i] : 1;
    const x = step * (offset[i] - centre);
    data[2 * i] = step;
    data[2 * i + 1] = x;
    slope[0] += count * x * (outcomes[i] - p);
    slope[1] += count * x * x * p * (1 - p);
    slope[2] = Math.max(slope[2], Math.abs(x));
  }
  const options = counts ? { offset, weights: counts } : { offset };
  if (slope[1] > LEAST_SPREAD * sums[3])
    return {
      problem: scaledProblem({ data, rows, cols: 2 }, outcomes, options),
      scores: [sums[0], slope[0]],
      information: [sums[1], slope[1]],
      largest: slope[2],
    };
  const level = steps ?? new Float64Array(rows).fill(1);
  return {
    problem: scaledProblem({ data: level, rows, cols: 1 }, outcomes, options),
    scores: [sums[0]],
    information: [sums[1]],
    largest: 1,
  };
}

function clipped(p: number): number {
  return Math.min(1 - CLIP, Math.max(CLIP, p));
}

import type { SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { regularizedBeta } from "../../special/regularized-beta.ts";
import { bernsteinBound } from "./bernstein-bound.ts";
import { calibrationScoreTest } from "./calibration-score-test.ts";
import { eventCountTest } from "./event-count-test.ts";
import { logitLineTest } from "./logit-line-test.ts";
import { rowSteps } from "./row-steps.ts";

/** Expected failures of a perfect model below which only the number of events is tested. */
const LINE_ABOVE = 3;

/** Expected failures above which the score test, which needs no fit, says the same. */
const SCORE_ABOVE = 1e5;

/** Expected failures up to which the number of events is tested exactly where there is no line. */
const COUNT_BELOW = 10;

/** As `LINE_ABOVE` under unequal weights, counted in failures of the heaviest row: one of them can carry a sum. */
const WEIGHTED_LINE_ABOVE = 10;

/**
 * P-value against "these probabilities are calibrated" that can be trusted for few rows, for rare events, and far out in the
 * tail, where the false discovery rate over hundreds of groups is decided.
 *
 * An adjusted likelihood ratio test of intercept and slope on the logit scale; the score test where a perfect model would
 * show 100 000 failures or more, since both then agree. For one constant score, and where a perfect model would show fewer
 * than three failures (or hits): twice the smaller tail of the number of events, exact for any n. Under unequal weights: twice
 * Bernstein's bound on the weighted gap, where a perfect model would show fewer than ten failures as heavy as the heaviest
 * row. Where the scores separate the outcomes: twice the smaller of the p-value of the gap, exact below ten expected failures
 * and otherwise Bernstein's bound, and of Bernstein's bound on the gap weighted by the centred logit.
 *
 * @param probabilities n values in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a number in [0, 1]
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Skovgaard (2001), Scandinavian Journal of Statistics 28, for the adjustment.
 */
export function calibrationEvidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions = {},
): number {
  checkPairs(probabilities, outcomes);
  return evidence(
    probabilities,
    outcomes,
    options,
    () => calibrationScoreTest(probabilities, outcomes, options).pValue,
  );
}

/** `calibrationEvidence` of checked pairs, for callers who may know the p-value of the score test already. */
export function evidence(
  probabilities: Float64Array,
  outcomes: Uint8Array,
  options: SampleOptions,
  scorePValue: () => number,
): number {
  const rows = rowSteps(checkSample(probabilities.length, options));
  const { steps, counts } = rows;
  // In an array: variables of a loop that runs once, over millions of rows, would be boxed in every turn.
  const sums = new Float64Array(4);
  let constant: number | undefined;
  let isConstant = true;
  for (let i = 0; i < probabilities.length; i++) {
    const count = counts ? counts[i] : 1;
    if (count === 0) continue;
    const step = steps ? steps[i] : 1;
    const p = probabilities[i];
    constant ??= p;
    if (p !== constant) isConstant = false;
    sums[0] += count * step * step * p * (1 - p);
    sums[1] += count * step * (outcomes[i] - p);
    sums[2] += count * outcomes[i];
    sums[3] += count;
  }
  const [variance, gap, observed, n] = sums;
  if (isConstant && !steps && constant !== undefined) return binomialTest(observed, n, constant);
  if (variance >= SCORE_ABOVE) return scorePValue();
  const ofLevel = (): number =>
    steps || variance >= COUNT_BELOW
      ? bernsteinBound(gap, variance, 1)
      : eventCountTest(probabilities, outcomes, counts);
  if (variance < (steps ? WEIGHTED_LINE_ABOVE : LINE_ABOVE)) return ofLevel();
  const { pValue, isSeparated } = logitLineTest(probabilities, outcomes, rows);
  return isSeparated ? Math.min(1, 2 * Math.min(ofLevel(), pValue)) : pValue;
}

/** Twice the smaller tail of Binomial(n, p) at k. */
function binomialTest(k: number, n: number, p: number): number {
  const atLeast = k === 0 ? 1 : regularizedBeta(p, k, n - k + 1);
  const atMost = k === n ? 1 : regularizedBeta(1 - p, n - k, k + 1);
  return Math.min(1, 2 * Math.min(atLeast, atMost));
}

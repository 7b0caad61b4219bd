import type { Estimate } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";
import { checkScores } from "./check-scores.ts";
import { precisionEstimate, precisionFromGroups } from "./precision-estimate.ts";
import { type RankedOptions, tieGroups } from "./tie-groups.ts";

/**
 * Average precision: Σ (recall step) × (precision at that threshold) over the distinct scores, no interpolation.
 *
 * @param scores n finite reals; higher means more likely positive
 * @param outcomes n values, 0 or 1; 1 must occur with some weight
 * @returns a number in (0, 1], higher is better; the base rate is what a random order scores. Interval: influence
 *   function, Student-t on the logit scale, `approximate`: with few rows of either outcome the estimate is skewed and biased
 *   upwards (in simulation it covers 92 % to 98 % at 20 to 50 rows of the rarer outcome). It is cut at what the worst order
 *   would give at the lower Clopper–Pearson bound of the base rate
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `one-class` without a positive
 *
 * Source: the definition of scikit-learn's `average_precision_score`; influence function by differentiating
 * E[precision(S) | Y = 1] in the masses of the rows.
 */
export function averagePrecision(scores: Float64Array, outcomes: Uint8Array, options: RankedOptions = {}): Estimate {
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const groups = tieGroups(scores, outcomes, sample, options.order);
  const { value, variance } = precisionFromGroups(groups);
  return precisionEstimate(value, variance, sample, groups, {
    metric: "average-precision",
    ties: "grouped",
    rule: "step",
    ...weighted(sample),
  });
}

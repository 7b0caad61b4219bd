import type { Estimate } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";
import { checkScores } from "./check-scores.ts";
import { precisionEstimate, precisionFromGroups } from "./precision-estimate.ts";
import { type RankedOptions, tieGroups } from "./tie-groups.ts";

/**
 * Area under the precision-recall curve by trapezoids, from recall 0 with precision 1.
 *
 * Straight lines between points of this curve cannot be reached by any threshold, so the area is too high; it is here to
 * reproduce other tools. Prefer `averagePrecision`.
 *
 * @returns a number in [0, 1]; the interval has the width of that of `averagePrecision` on the logit scale
 * @throws {InputError} as `averagePrecision`
 *
 * Source: `auc(recall, precision)` on scikit-learn's `precision_recall_curve`; Davis and Goadrich (2006), ICML.
 */
export function prAucTrapezoid(scores: Float64Array, outcomes: Uint8Array, options: RankedOptions = {}): Estimate {
  checkScores(scores, outcomes);
  const sample = checkSample(scores.length, options);
  const groups = tieGroups(scores, outcomes, sample, options.order);
  const { variance } = precisionFromGroups(groups);
  let area = 0;
  let mass = 0;
  let hits = 0;
  let last = 1;
  for (let g = 0; g < groups.count; g++) {
    mass += groups.mass[g];
    hits += groups.hits[g];
    const precision = hits / mass;
    area += (groups.hits[g] / groups.totalHits) * ((precision + last) / 2);
    last = precision;
  }
  const spec = {
    metric: "pr-auc-trapezoid",
    ties: "grouped",
    rule: "trapezoid",
    start: "recall 0, precision 1",
    ...weighted(sample),
  };
  return precisionEstimate(Math.min(1, area), variance, sample, groups, spec);
}

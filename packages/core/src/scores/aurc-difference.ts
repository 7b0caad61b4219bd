import type { Estimate, SampleOptions } from "../estimate.ts";
import { estimateFromInfluence } from "../intervals/mean.ts";
import { checkSample } from "../intervals/sample.ts";
import { argsort } from "../kernels/argsort.ts";
import { expectedTiesArea } from "../metrics/selective/aurc-areas.ts";
import { aurcInfluence, rowInfluence } from "../metrics/selective/group-influence.ts";
import { type Correctness, checkSelective, lossGroups } from "../metrics/selective/selective-rows.ts";
import { weighted } from "../metrics/weighted.ts";

/**
 * Difference of two areas under the risk-coverage curve on the same rows: that of `scores` minus that of `others`.
 *
 * @param scores n finite reals, larger is surer
 * @param others n finite reals of the second score, row for row
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [−1, 1], below 0 where `scores` is better; ties count as the mean over their orders. Interval: the
 *   paired influence function, Student-t; `approximate`, because the bias of an area of few errors is no part of it
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function aurcDifference(
  scores: Float64Array,
  others: Float64Array,
  correct: Correctness,
  options: SampleOptions = {},
): Estimate {
  checkSelective(scores, correct);
  checkSelective(others, correct);
  const sample = checkSample(scores.length, options);
  const parts = [scores, others].map((values) => {
    const order = argsort(values);
    const groups = lossGroups(values, correct, sample, order);
    return {
      area: expectedTiesArea(groups, sample),
      influence: rowInfluence(groups, aurcInfluence(groups), values, correct, order),
    };
  });
  const [first, second] = parts;
  const difference = first.influence.map((value, i) => value - second.influence[i]);
  const spec = { metric: "aurc-difference", convention: "expected-ties", paired: true, ...weighted(sample) };
  return estimateFromInfluence(first.area - second.area, difference, spec, {
    ...options,
    min: -1,
    max: 1,
    kind: "approximate",
  });
}

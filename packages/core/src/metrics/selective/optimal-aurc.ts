import type { Estimate } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { AURC_SHAPE, areaEstimate, lossSummary } from "./area-interval.ts";
import { aurcSpec } from "./aurc.ts";
import { checkExcessConvention, type ExcessAurcOptions } from "./excess-aurc.ts";
import { aurcInfluence, influenceVariance } from "./group-influence.ts";
import { optimalArea } from "./optimal-area.ts";
import { type Correctness, checkSelective, optimalGroups } from "./selective-rows.ts";

/**
 * The area under the risk-coverage curve of the best possible order: correct rows first.
 *
 * @param correct n values, 0 or 1, or grades in [0, 1] as a `Float64Array`
 * @returns a number in [0, 1]; the least `aurc` that these losses allow (see `ExcessAurcOptions.convention`)
 * @throws {InputError} as `excessAurc`
 */
export function optimalAurc(correct: Correctness, options: ExcessAurcOptions = {}): Estimate {
  const { convention = "prefix-mean" } = options;
  checkSelective(new Float64Array(correct.length), correct);
  const sample = checkSample(correct.length, options);
  checkExcessConvention(convention, sample);
  const groups = optimalGroups(correct, sample);
  const variance = influenceVariance(groups, aurcInfluence(groups), sample);
  const value = optimalArea(correct, sample, convention);
  const spec = aurcSpec("optimal-aurc", convention, sample);
  return areaEstimate(value, variance, spec, sample, lossSummary(groups), AURC_SHAPE);
}

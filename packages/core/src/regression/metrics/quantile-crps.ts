import type { Estimate, SampleOptions } from "../../estimate.ts";
import type { Matrix } from "../../matrix.ts";
import { checkQuantiles } from "../check-forecast.ts";
import { pinballRows } from "./pinball-loss.ts";
import { rowEstimate } from "./row-estimate.ts";

/**
 * The CRPS as quantiles can tell it: twice the mean pinball loss over the levels. It is the exact CRPS only in the limit
 * of many evenly spaced levels, equals the weighted interval score for symmetric levels, and depends on which levels
 * there are: compare forecasts on the same levels only.
 *
 * @param levels k levels, ascending in (0, 1)
 * @param values n × k quantiles, a column per level; rows may cross
 * @returns ≥ 0, lower is better, unit of the outcome. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Bracher, Ray, Gneiting and Reich (2021), PLOS Computational Biology 17(2), section 2.2.
 */
export function quantileCrps(
  levels: readonly number[],
  values: Matrix,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  checkQuantiles(levels, values, outcomes);
  const losses = pinballRows(levels, values, outcomes).map((loss) => 2 * loss);
  const spec = { metric: "quantile-crps", levels: levels.length, scale: "2 x mean pinball loss, not the exact crps" };
  return rowEstimate(losses, spec, { ...options, min: 0 });
}

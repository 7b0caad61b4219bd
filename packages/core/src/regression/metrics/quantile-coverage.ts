import type { Estimate, SampleOptions } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkColumns } from "../check-forecast.ts";

/**
 * Share of outcomes at or below their forecast quantile.
 *
 * @param quantiles n forecasts of one quantile
 * @returns in [0, 1]; a calibrated forecast shows the level of the quantile. Wilson interval
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function quantileCoverage(
  quantiles: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  const sample = checkSample(checkColumns({ quantiles, outcomes }), options);
  const sums = new Float64Array(1);
  for (let i = 0; i < outcomes.length; i++)
    if (outcomes[i] <= quantiles[i]) sums[0] += sample.weights ? sample.weights[i] : 1;
  const spec = { metric: "quantile-coverage", scale: "share of outcomes <= quantile", ...weighted(sample) };
  return proportionEstimate(sums[0] / sample.totalWeight, spec, sample.n, sample.effectiveN, sample.level);
}

import type { Spec } from "../../estimate.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { findRoot } from "../../optimize/brent.ts";
import { weighted } from "../weighted.ts";
import type { CumulativeDifferences, CumulativeTestEstimate } from "./cumulative-differences.ts";

/**
 * The estimate of a size of the curve of cumulative differences.
 *
 * The noise of the curve is dominated by a Brownian motion of the larger of spread and scale (its covariance is
 * smaller, so Anderson's inequality applies), and the size is a norm: value ± quantile covers at least at its level as
 * n grows.
 *
 * @param value the size, in units of probability
 * @param survival upper tail of that size of a standard Brownian motion on [0, 1]
 */
export function cumulativeTest(
  value: number,
  { scale, spread }: CumulativeDifferences,
  survival: (x: number) => number,
  spec: Spec,
  sample: CheckedSample,
): CumulativeTestEstimate {
  const { level, n, effectiveN } = sample;
  const statistic = scale > 0 ? value / scale : value > 0 ? Infinity : 0;
  const noise = Math.max(spread, scale);
  const quantile = findRoot((x) => survival(x) - (1 - level), 1e-3, 40, { tolerance: 1e-12 }).root;
  return {
    value,
    lower: Math.max(0, value - quantile * noise),
    upper: Math.min(1, value + quantile * noise),
    level,
    n,
    effectiveN,
    interval: "conservative",
    spec: { ...spec, ...weighted(sample) },
    statistic,
    z: statistic,
    pValue: statistic === 0 ? 1 : statistic === Infinity ? 0 : survival(statistic),
  };
}

import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { estimateFromInfluence, weightedMean } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkColumns } from "../check-forecast.ts";
import { LEAST_VARIANCE } from "./r-squared.ts";

/** Least-squares line of the outcomes on the forecasts. */
export interface OutcomeLine {
  /** 1 for a forecast that moves as far as the outcomes do; below 1 it moves too far. */
  readonly slope: Estimate;
  /** Unit of the outcome. */
  readonly intercept: Estimate;
}

/**
 * The line outcome = intercept + slope · forecast by least squares: slope 1 and intercept 0 where forecasts are right on
 * average at every height.
 *
 * @param point n forecasts, not all equal
 * @param outcomes n numbers in the same unit
 * @returns intervals by the sandwich variance, so that errors may differ in size
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` for equal forecasts
 *
 * Source: Mincer and Zarnowitz (1969), "The evaluation of economic forecasts".
 */
export function outcomeLine(point: Float64Array, outcomes: Float64Array, options: SampleOptions = {}): OutcomeLine {
  const sample = checkSample(checkColumns({ point, outcomes }), options);
  const middle = weightedMean(point, sample);
  const centre = weightedMean(outcomes, sample);
  const spread = weightedMean(
    point.map((x) => (x - middle) ** 2),
    sample,
  );
  if (!(spread > LEAST_VARIANCE))
    throw new InputError("incompatible", `all forecasts are ${middle}: a line needs some that differ`);
  const slope =
    weightedMean(
      point.map((x, i) => (x - middle) * (outcomes[i] - centre)),
      sample,
    ) / spread;
  const rest = point.map((x, i) => outcomes[i] - centre - slope * (x - middle));
  const ofSlope = rest.map((residual, i) => ((point[i] - middle) * residual) / spread);
  const ofIntercept = rest.map((residual, i) => residual - middle * ofSlope[i]);
  const mark = weighted(sample);
  return {
    slope: estimateFromInfluence(slope, ofSlope, { metric: "outcome-line-slope", ...mark }, options),
    intercept: estimateFromInfluence(
      centre - slope * middle,
      ofIntercept,
      { metric: "outcome-line-intercept", ...mark },
      options,
    ),
  };
}

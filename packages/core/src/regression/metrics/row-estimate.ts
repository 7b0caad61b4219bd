import type { Estimate, Spec } from "../../estimate.ts";
import { type MeanOptions, meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";

/** The mean of one value per row, its spec marked where rows are weighted. */
export function rowEstimate(values: Float64Array, spec: Spec, options: MeanOptions): Estimate {
  return meanEstimate(values, { ...spec, ...weighted(checkSample(values.length, options)) }, options);
}

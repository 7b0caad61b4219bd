import type { Estimate, SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";
import { squaredLosses } from "./row-losses.ts";

/**
 * Brier score of a binary forecast: the mean of (p − y)².
 *
 * @param probabilities n probabilities of outcome 1, in [0, 1]
 * @param outcomes n values, 0 or 1
 * @returns a number in [0, 1], lower is better; ¼ is what a constant ½ scores. Student-t interval of the mean
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Brier (1950), Monthly Weather Review 78. The original sums both classes and is twice this number.
 */
export function brierScore(probabilities: Float64Array, outcomes: Uint8Array, options: SampleOptions = {}): Estimate {
  checkPairs(probabilities, outcomes);
  const sample = checkSample(probabilities.length, options);
  const spec = { metric: "brier", task: "binary", scale: "mean of (p - y)^2", ...weighted(sample) };
  return meanEstimate(squaredLosses(probabilities, outcomes), spec, { ...options, min: 0, max: 1 });
}

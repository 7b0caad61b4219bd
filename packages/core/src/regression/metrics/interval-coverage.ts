import type { Estimate, SampleOptions } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkColumns } from "../check-forecast.ts";

/**
 * Share of outcomes inside their interval, the ends included (PICP).
 *
 * @param lower n lower ends; a row with crossed ends is put in order first
 * @param upper n upper ends
 * @returns in [0, 1]; to be compared with the level that the interval is meant to hold. Wilson interval
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function intervalCoverage(
  lower: Float64Array,
  upper: Float64Array,
  outcomes: Float64Array,
  options: SampleOptions = {},
): Estimate {
  const sample = checkSample(checkColumns({ lower, upper, outcomes }), options);
  const sums = new Float64Array(1);
  for (let i = 0; i < outcomes.length; i++)
    if (isInside(lower[i], upper[i], outcomes[i])) sums[0] += sample.weights ? sample.weights[i] : 1;
  const spec = { metric: "interval-coverage", ends: "included", crossed: "sorted", ...weighted(sample) };
  return proportionEstimate(sums[0] / sample.totalWeight, spec, sample.n, sample.effectiveN, sample.level);
}

/** Whether the outcome is between the ends, in whichever order they come. */
export function isInside(lower: number, upper: number, outcome: number): boolean {
  return lower <= upper ? lower <= outcome && outcome <= upper : upper <= outcome && outcome <= lower;
}

import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../weighted.ts";

/**
 * Accuracy: the (weighted) share of correct predictions.
 *
 * @param correct n values, 0 or 1 (see `correctness`)
 * @returns a number in [0, 1], higher is better. Wilson interval, under weights at the effective n
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function accuracy(correct: Uint8Array, options: SampleOptions = {}): Estimate {
  const sample = checkSample(correct.length, options);
  const { n, rows, weights, totalWeight, effectiveN, level } = sample;
  let hits = 0;
  for (let i = 0; i < rows; i++) {
    if (correct[i] > 1) throw new InputError("out-of-range", `correctness ${correct[i]} at row ${i} is not 0 or 1`, i);
    hits += correct[i] * (weights ? weights[i] : 1);
  }
  return proportionEstimate(hits / totalWeight, { metric: "accuracy", ...weighted(sample) }, n, effectiveN, level);
}

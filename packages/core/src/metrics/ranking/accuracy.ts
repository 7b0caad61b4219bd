import { InputError } from "../../errors.ts";
import type { Estimate, SampleOptions } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample, hasUnevenWeights } from "../../intervals/sample.ts";
import { weightedShareInterval } from "../../intervals/share-interval.ts";
import { weighted } from "../weighted.ts";

/**
 * Accuracy: the (weighted) share of correct predictions.
 *
 * @param correct n values, 0 or 1 (see `correctness`)
 * @returns a number in [0, 1], higher is better. Wilson interval; under uneven weights that of `weightedShareInterval`
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function accuracy(correct: Uint8Array, options: SampleOptions = {}): Estimate {
  const sample = checkSample(correct.length, options);
  const { n, rows, weights, squaredWeights, totalWeight, effectiveN, level } = sample;
  let hits = 0;
  let hitSquares = 0;
  for (let i = 0; i < rows; i++) {
    if (correct[i] > 1) throw new InputError("out-of-range", `correctness ${correct[i]} at row ${i} is not 0 or 1`, i);
    const w = weights ? weights[i] : 1;
    hits += correct[i] * w;
    hitSquares += correct[i] * (squaredWeights ? squaredWeights[i] : w * w);
  }
  const spec = { metric: "accuracy", ...weighted(sample) };
  const plain = proportionEstimate(hits / totalWeight, spec, n, effectiveN, level);
  if (!hasUnevenWeights(sample)) return plain;
  const squares = (totalWeight * totalWeight) / effectiveN;
  const { lower, upper } = weightedShareInterval({ total: totalWeight, squares, hits, hitSquares }, level);
  return { ...plain, lower: Math.min(lower, plain.value), upper: Math.max(upper, plain.value) };
}

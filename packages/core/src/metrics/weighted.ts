import type { CheckedSample } from "../intervals/sample.ts";

/** Cells of unweighted rows hold whole numbers; their effective n is off by rounding at most. */
const ROUNDING = 1e-9;

/**
 * The entry of a spec that tells a weighted number from an unweighted one.
 *
 * @returns empty without weights, and for merged rows none of which carried a weight other than 1
 */
export function weighted({ weights, counts, n, totalWeight, effectiveN }: CheckedSample): { weighted?: true } {
  if (!weights) return {};
  const isPlain = (size: number): boolean => Math.abs(size - n) <= ROUNDING * n;
  return counts && isPlain(totalWeight) && isPlain(effectiveN) ? {} : { weighted: true };
}

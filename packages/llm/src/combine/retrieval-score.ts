import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";

/**
 * The probability that at least one of the retrieved passages is relevant.
 *
 * @param relevances probability of each passage being relevant, in [0, 1]; null where unknown
 * @returns value: the largest, which holds whatever the dependence of the passages; bounds: this, and the sum cut at 1. A passage
 *   of unknown relevance opens the upper bound. Without a passage the value is 0
 * @throws {InputError} `out-of-range` with the passage
 *
 * Source: Fréchet's bounds of a union.
 */
export function retrievalScore(relevances: readonly (number | null)[]): Score {
  let most = 0;
  let sum = 0;
  let known = 0;
  relevances.forEach((relevance, i) => {
    if (relevance === null) return;
    if (!(relevance >= 0 && relevance <= 1))
      throw new InputError("out-of-range", `expected a relevance in [0, 1], got ${relevance} at passage ${i}`, i);
    known++;
    sum += relevance;
    most = Math.max(most, relevance);
  });
  const unknown = relevances.length - known;
  const bounds = [most, unknown > 0 ? 1 : Math.min(1, sum)] as const;
  if (known === 0 && unknown > 0)
    return { value: null, bounds: [0, 1], n: 0, reason: "The relevance of no passage is known." };
  return { value: most, bounds, n: known, reason: null };
}

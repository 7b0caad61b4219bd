import { InputError } from "@candor/core";
import type { Score } from "../scores/score.ts";
import { noScore } from "./no-score.ts";

/** A score and how much it counts. */
export interface WeightedPart {
  readonly score: Score;
  /** ≥ 0; only ratios matter. */
  readonly weight: number;
}

/**
 * Weighted mean of scores; null where a score with weight is null, with its reason: a part that is missing is neither 0 nor 1.
 *
 * BSDetector is `0.7 · (0.8 · nonContradiction + 0.2 · exactMatch) + 0.3 · self-reflection` (Chen & Mueller 2023).
 *
 * @throws {InputError} `empty` without parts, `out-of-range` for a negative weight or weights that are all 0
 */
export function weightedScore(parts: readonly WeightedPart[]): Score {
  if (parts.length === 0) throw new InputError("empty", "weightedScore needs at least one part");
  let [total, sum, n] = [0, 0, 0];
  for (const [i, { score, weight }] of parts.entries()) {
    if (!(weight >= 0 && weight < Infinity))
      throw new InputError("out-of-range", `a weight must be finite and ≥ 0, got ${weight} at part ${i}`, i);
    if (weight === 0) continue;
    if (score.value === null)
      return noScore(score.n, `Part ${i + 1} is missing: ${score.reason ?? "no reason given."}`);
    total += weight;
    sum += weight * score.value;
    n = Math.max(n, score.n);
  }
  if (total === 0) throw new InputError("out-of-range", "the weights must not all be 0");
  return { value: sum / total, bounds: null, n, reason: null };
}

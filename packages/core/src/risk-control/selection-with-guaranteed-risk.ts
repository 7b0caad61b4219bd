import { clopperPearsonUpper } from "./bounds/clopper-pearson.ts";
import {
  acceptedAt,
  checkSelectionTarget,
  rankErrors,
  type Selection,
  type SelectionTarget,
  selectionAt,
} from "./selection.ts";

/**
 * Selection with guaranteed risk (SGR) as published: a bisection over the ranked rows in ⌈log₂ n⌉ steps, each of which
 * bounds the error of the rows accepted at failure/⌈log₂ n⌉. Kept for comparison.
 *
 * @param confidence n finite scores; higher is surer
 * @param isError n outcomes: 1 where the prediction is wrong
 * @returns the lowest threshold that passed; rows that tie with it are accepted together
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 *
 * Source: Geifman and El-Yaniv (2017), NeurIPS, "Selective classification for deep neural networks", algorithm 2, with
 * exact integer error counts and without visiting a rejected row again. Its union bound is over the steps; which
 * thresholds they visit depends on the outcomes.
 */
export function selectionWithGuaranteedRisk(
  confidence: Float64Array,
  isError: Uint8Array,
  target: SelectionTarget,
): Selection {
  checkSelectionTarget(target);
  const ranked = rankErrors(confidence, isError);
  const steps = Math.max(1, 32 - Math.clz32(ranked.n - 1));
  let low = 0;
  let high = ranked.n - 1;
  let best: { threshold: number; upper: number } | null = null;
  for (let step = 0; step < steps; step++) {
    const middle = Math.floor((low + high + 1) / 2);
    const threshold = ranked.confidence[middle];
    const accepted = acceptedAt(ranked, threshold);
    const upper = clopperPearsonUpper(ranked.errors[accepted], accepted, target.failure / steps);
    if (upper <= target.maxError) {
      best = { threshold, upper };
      low = middle;
    } else high = middle - 1;
  }
  return selectionAt(ranked, best?.threshold ?? null, best?.upper ?? null);
}

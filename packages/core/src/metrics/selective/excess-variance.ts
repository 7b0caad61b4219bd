import { type CheckedSample, sumOfSquares } from "../../intervals/sample.ts";
import { argsort } from "../../kernels/argsort.ts";
import type { TieGroups } from "../ranking/tie-groups.ts";
import { type GroupInfluence, influenceVariance, rowInfluence } from "./group-influence.ts";
import { type Correctness, optimalGroups } from "./selective-rows.ts";

/**
 * Variance of the difference between an area and that of the best possible order of the same rows: both influence
 * functions are subtracted row by row.
 *
 * @param groups rows grouped by confidence
 * @param influenceOf influence function of the area
 * @param order ascending stable order of the confidence
 */
export function excessVariance(
  groups: TieGroups,
  influenceOf: (groups: TieGroups) => GroupInfluence,
  confidence: Float64Array,
  correct: Correctness,
  order: Uint32Array,
  sample: CheckedSample,
): number {
  const optimal = optimalGroups(correct, sample);
  const ofOptimal = influenceOf(optimal);
  const ofGroups = influenceOf(groups);
  if (correct instanceof Uint8Array) {
    // Among 0/1 rows the best order knows two kinds of rows only, so its influence is linear in the loss.
    const right = ofOptimal.constant[0];
    const wrong = ofOptimal.constant[optimal.count - 1] + ofOptimal.slope[optimal.count - 1];
    const { constant, slope } = ofGroups;
    for (let g = 0; g < groups.count; g++) {
      constant[g] -= right;
      slope[g] -= wrong - right;
    }
    return influenceVariance(groups, ofGroups, sample);
  }
  const rows = rowInfluence(groups, ofGroups, confidence, correct, order);
  const best = rowInfluence(optimal, ofOptimal, correct, correct, argsort(correct));
  for (let i = 0; i < rows.length; i++) rows[i] -= best[i];
  const { effectiveN, totalWeight } = sample;
  const shrink = effectiveN > 1 + 1e-9 ? effectiveN / (effectiveN - 1) : Infinity;
  return (sumOfSquares(rows, sample) / (totalWeight * totalWeight)) * shrink;
}

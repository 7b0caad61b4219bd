import type { CheckedSample } from "../../intervals/sample.ts";
import type { TieGroups } from "../ranking/tie-groups.ts";
import { continuousArea } from "./aurc-areas.ts";

/** Influence of a row of group g with a given loss: `constant[g] + loss · slope[g]`. */
export interface GroupInfluence {
  readonly constant: Float64Array;
  readonly slope: Float64Array;
}

/**
 * Influence function of the area under the risk-coverage curve, E[loss · (−ln c)] with c the share of rows at least as
 * sure: the derivative of `continuousArea` in the mass of a row. All conventions share it to first order.
 *
 * Source: own derivation. For distinct confidences it is loss·(−ln c) − Σ_{less sure} loss/(n·c) + mean loss − area.
 */
export function aurcInfluence(groups: TieGroups): GroupInfluence {
  const { count, mass, hits } = groups;
  const area = continuousArea(groups);
  const masses = new Float64Array(count);
  const losses = new Float64Array(count);
  for (let g = 1; g < count; g++) {
    masses[g] = masses[g - 1] + mass[g - 1];
    losses[g] = losses[g - 1] + hits[g - 1];
  }
  // The sums that lead up to a group are read once, and their place is taken by the result.
  const constant = masses;
  const slope = losses;
  let byMass = -area;
  let byLoss = 0;
  for (let g = count - 1; g >= 0; g--) {
    const m = mass[g];
    const s = hits[g];
    const before = masses[g];
    const lossBefore = losses[g];
    const end = before + m;
    if (g === 0) {
      constant[g] = byMass;
      slope[g] = byLoss + 1;
      continue;
    }
    const log = Math.log1p(m / before);
    constant[g] = byMass + lossBefore / end + ((s * before) / m) * (log / m - 1 / end);
    slope[g] = byLoss + 1 - (before * log) / m;
    byMass -= (lossBefore * m) / (before * end) + (s / m) * (log - m / end);
    byLoss += log;
  }
  return { constant, slope };
}

/** Σ w²ψ² / (Σw)² · n_eff/(n_eff − 1): the sandwich variance of an influence that is linear in the loss. */
export function influenceVariance(
  { count, squares, squaredHits, squaredHits2, totalMass }: TieGroups,
  { constant, slope }: GroupInfluence,
  { effectiveN }: CheckedSample,
): number {
  let sum = 0;
  for (let g = 0; g < count; g++)
    sum +=
      squares[g] * constant[g] * constant[g] +
      2 * squaredHits[g] * constant[g] * slope[g] +
      squaredHits2[g] * slope[g] * slope[g];
  return effectiveN > 1 + 1e-9
    ? (Math.max(0, sum) / (totalMass * totalMass)) * (effectiveN / (effectiveN - 1))
    : Infinity;
}

/** The influence of every row, where rows must be compared across two groupings. */
export function rowInfluence(
  groups: TieGroups,
  { constant, slope }: GroupInfluence,
  scores: Float64Array,
  correct: ArrayLike<number>,
  order: Uint32Array,
): Float64Array {
  const influence = new Float64Array(order.length);
  let g = 0;
  for (let k = order.length - 1; k >= 0; k--) {
    const i = order[k];
    while (g + 1 < groups.count && scores[groups.rows[g + 1]] >= scores[i]) g++;
    influence[i] = constant[g] + (1 - correct[i]) * slope[g];
  }
  return influence;
}

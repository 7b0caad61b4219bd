import { argsort } from "../../kernels/argsort.ts";
import type { WeightedThresholds } from "../conformal-document.ts";
import { prepareWeightedScores, type WeightedScores, weightedQuantileAt } from "../conformal-quantile.ts";
import type { Decimal } from "../exact-decimal.ts";

/** Most scores that a document keeps for one part. */
const MOST = 10_000;

/**
 * The scores that can be the threshold of a row of any weight ≥ 0, with what they weigh, in a form that survives JSON.
 *
 * @param scores of calibration rows
 * @param weights of the same rows, ≥ 0
 * @param level wanted coverage
 * @returns at most 10 000 scores; where more could be a threshold, of neighbours the largest stands for all, so that
 * thresholds are never too low; empty without weight
 */
export function weightedThresholds(scores: Float64Array, weights: Float64Array, level: Decimal): WeightedThresholds {
  const lowest = weightedQuantileAt(prepareWeightedScores(scores, weights), 0, level);
  const kept: number[] = [];
  const sums: number[] = [];
  for (const i of argsort(scores)) {
    if (weights[i] === 0) continue;
    const last = kept.length - 1;
    if (last >= 0 && (kept[last] === scores[i] || kept[last] < lowest)) {
      kept[last] = scores[i];
      sums[last] += weights[i];
    } else {
      kept.push(scores[i]);
      sums.push(weights[i]);
    }
  }
  if (kept.length <= MOST) return { scores: kept, weights: sums };
  const coarse: { scores: number[]; weights: number[] } = { scores: [], weights: [] };
  const size = kept.length / MOST;
  for (let part = 0; part < MOST; part++) {
    const from = Math.round(part * size);
    const to = Math.round((part + 1) * size);
    let sum = 0;
    for (let j = from; j < to; j++) sum += sums[j];
    coarse.scores.push(kept[to - 1]);
    coarse.weights.push(sum);
  }
  return coarse;
}

/** What `weightedQuantileAt` reads, from what a document keeps. */
export function openThresholds({ scores, weights }: WeightedThresholds): WeightedScores {
  return prepareWeightedScores(Float64Array.from(scores), Float64Array.from(weights));
}

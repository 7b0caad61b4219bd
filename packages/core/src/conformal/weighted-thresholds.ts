import { argsort } from "../kernels/argsort.ts";
import { add, type DoubleDouble, pair } from "../special/double-double.ts";
import type { WeightedThresholds } from "./conformal-document.ts";
import { prepareWeightedScores, type WeightedScores, weightedQuantileAt } from "./conformal-quantile.ts";
import type { Decimal } from "./exact-decimal.ts";

/** Most different scores that a document keeps for one part. */
const MOST = 10_000;

/**
 * The scores that can be the threshold of a row of any weight ≥ 0, with what they weigh, in a form that survives JSON.
 *
 * @param scores of calibration rows
 * @param weights of the same rows, ≥ 0
 * @param level wanted coverage
 * @returns at most 10 000 different scores; where more could be a threshold (`thinnedFrom`), of neighbours the largest stands
 * for all, so that thresholds are never too low; empty without weight
 *
 * Accuracy: sums carry the rounding error of a double along, as a second entry of the same score where there is one: up to a
 * million equal weights of any size give exactly the thresholds of their ranks.
 */
export function weightedThresholds(scores: Float64Array, weights: Float64Array, level: Decimal): WeightedThresholds {
  const lowest = weightedQuantileAt(prepareWeightedScores(scores, weights), 0, level);
  const order = argsort(scores).filter((row) => weights[row] > 0);
  const ends: number[] = [];
  for (let k = 1; k <= order.length; k++) {
    const score = scores[order[k - 1]];
    if (k === order.length || (score >= lowest && scores[order[k]] > score)) ends.push(k);
  }
  const kept: { scores: number[]; weights: number[] } = { scores: [], weights: [] };
  const count = Math.min(MOST, ends.length);
  let k = 0;
  for (let part = 1; part <= count; part++) {
    const end = ends[Math.round((part * ends.length) / count) - 1];
    let sum = pair(0);
    for (; k < end; k++) sum = add(sum, pair(weights[order[k]]));
    for (const weight of asWeights(sum)) {
      kept.scores.push(scores[order[end - 1]]);
      kept.weights.push(weight);
    }
  }
  return ends.length > MOST ? { ...kept, thinnedFrom: ends.length } : kept;
}

/** Two doubles > 0 with the sum of high and low; one where low is 0. */
function asWeights({ high, low }: DoubleDouble): number[] {
  if (low === 0) return [high];
  const most = high - high * 2 ** -20;
  return [high - most + low, most];
}

/** What `weightedQuantileAt` reads, from what a document keeps. */
export function openThresholds({ scores, weights }: WeightedThresholds): WeightedScores {
  return prepareWeightedScores(Float64Array.from(scores), Float64Array.from(weights));
}

import type { MergedRows } from "../../estimate.ts";
import { createRandom, type Random } from "../../random/random.ts";
import type { CalibrationData } from "../calibration-data.ts";

/** Merged rows parted among folds. */
export interface SplitRows {
  /** Position of the merged row that each part comes from. */
  readonly rows: Uint32Array;
  readonly fold: Int32Array;
  readonly weights: Float64Array;
  readonly merged: MergedRows;
}

/** Draws up to so many are made one by one; beyond, from the normal distribution with the same mean and variance. */
const FEW_TRIALS = 64;

/**
 * Deals the original rows behind merged ones to folds, each with equal chance for every fold, as if they were there.
 *
 * A row of a cell in two folds at once would leak nothing, but a cell in one fold only would leave the others without its
 * scores: so parts of a cell go to every fold. Weights are parted in proportion to the counts.
 *
 * @param data merged rows, without groups or time
 */
export function splitMerged({ rows, weights, merged }: CalibrationData, folds: number, seed: number): SplitRows | null {
  if (!weights || !merged) return null;
  const random = createRandom(seed);
  const parts: { row: number; fold: number; count: number; share: number }[] = [];
  for (let row = 0; row < rows; row++) {
    const total = merged.counts[row];
    let left = total;
    for (let fold = 0; fold < folds && left > 0; fold++) {
      const count = fold === folds - 1 ? left : binomial(left, 1 / (folds - fold), random);
      left -= count;
      if (count > 0) parts.push({ row, fold, count, share: count / total });
    }
  }
  return {
    rows: Uint32Array.from(parts, ({ row }) => row),
    fold: Int32Array.from(parts, ({ fold }) => fold),
    weights: Float64Array.from(parts, ({ row, share }) => weights[row] * share),
    merged: {
      counts: Float64Array.from(parts, ({ count }) => count),
      squaredWeights: Float64Array.from(parts, ({ row, share }) => merged.squaredWeights[row] * share),
    },
  };
}

function binomial(trials: number, probability: number, random: Random): number {
  if (trials > FEW_TRIALS) {
    const draw = trials * probability + Math.sqrt(trials * probability * (1 - probability)) * random.normal();
    return Math.min(trials, Math.max(0, Math.round(draw)));
  }
  let hits = 0;
  for (let i = 0; i < trials; i++) if (random.uniform() < probability) hits++;
  return Math.min(trials, hits);
}

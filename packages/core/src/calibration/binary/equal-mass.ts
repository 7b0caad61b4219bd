import { massEnd } from "../../kernels/bins.ts";

/** Where a boundary between two bins of equal mass lies. */
export type MassCut =
  /** Halfway between the last score below and the first above; on the score where the boundary would part equal scores. */
  | "midpoint"
  /** On the last score below. */
  | "score";

/** Consecutive bins over sorted levels; none is empty. */
export interface LevelBins {
  /** For each bin, one past its last level; the last entry is the number of levels. */
  readonly ends: readonly number[];
  /** Upper edges but the last; a score on an edge belongs below it. */
  readonly edges: readonly number[];
}

/**
 * At most `bins` runs of nearly equal weight that never part equal scores: the cuts of NumPy's `array_split`, each moved up
 * to the end of its score.
 *
 * @param x distinct scores, ascending
 * @param totals running totals of their weights, from 0, one longer than `x`
 *
 * Source: `get_equal_bins` of verified_calibration (Kumar, Liang & Ma 2019).
 */
export function equalMassBins(x: Float64Array, totals: Float64Array, bins: number, cut: MassCut): LevelBins {
  const levels = x.length;
  const mass = totals[levels];
  const ends: number[] = [];
  const edges: number[] = [];
  let before = 0;
  for (let b = 1; b < bins; b++) {
    const goal = Number.isInteger(mass) ? massEnd(b, bins, mass) : (b * mass) / bins;
    const target = goal * (1 - 1e-12);
    if (goal <= 0 || totals[before] >= target) continue;
    const end = firstAtLeast(totals, before + 1, target);
    if (end >= levels) break;
    before = end;
    const isParted = totals[end] > goal * (1 + 1e-12);
    ends.push(end);
    const middle = (x[end - 1] + x[end]) / 2;
    edges.push(cut === "score" || isParted || middle >= x[end] ? x[end - 1] : middle);
  }
  ends.push(levels);
  return { ends, edges };
}

/** The first index from `low` on whose total reaches the target; totals ascend. */
function firstAtLeast(totals: Float64Array, from: number, target: number): number {
  let low = from;
  let high = totals.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (totals[middle] >= target) high = middle;
    else low = middle + 1;
  }
  return low;
}

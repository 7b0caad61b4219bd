import type { SampleOptions } from "../../estimate.ts";
import { checkPairs } from "../../intervals/check-pairs.ts";
import { checkSample } from "../../intervals/sample.ts";
import { linearTail } from "./linear-tail.ts";

/** Probabilities are held this far from 0 and 1. */
const CLIP = 1e-6;

/**
 * P-value against "these probabilities are calibrated" that stays right far out in the tail, where the false discovery rate
 * over hundreds of tests is decided and normal approximations of rare events are many times too small.
 *
 * Two sums are tested, each by a saddlepoint approximation of its distribution: the number of events (too high, too low),
 * and the events weighted by the centred logit (too extreme, too timid). Twice the smaller of the two-sided p-values
 * (Bonferroni); with one probability for all rows the first sum alone.
 *
 * @param probabilities n values in [0, 1]; clipped to [1e-6, 1 - 1e-6]
 * @param outcomes n values, 0 or 1
 * @returns a number in [0, 1]
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function tailEvidence(probabilities: Float64Array, outcomes: Uint8Array, options: SampleOptions = {}): number {
  checkPairs(probabilities, outcomes);
  const { rows, weights, squaredWeights } = checkSample(probabilities.length, options);
  const p = new Float64Array(rows);
  const logits = new Float64Array(rows);
  const factors = new Float64Array(rows).fill(1);
  const counts = new Float64Array(rows).fill(1);
  const sums = new Float64Array(3);
  let isLattice = true;
  let isConstant = true;
  for (let i = 0; i < rows; i++) {
    p[i] = Math.min(1 - CLIP, Math.max(CLIP, probabilities[i]));
    logits[i] = Math.log(p[i]) - Math.log1p(-p[i]);
    if (weights) {
      const squared = squaredWeights ? squaredWeights[i] : weights[i] * weights[i];
      factors[i] = weights[i] > 0 ? squared / weights[i] : 0;
      counts[i] = squared > 0 ? (weights[i] * weights[i]) / squared : 0;
      if (weights[i] > 0 && factors[i] !== 1) isLattice = false;
    }
    const information = counts[i] * factors[i] * factors[i] * p[i] * (1 - p[i]);
    sums[0] += information;
    sums[1] += information * logits[i];
    sums[2] += counts[i] * factors[i] * (outcomes[i] - p[i]);
    if (counts[i] > 0 && p[i] !== p[0]) isConstant = false;
  }
  const level = twoSided(p, factors, counts, sums[2], isLattice);
  if (isConstant) return level;
  const centre = sums[1] / sums[0];
  let slope = 0;
  for (let i = 0; i < rows; i++) {
    factors[i] *= logits[i] - centre;
    slope += counts[i] * factors[i] * (outcomes[i] - p[i]);
  }
  return Math.min(1, 2 * Math.min(level, twoSided(p, factors, counts, slope, false)));
}

/** Twice the tail on the side where the sum lies. */
function twoSided(
  probabilities: Float64Array,
  factors: Float64Array,
  counts: Float64Array,
  value: number,
  isLattice: boolean,
): number {
  const isBelow = value < 0;
  const sum = isBelow
    ? { probabilities: probabilities.map((p) => 1 - p), factors, counts }
    : { probabilities, factors, counts };
  return Math.min(1, 2 * linearTail(sum, Math.abs(value), isLattice));
}

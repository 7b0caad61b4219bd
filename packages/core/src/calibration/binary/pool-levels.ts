import type { SortedPairs } from "./sort-pairs.ts";

/** What there is at each distinct score. */
export interface Levels {
  /** Distinct scores, ascending. */
  readonly x: Float64Array;
  readonly weights: Float64Array;
  /** Weight of the positive rows. */
  readonly positives: Float64Array;
}

/** Rows of exactly equal score made one. */
export function poolLevels({ scores, outcomes, weights }: SortedPairs): Levels {
  const n = scores.length;
  const x = new Float64Array(n);
  const mass = new Float64Array(n);
  const positives = new Float64Array(n);
  let count = 0;
  for (let i = 0; i < n; i++) {
    if (i === 0 || scores[i] !== scores[i - 1]) x[count++] = scores[i];
    const w = weights ? weights[i] : 1;
    mass[count - 1] += w;
    if (outcomes[i] === 1) positives[count - 1] += w;
  }
  return { x: x.subarray(0, count), weights: mass.subarray(0, count), positives: positives.subarray(0, count) };
}

/** `length + 1` running totals, from 0 to the sum. */
export function runningTotals(values: Float64Array): Float64Array {
  const totals = new Float64Array(values.length + 1);
  for (let i = 0; i < values.length; i++) totals[i + 1] = totals[i] + values[i];
  return totals;
}

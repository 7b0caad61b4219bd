import type { SortedPairs } from "./sort-pairs.ts";

/** Runs of scores that share one fitted probability, ascending. */
export interface IsotonicBlocks {
  readonly count: number;
  /** Smallest score of each block. */
  readonly first: Float64Array;
  /** Largest score of each block. */
  readonly last: Float64Array;
  /** Share of positives; rises strictly from block to block. */
  readonly values: Float64Array;
  /** Weighted mean of the scores, rows counted. */
  readonly centres: Float64Array;
}

/**
 * The blocks of `isotonicRegression` without its values at every level: memory for the blocks alone is touched.
 *
 * Accuracy: blocks are compared by products of sums, exact without weights.
 */
export function isotonicBlocksOf({ scores, outcomes, weights }: Omit<SortedPairs, "sample">): IsotonicBlocks {
  const n = scores.length;
  const first = new Float64Array(n);
  const last = new Float64Array(n);
  const sums = new Float64Array(n);
  const masses = new Float64Array(n);
  const moments = new Float64Array(n);
  let count = 0;
  for (let start = 0; start < n; ) {
    const end = endOfTies(scores, start);
    const x = scores[start];
    first[count] = x;
    last[count] = x;
    addTies(outcomes, weights, start, end, count, sums, masses);
    moments[count] = masses[count] * x;
    count = poolLast(count + 1, last, sums, masses, moments);
    start = end;
  }
  const values = new Float64Array(count);
  const centres = new Float64Array(count);
  for (let b = 0; b < count; b++) {
    values[b] = sums[b] / masses[b];
    centres[b] = Math.min(last[b], Math.max(first[b], moments[b] / masses[b]));
  }
  return { count, first: first.subarray(0, count), last: last.subarray(0, count), values, centres };
}

function endOfTies(scores: Float64Array, start: number): number {
  const x = scores[start];
  let end = start + 1;
  while (end < scores.length && scores[end] === x) end++;
  return end;
}

function addTies(
  outcomes: Uint8Array,
  weights: Float64Array | undefined,
  start: number,
  end: number,
  block: number,
  sums: Float64Array,
  masses: Float64Array,
): void {
  let sum = 0;
  let mass = 0;
  for (let i = start; i < end; i++) {
    const w = weights === undefined ? 1 : weights[i];
    mass += w;
    if (outcomes[i] === 1) sum += w;
  }
  sums[block] = sum;
  masses[block] = mass;
}

/** Pools the last blocks while the last but one is not below the last; returns how many are left. */
function poolLast(
  blocks: number,
  last: Float64Array,
  sums: Float64Array,
  masses: Float64Array,
  moments: Float64Array,
): number {
  let b = blocks - 1;
  while (b > 0 && sums[b - 1] * masses[b] >= sums[b] * masses[b - 1]) {
    sums[b - 1] += sums[b];
    masses[b - 1] += masses[b];
    moments[b - 1] += moments[b];
    last[b - 1] = last[b];
    b--;
  }
  return b + 1;
}

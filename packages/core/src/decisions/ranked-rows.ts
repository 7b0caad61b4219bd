import { argsort } from "../kernels/argsort.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import type { Thresholds } from "./policy.ts";

/** Rows grouped by score, from the highest down; every sum is over a group and all above it. Rows of no weight are left out. */
export interface RankedRows {
  readonly count: number;
  readonly scores: Float64Array;
  /** Σw. */
  readonly mass: Float64Array;
  /** Σw of rows where acting is right. */
  readonly right: Float64Array;
  /** Σw². */
  readonly squares: Float64Array;
  readonly total: number;
  readonly totalRight: number;
  /** One, or just below it where sums of weights carry rounding errors that must not decide. */
  readonly slack: number;
}

/**
 * Ranks the rows of a problem.
 *
 * @param order row numbers by ascending score; may be some of the rows only
 */
export function rankRows(
  { scores, truth, sample: { weights } }: ScoredProblem,
  order: Uint32Array = argsort(scores),
): RankedRows {
  const n = order.length;
  const values = new Float64Array(n);
  const mass = new Float64Array(n);
  const right = new Float64Array(n);
  const squares = weights ? new Float64Array(n) : mass;
  let count = 0;
  let last = -1;
  for (let k = n - 1; k >= 0; k--) {
    const i = order[k];
    const w = weights ? weights[i] : 1;
    if (w === 0) continue;
    const score = scores[i];
    if (score !== last) {
      last = score;
      values[count] = score;
      if (count > 0) {
        mass[count] = mass[count - 1];
        right[count] = right[count - 1];
        squares[count] = squares[count - 1];
      }
      count++;
    }
    mass[count - 1] += w;
    if (weights) squares[count - 1] += w * w;
    if (truth[i] === 1) right[count - 1] += w;
  }
  return {
    count,
    scores: values.subarray(0, count),
    mass: mass.subarray(0, count),
    right: right.subarray(0, count),
    squares: squares.subarray(0, count),
    total: count > 0 ? mass[count - 1] : 0,
    totalRight: count > 0 ? right[count - 1] : 0,
    slack: weights ? 1 - 1e-12 : 1,
  };
}

/** How many groups have a score of at least the threshold. */
export function groupsFrom({ scores, count }: RankedRows, threshold: number | null): number {
  if (threshold === null) return 0;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] >= threshold) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sums over the rows that thresholds divide. */
export interface DividedRows {
  readonly acted: number;
  readonly actedRight: number;
  readonly reviewed: number;
  readonly abstained: number;
  readonly abstainedRight: number;
}

/** What thresholds make of ranked rows. */
export function divideRows(ranked: RankedRows, { act, abstain }: Thresholds): DividedRows {
  const { mass, right, total, totalRight, count } = ranked;
  const acting = groupsFrom(ranked, act);
  const kept = Math.max(acting, abstain === null ? count : groupsFrom(ranked, abstain));
  const massOf = (groups: number): number => (groups > 0 ? mass[groups - 1] : 0);
  const rightOf = (groups: number): number => (groups > 0 ? right[groups - 1] : 0);
  return {
    acted: massOf(acting),
    actedRight: rightOf(acting),
    reviewed: massOf(kept) - massOf(acting),
    abstained: total - massOf(kept),
    abstainedRight: totalRight - rightOf(kept),
  };
}

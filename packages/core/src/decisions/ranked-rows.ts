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
  /** Σw of all of them. */
  readonly total: number;
  readonly totalRight: number;
  /** Σw of rows that are reviewed whatever their score, which are in no group. Default 0. */
  readonly outside?: number;
  /** One, or just below it where sums of weights carry rounding errors that must not decide. */
  readonly slack: number;
}

/** Rows in ascending order of their scores, so that passes over them read memory from end to end. */
export interface SortedRows {
  readonly scores: Float64Array;
  readonly truth: Uint8Array;
  readonly weights: Float64Array | undefined;
  /** Σw of rows that are reviewed whatever their score, which are not among these. */
  readonly outside: number;
}

/**
 * The rows of a problem in ascending order of their scores.
 *
 * @param order row numbers by ascending score
 */
export function sortRows(
  { scores, truth, sample: { weights }, outside }: ScoredProblem,
  order: Uint32Array = argsort(scores),
): SortedRows {
  const n = order.length;
  const sorted = new Float64Array(n);
  const sortedTruth = new Uint8Array(n);
  const sortedWeights = weights && new Float64Array(n);
  for (let k = 0; k < n; k++) {
    const i = order[k];
    sorted[k] = scores[i];
    sortedTruth[k] = truth[i];
    if (weights && sortedWeights) sortedWeights[k] = weights[i];
  }
  return { scores: sorted, truth: sortedTruth, weights: sortedWeights, outside: outsideMass(outside, weights) };
}

function outsideMass(outside: Uint8Array | undefined, weights: Float64Array | undefined): number {
  let sum = 0;
  if (outside) for (let i = 0; i < outside.length; i++) if (outside[i] === 1) sum += weights ? weights[i] : 1;
  return sum;
}

/** Σw of all rows, with those that are reviewed whatever their score. */
export function allOf({ total, outside = 0 }: RankedRows): number {
  return total + outside;
}

/** Σw of rows for whose review there is room, beside those that are reviewed whatever their score. */
export function roomFor(ranked: RankedRows, share: number): number {
  return Math.max(0, (share * allOf(ranked)) / ranked.slack - (ranked.outside ?? 0));
}

/**
 * Ranks sorted rows.
 *
 * @param without leaves out the rows of a fold
 */
export function rankRows(
  { scores, truth, weights, outside }: SortedRows,
  without?: { readonly folds: Uint8Array; readonly fold: number },
): RankedRows {
  const n = scores.length;
  const values = new Float64Array(n);
  const mass = new Float64Array(n);
  const right = new Float64Array(n);
  const squares = weights ? new Float64Array(n) : mass;
  const count = fillGroups({ scores, truth, weights, outside }, without, { values, mass, right, squares });
  for (let g = 1; g < count; g++) {
    mass[g] += mass[g - 1];
    right[g] += right[g - 1];
    if (weights) squares[g] += squares[g - 1];
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
    ...(outside > 0 ? { outside: outside * keptShare(n, without?.folds, without?.fold) } : {}),
  };
}

/** Of rows that are not of the fold; others are taken to lie in folds as these do. */
function keptShare(n: number, folds: Uint8Array | undefined, fold: number | undefined): number {
  if (folds === undefined) return 1;
  let kept = 0;
  for (let k = 0; k < n; k++) if (folds[k] !== fold) kept++;
  return kept / n;
}

/** Adds up the rows of every group. */
function fillGroups(
  { scores, truth, weights }: SortedRows,
  without: { readonly folds: Uint8Array; readonly fold: number } | undefined,
  { values, mass, right, squares }: Record<"values" | "mass" | "right" | "squares", Float64Array>,
): number {
  const folds = without?.folds;
  const fold = without?.fold ?? 0;
  let g = -1;
  for (let k = scores.length - 1; k >= 0; k--) {
    if (folds && folds[k] === fold) continue;
    const w = weights ? weights[k] : 1;
    if (w === 0) continue;
    if (g < 0 || scores[k] !== values[g]) values[++g] = scores[k];
    mass[g] += w;
    right[g] += w * truth[k];
    if (weights) squares[g] += w * w;
  }
  return g + 1;
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
    reviewed: massOf(kept) - massOf(acting) + (ranked.outside ?? 0),
    abstained: total - massOf(kept),
    abstainedRight: totalRight - rightOf(kept),
  };
}

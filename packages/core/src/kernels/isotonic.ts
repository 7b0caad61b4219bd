import { InputError } from "../errors.ts";

/** A non-decreasing step fit on the distinct values of x. */
export interface IsotonicFit {
  /** Distinct x, ascending. */
  readonly levels: Float64Array;
  /** Fitted value at each level, non-decreasing. */
  readonly values: Float64Array;
  /** Total weight of the rows at each level. */
  readonly weights: Float64Array;
  /** Index of the first level of each block of equal fitted value, ascending; the first is 0. */
  readonly starts: Uint32Array;
}

/**
 * Weighted least-squares fit of y that never decreases in x; it also minimises every other proper score of 0/1
 * outcomes.
 *
 * @param sortedX n finite reals, ascending; rows of exactly equal x form one level (no tolerance, -0 equals 0)
 * @param y n finite reals, in the order of `sortedX`
 * @param weights n values ≥ 0 in the same order; default all 1; levels of zero weight are left out
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`; `out-of-range` where x descends, a weight is negative
 *   or no row has weight
 *
 * Source: Ayer et al. (1955), "An empirical distribution function for sampling with incomplete information", Ann. Math.
 * Stat. 26 (pool adjacent violators), after pooling ties; linear in n.
 * Accuracy: blocks are compared by products of sums, so that for 0/1 outcomes without weights the pooling is exact.
 */
export function isotonicRegression(sortedX: Float64Array, y: ArrayLike<number>, weights?: Float64Array): IsotonicFit {
  const n = sortedX.length;
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (y.length !== n) throw new InputError("shape-mismatch", `there are ${n} values of x but ${y.length} of y`);
  if (weights && weights.length !== n)
    throw new InputError("shape-mismatch", `there are ${n} values of x but ${weights.length} weights`);

  const levels = new Float64Array(n);
  const levelWeights = new Float64Array(n);
  const starts = new Uint32Array(n);
  const sums = new Float64Array(n);
  const masses = new Float64Array(n);
  let count = 0;
  let blocks = 0;
  for (let i = 0; i < n; ) {
    const x = sortedX[i];
    let sum = 0;
    let mass = 0;
    let end = i;
    for (; end < n && sortedX[end] === x; end++) {
      const w = weights ? weights[end] : 1;
      if (!(w >= 0)) throw new InputError("out-of-range", `weight ${w} at row ${end} is not ≥ 0`, end);
      sum += w * y[end];
      mass += w;
    }
    if (!(Number.isFinite(sum) && mass < Infinity))
      throw new InputError("not-finite", `y or the weights of the rows ${i} to ${end - 1} are not finite`, i);
    if (end < n && !(sortedX[end] > x))
      throw new InputError("out-of-range", `x must ascend, got ${sortedX[end]} after ${x} at row ${end}`, end);
    i = end === i ? i + 1 : end;
    if (mass === 0) continue;
    levels[count] = x;
    levelWeights[count] = mass;
    starts[blocks] = count++;
    while (blocks > 0 && sums[blocks - 1] * mass >= sum * masses[blocks - 1]) {
      blocks--;
      sum += sums[blocks];
      mass += masses[blocks];
    }
    sums[blocks] = sum;
    masses[blocks++] = mass;
  }
  if (count === 0) throw new InputError("out-of-range", "all weights are zero");

  const values = new Float64Array(count);
  for (let b = 0; b < blocks; b++) values.fill(sums[b] / masses[b], starts[b], b + 1 < blocks ? starts[b + 1] : count);
  return {
    levels: levels.slice(0, count),
    values,
    weights: levelWeights.slice(0, count),
    starts: starts.slice(0, blocks),
  };
}

/** A run of levels that share one fitted value. */
export interface IsotonicBlock {
  /** Smallest and largest x of the block. */
  readonly lower: number;
  readonly upper: number;
  readonly value: number;
  /** Total weight of the rows in the block. */
  readonly weight: number;
}

/**
 * The blocks of a fit, ascending: what a CORP reliability diagram draws.
 *
 * Source: Dimitriadis, Gneiting and Jordan (2021), PNAS 118(8).
 */
export function isotonicBlocks({ levels, values, weights, starts }: IsotonicFit): IsotonicBlock[] {
  return Array.from(starts, (start, b) => {
    const end = b + 1 < starts.length ? starts[b + 1] : levels.length;
    let weight = 0;
    for (let i = start; i < end; i++) weight += weights[i];
    return { lower: levels[start], upper: levels[end - 1], value: values[start], weight };
  });
}

/**
 * The fit at any x: linear between neighbouring levels, constant beyond the first and the last.
 *
 * @param x a real, ±Infinity allowed
 * @throws {InputError} `not-finite` for NaN
 */
export function isotonicValue({ levels, values }: IsotonicFit, x: number): number {
  if (Number.isNaN(x)) throw new InputError("not-finite", "x is NaN");
  let low = 0;
  let high = levels.length - 1;
  if (x <= levels[low]) return values[low];
  if (x >= levels[high]) return values[high];
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (levels[middle] <= x) low = middle;
    else high = middle;
  }
  if (values[low] === values[high]) return values[low];
  const share = (x - levels[low]) / (levels[high] - levels[low]);
  return values[low] + share * (values[high] - values[low]);
}

import { InputError } from "../errors.ts";
import type { SampleOptions } from "../estimate.ts";

/** `SampleOptions` after checking. */
export interface CheckedSample {
  /** Original rows: the length of the data, or the sum of `merged.counts`. */
  readonly n: number;
  /** Rows held in the arrays. */
  readonly rows: number;
  readonly weights: Float64Array | undefined;
  /** Σw² per row where rows are aggregates; otherwise the square of `weights` applies. */
  readonly squaredWeights: Float64Array | undefined;
  /** Original rows behind each row where rows are aggregates. */
  readonly counts: Float64Array | undefined;
  readonly level: number;
  /** Sum of the weights; `n` without weights. */
  readonly totalWeight: number;
  /** (Σw)² / Σw² (Kish 1965, "Survey Sampling", §8.2); `n` without weights. */
  readonly effectiveN: number;
}

/**
 * The sample of rows that are only known by their sums.
 *
 * @param n rows
 * @param totalWeight sum of their weights, > 0
 * @param squaredWeight sum of the squares of their weights
 * @param level coverage of intervals, in (0, 1)
 */
export function sampleOfSums(n: number, totalWeight: number, squaredWeight: number, level: number): CheckedSample {
  return {
    n,
    rows: n,
    weights: undefined,
    squaredWeights: undefined,
    counts: undefined,
    level,
    totalWeight,
    effectiveN: (totalWeight * totalWeight) / squaredWeight,
  };
}

/** Sums of weights above this, and sums of their squares below that, would leave the range of a double further on. */
const LARGEST_SUM = 1e140;
const SMALLEST_SQUARES = 1e-280;

/**
 * Checks the options that every metric takes.
 *
 * @param rows rows the metric is computed on
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function checkSample(rows: number, { weights, merged, level = 0.95 }: SampleOptions = {}): CheckedSample {
  if (rows === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (weights === undefined) {
    if (merged) throw new InputError("shape-mismatch", "merged rows need their weights");
    return {
      n: rows,
      rows,
      weights,
      squaredWeights: undefined,
      counts: undefined,
      level,
      totalWeight: rows,
      effectiveN: rows,
    };
  }
  checkWeights(weights, rows, "weight");
  if (merged) {
    checkWeights(merged.counts, rows, "count");
    checkWeights(merged.squaredWeights, rows, "squared weight");
  }
  let total = 0;
  let squares = 0;
  let n = 0;
  for (let i = 0; i < rows; i++) {
    total += weights[i];
    squares += merged ? merged.squaredWeights[i] : weights[i] * weights[i];
    if (merged) n += merged.counts[i];
  }
  if (total === 0) throw new InputError("out-of-range", "all weights are zero");
  if (!(total <= LARGEST_SUM && squares >= SMALLEST_SQUARES))
    throw new InputError("out-of-range", `weights that sum to ${total} cannot be squared; only their ratios matter`);
  if (merged && n === 0) throw new InputError("out-of-range", "all counts are zero");
  return {
    n: merged ? n : rows,
    rows,
    weights,
    squaredWeights: merged?.squaredWeights,
    counts: merged?.counts,
    level,
    totalWeight: total,
    effectiveN: (total * total) / squares,
  };
}

function checkWeights(weights: Float64Array, rows: number, what: string): void {
  if (weights.length !== rows)
    throw new InputError("shape-mismatch", `there are ${rows} rows but ${weights.length} values of ${what}`);
  for (let i = 0; i < rows; i++) {
    const w = weights[i];
    if (!(w >= 0 && w < Infinity)) {
      const code = Number.isFinite(w) ? "out-of-range" : "not-finite";
      throw new InputError(code, `${what} ${w} at row ${i} is not a finite number ≥ 0`, i);
    }
  }
}

/** Σ w² (v − centre)² over rows of a checked sample: the numerator of a sandwich variance. */
export function sumOfSquares(
  values: Float64Array,
  { rows, weights, squaredWeights }: CheckedSample,
  centre: number = 0,
): number {
  let sum = 0;
  if (squaredWeights)
    for (let i = 0; i < rows; i++) {
      const v = values[i] - centre;
      sum += squaredWeights[i] * v * v;
    }
  else if (weights)
    for (let i = 0; i < rows; i++) {
      const v = weights[i] * (values[i] - centre);
      sum += v * v;
    }
  else
    for (let i = 0; i < rows; i++) {
      const v = values[i] - centre;
      sum += v * v;
    }
  return sum;
}

/** True where every original row has weight 1, be the rows merged or not: sums of weights are then counts. */
export function isUnweighted({ weights, n, totalWeight, effectiveN }: CheckedSample): boolean {
  return weights === undefined || (totalWeight === n && Math.abs(effectiveN - n) <= 1e-12 * n);
}

/** True where some original rows weigh more than others; rows that weigh nothing do not count. */
export function hasUnevenWeights(sample: CheckedSample): boolean {
  const { weights, counts, n, effectiveN } = sample;
  if (counts || weights === undefined) return effectiveN < n * (1 - 1e-9);
  if (isUnweighted(sample)) return false;
  const common = weights.find((w) => w > 0);
  return weights.some((w) => w > 0 && w !== common);
}

/**
 * Kish's effective number of rows, (Σw)² / Σw².
 *
 * @param weights one weight per row, ≥ 0; `undefined` means equal weights
 * @param n rows
 */
export function effectiveSize(weights: Float64Array | undefined, n: number): number {
  return checkSample(n, weights ? { weights } : {}).effectiveN;
}

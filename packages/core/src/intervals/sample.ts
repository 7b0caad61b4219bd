import { InputError } from "../errors.ts";
import type { SampleOptions } from "../estimate.ts";

/** `SampleOptions` after checking. */
export interface CheckedSample {
  readonly n: number;
  readonly weights: Float64Array | undefined;
  readonly level: number;
  /** Sum of the weights; `n` without weights. */
  readonly totalWeight: number;
  /** (Σw)² / Σw² (Kish 1965, "Survey Sampling", §8.2); `n` without weights. */
  readonly effectiveN: number;
}

/**
 * Checks the options that every metric takes.
 *
 * @param n rows the metric is computed on
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`
 */
export function checkSample(n: number, { weights, level = 0.95 }: SampleOptions = {}): CheckedSample {
  if (n === 0) throw new InputError("empty", "at least one row is needed, got none");
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (weights === undefined) return { n, weights, level, totalWeight: n, effectiveN: n };
  if (weights.length !== n) throw new InputError("shape-mismatch", `there are ${n} rows but ${weights.length} weights`);
  let total = 0;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const w = weights[i];
    if (!(w >= 0 && w < Infinity)) {
      const code = Number.isFinite(w) ? "out-of-range" : "not-finite";
      throw new InputError(code, `weight ${w} at row ${i} is not a finite number ≥ 0`, i);
    }
    total += w;
    squares += w * w;
  }
  if (total === 0) throw new InputError("out-of-range", "all weights are zero");
  return { n, weights, level, totalWeight: total, effectiveN: (total * total) / squares };
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

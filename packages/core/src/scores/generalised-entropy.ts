import { InputError } from "../errors.ts";
import { select } from "../kernels/select.ts";
import type { Matrix } from "../matrix.ts";
import { checkProbabilityRows } from "./check-rows.ts";

/** Options of the generalised entropy. */
export interface GeneralisedEntropyOptions {
  /** Exponent γ in (0, 1]; the smaller, the more small probabilities count. Default 0.1. */
  readonly gamma?: number;
  /** How many of the largest probabilities count, ≥ 1. Default 100; more than there are classes means all. */
  readonly top?: number;
}

/**
 * Minus the generalised entropy of each row (GEN), −Σ pᵞ (1 − p)ᵞ over its largest probabilities: an entropy that also sees
 * small ones.
 *
 * @param probabilities n × k, k ≥ 1; rows that sum to 1 within 0.001, taken as they are
 * @returns n values ≤ 0; larger is surer; 0 where one class has everything; no probability
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` with the row; `out-of-range`
 * for an option
 *
 * Source: Liu, Lochman and Zach (2023), "GEN: pushing the limits of softmax-based out-of-distribution detection", CVPR,
 * equation 3; γ = 0.1 and the 100 largest as there.
 */
export function generalisedEntropy(probabilities: Matrix, options: GeneralisedEntropyOptions = {}): Float64Array {
  const { gamma = 0.1, top = 100 } = options;
  if (!(gamma > 0 && gamma <= 1)) throw new InputError("out-of-range", `gamma must be in (0, 1], got ${gamma}`);
  if (!(Number.isInteger(top) && top >= 1))
    throw new InputError("out-of-range", `top must be an integer of at least 1, got ${top}`);
  checkProbabilityRows(probabilities);
  const { data, rows, cols } = probabilities;
  const scores = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols);
    scores[i] = -(top < cols ? entropyOfTop(row, gamma, top) : entropyAbove(row, gamma, -1)) + 0;
  }
  return scores;
}

function term(p: number, gamma: number): number {
  return p > 0 && p < 1 ? (p * (1 - p)) ** gamma : 0;
}

/** The sum over the probabilities above a limit. */
function entropyAbove(row: Float64Array, gamma: number, limit: number): number {
  let sum = 0;
  for (let j = 0; j < row.length; j++) if (row[j] > limit) sum += term(row[j], gamma);
  return sum;
}

/** Equal probabilities have equal terms, so it does not matter which of those at the limit count. */
function entropyOfTop(row: Float64Array, gamma: number, top: number): number {
  const limit = select(row, row.length - top);
  let above = 0;
  for (let j = 0; j < row.length; j++) if (row[j] > limit) above++;
  return entropyAbove(row, gamma, limit) + (top - above) * term(limit, gamma);
}

import { InputError } from "../../errors.ts";
import { pairwiseSum } from "../../kernels/pairwise-sum.ts";
import { softmax } from "../../kernels/softmax.ts";
import type { Matrix } from "../../matrix.ts";
import type { ConformalSets } from "../conformal-document.ts";

/** How far rounding to single precision may carry a probability above 1. */
const ROUNDING = 1e-6;

function refuse(value: number, row: number, column: number): never {
  throw new InputError(
    Number.isFinite(value) ? "out-of-range" : "not-finite",
    `the probability of class ${column} at row ${row} must be in [0, 1], got ${value}`,
    row,
  );
}

function divided({ data, rows, cols }: Matrix): Matrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    for (let j = start; j < start + cols; j++)
      if (!(data[j] >= 0 && data[j] <= 1 + ROUNDING)) refuse(data[j], i, j - start);
    const total = pairwiseSum(data, start, start + cols);
    if (total === 0) throw new InputError("not-normalised", `the probabilities of row ${i} are all 0`, i);
    for (let j = start; j < start + cols; j++) result[j] = data[j] / total;
  }
  return { data: result, rows, cols };
}

function bothClasses({ data, rows }: Matrix): Matrix {
  const result = new Float64Array(2 * rows);
  for (let i = 0; i < rows; i++) {
    const p = data[i];
    if (!(p >= 0 && p <= 1)) refuse(p, i, 1);
    result[2 * i] = 1 - p;
    result[2 * i + 1] = p;
  }
  return { data: result, rows, cols: 2 };
}

/**
 * Rows of probabilities that sum to one, from whatever a model gives.
 *
 * @param scores n × K logits; n × K probabilities of any sum above 0, which are divided by it; or, for the kind
 * `probability`, n × 1 of the positive class (n × 2 is taken as [negative, positive])
 * @param scoreKind what the scores are
 * @param classes K ≥ 2
 * @returns n × K
 * @throws {InputError} `shape-mismatch` for another number of columns; `out-of-range`, `not-finite`, `not-normalised`
 * with the row
 */
export function probabilityRows(scores: Matrix, scoreKind: ConformalSets["scoreKind"], classes: number): Matrix {
  if (scoreKind === "probability" && scores.cols === 1 && classes === 2) return bothClasses(scores);
  if (scores.cols !== classes)
    throw new InputError("shape-mismatch", `expected rows of ${classes} ${scoreKind}, got rows of ${scores.cols}`);
  return scoreKind === "logits" ? softmax(scores) : divided(scores);
}

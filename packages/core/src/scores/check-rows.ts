import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";

/** How far single precision may carry a probability above 1. */
const ROUNDING = 1e-6;
/** How far rounding may carry the sum of a row from 1. */
const SUM_TOLERANCE = 1e-3;

function checkSize({ data, rows, cols }: Matrix, what: string): void {
  if (rows === 0 || cols === 0) throw new InputError("empty", `at least one ${what} is needed, got ${rows} × ${cols}`);
  if (data.length !== rows * cols)
    throw new InputError("shape-mismatch", `${rows} × ${cols} needs ${rows * cols} values, got ${data.length}`);
}

/**
 * Checks that every row is a distribution over the classes: values in [0, 1] that sum to 1 within 0.001.
 *
 * @param probabilities n × k
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite`, `out-of-range`, `not-normalised` with the row
 */
export function checkProbabilityRows(probabilities: Matrix): void {
  checkSize(probabilities, "probability");
  const { data, rows, cols } = probabilities;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    let sum = 0;
    for (let j = start; j < start + cols; j++) {
      const p = data[j];
      if (!(p >= 0 && p <= 1 + ROUNDING)) throw badProbability(p, i, j - start);
      sum += p;
    }
    if (!(Math.abs(sum - 1) <= SUM_TOLERANCE))
      throw new InputError(
        "not-normalised",
        `the probabilities of row ${i} must sum to 1 within ${SUM_TOLERANCE}, got a sum of ${Number(sum.toPrecision(6))}`,
        i,
      );
  }
}

/**
 * Checks that every logit is a finite number.
 *
 * @param logits n × k
 * @throws {InputError} `empty`, `shape-mismatch`; `not-finite` with the row
 */
export function checkLogitRows(logits: Matrix): void {
  checkSize(logits, "logit");
  const { data, cols } = logits;
  for (let i = 0; i < data.length; i++)
    if (!(Math.abs(data[i]) < Infinity)) {
      const row = Math.floor(i / cols);
      throw new InputError(
        "not-finite",
        `the logit of class ${i - row * cols} at row ${row} must be a finite number, got ${data[i]}`,
        row,
      );
    }
}

function badProbability(value: number, row: number, column: number): InputError {
  return new InputError(
    Number.isFinite(value) ? "out-of-range" : "not-finite",
    `the probability of class ${column} at row ${row} must be in [0, 1], got ${value}`,
    row,
  );
}

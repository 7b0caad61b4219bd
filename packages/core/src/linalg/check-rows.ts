import { InputError } from "../errors.ts";
import type { Matrix } from "../matrix.ts";

/**
 * Checks that there are columns and that every value is finite.
 *
 * @param what named in messages, as in "bank"
 * @throws {InputError} `shape-mismatch`, `empty`; `not-finite` with the row
 */
export function checkRows({ data, rows, cols }: Matrix, what: string): void {
  if (!(Number.isInteger(rows) && Number.isInteger(cols) && rows >= 0 && cols >= 0) || data.length !== rows * cols)
    throw new InputError(
      "shape-mismatch",
      `${what}: ${rows} × ${cols} needs ${rows * cols} values, got ${data.length}`,
    );
  if (cols === 0) throw new InputError("empty", `${what} has no columns`);
  const bad = firstNotFinite(data);
  if (bad < 0) return;
  const row = Math.floor(bad / cols);
  throw new InputError(
    "not-finite",
    `${what}: row ${row}, column ${bad % cols} is ${data[bad]}, not a finite number`,
    row,
  );
}

/**
 * Checks that both have equally many columns.
 *
 * @throws {InputError} `shape-mismatch`
 */
export function checkSameWidth(a: Matrix, what: string, b: Matrix, other: string): void {
  if (a.cols !== b.cols)
    throw new InputError("shape-mismatch", `${what}: expected ${b.cols} columns as in ${other}, got ${a.cols}`);
}

/** -1 where all are finite. A sum of differences with themselves is 0 unless one is not, and needs no branch per value. */
function firstNotFinite(data: Float64Array): number {
  const block = 4096;
  for (let start = 0; start < data.length; start += block) {
    const end = Math.min(start + block, data.length);
    if (differenceFromItself(data, start, end) !== 0)
      for (let i = start; i < end; i++) if (!Number.isFinite(data[i])) return i;
  }
  return -1;
}

function differenceFromItself(data: Float64Array, start: number, end: number): number {
  let total = 0;
  for (let i = start; i < end; i++) total += data[i] - data[i];
  return total;
}

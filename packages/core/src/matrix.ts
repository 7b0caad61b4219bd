import { InputError } from "./errors.ts";

/** Row-major rows × cols block. `data.length` is always `rows * cols`. */
export interface Matrix {
  readonly data: Float64Array;
  readonly rows: number;
  readonly cols: number;
}

/** Row-major rows × cols block of single precision; whatever reads it computes in double. */
export interface Float32Matrix {
  readonly data: Float32Array;
  readonly rows: number;
  readonly cols: number;
}

/**
 * A matrix over the given row-major data; nothing is copied.
 *
 * @param data rows × cols values, row after row
 * @throws {InputError} `shape-mismatch`
 */
export function matrix(data: Float64Array, rows: number, cols: number): Matrix {
  if (data.length !== rows * cols)
    throw new InputError("shape-mismatch", `${rows} × ${cols} needs ${rows * cols} values, got ${data.length}`);
  return { data, rows, cols };
}

/**
 * A matrix from an array of equally long rows (copied).
 *
 * @throws {InputError} `shape-mismatch` with the index of the first row of another length
 */
export function matrixFromRows(rows: readonly ArrayLike<number>[]): Matrix {
  const cols = rows.length > 0 ? rows[0].length : 0;
  const data = new Float64Array(rows.length * cols);
  rows.forEach((row, i) => {
    if (row.length !== cols)
      throw new InputError("shape-mismatch", `row ${i} has ${row.length} values, expected ${cols}`, i);
    data.set(row, i * cols);
  });
  return { data, rows: rows.length, cols };
}

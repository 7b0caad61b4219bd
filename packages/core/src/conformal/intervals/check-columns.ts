import { InputError } from "../../errors.ts";

/**
 * Lets a column of finite numbers pass, one per row.
 *
 * @param what its name in complaints, such as `the point forecasts`
 * @throws {InputError} `shape-mismatch`; `not-finite` with the row
 */
export function checkFinite(values: Float64Array, rows: number, what: string): void {
  if (values.length !== rows)
    throw new InputError("shape-mismatch", `expected ${rows} values of ${what}, got ${values.length}`);
  for (let i = 0; i < rows; i++)
    if (!Number.isFinite(values[i]))
      throw new InputError("not-finite", `${what} must be finite numbers, got ${values[i]} at row ${i}`, i);
}

/**
 * Lets a column of finite numbers > 0 pass, one per row.
 *
 * @param what its name in complaints
 * @throws {InputError} `shape-mismatch`; `not-finite`, `out-of-range` with the row
 */
export function checkPositive(values: Float64Array, rows: number, what: string): void {
  checkFinite(values, rows, what);
  for (let i = 0; i < rows; i++)
    if (!(values[i] > 0)) throw new InputError("out-of-range", `${what} must be > 0, got ${values[i]} at row ${i}`, i);
}

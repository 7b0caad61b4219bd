import { expect } from "vitest";

/** Relative distance; 0 where both are equal, also at 0 and infinity. */
export function relativeError(actual: number, expected: number): number {
  return actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
}

/** Fails with the row of the largest relative error where that exceeds the tolerance. */
export function expectRows<Row>(
  rows: readonly Row[],
  actual: (row: Row) => number,
  expected: (row: Row) => number,
  tolerance: number | ((row: Row) => number),
): void {
  let worst = { row: "", actual: 0, expected: 0, excess: 0 };
  for (const row of rows) {
    const [value, wanted] = [actual(row), expected(row)];
    const limit = typeof tolerance === "number" ? tolerance : tolerance(row);
    const excess = Number.isNaN(value) ? Infinity : relativeError(value, wanted) / limit;
    if (excess > worst.excess) worst = { row: JSON.stringify(row), actual: value, expected: wanted, excess };
  }
  expect(rows.length).toBeGreaterThan(0);
  expect(worst.excess > 1 ? worst : "within tolerance").toBe("within tolerance");
}

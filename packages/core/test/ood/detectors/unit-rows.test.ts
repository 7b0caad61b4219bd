import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../../../src/matrix.ts";
import { unitRows } from "../../../src/ood/detectors/unit-rows.ts";

describe("unitRows", () => {
  it("unitRows(rows) have length 1 up to the 1e-10 added", () => {
    const { data } = unitRows(matrixFromRows([[3, 4]]));
    expect(data[0]).toBe(3 / (5 + 1e-10));
    expect(data[1]).toBe(4 / (5 + 1e-10));
  });
  it("unitRows(rows) leave a row of zeros as it is", () => {
    expect(Array.from(unitRows(matrixFromRows([[0, -0]])).data)).toEqual([0, 0]);
  });
  it("unitRows(rows) survive the largest and smallest doubles", () => {
    const { data } = unitRows(
      matrixFromRows([
        [1e308, 1e308],
        [5e-324, 0],
        [1e-200, 1e-200],
      ]),
    );
    expect(data[0]).toBeCloseTo(Math.SQRT1_2, 12);
    for (const value of data) expect(Number.isFinite(value)).toBe(true);
    expect(data[2]).toBeLessThan(1e-300);
  });
});

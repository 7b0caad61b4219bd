import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/incomplete-gamma.json" with { type: "json" };
import { chiSquareCdf, chiSquareQuantile, chiSquareSurvival } from "../../src/special/chi-square.ts";
import { normalSurvival } from "../../src/special/normal.ts";
import { expectRows, relativeError } from "./helpers.ts";

describe("the chi-square law", () => {
  it("chiSquareCdf(2x, 2a) and chiSquareSurvival(2x, 2a) agree with the table of P and Q to 2e-14", () => {
    const rows = table.tails as [number, number, number | null, number | null][];
    const lower = rows.filter((row) => row[2] !== null);
    expectRows(
      lower,
      ([a, x]) => chiSquareCdf(2 * x, 2 * a),
      (row) => row[2] ?? 0,
      2e-14,
    );
    const upper = rows.filter((row) => row[3] !== null);
    expectRows(
      upper,
      ([a, x]) => chiSquareSurvival(2 * x, 2 * a),
      (row) => row[3] ?? 0,
      2e-14,
    );
  });

  it("chiSquareQuantile(p, df) gives the familiar values", () => {
    expect(relativeError(chiSquareQuantile(0.95, 1), 3.841458820694124)).toBeLessThan(1e-14);
    expect(relativeError(chiSquareQuantile(0.95, 2), -2 * Math.log1p(-0.95))).toBeLessThan(1e-14);
    expect(relativeError(chiSquareQuantile(0.05, 10), 3.9402991361190605)).toBeLessThan(1e-14);
    expect([chiSquareQuantile(0, 3), chiSquareQuantile(1, 3)]).toEqual([0, Infinity]);
  });

  it("chiSquareSurvival(z², 1) is the two-sided tail of the normal law", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36 * 2 ** 20 }), (i) => {
        const z = i / 2 ** 20;
        expect(relativeError(chiSquareSurvival(z * z, 1), 2 * normalSurvival(z))).toBeLessThan(1e-14);
      }),
    );
  });

  it("chiSquareSurvival(2.0357, 3) gives the Hosmer-Lemeshow p-value of the master case", () => {
    expect(Math.abs(chiSquareSurvival(2.035735078274143, 3) - 0.5650229815)).toBeLessThan(1e-11);
    expect(Math.abs(chiSquareSurvival(2.035735078274143, 5) - 0.84417864384)).toBeLessThan(1e-11);
  });

  it("chiSquareCdf(x, df) is 0 up to 0 and 1 at infinity", () => {
    expect([-1, 0, -Infinity].map((x) => chiSquareCdf(x, 4))).toEqual([0, 0, 0]);
    expect([-1, 0, -Infinity].map((x) => chiSquareSurvival(x, 4))).toEqual([1, 1, 1]);
    expect([chiSquareCdf(Infinity, 4), chiSquareSurvival(Infinity, 4)]).toEqual([1, 0]);
  });

  it("chiSquareCdf(x, df) refuses NaN and degrees of freedom that are not positive", () => {
    for (const compute of [chiSquareCdf, chiSquareSurvival]) {
      expect(() => compute(Number.NaN, 1)).toThrow(expect.objectContaining({ code: "not-finite" }));
      for (const df of [0, -1, Infinity, Number.NaN])
        expect(() => compute(1, df)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    }
    expect(() => chiSquareQuantile(1.5, 1)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => chiSquareQuantile(0.5, 0)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

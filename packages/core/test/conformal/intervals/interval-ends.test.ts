import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lowerEnd, upperEnd } from "../../../src/conformal/intervals/interval-ends.ts";
import { sideLevel } from "../../../src/conformal/intervals/side-level.ts";

/** Numbers so small that dividing them gives 0 are not meant. */
const real = fc.double({ min: -1e9, max: 1e9, noNaN: true }).map((x) => (Math.abs(x) < 1e-290 ? 0 : x));
const tenths = fc.integer({ min: -99, max: 99 }).map((k) => k / 10);

describe("upperEnd", () => {
  it("upperEnd(high, quantile, unit) is high + quantile · unit", () => {
    expect(upperEnd(100, 9, 1)).toBe(109);
    expect(upperEnd(10, 2, 3)).toBe(16);
    expect(upperEnd(10, -2, 3)).toBeCloseTo(4, 14);
    expect(upperEnd(1, Infinity, 2)).toBe(Infinity);
    expect(upperEnd(1, -Infinity, 2)).toBe(-Infinity);
    expect(upperEnd(0, 0, 1)).toBe(0);
    expect(upperEnd(1.7e308, 1e308, 1)).toBe(Infinity);
  });

  it("upperEnd(high, quantile, unit) reaches a tie that plain addition misses", () => {
    expect(-2.7 + 3).toBeLessThan(0.3);
    expect(0.3 - -2.7).toBe(3);
    expect(upperEnd(-2.7, 3, 1)).toBeGreaterThanOrEqual(0.3);
    expect(upperEnd(-2.7, 3, 1)).toBeCloseTo(0.3, 14);
  });

  it("upperEnd(high, quantile, unit) is at least every outcome whose score is the quantile", () => {
    fc.assert(
      fc.property(
        fc.oneof(real, tenths),
        fc.oneof(real, tenths),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (high, y, unit) => {
          const end = upperEnd(high, (y - high) / unit, unit);
          expect(end).toBeGreaterThanOrEqual(y);
          expect(end - y).toBeLessThanOrEqual(2 ** -49 * Math.max(Math.abs(y), Math.abs(high)));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("lowerEnd(low, quantile, unit) mirrors upperEnd", () => {
    fc.assert(
      fc.property(tenths, tenths, (low, quantile) => {
        expect(lowerEnd(low, quantile, 1)).toBe(0 - upperEnd(0 - low, quantile, 1));
      }),
    );
    expect(Object.is(lowerEnd(3, 3, 1), -0)).toBe(false);
  });
});

describe("sideLevel", () => {
  it("sideLevel(level) is (1 + level) / 2 without rounding", () => {
    expect([0.9, 0.8, 0.95, 0.999, 0.5, 0.01, "0.123456789012345678901", 1e-9].map(sideLevel)).toEqual([
      "0.95",
      "0.90",
      "0.975",
      "0.9995",
      "0.75",
      "0.505",
      "0.5617283945061728394505",
      "0.5000000005",
    ]);
  });
});

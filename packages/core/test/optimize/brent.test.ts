import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findRoot, minimize } from "../../src/optimize/brent.ts";

describe("findRoot", () => {
  it("findRoot(f, lower, upper) finds roots to the last bits", () => {
    expect(Math.abs(findRoot((x) => x * x - 2, 0, 2).root / Math.SQRT2 - 1)).toBeLessThan(1e-15);
    expect(Math.abs(findRoot((x) => Math.cos(x) - x, 0, 1).root / 0.7390851332151607 - 1)).toBeLessThan(1e-15);
    expect(Math.abs(findRoot((x) => Math.exp(x) - 1e-200, -1000, 0).root / (-200 * Math.LN10) - 1)).toBeLessThan(1e-14);
  });

  it("findRoot(f, lower, upper) accepts a root at either end and either direction", () => {
    expect(findRoot((x) => x, 0, 1)).toEqual({ root: 0, value: 0, iterations: 0 });
    expect(findRoot((x) => x - 1, 0, 1)).toEqual({ root: 1, value: 0, iterations: 0 });
    expect(findRoot((x) => 0.25 - x, 0, 1).root).toBeCloseTo(0.25, 15);
  });

  it("findRoot(f, lower, upper) finds a jump and a flat crossing", () => {
    expect(findRoot((x) => (x < 0.3 ? -1 : 1), 0, 1).root).toBeCloseTo(0.3, 15);
    expect(Math.abs(findRoot((x) => (x - 0.5) ** 9, 0, 1).root - 0.5)).toBeLessThan(1e-2);
  });

  it("findRoot(f, lower, upper) inverts any increasing power", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 8, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (k, y) => {
          expect(Math.abs(findRoot((x) => x ** k - y, 0, 1).root / y ** (1 / k) - 1)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it("findRoot(f, lower, upper) stops at the tolerance", () => {
    const rough = findRoot((x) => x * x - 2, 0, 2, { tolerance: 1e-3 });
    expect(Math.abs(rough.root - Math.SQRT2)).toBeLessThan(1e-3);
    expect(rough.iterations).toBeLessThan(findRoot((x) => x * x - 2, 0, 2).iterations);
  });

  it("findRoot(f, lower, upper) refuses ranges without a change of sign, NaN and too few steps", () => {
    expect(() => findRoot((x) => x + 2, 0, 1)).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() => findRoot((x) => x, 1, 0)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => findRoot((x) => x, 0, Infinity)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => findRoot(() => Number.NaN, 0, 1)).toThrow(expect.objectContaining({ code: "not-finite" }));
    expect(() => findRoot((x) => x * x - 2, 0, 2, { maxIterations: 2 })).toThrow("did not converge");
  });
});

describe("minimize", () => {
  it("minimize(f, lower, upper) finds the bottom of a dip", () => {
    const { position, value } = minimize((x) => (x - 0.3) ** 2 + 5, -1, 1);
    expect(position).toBeCloseTo(0.3, 7);
    expect(value).toBeCloseTo(5, 14);
    expect(minimize((x) => Math.abs(x - 2), 0, 10).position).toBeCloseTo(2, 7);
    expect(minimize((x) => x - Math.log(x), 0.1, 20).position).toBeCloseTo(1, 7);
  });

  it("minimize(f, lower, upper) runs to an end where the function only falls", () => {
    expect(minimize((x) => x, 0, 1).position).toBeLessThan(1e-8);
    expect(minimize((x) => -x, 0, 1).position).toBeGreaterThan(1 - 1e-7);
    expect(minimize((x) => x, 3, 3).position).toBe(3);
  });

  it("minimize(f, lower, upper) refuses bad ranges, NaN and too few steps", () => {
    expect(() => minimize((x) => x, 1, 0)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => minimize(() => Number.NaN, 0, 1)).toThrow(expect.objectContaining({ code: "not-finite" }));
    expect(() => minimize((x) => x * x, -1, 2, { maxIterations: 2 })).toThrow("did not converge");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sum, weightedSum } from "../../src/kernels/sum.ts";

describe("sum", () => {
  it("sum(values) keeps what a plain loop loses", () => {
    expect(sum(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(sum(new Float64Array(1e6).fill(0.1))).toBe(100000.00000000001 - 1.4551915228366852e-11);
  });

  it("sum(values) of nothing is 0", () => {
    expect(sum(new Float64Array(0))).toBe(0);
  });

  it("sum(values) is infinite, never NaN, where the total leaves the range of a double", () => {
    expect(sum(Float64Array.of(1.7e308, 1.7e308))).toBe(Infinity);
    expect(sum(Float64Array.of(-1.7e308, -1.7e308, 5))).toBe(-Infinity);
  });

  it("sum(values) names the position of what cannot be added up", () => {
    expect(() => sum(Float64Array.of(1, Number.NaN))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => sum(Float64Array.of(Infinity, -Infinity))).toThrow(expect.objectContaining({ index: 0 }));
  });

  it("sum(values) of integers is exact in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), { maxLength: 200 }), (values) => {
        const exact = values.reduce((total, value) => total + BigInt(value), 0n);
        const scaled = Float64Array.from(values, (value) => value * 2 ** -60);
        expect(sum(scaled)).toBe(Number(exact) * 2 ** -60);
        expect(sum(scaled.reverse())).toBe(Number(exact) * 2 ** -60);
      }),
    );
  });
});

describe("weightedSum", () => {
  it("weightedSum(values, weights) adds the products", () => {
    expect(weightedSum(Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6))).toBe(32);
    expect(weightedSum(Float64Array.of(1, 1e50, 1, -1e50), Float64Array.of(1, 1e50, 1, 1e50))).toBe(2);
  });

  it("weightedSum(values, weights) with weights of 1 is sum(values)", () => {
    fc.assert(
      fc.property(fc.float64Array({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), (values) => {
        expect(weightedSum(values, new Float64Array(values.length).fill(1))).toBe(sum(values));
      }),
    );
  });

  it("weightedSum(values, weights) never gives NaN", () => {
    const one = Float64Array.of(1, 1);
    expect(() => weightedSum(one, Float64Array.of(1, Number.NaN))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => weightedSum(Float64Array.of(1e200, -1e200), Float64Array.of(1e200, 1e200))).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });

  it("weightedSum(values, weights) refuses lengths that differ", () => {
    expect(() => weightedSum(new Float64Array(2), new Float64Array(3))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});

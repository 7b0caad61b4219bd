import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { harmonicDifference } from "../../../src/metrics/selective/harmonic-difference.ts";

describe("harmonicDifference", () => {
  it("harmonicDifference(before, step) is the sum of 1/(before + j) for whole steps", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.integer({ min: 0, max: 40 }), (before, step) => {
        let sum = 0;
        for (let j = step; j >= 1; j--) sum += 1 / (before + j);
        expect(Math.abs(harmonicDifference(before, step) - sum)).toBeLessThanOrEqual(1e-13 * sum);
      }),
    );
  });

  it("harmonicDifference(before, step) adds up over steps of any size", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        fc.double({ min: 0, max: 5, noNaN: true }),
        (before, first, second) => {
          const whole = harmonicDifference(before, first + second);
          const parts = harmonicDifference(before, first) + harmonicDifference(before + first, second);
          expect(Math.abs(whole - parts)).toBeLessThanOrEqual(4e-13 * (whole + 1e-300) + 1e-16);
        },
      ),
    );
  });

  it("harmonicDifference(0, ½) is 2 − 2·ln 2, and a tiny step keeps its digits", () => {
    expect(harmonicDifference(0, 0.5)).toBeCloseTo(2 - 2 * Math.LN2, 14);
    // ψ′(1) = π²/6.
    expect(Math.abs(harmonicDifference(0, 1e-12) / (1e-12 * (Math.PI ** 2 / 6)) - 1)).toBeLessThan(1e-11);
    expect(harmonicDifference(5, 0)).toBe(0);
  });
});

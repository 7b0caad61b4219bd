import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exp } from "../../src/kernels/exp.ts";

describe("exp", () => {
  it("exp(x) is exact at 0 and has the limits of the exponential", () => {
    expect(exp(0)).toBe(1);
    expect(exp(-0)).toBe(1);
    expect(exp(Number.NEGATIVE_INFINITY)).toBe(0);
    expect(exp(-1e9)).toBe(0);
    expect(exp(1e9)).toBe(exp(709));
    expect(exp(709)).toBeLessThan(Number.MAX_VALUE);
    expect(exp(Number.NaN)).toBeNaN();
  });

  it.each([
    [2, 7.38905609893065],
    [-1, 0.36787944117144233],
    [0.5, 1.6487212707001282],
    [10, 22026.465794806718],
    [-20, 2.061153622438558e-9],
    [-700, 9.85967654375977e-305],
    [700, 1.0142320547350045e304],
  ])("exp(%f) is %f", (x, expected) => {
    expect(Math.abs(exp(x) - expected)).toBeLessThanOrEqual(4e-16 * expected);
  });

  it("exp(x) agrees with Math.exp to the sum of their errors", () => {
    fc.assert(
      fc.property(fc.double({ min: -708, max: 709, noNaN: true }), (x) => {
        expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(6e-16 * Math.exp(x));
      }),
      { numRuns: 2000, seed: 1 },
    );
  });

  it("exp(x) is right to one subnormal unit below -708", () => {
    for (let x = -760; x < -708; x += 0.37) expect(Math.abs(exp(x) - Math.exp(x))).toBeLessThanOrEqual(2 * 2 ** -1074);
  });
});

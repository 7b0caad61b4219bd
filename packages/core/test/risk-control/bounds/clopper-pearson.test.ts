import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialPValue, clopperPearsonUpper } from "../../../src/index.ts";

describe("clopperPearsonUpper", () => {
  it.each([
    [0, 10, 0.05, 0.258865550893],
    [0, 100, 0.05, 0.029513049607],
    [1, 100, 0.05, 0.0465598114535],
    [5, 100, 0.05, 0.102253377643],
    [5, 100, 0.01, 0.125851730698],
    [50, 1000, 0.1, 0.0600248574272],
    [10, 10, 0.05, 1],
  ])("clopperPearsonUpper(%i, %i, %f) is %f", (errors, n, failure, expected) => {
    expect(Math.abs(clopperPearsonUpper(errors, n, failure) / expected - 1)).toBeLessThan(1e-11);
  });

  it("clopperPearsonUpper(errors, n, failure) is where the p-value equals failure, for n to ten million", () => {
    const counts = fc.integer({ min: 1, max: 10_000_000 }).chain((n) => fc.tuple(fc.nat(n), fc.constant(n)));
    fc.assert(
      fc.property(counts, fc.double({ min: 1e-12, max: 0.9, noNaN: true }), ([errors, n], failure) => {
        const upper = clopperPearsonUpper(errors, n, failure);
        expect(binomialPValue(errors, n, upper * (1 - 1e-12))).toBeGreaterThanOrEqual(failure * (1 - 1e-13));
        if (errors < n)
          expect(binomialPValue(errors, n, Math.min(1, upper * (1 + 1e-12)))).toBeLessThanOrEqual(
            failure * (1 + 1e-13),
          );
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  it("clopperPearsonUpper(errors, n, failure) refuses what is not a count or a probability", () => {
    for (const [errors, n, failure] of [
      [-1, 10, 0.1],
      [11, 10, 0.1],
      [1.5, 10, 0.1],
      [1, Number.NaN, 0.1],
      [1, 10, 0],
      [1, 10, 1],
    ])
      expect(() => clopperPearsonUpper(errors, n, failure)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });

  it("clopperPearsonUpper(0, 0, failure) knows nothing of no rows", () => {
    expect(clopperPearsonUpper(0, 0, 0.1)).toBe(1);
    expect(binomialPValue(0, 0, 0.1)).toBe(1);
  });
});

describe("binomialPValue", () => {
  it("binomialPValue(errors, n, risk) sums the binomial probabilities", () => {
    expect(binomialPValue(1, 4, 0.5)).toBeCloseTo(5 / 16, 15);
    expect(binomialPValue(0, 50, 0.05)).toBeCloseTo(0.95 ** 50, 15);
    expect(binomialPValue(2, 3, 0.1)).toBeCloseTo(1 - 0.001, 15);
  });

  it("binomialPValue(errors, n, risk) is 1 without errors to miss, and 0 where errors must be everywhere", () => {
    expect(binomialPValue(4, 4, 0.1)).toBe(1);
    expect(binomialPValue(0, 4, 0)).toBe(1);
    expect(binomialPValue(3, 4, 0)).toBe(1);
    expect(binomialPValue(0, 4, 1)).toBe(0);
    expect(binomialPValue(3, 4, 1)).toBe(0);
  });

  it("binomialPValue(errors, n, risk) refuses a risk outside [0, 1]", () => {
    expect(() => binomialPValue(1, 4, 1.2)).toThrow("risk must be in [0, 1], got 1.2");
    expect(() => binomialPValue(5, 4, 0.2)).toThrow("expected integers 0 <= errors <= n, got 5 errors among 4");
  });
});

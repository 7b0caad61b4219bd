import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracyUncertainty, samplingProbabilities, sum, thresholdProbabilities } from "../../src/index.ts";

const uncertainties = fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: 2, maxLength: 40 });

describe("samplingProbabilities", () => {
  it("samplingProbabilities(u, { budget }) is proportional to u above a floor", () => {
    const p = samplingProbabilities(Float64Array.of(1, 3), { budget: 1, floor: 0.5 });
    expect(p[0]).toBeCloseTo(0.25 + 0.125, 15);
    expect(p[1]).toBeCloseTo(0.25 + 0.375, 15);
  });

  it("samplingProbabilities(u, { budget }) gives what is cut off at 1 to the others", () => {
    const p = samplingProbabilities(Float64Array.of(100, 1, 3), { budget: 2, floor: 0 });
    expect(Array.from(p)).toEqual([1, 0.25, 0.75]);
  });

  it("samplingProbabilities(u, { floor: 1 }) is uniform, and so is it where nothing is uncertain", () => {
    expect(Array.from(samplingProbabilities(Float64Array.of(1, 9, 0, 2), { budget: 2, floor: 1 }))).toEqual([
      0.5, 0.5, 0.5, 0.5,
    ]);
    expect(Array.from(samplingProbabilities(new Float64Array(4), { budget: 1 }))).toEqual([0.25, 0.25, 0.25, 0.25]);
  });

  it("samplingProbabilities(u, options) sums to the budget, in order of u, never below the floor", () => {
    fc.assert(
      fc.property(
        uncertainties,
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share, floor) => {
          const u = Float64Array.from(values);
          const budget = share * u.length;
          const p = samplingProbabilities(u, { budget, floor });
          expect(Math.abs(sum(p) - budget)).toBeLessThan(1e-9 * Math.max(1, budget));
          for (let i = 0; i < u.length; i++) {
            expect(p[i]).toBeGreaterThanOrEqual(floor * share * (1 - 1e-12));
            expect(p[i]).toBeLessThanOrEqual(1);
            for (let j = 0; j < u.length; j++) if (u[i] > u[j]) expect(p[i]).toBeGreaterThanOrEqual(p[j] - 1e-15);
          }
        },
      ),
    );
  });

  it("samplingProbabilities(u, options) says what it expected", () => {
    expect(() => samplingProbabilities(Float64Array.of(1, 1), { budget: 3 })).toThrow(
      "the budget must be above 0 and at most the 2 rows, got 3",
    );
    expect(() => samplingProbabilities(Float64Array.of(1, -1), { budget: 1 })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => samplingProbabilities(Float64Array.of(1, 0, 0), { budget: 2, floor: 0 })).toThrow(
      "only 1 rows have any uncertainty but the budget is 2",
    );
  });
});

describe("accuracyUncertainty and thresholdProbabilities", () => {
  it("accuracyUncertainty(p) is the standard deviation of being right", () => {
    expect(Array.from(accuracyUncertainty(Float64Array.of(0.5, 0.9, 1)))).toEqual([0.5, Math.sqrt(0.9 * (1 - 0.9)), 0]);
    expect(() => accuracyUncertainty(Float64Array.of(0.5, 1.2))).toThrow("confidence 1.2 at row 1 is not in [0, 1]");
  });

  it("thresholdProbabilities(p, { below, above }) labels everything below and some of the rest", () => {
    const p = thresholdProbabilities(Float64Array.of(0.5, 0.7, 0.9), { below: 0.7, above: 0.02 });
    expect(Array.from(p)).toEqual([1, 0.02, 0.02]);
    expect(() => thresholdProbabilities(Float64Array.of(0.5), { below: 0.7, above: 0 })).toThrow(
      "rows that can never be labelled leave every estimate open",
    );
  });
});

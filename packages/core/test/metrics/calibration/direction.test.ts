import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { expectedCalibrationError } from "../../../src/metrics/calibration/binned-calibration-error.ts";
import { overconfidence, underconfidence } from "../../../src/metrics/calibration/direction.ts";
import { createRandom } from "../../../src/random/random.ts";

function simulate(n: number, seed: number, rate: (p: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: n }, () => random.uniform());
  return [scores, Uint8Array.from(scores, (score) => (random.uniform() < rate(score) ? 1 : 0))];
}

describe("overconfidence and underconfidence", () => {
  it("overconfidence(probabilities, outcomes) splits the gaps by sign", () => {
    const scores = Float64Array.of(0.9, 0.9, 0.9, 0.9, 0.2, 0.2);
    const outcomes = Uint8Array.of(1, 1, 0, 0, 1, 0);
    expect(overconfidence(scores, outcomes).value).toBeCloseTo((4 / 6) * 0.4, 14);
    expect(underconfidence(scores, outcomes).value).toBeCloseTo((2 / 6) * 0.3, 14);
    expect(overconfidence(scores, outcomes).spec).toEqual({
      metric: "overconfidence",
      norm: "l1",
      binning: "equal-width",
      bins: 15,
      edges: "right-closed",
      label: "positive-class",
    });
  });

  it("overconfidence(probabilities, outcomes) has parts that add up to the ECE", () => {
    const row = fc.tuple(
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.constantFrom(0, 1),
      fc.double({ min: 0.1, max: 3, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 20 }), (rows, bins) => {
        const scores = Float64Array.from(rows, ([score]) => score);
        const outcomes = Uint8Array.from(rows, ([, outcome]) => outcome);
        const options = { bins, weights: Float64Array.from(rows, ([, , weight]) => weight) };
        const over = overconfidence(scores, outcomes, options);
        const under = underconfidence(scores, outcomes, options);
        const { value } = expectedCalibrationError(scores, outcomes, options);
        expect(over.value + under.value).toBeCloseTo(value, 13);
        for (const { lower, upper, value: part } of [over, under]) {
          expect(lower).toBeLessThanOrEqual(part);
          expect(upper).toBeGreaterThanOrEqual(part);
          expect(lower).toBeGreaterThanOrEqual(0);
          expect(upper).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("overconfidence(probabilities, outcomes) covers the truth at 95 % within simulation error", () => {
    for (const [rate, over, under] of [
      [(p: number) => p, 0, 0],
      [(p: number) => 0.8 * p, 0.1, 0],
      [(p: number) => p + 0.2 * (0.5 - p), 0.025, 0.025],
    ] as const) {
      let coveredOver = 0;
      let coveredUnder = 0;
      for (let k = 0; k < 200; k++) {
        const pairs = simulate(1000, k, rate);
        const high = overconfidence(...pairs);
        const low = underconfidence(...pairs);
        if (high.lower <= over && over <= high.upper) coveredOver++;
        if (low.lower <= under && under <= low.upper) coveredUnder++;
      }
      expect(coveredOver).toBeGreaterThanOrEqual(182);
      expect(coveredUnder).toBeGreaterThanOrEqual(182);
    }
  });

  it("overconfidence(probabilities, outcomes) leaves room for a side that no bin leans to", () => {
    const estimate = overconfidence(new Float64Array(20).fill(0.5), new Uint8Array(20).fill(1, 0, 11));
    expect(estimate.value).toBe(0);
    expect(estimate.upper).toBeGreaterThan(0.1);
  });

  it("overconfidence(probabilities, outcomes, options) refuses what the ECE refuses", () => {
    expect(() => overconfidence(new Float64Array(0), new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => overconfidence(Float64Array.of(0.5), Uint8Array.of(1), { bins: 0 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

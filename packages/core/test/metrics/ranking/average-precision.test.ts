import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/scores/scores.json" with { type: "json" };
import { averagePrecision } from "../../../src/metrics/ranking/average-precision.ts";
import { prAucTrapezoid } from "../../../src/metrics/ranking/pr-auc-trapezoid.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20, Y20 } from "../../master-case.ts";

describe("averagePrecision", () => {
  it("averagePrecision(scores, outcomes) and prAucTrapezoid equal scikit-learn on weighted and tied data", () => {
    for (const { p, y, w, averagePrecision: step, prAucTrapezoid: trapezoid } of table.cases) {
      const options = w ? { weights: Float64Array.from(w) } : {};
      const scores = Float64Array.from(p);
      const outcomes = Uint8Array.from(y);
      expect(Math.abs(averagePrecision(scores, outcomes, options).value - step)).toBeLessThan(1e-13);
      expect(Math.abs(prAucTrapezoid(scores, outcomes, options).value - trapezoid)).toBeLessThan(1e-13);
    }
  });

  it("averagePrecision(scores, outcomes) and prAucTrapezoid never share a spec", () => {
    expect(averagePrecision(P20, Y20).spec).toEqual({ metric: "average-precision", ties: "grouped", rule: "step" });
    expect(prAucTrapezoid(P20, Y20).spec).toMatchObject({ metric: "pr-auc-trapezoid", rule: "trapezoid" });
    expect(averagePrecision(P20, Y20).interval).toBe("approximate");
  });

  it("averagePrecision(scores, outcomes) is the base rate where all scores are equal, and 1 for a perfect order", () => {
    const y = Uint8Array.of(1, 0, 0, 0);
    expect(averagePrecision(new Float64Array(4), y).value).toBe(0.25);
    const perfect = averagePrecision(Float64Array.of(4, 3, 2, 1), y);
    expect(perfect).toMatchObject({ value: 1, upper: 1 });
    expect(perfect.lower).toBeLessThan(0.1);
    expect(averagePrecision(P20, new Uint8Array(20).fill(1)).value).toBe(1);
  });

  it("averagePrecision(scores, outcomes) keeps its interval in [0, 1] around the value", () => {
    const row = fc.record({
      s: fc.integer({ min: 0, max: 6 }),
      y: fc.integer({ min: 0, max: 1 }),
      w: fc.constantFrom(0, 0.5, 2),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (list) => {
        const scores = Float64Array.from(list, (r) => r.s);
        const y = Uint8Array.from(list, (r) => r.y);
        y[0] = 1;
        const weights = Float64Array.from(list, (r) => r.w);
        weights[0] = 1;
        const { value, lower, upper } = averagePrecision(scores, y, { weights });
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(lower).toBeLessThanOrEqual(value);
        expect(upper).toBeGreaterThanOrEqual(value);
        expect(upper).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("averagePrecision(scores, outcomes) has the standard error of repeated samples (300 samples of 2000)", () => {
    const random = createRandom(83);
    const values: number[] = [];
    let widths = 0;
    for (let r = 0; r < 300; r++) {
      const y = Uint8Array.from({ length: 2000 }, () => (random.uniform() < 0.3 ? 1 : 0));
      const scores = Float64Array.from(y, (outcome) => random.normal() + outcome);
      const { value, lower, upper } = averagePrecision(scores, y);
      values.push(value);
      widths += (upper - lower) / 300;
    }
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
    // A standard deviation from 300 samples is right to 4 %; four of those are allowed.
    expect(Math.abs(widths / (2 * 1.96 * deviation) - 1)).toBeLessThan(0.16);
  });

  it("averagePrecision(scores, outcomes) refuses data without a positive", () => {
    expect(() => averagePrecision(P20, new Uint8Array(20))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(() => prAucTrapezoid(P20, new Uint8Array(20))).toThrow(expect.objectContaining({ code: "one-class" }));
  });
});

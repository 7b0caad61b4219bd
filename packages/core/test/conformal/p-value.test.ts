import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  confidenceAndCredibility,
  conformalPValue,
  prepareScores,
  smoothedPValue,
} from "../../src/conformal/p-value.ts";

const tiny = prepareScores(Float64Array.of(0.5, 0.2, 0.9, 0.1, 0.2));
const small = fc.integer({ min: -3, max: 3 });

describe("smoothedPValue(prepared, score, tau)", () => {
  it.each([
    [0.2, 0.5, 0.583333333333333, 0.833333333333333],
    [0.2, 0, 0.333333333333333, 0.833333333333333],
    [0.2, 1, 0.833333333333333, 0.833333333333333],
    [1, 0.5, 0.083333333333333, 0.166666666666667],
    [0.05, 0.5, 0.916666666666667, 1],
    [0.5, 0.25, 0.25, 0.5],
  ])("smoothedPValue(tiny, %d, %d) is %d and conformalPValue is %d", (score, tau, smoothed, plain) => {
    expect(smoothedPValue(tiny, score, tau)).toBeCloseTo(smoothed, 14);
    expect(conformalPValue(tiny, score)).toBeCloseTo(plain, 14);
  });

  it("smoothedPValue(prepared, score, tau) is the definition counted by hand", () => {
    const tau = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(small, { maxLength: 30 }), small, tau, (scores, score, tau) => {
        const prepared = prepareScores(Float64Array.from(scores));
        const greater = scores.filter((s) => s > score).length;
        const equal = scores.filter((s) => s === score).length;
        expect(smoothedPValue(prepared, score, tau)).toBe((greater + tau * (equal + 1)) / (scores.length + 1));
        expect(conformalPValue(prepared, score)).toBe((greater + equal + 1) / (scores.length + 1));
        expect(smoothedPValue(prepared, score, 1)).toBe(conformalPValue(prepared, score));
      }),
    );
  });

  it("smoothedPValue(prepared, score, tau) is exactly uniform over the places of a tied multiset", () => {
    const scores = [1, 1, 1, 2, 3, 3];
    const steps = 60;
    const counts = new Array<number>(6).fill(0);
    for (let i = 0; i < scores.length; i++) {
      const prepared = prepareScores(Float64Array.from(scores.filter((_, j) => j !== i)));
      for (let t = 0; t < steps; t++)
        counts[Math.floor(6 * smoothedPValue(prepared, scores[i], (t + 0.5) / steps) + 1e-12)]++;
    }
    expect(counts).toEqual(new Array(6).fill(steps));
  });

  it("smoothedPValue(no scores, score, tau) is tau", () => {
    expect(smoothedPValue(prepareScores(new Float64Array(0)), 7, 0.25)).toBe(0.25);
    expect(conformalPValue(prepareScores(new Float64Array(0)), 7)).toBe(1);
  });

  it("smoothedPValue(prepared, score, tau) ranks infinite scores, and 0 equals -0", () => {
    const prepared = prepareScores(Float64Array.of(-Infinity, -0, Infinity));
    expect(conformalPValue(prepared, Infinity)).toBe(0.5);
    expect(conformalPValue(prepared, 0)).toBe(0.75);
    expect(smoothedPValue(prepared, 0, 0)).toBe(0.25);
  });

  it("smoothedPValue(prepared, score, tau) refuses NaN and tau outside [0, 1]", () => {
    const code = (expected: string) => expect.objectContaining({ code: expected });
    expect(() => smoothedPValue(tiny, Number.NaN, 0.5)).toThrow(code("not-finite"));
    expect(() => conformalPValue(tiny, Number.NaN)).toThrow(code("not-finite"));
    for (const tau of [-0.1, 1.1, Number.NaN]) expect(() => smoothedPValue(tiny, 1, tau)).toThrow(code("out-of-range"));
    expect(() => prepareScores(Float64Array.of(1, Number.NaN))).toThrow(code("not-finite"));
  });
});

describe("confidenceAndCredibility(pValues)", () => {
  it("confidenceAndCredibility(pValues) gives the published example", () => {
    const prepared = prepareScores(Float64Array.from({ length: 9 }, (_, i) => (i + 1) / 10));
    const rows = [
      [0.1, 0.3, 0.6],
      [0.5, 0.2, 0.7],
      [0.9, 0.2, 0.4],
    ].map((row) => Float64Array.from(row, (s) => conformalPValue(prepared, s)));
    expect(rows.map((row) => Array.from(row))).toEqual([
      [1, 0.8, 0.5],
      [0.6, 0.9, 0.4],
      [0.2, 0.9, 0.7],
    ]);
    expect(rows.map(confidenceAndCredibility)).toEqual([
      { label: 0, credibility: 1, confidence: 1 - 0.8 },
      { label: 1, credibility: 0.9, confidence: 1 - 0.6 },
      { label: 1, credibility: 0.9, confidence: 1 - 0.7 },
    ]);
  });

  it("confidenceAndCredibility(tied p-values) names the first class", () => {
    expect(confidenceAndCredibility(Float64Array.of(0.2, 0.5, 0.5))).toEqual({
      label: 1,
      credibility: 0.5,
      confidence: 0.5,
    });
  });

  it("confidenceAndCredibility(pValues) refuses one class and numbers outside [0, 1]", () => {
    expect(() => confidenceAndCredibility(Float64Array.of(1))).toThrow(expect.objectContaining({ code: "too-few" }));
    expect(() => confidenceAndCredibility(Float64Array.of(0.5, 1.5))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isotonicBlocks, isotonicRegression, isotonicValue } from "../../src/kernels/isotonic.ts";

const x20 = Float64Array.from([
  0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99,
]);
const y20 = [0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1];
const ones = (n: number) => new Float64Array(n).fill(1);

function fitted(x: number[], y: number[], w?: number[]): number[] {
  const fit = isotonicRegression(Float64Array.from(x), y, w ? Float64Array.from(w) : undefined);
  return x.map((value) => isotonicValue(fit, value));
}

/** Fit by the max–min formula over levels: max over starts ≤ i of min over ends ≥ i of the mean. */
function maxMin(y: number[], w: number[]): number[] {
  return y.map((_, i) => {
    let best = -Infinity;
    for (let s = 0; s <= i; s++) {
      let least = Infinity;
      for (let e = i; e < y.length; e++) {
        let sum = 0;
        let mass = 0;
        for (let k = s; k <= e; k++) {
          sum += w[k] * y[k];
          mass += w[k];
        }
        least = Math.min(least, sum / mass);
      }
      best = Math.max(best, least);
    }
    return best;
  });
}

describe("isotonicRegression", () => {
  it("isotonicRegression(x, y) fits the master case of 20 rows", () => {
    const third = 1 / 3;
    const expected = [0, 0, 0, third, third, third, 0.4, 0.4, 0.4, 0.4, 0.4, 0.5, 0.5, 2 / 3, 2 / 3, 2 / 3, 1, 1, 1, 1];
    expect(Array.from(isotonicRegression(x20, y20).values)).toEqual(expected);
  });

  it("isotonicRegression(x, y) gives the values of scikit-learn's tests, ties pooled", () => {
    const rows = (n: number) => Array.from({ length: n }, (_, i) => i);
    expect(fitted(rows(7), [3, 7, 5, 9, 8, 7, 10])).toEqual([3, 6, 6, 8, 8, 8, 10]);
    expect(fitted(rows(3), [10, 0, 2])).toEqual([4, 4, 4]);
    expect(fitted([1, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 6])).toEqual([1.5, 1.5, 3, 4, 5, 6]);
    expect(fitted([1, 2, 3, 4, 5, 5], [1, 2, 3, 4, 5, 6])).toEqual([1, 2, 3, 4, 5.5, 5.5]);
    expect(fitted([0, 1, 1, 2, 3, 4], [0, 0, 1, 0, 0, 1])).toEqual([0, 0.25, 0.25, 0.25, 0.25, 1]);
  });

  it("isotonicRegression(x, y) fits the pituitary data", () => {
    const x = [8, 8, 8, 10, 10, 10, 12, 12, 12, 14, 14];
    const values = fitted(x, [21, 23.5, 23, 24, 21, 25, 21.5, 22, 19, 23.5, 25]);
    for (let i = 0; i < 9; i++) expect(values[i]).toBeCloseTo(200 / 9, 13);
    expect(values.slice(9)).toEqual([24.25, 24.25]);
  });

  it("isotonicRegression(x, y) keeps neighbouring doubles apart and never yields NaN", () => {
    const x = Float64Array.of(0.2, 0.5, 1 - 2 ** -53, 1);
    const fit = isotonicRegression(x, [0, 1, 2, 3]);
    expect(Array.from(x, (value) => isotonicValue(fit, value))).toEqual([0, 1, 2, 3]);
  });

  it("isotonicRegression(x, y, w) leaves out levels of zero weight", () => {
    const fit = isotonicRegression(Float64Array.of(1, 2, 3), [5, 0, 7], Float64Array.of(1, 0, 2));
    expect(Array.from(fit.levels)).toEqual([1, 3]);
    expect(Array.from(fit.values)).toEqual([5, 7]);
    expect(Array.from(fit.weights)).toEqual([1, 2]);
  });

  it("isotonicRegression(x, y) names the row where x descends", () => {
    expect(() => isotonicRegression(Float64Array.of(1, 3, 2), [0, 0, 0])).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 2 }),
    );
    expect(() => isotonicRegression(Float64Array.of(1, Number.NaN, 2), [0, 0, 0])).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });

  it("isotonicRegression(x, y) refuses no rows, other lengths and weights of zero", () => {
    expect(() => isotonicRegression(new Float64Array(0), [])).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => isotonicRegression(ones(2), [1])).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
    expect(() => isotonicRegression(ones(2), [1, 2], ones(3))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => isotonicRegression(ones(1), [1], new Float64Array(1))).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });

  it("isotonicRegression(x, y, w) refuses values and weights that would give NaN", () => {
    const x = Float64Array.of(1, 2, 2, 3);
    expect(() => isotonicRegression(x, [0, 1, Number.NaN, 1])).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    for (const w of [-1, Number.NaN])
      expect(() => isotonicRegression(x, [0, 1, 1, 1], Float64Array.of(1, 1, w, 1))).toThrow(
        expect.objectContaining({ code: "out-of-range", index: 2 }),
      );
    expect(() => isotonicRegression(x, [0, 1, 1, 1], Float64Array.of(1, 1, Infinity, 1))).toThrow(
      expect.objectContaining({ code: "not-finite" }),
    );
  });

  it("isotonicRegression(x, y, w) equals the max–min formula", () => {
    const row = fc.record({
      x: fc.integer({ min: 0, max: 12 }),
      y: fc.integer({ min: 0, max: 1 }),
      w: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 25 }), (rows) => {
        rows.sort((a, b) => a.x - b.x);
        const fit = isotonicRegression(
          Float64Array.from(rows, (r) => r.x),
          rows.map((r) => r.y),
          Float64Array.from(rows, (r) => r.w),
        );
        const levels = [...new Set(rows.map((r) => r.x))];
        const weight = levels.map((x) => rows.filter((r) => r.x === x).reduce((s, r) => s + r.w, 0));
        const mean = levels.map((x, i) => rows.filter((r) => r.x === x).reduce((s, r) => s + r.w * r.y, 0) / weight[i]);
        const oracle = maxMin(mean, weight);
        expect(Array.from(fit.levels)).toEqual(levels);
        fit.values.forEach((value, i) => {
          expect(Math.abs(value - oracle[i])).toBeLessThan(1e-13);
        });
      }),
    );
  });
});

describe("isotonicValue", () => {
  it("isotonicValue(fit, x) is linear between levels and constant outside", () => {
    const fit = isotonicRegression(x20, y20);
    expect(isotonicValue(fit, 0.12)).toBe(0);
    expect(isotonicValue(fit, 0.33)).toBeCloseTo(0.37333333333333335, 14);
    expect(isotonicValue(fit, 0.62)).toBe(0.5);
    expect(isotonicValue(fit, 1)).toBe(1);
    expect(isotonicValue(fit, -Infinity)).toBe(0);
  });

  it("isotonicValue(fit, x) interpolates beside tied levels", () => {
    const fit = isotonicRegression(Float64Array.of(0, 1, 1 + 1e-16, 2), [0, 1, 2, 3]);
    expect([0, 0.5, 1, 1.5, 2].map((x) => isotonicValue(fit, x))).toEqual([0, 0.75, 1.5, 2.25, 3]);
  });

  it("isotonicValue(fit, NaN) throws", () => {
    expect(() => isotonicValue(isotonicRegression(x20, y20), Number.NaN)).toThrow(
      expect.objectContaining({ code: "not-finite" }),
    );
  });
});

describe("isotonicBlocks", () => {
  it("isotonicBlocks(fit) spans the levels of each distinct fitted value", () => {
    const x = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9);
    const fit = isotonicRegression(x, [0, 0, 1, 0, 1, 1, 0, 1]);
    expect(Array.from(fit.values)).toEqual([0, 0, 0.5, 0.5, 2 / 3, 2 / 3, 2 / 3, 1]);
    expect(isotonicBlocks(fit)).toEqual([
      { lower: 0.1, upper: 0.2, value: 0, weight: 2 },
      { lower: 0.3, upper: 0.4, value: 0.5, weight: 2 },
      { lower: 0.5, upper: 0.7, value: 2 / 3, weight: 3 },
      { lower: 0.9, upper: 0.9, value: 1, weight: 1 },
    ]);
  });

  it("isotonicBlocks(fit) ends at the knots of the master case", () => {
    const ends = isotonicBlocks(isotonicRegression(x20, y20)).flatMap((b) => [b.lower, b.upper]);
    expect([...new Set(ends)]).toEqual([0.05, 0.15, 0.2, 0.3, 0.35, 0.55, 0.6, 0.65, 0.7, 0.8, 0.85, 0.99]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSample, effectiveSize, isUnweighted, sumOfSquares } from "../../src/intervals/sample.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const refused = (code: string, index?: number) =>
  expect.objectContaining(index === undefined ? { code } : { code, index });

describe("checkSample", () => {
  it("checkSample(rows) counts every row once at a level of 0.95", () => {
    expect(checkSample(7)).toEqual({
      n: 7,
      rows: 7,
      weights: undefined,
      squaredWeights: undefined,
      counts: undefined,
      level: 0.95,
      totalWeight: 7,
      effectiveN: 7,
    });
  });

  it("checkSample(rows, { weights }) has Kish's effective n", () => {
    const { n, totalWeight, effectiveN } = checkSample(3, { weights: reals(1, 2, 3), level: 0.9 });
    expect(n).toBe(3);
    expect(totalWeight).toBe(6);
    expect(effectiveN).toBeCloseTo(36 / 14, 14);
  });

  it("checkSample(rows, { weights, merged }) counts the rows behind the rows", () => {
    const merged = { counts: reals(2, 3), squaredWeights: reals(2, 3) };
    const sample = checkSample(2, { weights: reals(2, 3), merged });
    expect(sample).toMatchObject({ n: 5, rows: 2, totalWeight: 5, effectiveN: 5 });
    expect(sample.counts).toBe(merged.counts);
    expect(sample.squaredWeights).toBe(merged.squaredWeights);
  });

  it("isUnweighted(sample) tells counts from weights", () => {
    const counts = reals(2, 3);
    expect(isUnweighted(checkSample(2))).toBe(true);
    expect(isUnweighted(checkSample(2, { weights: counts, merged: { counts, squaredWeights: counts } }))).toBe(true);
    expect(isUnweighted(checkSample(2, { weights: reals(0.5, 1.5) }))).toBe(false);
    expect(isUnweighted(checkSample(2, { weights: counts, merged: { counts, squaredWeights: reals(2.5, 3) } }))).toBe(
      false,
    );
  });

  it("effectiveSize(weights, n) lies between 1 and the number of positive weights", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 }), (w) => {
        fc.pre(w.some((x) => x > 1e-100));
        const size = effectiveSize(Float64Array.from(w), w.length);
        expect(size).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(size).toBeLessThanOrEqual(w.filter((x) => x > 0).length * (1 + 1e-12));
      }),
    );
    expect(effectiveSize(undefined, 12)).toBe(12);
  });

  it("checkSample(rows, options) names the row of a bad weight, count or squared weight", () => {
    expect(() => checkSample(2, { weights: reals(1, -1) })).toThrow(refused("out-of-range", 1));
    expect(() => checkSample(2, { weights: reals(Number.NaN, 1) })).toThrow(refused("not-finite", 0));
    expect(() => checkSample(2, { weights: reals(1, Infinity) })).toThrow(refused("not-finite", 1));
    const weights = reals(1, 1);
    expect(() => checkSample(2, { weights, merged: { counts: reals(1, -1), squaredWeights: weights } })).toThrow(
      refused("out-of-range", 1),
    );
    expect(() => checkSample(2, { weights, merged: { counts: weights, squaredWeights: reals(1) } })).toThrow(
      refused("shape-mismatch"),
    );
  });

  it("checkSample(rows, options) refuses what leaves nothing to compute with", () => {
    expect(() => checkSample(0)).toThrow(refused("empty"));
    expect(() => checkSample(2, { weights: reals(1) })).toThrow(refused("shape-mismatch"));
    expect(() => checkSample(2, { weights: reals(0, 0) })).toThrow(/all weights are zero/);
    expect(() => checkSample(1, { merged: { counts: reals(1), squaredWeights: reals(1) } })).toThrow(
      refused("shape-mismatch"),
    );
    for (const level of [0, 1, 95, Number.NaN]) expect(() => checkSample(1, { level })).toThrow(/level must be in/);
    const weights = reals(1, 1);
    expect(() => checkSample(2, { weights, merged: { counts: reals(0, 0), squaredWeights: weights } })).toThrow(
      /all counts are zero/,
    );
  });

  it("checkSample(rows, { weights }) refuses weights whose squares are no longer numbers", () => {
    for (const size of [1e-170, 1e170])
      expect(() => checkSample(2, { weights: reals(size, size) })).toThrow(/only their ratios matter/);
    expect(checkSample(2, { weights: reals(1e-130, 1e-130) }).effectiveN).toBeCloseTo(2, 12);
    expect(checkSample(2, { weights: reals(1e-300, 1) }).effectiveN).toBe(1);
  });
});

describe("sumOfSquares", () => {
  it("sumOfSquares(values, sample, centre) is Σw²(v − centre)²", () => {
    const values = reals(1, 2, 4);
    expect(sumOfSquares(values, checkSample(3))).toBe(21);
    expect(sumOfSquares(values, checkSample(3), 2)).toBe(5);
    expect(sumOfSquares(values, checkSample(3, { weights: reals(1, 5, 2) }), 2)).toBe(17);
    const merged = { counts: reals(1, 1, 2), squaredWeights: reals(1, 1, 3) };
    expect(sumOfSquares(values, checkSample(3, { weights: reals(1, 1, 2), merged }), 2)).toBe(13);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/intervals/intervals.json" with { type: "json" };
import { estimateFromInfluence, meanEstimate } from "../../src/intervals/mean.ts";

const spec = { metric: "mean" };
const reals = (values: readonly number[]): Float64Array => Float64Array.from(values);
const near = (value: number, expected: number, relative = 1e-12): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(1, Math.abs(expected)));

const weightedRows = fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: 1, max: 4 })), {
  minLength: 2,
  maxLength: 30,
});

describe("meanEstimate", () => {
  it("meanEstimate(values, spec, { level }) is SciPy's t interval", () => {
    for (const { x, level, value, lower, upper } of table.means) {
      const estimate = meanEstimate(reals(x), spec, { level });
      near(estimate.value, value);
      near(estimate.lower, lower);
      near(estimate.upper, upper);
      expect(estimate).toMatchObject({ n: x.length, effectiveN: x.length, level, interval: "asymptotic", spec });
    }
  });

  it("meanEstimate(values, spec, { weights }) is White's sandwich with Kish's n, by statsmodels", () => {
    for (const { x, w, effectiveN, value, lower, upper } of table.weightedMeans) {
      const estimate = meanEstimate(reals(x), spec, { weights: reals(w) });
      near(estimate.value, value);
      near(estimate.effectiveN, effectiveN);
      near(estimate.lower, lower);
      near(estimate.upper, upper);
    }
  });

  it("meanEstimate(values, spec, { merged }) equals the mean over the rows that were merged", () => {
    fc.assert(
      fc.property(weightedRows, (rows) => {
        const single = reals(rows.flatMap(([x, count]) => Array.from({ length: count }, () => x)));
        const weights = reals(rows.map(([, count]) => count));
        const a = meanEstimate(single, spec);
        const b = meanEstimate(reals(rows.map(([x]) => x)), spec, {
          weights,
          merged: { counts: weights, squaredWeights: weights },
        });
        expect(b.n).toBe(a.n);
        near(b.effectiveN, a.effectiveN);
        near(b.value, a.value);
        near(b.lower, a.lower, 1e-9);
        near(b.upper, a.upper, 1e-9);
      }),
    );
  });

  it("meanEstimate(values, spec, { weights }) depends on the ratios of the weights only", () => {
    fc.assert(
      fc.property(weightedRows, fc.constantFrom(1e-60, 0.1, 3, 1e60), (rows, factor) => {
        const values = reals(rows.map(([x]) => x));
        const a = meanEstimate(values, spec, { weights: reals(rows.map(([, w]) => w)) });
        const b = meanEstimate(values, spec, { weights: reals(rows.map(([, w]) => factor * w)) });
        near(b.value, a.value);
        near(b.lower, a.lower, 1e-9);
        near(b.upper, a.upper, 1e-9);
      }),
    );
  });

  it("meanEstimate(values, spec, { min, max }) of one row is all that is possible", () => {
    expect(meanEstimate(reals([0.3]), spec, { min: 0, max: 1 })).toMatchObject({ value: 0.3, lower: 0, upper: 1 });
    expect(meanEstimate(reals([0.3]), spec)).toMatchObject({ lower: -Infinity, upper: Infinity });
    const weights = reals([0, 2]);
    expect(meanEstimate(reals([9, 0.3]), spec, { weights, min: 0, max: 1 })).toMatchObject({
      value: 0.3,
      lower: 0,
      upper: 1,
      effectiveN: 1,
    });
  });

  it("meanEstimate(values, spec, { weights }) of hardly more than one row is as open as that of one", () => {
    const weights = reals([1, 0.001]);
    expect(meanEstimate(reals([0.3, 0.3]), spec, { weights, min: 0, max: 1 })).toMatchObject({ lower: 0, upper: 1 });
  });

  it("meanEstimate(values, spec) adds a million tenths without losing a digit", () => {
    expect(meanEstimate(new Float64Array(1e6).fill(0.1), spec).value).toBe(0.1);
    expect(meanEstimate(reals([1e16, 1, -1e16]), spec).value).toBeCloseTo(1 / 3, 15);
  });

  it("meanEstimate(values, spec, { kind }) says how far its interval can be relied on", () => {
    expect(meanEstimate(reals([1, 2]), spec, { kind: "approximate" }).interval).toBe("approximate");
  });

  it("meanEstimate(values, spec) refuses no rows and names a value that is not finite", () => {
    expect(() => meanEstimate(reals([]), spec)).toThrow(expect.objectContaining({ code: "empty" }));
    for (const bad of [Number.NaN, Infinity, -Infinity])
      expect(() => meanEstimate(reals([1, bad, 2]), spec)).toThrow(
        expect.objectContaining({ code: "not-finite", index: 1 }),
      );
    expect(() => meanEstimate(reals([1e200, -1e200]), spec)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("estimateFromInfluence", () => {
  it("estimateFromInfluence(mean, x − mean, spec) is meanEstimate", () => {
    for (const { x, w } of table.weightedMeans) {
      const options = { weights: reals(w), min: -1, max: 1 };
      const expected = meanEstimate(reals(x), spec, options);
      const influence = reals(x.map((value) => value - expected.value));
      const estimate = estimateFromInfluence(expected.value, influence, spec, options);
      expect(estimate.value).toBe(expected.value);
      near(estimate.lower, expected.lower);
      near(estimate.upper, expected.upper);
    }
  });

  it("estimateFromInfluence(ln mean, (x − mean)/mean, spec) is the delta method", () => {
    const x = reals([1, 2, 4, 5]);
    const mean = meanEstimate(x, spec);
    const log = estimateFromInfluence(
      Math.log(mean.value),
      x.map((value) => (value - mean.value) / mean.value),
      spec,
    );
    near(log.upper - log.value, (mean.upper - mean.value) / mean.value);
    near(log.value - log.lower, (mean.value - mean.lower) / mean.value);
  });

  it("estimateFromInfluence(value, influence, spec) names an influence that is not finite", () => {
    expect(() => estimateFromInfluence(0, reals([0, Number.NaN]), spec)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
  });
});

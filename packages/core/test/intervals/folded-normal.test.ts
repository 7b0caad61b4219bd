import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/intervals/intervals.json" with { type: "json" };
import { addFoldedNormal, type Cumulants, cornishFisher, foldedNormalMean } from "../../src/intervals/folded-normal.ts";
import { normalQuantile } from "../../src/special/normal.ts";

function moments(mean: number, sd: number): Cumulants {
  const into: Cumulants = { mean: 0, variance: 0, third: 0 };
  addFoldedNormal(into, mean, sd);
  return into;
}

describe("addFoldedNormal", () => {
  it("addFoldedNormal(into, mean, sd) adds the moments that mpmath integrates", () => {
    for (const { mean, sd, first, variance, third } of table.folded) {
      const found = moments(mean, sd);
      expect(Math.abs(found.mean / first - 1)).toBeLessThan(1e-14);
      expect(Math.abs(found.variance / variance - 1)).toBeLessThan(1e-13);
      expect(Math.abs(found.third - third)).toBeLessThan(1e-13 * sd ** 3);
    }
  });

  it("addFoldedNormal(into, 0, 1) adds the moments of the half-normal distribution", () => {
    const { mean, variance, third } = moments(0, 1);
    expect(mean).toBeCloseTo(Math.sqrt(2 / Math.PI), 15);
    expect(variance).toBeCloseTo(1 - 2 / Math.PI, 15);
    expect(third).toBeCloseTo(Math.sqrt(2 / Math.PI) * (4 / Math.PI - 1), 15);
  });

  it("addFoldedNormal(into, mean, sd) is the unfolded normal where zero is far, however far", () => {
    for (const ratio of [12, 1e3, 1e6, 1e12]) {
      const { mean, variance, third } = moments(ratio * 0.1, 0.1);
      expect(mean).toBe(ratio * 0.1);
      expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(1e-15);
      expect(Math.abs(third)).toBeLessThan(1e-30);
    }
  });

  it("addFoldedNormal(into, mean, 0) adds a constant", () => {
    expect(moments(0.3, 0)).toEqual({ mean: 0.3, variance: 0, third: 0 });
    expect(moments(0, 0)).toEqual({ mean: 0, variance: 0, third: 0 });
  });

  it("addFoldedNormal(into, mean, sd) scales with its arguments, adds up, and returns the slope of the mean", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (m, s) => {
          const one = moments(m, s);
          const two = moments(2 * m, 2 * s);
          expect(Math.abs(two.mean / (2 * one.mean) - 1)).toBeLessThan(1e-12);
          expect(Math.abs(two.variance / (4 * one.variance) - 1)).toBeLessThan(1e-12);
          expect(one.mean).toBeGreaterThanOrEqual(m);
          expect(one.variance).toBeLessThanOrEqual(s * s);
          expect(one.third).toBeGreaterThanOrEqual(-1e-12 * s ** 3);

          const both = moments(m, s);
          const slope = addFoldedNormal(both, m, s);
          expect(both.mean).toBeCloseTo(2 * one.mean, 10);
          const step = 1e-4 * s;
          const difference = (foldedNormalMean(m + step, s) - foldedNormalMean(m - step, s)) / (2 * step);
          expect(slope).toBeCloseTo(difference, 5);
        },
      ),
    );
  });

  it("foldedNormalMean(mean, sd) does not depend on the sign of the mean", () => {
    expect(foldedNormalMean(-0.4, 0.7)).toBe(foldedNormalMean(0.4, 0.7));
    expect(foldedNormalMean(-0.4, 0)).toBe(0.4);
  });
});

describe("cornishFisher", () => {
  it("cornishFisher(cumulants, z) is the normal quantile without skewness", () => {
    const cumulants = { mean: 3, variance: 4, third: 0 };
    for (const p of [0.01, 0.5, 0.975]) {
      const z = normalQuantile(p);
      expect(cornishFisher(cumulants, z)).toBe(3 + 2 * z);
    }
  });

  it("cornishFisher(cumulants, z) is the mean where nothing varies", () => {
    expect(cornishFisher({ mean: 0.2, variance: 0, third: 0 }, 1.96)).toBe(0.2);
  });

  it("cornishFisher(cumulants, z) moves the median of a skewed distribution below its mean", () => {
    expect(cornishFisher({ mean: 0, variance: 1, third: 0.6 }, 0)).toBeCloseTo(-0.1, 14);
    expect(cornishFisher({ mean: 0, variance: 1, third: -0.6 }, 0)).toBeCloseTo(0.1, 14);
  });

  it("cornishFisher(cumulants, z) is within 0.06 standard deviations of gamma quantiles with 50 degrees of freedom", () => {
    // Quantiles of the gamma distribution of shape 25 and scale 1, scipy.stats.gamma.ppf.
    for (const [p, quantile] of [
      [0.025, 16.17868185],
      [0.5, 24.66746837],
      [0.975, 35.71009759],
    ])
      expect(Math.abs(cornishFisher({ mean: 25, variance: 25, third: 50 }, normalQuantile(p)) - quantile)).toBeLessThan(
        0.06 * 5,
      );
  });

  it("cornishFisher(cumulants, z) holds the skewness within 2 so that quantiles keep their order near the centre", () => {
    const wild = { mean: 0, variance: 1, third: 50 };
    expect(cornishFisher(wild, 0.5)).toBe(cornishFisher({ ...wild, third: 2 }, 0.5));
  });
});

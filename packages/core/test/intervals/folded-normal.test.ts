import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/intervals/intervals.json" with { type: "json" };
import {
  addFoldedNormal,
  type Cumulants,
  foldedNormalMean,
  skewedQuantile,
} from "../../src/intervals/folded-normal.ts";
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

describe("skewedQuantile", () => {
  it("skewedQuantile(cumulants, z) is the normal quantile without skewness", () => {
    const cumulants = { mean: 3, variance: 4, third: 0 };
    for (const p of [0.01, 0.5, 0.975]) {
      const z = normalQuantile(p);
      expect(skewedQuantile(cumulants, z)).toBe(3 + 2 * z);
      expect(skewedQuantile({ ...cumulants, third: 8e-7 }, z)).toBeCloseTo(3 + 2 * z, 5);
      expect(skewedQuantile({ ...cumulants, third: 8e-5 }, z)).toBeCloseTo(3 + 2 * z, 4);
    }
  });

  it("skewedQuantile(cumulants, z) is the mean where nothing varies", () => {
    expect(skewedQuantile({ mean: 0.2, variance: 0, third: 0 }, 1.96)).toBe(0.2);
  });

  it("skewedQuantile(cumulants, z) agrees with Cornish and Fisher where there is little skewness", () => {
    for (const z of [-1.96, -1, 0, 1, 1.96])
      for (const skewness of [0.1, -0.1]) {
        const expanded = z + ((z * z - 1) / 6) * skewness;
        expect(Math.abs(skewedQuantile({ mean: 0, variance: 1, third: skewness }, z) - expanded)).toBeLessThan(0.002);
      }
  });

  it("skewedQuantile(cumulants, z) is close to gamma quantiles, by SciPy, down to one degree of freedom", () => {
    for (const { shape, p, quantile, within } of table.gamma) {
      const cumulants = { mean: shape, variance: shape, third: 2 * shape };
      const error = skewedQuantile(cumulants, normalQuantile(p)) - quantile;
      expect(Math.abs(error)).toBeLessThan(within * Math.sqrt(shape));
      const mirrored = skewedQuantile({ ...cumulants, mean: 0, third: -2 * shape }, -normalQuantile(p));
      expect(mirrored).toBeCloseTo(shape - (quantile + error), 10);
    }
  });

  it("skewedQuantile(cumulants, z) increases with z, however skewed", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: -4, max: 4, noNaN: true }),
        fc.double({ min: 0, max: 2, noNaN: true }),
        (third, z, step) => {
          const cumulants = { mean: 1, variance: 1, third };
          expect(skewedQuantile(cumulants, z + step)).toBeGreaterThanOrEqual(skewedQuantile(cumulants, z) - 1e-9);
        },
      ),
    );
  });
});

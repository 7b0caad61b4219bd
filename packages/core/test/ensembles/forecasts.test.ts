import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decomposeForecastVariance } from "../../src/ensembles/decompose-forecast-variance.ts";
import { mixtureCdf, mixtureIntervals, mixtureQuantiles } from "../../src/ensembles/normal-mixture.ts";
import { sampleIntervals } from "../../src/ensembles/sample-intervals.ts";
import { matrix } from "../../src/matrix.ts";
import { createRandom } from "../../src/random/random.ts";
import { normalQuantile } from "../../src/special/normal.ts";

const two = { means: Float64Array.of(0, 4), sigmas: Float64Array.of(1, 2), members: 2, rows: 1 };

describe("the law of total variance over members", () => {
  it("decomposeForecastVariance(forecasts) of means 0, 4 and sigmas 1, 2 is 2.5 + 4", () => {
    const parts = decomposeForecastVariance(two);
    expect([parts.mean[0], parts.aleatoric?.[0], parts.epistemic[0], parts.total?.[0]]).toEqual([2, 2.5, 4, 6.5]);
    expect(decomposeForecastVariance(two, { variance: "sample" }).epistemic[0]).toBe(8);
  });

  it("decomposeForecastVariance(forecasts) without sigmas knows no noise and no total", () => {
    const { means, members, rows } = two;
    const { aleatoric, total, epistemic } = decomposeForecastVariance({ means, members, rows });
    expect([aleatoric, total, epistemic[0]]).toEqual([null, null, 4]);
  });

  it("decomposeForecastVariance(forecasts, { memberWeights }) of weight 2 equals the member twice", () => {
    const thrice = { means: Float64Array.of(1, 1, 7), members: 3, rows: 1 };
    const heavy = { means: Float64Array.of(1, 7), members: 2, rows: 1 };
    const { epistemic } = decomposeForecastVariance(heavy, { memberWeights: Float64Array.of(2, 1) });
    expect(epistemic[0]).toBeCloseTo(decomposeForecastVariance(thrice).epistemic[0], 13);
  });

  it("decomposeForecastVariance(forecasts) refuses one member, and names the member and row of a bad number", () => {
    expect(() => decomposeForecastVariance({ means: Float64Array.of(1), members: 1, rows: 1 })).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const bad = { means: Float64Array.of(1, 2, 3, Number.NaN), members: 2, rows: 2 };
    expect(() => decomposeForecastVariance(bad)).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1, message: expect.stringContaining("member 1, row 1") }),
    );
    expect(() => decomposeForecastVariance({ ...two, sigmas: Float64Array.of(1, 0) })).toThrow(
      expect.objectContaining({ code: "out-of-range", message: expect.stringContaining("deviation > 0") }),
    );
    expect(() => decomposeForecastVariance({ ...two, sigmas: Float64Array.of(1) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
  });
});

const mixtures = fc
  .record({
    members: fc.integer({ min: 1, max: 5 }),
    spread: fc.constantFrom(0, 1e-6, 1, 30, 1e5),
    seed: fc.integer({ min: 0, max: 1e6 }),
  })
  .map(({ members, spread, seed }) => {
    const random = createRandom(seed);
    return {
      means: Float64Array.from({ length: members }, () => spread * random.normal()),
      sigmas: Float64Array.from({ length: members }, () => Math.exp(random.normal())),
      members,
      rows: 1,
    };
  });

describe("mixtures of normals", () => {
  it("mixtureQuantiles(forecasts, levels) of equal members are those of the normal", () => {
    const forecasts = { means: Float64Array.of(3, 3), sigmas: Float64Array.of(2, 2), members: 2, rows: 1 };
    const { data } = mixtureQuantiles(forecasts, [1e-9, 0.05, 0.5, 0.95, 0.9999]);
    [1e-9, 0.05, 0.5, 0.95, 0.9999].forEach((level, j) => {
      expect(data[j]).toBeCloseTo(3 + 2 * normalQuantile(level), 12);
    });
  });

  it("mixtureCdf(forecasts, mixtureQuantiles) gives the levels back, in ascending order", () => {
    const levels = [1e-6, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-6];
    fc.assert(
      fc.property(mixtures, (forecasts) => {
        const { data } = mixtureQuantiles(forecasts, levels);
        levels.forEach((level, j) => {
          if (j > 0) expect(data[j]).toBeGreaterThanOrEqual(data[j - 1]);
          const back = mixtureCdf(forecasts, data.subarray(j, j + 1))[0];
          const scale = Math.min(level, 1 - level);
          // One unit in the last place of a quantile near 1e5 moves the CDF of a narrow member by about 1e-10.
          expect(Math.abs(back - level)).toBeLessThan(
            1e-11 * Math.max(1, Math.abs(data[j])) * Math.max(scale, 1e-3) + 1e-15,
          );
        });
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it("mixtureIntervals(forecasts, { kind: shortest }) hold the level and are no wider than the central ones", () => {
    fc.assert(
      fc.property(mixtures, (forecasts) => {
        const central = mixtureIntervals(forecasts, { level: 0.8 });
        const shortest = mixtureIntervals(forecasts, { level: 0.8, kind: "shortest" });
        const wide = central.upper[0] - central.lower[0];
        expect(shortest.upper[0] - shortest.lower[0]).toBeLessThanOrEqual(wide * (1 + 1e-9));
        const inside = mixtureCdf(forecasts, shortest.upper)[0] - mixtureCdf(forecasts, shortest.lower)[0];
        expect(Math.abs(inside - 0.8)).toBeLessThan(1e-9);
      }),
      { numRuns: 40, seed: 8 },
    );
  });

  it("mixtureIntervals(forecasts) hold draws of the mixture as often as they say", () => {
    const random = createRandom(3);
    const { lower, upper } = mixtureIntervals(two, { level: 0.9 });
    let inside = 0;
    for (let s = 0; s < 20_000; s++) {
      const m = random.integer(2);
      const draw = two.means[m] + two.sigmas[m] * random.normal();
      if (draw >= lower[0] && draw <= upper[0]) inside++;
    }
    // 99.9 % of binomial(20000, 0.9) lie within 18000 ± 140.
    expect(Math.abs(inside - 18_000)).toBeLessThanOrEqual(140);
  });

  it("mixtureQuantiles(forecasts, levels) refuses members without sigmas and levels out of order", () => {
    const { means, members, rows } = two;
    expect(() => mixtureQuantiles({ means, members, rows }, [0.5])).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(() => mixtureQuantiles(two, [0.5, 0.4])).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => mixtureCdf(two, Float64Array.of(Infinity))).toThrow(expect.objectContaining({ code: "not-finite" }));
    expect(() => mixtureCdf(two, Float64Array.of(1, 2))).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

describe("intervals of draws", () => {
  it("sampleIntervals(draws) of 1 … 19 at 0.9 are the smallest and the largest", () => {
    const draws = matrix(
      Float64Array.from({ length: 19 }, (_, s) => 19 - s),
      1,
      19,
    );
    expect(sampleIntervals(draws, { level: 0.9 })).toEqual({ lower: Float64Array.of(1), upper: Float64Array.of(19) });
  });

  it("sampleIntervals(draws) hold a further draw with the level they state", () => {
    const random = createRandom(4);
    let inside = 0;
    const runs = 4000;
    for (let s = 0; s < runs; s++) {
      const draws = matrix(
        Float64Array.from({ length: 39 }, () => random.normal()),
        1,
        39,
      );
      const { lower, upper } = sampleIntervals(draws, { level: 0.9 });
      const next = random.normal();
      if (next >= lower[0] && next <= upper[0]) inside++;
    }
    // 99.9 % of binomial(4000, 0.9) lie within 3600 ± 63.
    expect(Math.abs(inside - 0.9 * runs)).toBeLessThanOrEqual(63);
  });

  it("sampleIntervals(draws, { kind: shortest }) find where draws are dense", () => {
    const draws = matrix(Float64Array.of(0, 10, 10.1, 10.2, 10.3, 10.4, 10.5, 10.6, 10.7, 30), 1, 10);
    const { lower, upper } = sampleIntervals(draws, { level: 0.6, kind: "shortest" });
    expect(lower[0]).toBeGreaterThanOrEqual(10);
    expect(upper[0]).toBeLessThanOrEqual(10.7);
  });

  it("sampleIntervals(draws) refuse too few draws, and draws that are no numbers", () => {
    const few = matrix(new Float64Array(18), 1, 18);
    expect(() => sampleIntervals(few, { level: 0.9 })).toThrow(
      expect.objectContaining({ code: "too-few", message: expect.stringContaining("at least 19 draws") }),
    );
    expect(() => sampleIntervals(few, { level: 0.95, kind: "shortest" })).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    const bad = matrix(new Float64Array(40).fill(Number.NaN), 1, 40);
    expect(() => sampleIntervals(bad, { level: 0.9 })).toThrow(
      expect.objectContaining({ code: "not-finite", index: 0 }),
    );
  });
});

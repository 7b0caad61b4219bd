import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSample } from "../../../src/intervals/sample.ts";
import type { BinningOptions } from "../../../src/kernels/bins.ts";
import { type BinStatistics, binStatistics } from "../../../src/metrics/calibration/bin-statistics.ts";
import { binomialDeviation, expectedFloor } from "../../../src/metrics/calibration/expected-floor.ts";

const sums = ["count", "weight", "probability", "outcome", "squared", "residual", "variance"] as const;
const near = (a: BinStatistics, b: BinStatistics): void => {
  expect(a.bins).toBe(b.bins);
  for (const name of sums)
    for (let k = 0; k < a.bins; k++)
      expect(Math.abs(a[name][k] - b[name][k])).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(b[name][k])));
};

const row = fc.tuple(
  fc.oneof(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 15 }).map((k) => k / 15),
  ),
  fc.integer({ min: 0, max: 1 }),
  fc.integer({ min: 1, max: 4 }),
);

describe("binStatistics", () => {
  it("binStatistics of the quick path are those of weights of 1", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 40 }), (rows, bins) => {
        const p = Float64Array.from(rows, (r) => r[0]);
        const y = Uint8Array.from(rows, (r) => r[1]);
        const weights = new Float64Array(rows.length).fill(1);
        near(
          binStatistics(p, y, { bins }, checkSample(rows.length)),
          binStatistics(p, y, { bins }, checkSample(rows.length, { weights })),
        );
      }),
    );
  });

  it("binStatistics of merged rows are those of the rows that were merged", () => {
    const options = fc.constantFrom<BinningOptions>(
      {},
      { bins: 4, edgeRule: "left-closed" },
      { bins: 3, binning: "equal-mass", ties: "together" },
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), options, (rows, binning) => {
        const single = rows.flatMap(([p, y, count]) => Array.from({ length: count }, () => [p, y] as const));
        const counts = Float64Array.from(rows, (r) => r[2]);
        const merged = checkSample(rows.length, { weights: counts, merged: { counts, squaredWeights: counts } });
        const a = binStatistics(
          Float64Array.from(rows, (r) => r[0]),
          Uint8Array.from(rows, (r) => r[1]),
          binning,
          merged,
        );
        const b = binStatistics(
          Float64Array.from(single, (r) => r[0]),
          Uint8Array.from(single, (r) => r[1]),
          binning,
          checkSample(single.length),
        );
        if (binning.binning !== "equal-mass") near(a, b);
        else
          for (const name of sums)
            expect(a[name].reduce((x, z) => x + z)).toBeCloseTo(
              b[name].reduce((x, z) => x + z),
              9,
            );
      }),
    );
  });

  it("binStatistics keep the digits of scores that are all but certain", () => {
    const p = new Float64Array(1000).fill(1 - 1e-10);
    const { residual, variance } = binStatistics(p, new Uint8Array(1000).fill(1), {}, checkSample(1000));
    const distance = 1 - p[0];
    expect(Math.abs(residual[14] / (1000 * distance ** 2) - 1)).toBeLessThan(1e-12);
    expect(Math.abs(variance[14] / (1000 * distance * p[0]) - 1)).toBeLessThan(1e-12);
  });
});

describe("expectedFloor", () => {
  it("binomialDeviation(n, p) is E|X − np|, added up term by term", () => {
    for (const n of [1, 2, 7, 40])
      for (const p of [0, 0.01, 0.3, 0.5, 0.97, 1]) {
        let chance = (1 - p) ** n;
        let mean = 0;
        for (let k = 0; k <= n; k++) {
          mean += chance * Math.abs(k - n * p);
          chance *= p < 1 ? ((n - k) / (k + 1)) * (p / (1 - p)) : 0;
        }
        if (p < 1) expect(Math.abs(binomialDeviation(n, p) - mean)).toBeLessThan(1e-12 * Math.max(1, mean));
        else expect(binomialDeviation(n, p)).toBe(0);
      }
  });

  it("expectedFloor(bins, sample) of two bins adds their deviations", () => {
    const p = Float64Array.of(0.2, 0.2, 0.2, 0.9);
    const sample = checkSample(4);
    const bins = binStatistics(p, Uint8Array.of(0, 0, 1, 1), {}, sample);
    const expected = (binomialDeviation(3, 0.2) + binomialDeviation(1, 0.9)) / 4;
    expect(expectedFloor(bins, sample)).toBeCloseTo(expected, 14);
  });

  it("expectedFloor(bins, sample) under weights is that of as many rows as Kish counts", () => {
    const p = new Float64Array(4).fill(0.3);
    const weights = Float64Array.of(1, 2, 3, 4);
    const sample = checkSample(4, { weights });
    const bins = binStatistics(p, new Uint8Array(4), {}, sample);
    expect(expectedFloor(bins, sample)).toBeCloseTo(binomialDeviation(100 / 30, 0.3) / (100 / 30), 12);
  });
});

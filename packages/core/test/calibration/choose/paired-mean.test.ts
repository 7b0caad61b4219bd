import { describe, expect, it } from "vitest";
import { pairedEstimate, pairedMean } from "../../../src/calibration/choose/paired-mean.ts";
import { meanEstimate } from "../../../src/intervals/mean.ts";

const values = Float64Array.of(1, 4, 2, 8, 5, 7);
const rows = Uint32Array.from(values.keys());
const all = { rows, weights: undefined, merged: undefined, groups: undefined };
const value = (row: number): number => values[row];

describe("pairedMean", () => {
  it("pairedMean(value, sample) agrees with meanEstimate, weighted or not", () => {
    const weights = Float64Array.of(1, 2, 0.5, 1, 3, 1);
    for (const options of [{}, { weights }]) {
      const expected = meanEstimate(values, { metric: "m" }, options);
      const mean = pairedMean(value, { ...all, weights: undefined, ...options });
      const estimate = pairedEstimate(mean, 6, { metric: "m" }, { level: 0.95 });
      expect(estimate.value).toBeCloseTo(expected.value, 14);
      expect(estimate.lower).toBeCloseTo(expected.lower, 12);
      expect(estimate.upper).toBeCloseTo(expected.upper, 12);
      expect(estimate.effectiveN).toBeCloseTo(expected.effectiveN, 12);
    }
  });

  it("pairedMean(value, sample) with every row doubled in a group of its own is that of single rows", () => {
    const doubled = Uint32Array.from([...rows, ...rows]);
    const single = pairedMean(value, all);
    const grouped = pairedMean(value, { ...all, rows: doubled, groups: Int32Array.from(rows) });
    expect(grouped.mean).toBeCloseTo(single.mean, 14);
    expect(grouped.error).toBeCloseTo(single.error, 13);
    expect(grouped.units).toBeCloseTo(6, 13);
  });

  it("pairedMean(value, sample) of one group has an infinite error", () => {
    const { error } = pairedMean(value, { ...all, groups: new Int32Array(6) });
    expect(error).toBe(Infinity);
    const estimate = pairedEstimate(
      pairedMean(value, { ...all, groups: new Int32Array(6) }),
      6,
      { metric: "m" },
      { level: 0.9 },
    );
    expect(estimate.upper).toBe(Infinity);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearson, expectedCalibrationError, reliabilityBins, wilson } from "../../src/index.ts";
import type { EdgeRule } from "../../src/kernels/bins.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const bits = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe("reliabilityBins", () => {
  it("reliabilityBins(p, y, { bins }) holds counts, means and exact intervals, empty bins left out", () => {
    const bins = reliabilityBins(reals(0.1, 0.15, 0.9, 0.85, 0.95), bits(0, 1, 1, 1, 0), { bins: 5 });
    expect(bins).toHaveLength(2);
    expect(bins[0]).toMatchObject({ lower: 0, upper: 0.2, count: 2, share: 0.4, observed: 0.5 });
    expect(bins[0].meanConfidence).toBeCloseTo(0.125, 14);
    expect(bins[1]).toMatchObject({ lower: 0.8, upper: 1, count: 3, share: 0.6 });
    const { lower, upper } = clopperPearson(2, 3);
    expect(bins[1]).toMatchObject({ observedLower: lower, observedUpper: upper });
  });

  it("reliabilityBins(p, y, { edgeRule }) shows the edges that the rule uses", () => {
    const p = reals(0, 0.2, 0.4, 1);
    const y = bits(0, 0, 1, 1);
    const edges = (edgeRule: EdgeRule): [number, number, number][] =>
      reliabilityBins(p, y, { bins: 5, edgeRule }).map(({ lower, upper, count }) => [lower, upper, count]);
    expect(edges("right-closed")).toEqual([
      [0, 0.2, 2],
      [0.2, 0.4, 1],
      [0.8, 1, 1],
    ]);
    expect(edges("left-closed")).toEqual([
      [0, 0.2, 1],
      [0.2, 0.4, 1],
      [0.4, 0.6, 1],
      [0.8, 1, 1],
    ]);
    expect(edges("left-closed-open-end").at(-1)).toEqual([1, 1, 1]);
    expect(edges("truncated-quotient").at(-1)).toEqual([1, 1, 1]);
    expect(edges("right-closed-zero-apart")).toEqual([
      [0, 0, 1],
      [0, 0.2, 1],
      [0.2, 0.4, 1],
      [0.8, 1, 1],
    ]);
    const linspace = reliabilityBins(reals(0.3), bits(1), { bins: 10, edgeValues: "linspace" });
    expect(linspace[0]).toMatchObject({ lower: 0.2, upper: 0.30000000000000004 });
  });

  it("reliabilityBins(p, y, { binning: equal-mass }) begins and ends with the scores it holds", () => {
    const bins = reliabilityBins(reals(0.9, 0.1, 0.4, 0.6), bits(1, 0, 0, 1), { binning: "equal-mass", bins: 2 });
    expect(bins.map(({ lower, upper }) => [lower, upper])).toEqual([
      [0.1, 0.4],
      [0.6, 0.9],
    ]);
  });

  it("reliabilityBins(p, y, { weights }) has Wilson intervals at the effective n of each bin", () => {
    const weights = reals(1, 3, 2);
    const [bin] = reliabilityBins(reals(0.5, 0.5, 0.5), bits(1, 0, 1), { weights });
    expect(bin).toMatchObject({ count: 3, share: 1, observed: 0.5 });
    const { lower, upper } = wilson(0.5, 36 / 14);
    expect(bin.observedLower).toBeCloseTo(lower, 12);
    expect(bin.observedUpper).toBeCloseTo(upper, 12);
  });

  it("reliabilityBins(p, y, { merged }) of merged rows are those of the rows", () => {
    const counts = reals(2, 1, 3);
    const merged = reliabilityBins(reals(0.5, 0.5, 0.9), bits(1, 0, 1), {
      weights: counts,
      merged: { counts, squaredWeights: counts },
    });
    const rows = reliabilityBins(reals(0.5, 0.5, 0.5, 0.9, 0.9, 0.9), bits(1, 1, 0, 1, 1, 1));
    expect(merged).toHaveLength(rows.length);
    merged.forEach((bin, b) => {
      for (const [key, value] of Object.entries(rows[b])) expect(bin[key as keyof typeof bin]).toBeCloseTo(value, 12);
    });
  });

  it("reliabilityBins(p, y, options) add up to the calibration error", () => {
    const rows = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(
        rows,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom("equal-width", "equal-mass"),
        (list, bins, binning) => {
          const p = Float64Array.from(list, (row) => row[0]);
          const y = Uint8Array.from(list, (row) => row[1]);
          const found = reliabilityBins(p, y, { bins, binning });
          const sum = found.reduce((total, bin) => total + bin.share * Math.abs(bin.observed - bin.meanConfidence), 0);
          expect(sum).toBeCloseTo(expectedCalibrationError(p, y, { bins, binning }).value, 12);
          expect(found.reduce((total, bin) => total + bin.count, 0)).toBe(list.length);
        },
      ),
    );
  });

  it("reliabilityBins(p, y) refuses what is no pair of a probability and an outcome", () => {
    expect(() => reliabilityBins(reals(), bits())).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => reliabilityBins(reals(0.5, -1), bits(0, 1))).toThrow(expect.objectContaining({ index: 1 }));
    expect(() => reliabilityBins(reals(0.5, -1), bits(0, 1), { weights: reals(1, 1) })).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });
});

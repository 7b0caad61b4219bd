import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, expectedCalibrationError, sweepCalibrationError } from "../../../src/index.ts";
import { argsort } from "../../../src/kernels/argsort.ts";
import { assignBins } from "../../../src/kernels/bins.ts";

/** The number of bins by its definition, from the bins that the error itself uses. */
function definition(p: Float64Array, y: Uint8Array, w?: Float64Array): number {
  for (let bins = 2; bins <= p.length; bins++) {
    const { index } = assignBins(p, { binning: "equal-mass", bins }, () => argsort(p), w);
    const mass = new Float64Array(bins);
    const hits = new Float64Array(bins);
    for (let i = 0; i < p.length; i++) {
      mass[index[i]] += w ? w[i] : 1;
      hits[index[i]] += (w ? w[i] : 1) * y[i];
    }
    const rates = [...hits].map((h, b) => h / mass[b]).filter((rate) => !Number.isNaN(rate));
    if (rates.some((rate, b) => b > 0 && rate < rates[b - 1] - 1e-12)) return bins - 1;
  }
  return p.length;
}

describe("sweepCalibrationError", () => {
  it("sweepCalibrationError(p, y) uses as many bins as keep the rates increasing", () => {
    const find = (p: number[], y: number[]) => sweepCalibrationError(Float64Array.from(p), Uint8Array.from(y));
    expect(find([0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9], [0, 0, 0, 1, 0, 1, 1, 1]).spec["bins"]).toBe(5);
    const perfect = find([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1]);
    expect(perfect.spec).toEqual({
      metric: "sweep-calibration-error",
      norm: "l1",
      binning: "equal-mass",
      bins: 4,
      edges: "ties-in-file-order",
      label: "positive-class",
    });
    expect(perfect.value).toBeCloseTo(0.15, 14);
    expect(perfect.interval).toBe("approximate");
    expect(find([0.4], [1]).spec["bins"]).toBe(1);
    expect(find([0.4, 0.6], [1, 0]).spec["bins"]).toBe(1);
  });

  it("sweepCalibrationError(p, y, { weights }) finds the number of its definition, mixed up or nearly sorted", () => {
    const flips = fc.array(fc.tuple(fc.nat({ max: 119 }), fc.integer({ min: 1, max: 9 })), { maxLength: 4 });
    const rows = fc.integer({ min: 1, max: 120 });
    fc.assert(
      fc.property(
        rows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        flips,
        fc.boolean(),
        (n, cut, swaps, isWeighted) => {
          const p = Float64Array.from({ length: n }, (_, i) => (i + 0.5) / n);
          const y = Uint8Array.from(p, (score) => (score > cut ? 1 : 0));
          for (const [at] of swaps) if (at < n) y[at] = 1 - y[at];
          const w = isWeighted ? Float64Array.from(p, (_, i) => 1 + ((7 * i) % 5)) : undefined;
          const { spec } = sweepCalibrationError(p, y, w ? { weights: w } : {});
          expect(spec["bins"]).toBe(definition(p, y, w));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("sweepCalibrationError(p, y) is quick where the scores part the outcomes, or all but part them", () => {
    const n = 300_000;
    const p = Float64Array.from({ length: n }, (_, i) => (i + 0.5) / n);
    const y = Uint8Array.from(p, (score) => (score > 0.7 ? 1 : 0));
    expect(sweepCalibrationError(p, y).spec["bins"]).toBe(10_000);
    expect(sweepCalibrationError(p, new Uint8Array(n)).spec["bins"]).toBe(10_000);
    y[Math.floor(0.7 * n) - 1] = 1;
    y[Math.floor(0.7 * n)] = 0;
    expect(sweepCalibrationError(p, y).spec["bins"]).toBe(10_000);
  });

  it("sweepCalibrationError(p, y) is less biased than 15 bins where the model is perfect", () => {
    const random = createRandom(12);
    let sweep = 0;
    let plain = 0;
    for (let r = 0; r < 50; r++) {
      const p = Float64Array.from({ length: 300 }, () => random.uniform());
      const y = Uint8Array.from(p, (score) => (random.uniform() < score ? 1 : 0));
      sweep += sweepCalibrationError(p, y).value;
      plain += expectedCalibrationError(p, y, { binning: "equal-mass" }).value;
    }
    expect(sweep).toBeLessThan(0.8 * plain);
  });

  it("sweepCalibrationError(p, y) refuses what is no pair of a probability and an outcome", () => {
    expect(() => sweepCalibrationError(Float64Array.of(0.5, 2), Uint8Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => sweepCalibrationError(Float64Array.of(), Uint8Array.of())).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
  });
});

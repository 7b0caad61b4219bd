import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyBinaryMap, clopperPearson, createRandom, fitHistogramBinning } from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 1 })), {
  minLength: 1,
  maxLength: 50,
});

function pairs(drawn: readonly (readonly number[])[]): { scores: Float64Array; outcomes: Uint8Array } {
  return {
    scores: Float64Array.from(drawn, ([score]) => score / 9),
    outcomes: Uint8Array.from(drawn, ([, outcome]) => outcome),
  };
}

function listOf(parameter: number | readonly number[]): readonly number[] {
  return typeof parameter === "number" ? [parameter] : parameter;
}

describe("fitHistogramBinning", () => {
  it("fitHistogramBinning of the master case has the edges and values of verified_calibration", () => {
    const { map, parameters, method } = fitHistogramBinning(P20, Y20, { bins: 5 });
    listOf(parameters.edges).forEach((edge, i) => {
      expect(edge).toBeCloseTo([0.225, 0.425, 0.625, 0.825][i], 14);
    });
    const fitted = applyBinaryMap(map, P20);
    expect(fitted).toEqual(Float64Array.from(P20, (_, i) => (i < 8 ? 0.25 : i < 16 ? 0.5 : 1)));
    expect({ method, bins: parameters.bins, counts: parameters.counts }).toEqual({
      method: "histogram-mass",
      bins: 5,
      counts: [4, 4, 4, 4, 4],
    });
  });

  it("fitHistogramBinning never parts equal scores, and never leaves a bin of equal mass empty", () => {
    const edges = (p: readonly number[], bins: number): readonly number[] =>
      listOf(fitHistogramBinning(Float64Array.from(p), new Uint8Array(p.length), { bins }).parameters.edges);
    const six = [0.3, 0.5, 0.2, 0.3, 0.5, 0.7];
    expect(edges(six, 2)).toEqual([0.4]);
    expect(edges(six, 3)).toEqual([0.3, 0.5]);
    expect(edges([0.3, 0.5, 1, 1, 1, 1], 3)).toEqual([0.75]);
    expect(edges([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 3)[0]).toBeCloseTo(0.55, 15);
    expect(edges([0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9], 3)[1]).toBeCloseTo(0.75, 15);
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 20 }), (drawn, bins) => {
        const { scores, outcomes } = pairs(drawn);
        const { parameters, map } = fitHistogramBinning(scores, outcomes, { bins });
        expect(Math.min(...listOf(parameters.counts))).toBeGreaterThan(0);
        expect(listOf(parameters.counts).reduce((a, b) => a + b, 0)).toBe(scores.length);
        const fitted = applyBinaryMap(map, scores);
        const gained = fitted.reduce((sum, q, i) => sum + q - outcomes[i], 0);
        expect(Math.abs(gained)).toBeLessThan(1e-12);
      }),
    );
  });

  it("fitHistogramBinning of equal width closes bins on the side asked for, and keeps the middle of empty bins", () => {
    const scores = Float64Array.of(0.1, 0.25, 0.25, 0.9);
    const outcomes = Uint8Array.of(0, 1, 0, 1);
    const right = fitHistogramBinning(scores, outcomes, { binning: "width", bins: 4 });
    expect(right.map).toEqual({
      kind: "step",
      x: [0.25, 0.5, 0.75],
      at: [1 / 3, 0.375, 0.625],
      between: [1 / 3, 0.375, 0.625, 1],
    });
    expect(right.notes[0]).toContain("2 of 4 bins have no rows");
    const left = fitHistogramBinning(scores, outcomes, { binning: "width", bins: 4, edgeRule: "left-closed" });
    expect(left.map).toMatchObject({ at: [0.5, 0.625, 1], between: [0, 0.5, 0.625, 1] });
    expect(left.parameters.counts).toEqual([1, 2, 0, 1]);
  });

  it("fitHistogramBinning with cuts on scores ends each bin at its last score", () => {
    const { parameters } = fitHistogramBinning(P20, Y20, { bins: 4, cut: "score" });
    expect(parameters.edges).toEqual([0.25, 0.5, 0.75]);
  });

  it("fitHistogramBinning bounded adds half a row of each outcome to every bin", () => {
    const { map } = fitHistogramBinning(P20, Y20, { bins: 5, bounded: true });
    expect(applyBinaryMap(map, Float64Array.of(0, 0.5, 1))).toEqual(Float64Array.of(0.3, 0.5, 0.9));
  });

  it("fitHistogramBinning states the bound of Gupta and Ramdas", () => {
    const scores = Float64Array.from({ length: 1000 }, (_, i) => (i + 0.5) / 1000);
    const { parameters } = fitHistogramBinning(scores, new Uint8Array(1000), { bins: 10, level: 0.9 });
    expect(parameters.errorBound).toBeCloseTo(Math.sqrt(Math.log(20 / 0.1) / (2 * 99)), 14);
    expect(parameters.errorBoundLevel).toBeCloseTo(0.9, 15);
    expect(listOf(parameters.upper)[3]).toBe(clopperPearson(0, 99, 1 - (1 - 0.9) / 10).upper);
    const width = fitHistogramBinning(scores, new Uint8Array(1000), { bins: 10, binning: "width" });
    expect(width.parameters.errorBound).toBeCloseTo(Math.sqrt(Math.log(20 / 0.05) / 200), 14);
    expect(fitHistogramBinning(P20, Y20, { bins: 20 }).parameters.errorBound).toBe(1);
  });

  it("fitHistogramBinning covers the truth in all bins at once at its level, in simulation", () => {
    const random = createRandom(12);
    const runs = 600;
    for (const [binning, cut] of [
      ["mass", "score"],
      ["mass", "midpoint"],
      ["width", "midpoint"],
    ] as const) {
      let intervalMisses = 0;
      let boundMisses = 0;
      for (let run = 0; run < runs; run++) {
        const scores = Float64Array.from({ length: 120 }, () => random.uniform());
        const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
        const { parameters, map } = fitHistogramBinning(scores, outcomes, { binning, cut, bins: 6, level: 0.9 });
        const edges = [0, ...listOf(parameters.edges), 1];
        const truths = Float64Array.from(edges.slice(1), (edge, b) => (edge + edges[b]) / 2);
        const fitted = applyBinaryMap(map, truths);
        const bound = Number(parameters.errorBound);
        if (truths.some((truth, b) => Math.abs(truth - fitted[b]) > bound)) boundMisses++;
        const [lower, upper] = [listOf(parameters.lower), listOf(parameters.upper)];
        if (truths.some((truth, b) => truth < lower[b] || truth > upper[b])) intervalMisses++;
      }
      expect(clopperPearson(boundMisses, runs, 0.999).lower).toBeLessThanOrEqual(0.1);
      expect(clopperPearson(intervalMisses, runs, 0.999).lower).toBeLessThanOrEqual(0.1);
    }
  });

  it("fitHistogramBinning of whole weights equals the fit of repeated rows; of others it gives no bound", () => {
    fc.assert(
      fc.property(
        rows,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 50, maxLength: 50 }),
        fc.constantFrom("width" as const, "mass" as const),
        (drawn, counts, binning) => {
          const { scores, outcomes } = pairs(drawn);
          const weights = Float64Array.from(scores, (_, i) => counts[i]);
          fc.pre(weights.some((w) => w > 0));
          const repeated = pairs(drawn.flatMap((row, i) => Array.from({ length: counts[i] }, () => row)));
          const ours = fitHistogramBinning(scores, outcomes, { weights, binning, bins: 4 });
          const theirs = fitHistogramBinning(repeated.scores, repeated.outcomes, { binning, bins: 4 });
          expect(ours.map).toEqual(theirs.map);
          expect(ours.parameters).toEqual(theirs.parameters);
        },
      ),
    );
    const weights = Float64Array.from(P20, (p) => p + 0.1);
    const weighted = fitHistogramBinning(P20, Y20, { weights });
    expect(weighted.parameters.errorBound).toBeUndefined();
    expect(weighted.notes.join()).toContain("not counts");
  });

  it("fitHistogramBinning of one row or one class gives a constant", () => {
    expect(fitHistogramBinning(Float64Array.of(0.3), Uint8Array.of(1)).map).toEqual({
      kind: "step",
      x: [],
      at: [],
      between: [1],
    });
    expect(applyBinaryMap(fitHistogramBinning(P20, new Uint8Array(20)).map, P20)).toEqual(new Float64Array(20));
  });

  it("fitHistogramBinning refuses options that do not exist", () => {
    for (const options of [{ bins: 0 }, { bins: 2.5 }, { level: 1 }])
      expect(() => fitHistogramBinning(P20, Y20, options)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => fitHistogramBinning(P20, Y20, { edgeRule: "left-closed" })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });
});

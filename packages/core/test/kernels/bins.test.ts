import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/calibration/bins.json" with { type: "json" };
import { argsort } from "../../src/kernels/argsort.ts";
import {
  assignBins,
  type BinningOptions,
  binCount,
  binningSpec,
  type EdgeRule,
  equalWidthBin,
  equalWidthEdges,
  massEnd,
  tiesTogetherEdges,
} from "../../src/kernels/bins.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);

/** The bin of p by its definition: a walk over all edges. */
function walk(p: number, bins: number, edges: Float64Array, rule: EdgeRule): number {
  if (rule === "truncated-quotient") return Math.trunc(p / (1 / bins));
  const right = rule === "right-closed" || rule === "right-closed-zero-apart";
  if (rule === "right-closed-zero-apart" && p === 0) return 0;
  if (rule === "left-closed-open-end" && p === 1) return bins;
  let found = right ? 0 : bins - 1;
  for (let b = 0; b < bins; b++)
    if (right ? p > edges[b] && p <= edges[b + 1] : p >= edges[b] && p < edges[b + 1]) found = b;
  return found + (rule === "right-closed-zero-apart" ? 1 : 0);
}

const rules: readonly EdgeRule[] = [
  "right-closed",
  "left-closed",
  "left-closed-open-end",
  "right-closed-zero-apart",
  "truncated-quotient",
];

/** The next double above a positive one, or below it. */
function neighbour(x: number, step: 1n | -1n): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  view.setBigUint64(0, view.getBigUint64(0) + step);
  return view.getFloat64(0);
}

describe("equalWidthBin", () => {
  it.each(rules)("equalWidthBin(p, bins, edges, %s) is right on and beside every edge of 1 to 100 bins", (rule) => {
    for (const values of ["quotient", "linspace"] as const)
      for (let bins = 1; bins <= 100; bins++) {
        const edges = equalWidthEdges(bins, values);
        for (let k = 0; k <= bins; k++)
          for (const edge of [edges[k], k / bins, k * (1 / bins)]) {
            const beside = edge === 0 ? [5e-324] : [neighbour(edge, -1n), neighbour(edge, 1n)];
            for (const p of [edge, ...beside].filter((x) => x <= 1)) {
              const b = equalWidthBin(p, bins, edges, rule);
              if (b !== walk(p, bins, edges, rule))
                expect({ p, bins, values, b }).toEqual({ p, bins, values, b: walk(p, bins, edges, rule) });
              if (!(b >= 0 && b < binCount(bins, rule))) expect(b).toBeLessThan(binCount(bins, rule));
            }
          }
      }
  });

  it("equalWidthBin(p, bins, edges, rule) is right for any p and any number of bins", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 999_000, max: 1_000_000 })),
        fc.constantFrom(...rules),
        fc.constantFrom("quotient", "linspace"),
        (p, bins, rule, values) => {
          const edges = equalWidthEdges(bins, values);
          const b = equalWidthBin(p, bins, edges, rule);
          if (bins <= 2000) expect(b).toBe(walk(p, bins, edges, rule));
          else if (rule === "right-closed") {
            expect(p).toBeLessThanOrEqual(edges[b + 1]);
            if (b > 0) expect(p).toBeGreaterThan(edges[b]);
          }
        },
      ),
    );
  });

  it("equalWidthEdges(bins, linspace) are NumPy's, ulp for ulp", () => {
    for (const { bins, edges } of table.linspace) expect(equalWidthEdges(bins, "linspace")).toEqual(reals(...edges));
    expect(equalWidthEdges(10, "linspace")[3]).toBe(0.30000000000000004);
    expect(equalWidthEdges(10)[3]).toBe(0.3);
  });
});

describe("assignBins, equal mass", () => {
  it("massEnd(b, bins, rows) ends the runs of NumPy's array_split", () => {
    for (const { rows, bins, ends } of table.arraySplit)
      expect(Array.from({ length: bins }, (_, b) => massEnd(b + 1, bins, rows))).toEqual(ends);
  });

  it("assignBins(values, { binning: equal-mass }) parts ties in file order", () => {
    const values = reals(0.5, 0.2, 0.5, 0.5, 0.9);
    const { index, bins } = assignBins(values, { binning: "equal-mass", bins: 2 }, () => argsort(values));
    expect([...index]).toEqual([0, 0, 0, 1, 1]);
    expect(bins).toBe(2);
  });

  it("assignBins(values, { binning: equal-mass }) leaves bins beyond the rows empty", () => {
    const values = reals(0.5, 0.2);
    expect([...assignBins(values, { binning: "equal-mass", bins: 5 }, () => argsort(values)).index]).toEqual([1, 0]);
  });

  it("assignBins(values, options, order, weights) with equal weights is that without weights", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 70 }),
        fc.constantFrom("file-order", "together"),
        fc.constantFrom(0.1, 1, 2.5, 1e-9),
        (scores, bins, ties, w) => {
          const values = Float64Array.from(scores);
          const order = (): Uint32Array => argsort(values);
          const options: BinningOptions = { binning: "equal-mass", bins, ties };
          const weights = new Float64Array(values.length).fill(w);
          expect(assignBins(values, options, order, weights)).toEqual(assignBins(values, options, order));
        },
      ),
    );
  });

  it("assignBins(values, { ties: together }, order, weights, rows) of merged rows is that of the rows merged", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 25 }),
        (counts, bins) => {
          const values = Float64Array.from(counts, (_, k) => (k + 1) / 21);
          const single = Float64Array.from(counts.flatMap((c, k) => Array.from({ length: c }, () => values[k])));
          const options: BinningOptions = { binning: "equal-mass", bins, ties: "together" };
          const weights = Float64Array.from(counts);
          const merged = assignBins(values, options, () => argsort(values), weights, single.length).index;
          const rows = assignBins(single, options, () => argsort(single)).index;
          const cuts = (score: Float64Array, index: Int32Array): number[] =>
            [...score].filter((p, i) => i > 0 && index[i] !== index[i - 1] && p !== score[i - 1]);
          expect(cuts(values, merged)).toEqual(cuts(single, rows));
          for (let i = 1; i < single.length; i++) if (single[i] === single[i - 1]) expect(rows[i]).toBe(rows[i - 1]);
        },
      ),
    );
  });

  it("assignBins(values, options, order, weights) puts a row where its middle lies", () => {
    for (const { values, weights, bins, index } of table.weightedMass) {
      const scores = reals(...values);
      const found = assignBins(scores, { binning: "equal-mass", bins }, () => argsort(scores), reals(...weights));
      expect([...found.index]).toEqual(index);
    }
  });

  it("tiesTogetherEdges(values, sorted, bins) are the edges of verified_calibration", () => {
    const edges = (bins: number, ...values: number[]): number[] => {
      const scores = reals(...values);
      return [...tiesTogetherEdges(scores, argsort(scores), bins)];
    };
    const close = (found: number[], expected: number[]): void => {
      expect(found).toHaveLength(expected.length);
      for (const [k, edge] of found.entries()) expect(edge).toBeCloseTo(expected[k], 14);
    };
    close(edges(2, 0.3, 0.5, 0.2, 0.3, 0.5, 0.7), [0.4, 1]);
    close(edges(3, 0.3, 0.5, 0.2, 0.3, 0.5, 0.7), [0.3, 0.5, 1]);
    close(edges(3, 0.3, 0.5, 1, 1, 1, 1), [0.75, 1]);
    close(edges(3, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9), [0.55, 0.75, 1]);
    for (const { values, bins, upper } of table.tiesTogether) close(edges(bins, ...values), upper);
  });

  it("assignBins(values, { ties: together }) puts a value on an edge below it and never parts equal values", () => {
    const values = reals(0.3, 0.5, 0.2, 0.3, 0.5, 0.7);
    const options: BinningOptions = { binning: "equal-mass", bins: 3, ties: "together" };
    expect([...assignBins(values, options, () => argsort(values)).index]).toEqual([0, 1, 0, 0, 1, 2]);
    expect(assignBins(reals(1, 1, 1), options, () => Uint32Array.of(0, 1, 2))).toEqual({
      index: Int32Array.of(0, 0, 0),
      bins: 1,
    });
  });
});

describe("binningSpec", () => {
  it("binningSpec(options) names every choice that changes the bins", () => {
    expect(binningSpec({})).toEqual({ binning: "equal-width", bins: 15, edges: "right-closed" });
    expect(binningSpec({ bins: 10, edgeRule: "left-closed", edgeValues: "linspace" })).toEqual({
      binning: "equal-width",
      bins: 10,
      edges: "left-closed-linspace",
    });
    expect(binningSpec({ binning: "equal-mass", edgeRule: "left-closed" }).edges).toBe("ties-in-file-order");
    expect(binningSpec({ binning: "equal-mass", ties: "together" }).edges).toBe("ties-together");
  });

  it("binningSpec({ bins }) refuses what is no whole number from 1 to a million", () => {
    for (const bins of [0, -1, 1.5, Number.NaN, Infinity, 1_000_001])
      expect(() => binningSpec({ bins })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

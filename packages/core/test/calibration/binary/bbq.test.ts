import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/calibrate/nonparametric.json" with { type: "json" };
import { applyBinaryMap, type BbqOptions, createRandom, fitBbq } from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

const scores = Float64Array.from(table.scores);
const outcomes = Uint8Array.from(table.outcomes);
const grid = Float64Array.from(table.grid);

describe("fitBbq", () => {
  it("fitBbq agrees with the formula in SciPy, for each prior and bin value", () => {
    for (const { priorRows, priorPer, binValue, fitted } of table.bbq) {
      const options: BbqOptions = {
        priorRows,
        priorPer: priorPer === "bin" ? "bin" : "model",
        binValue: binValue === "share" ? "share" : "posterior-mean",
      };
      applyBinaryMap(fitBbq(scores, outcomes, options).map, grid).forEach((value, i) => {
        expect(Math.abs(value - fitted[i])).toBeLessThan(1e-11);
      });
    }
  });

  it("fitBbq weighs its models to 1 and reports the expected number of bins", () => {
    const { parameters, complexity } = fitBbq(scores, outcomes);
    const { modelBins, modelWeights } = parameters;
    if (typeof modelBins === "number" || typeof modelWeights === "number") throw new Error("expected lists");
    expect(modelWeights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 14);
    expect(complexity).toBeCloseTo(
      modelBins.reduce((sum, bins, i) => sum + bins * modelWeights[i], 0),
      13,
    );
  });

  it("fitBbq comes near the truth with many rows", () => {
    const random = createRandom(4);
    const many = Float64Array.from({ length: 40_000 }, () => random.uniform());
    const truth = (p: number): number => 0.2 + 0.6 * p * p;
    const { map } = fitBbq(
      many,
      Uint8Array.from(many, (p) => (random.uniform() < truth(p) ? 1 : 0)),
    );
    const inner = Float64Array.from({ length: 17 }, (_, i) => 0.1 + i / 20);
    applyBinaryMap(map, inner).forEach((value, i) => {
      expect(Math.abs(value - truth(inner[i]))).toBeLessThan(0.05);
    });
  });

  it("fitBbq of whole weights equals the fit of repeated rows", () => {
    const counts = Array.from(scores, (_, i) => i % 4);
    const repeat = (values: ArrayLike<number>): number[] =>
      counts.flatMap((count, i) => Array.from({ length: count }, () => values[i]));
    const theirs = fitBbq(Float64Array.from(repeat(scores)), Uint8Array.from(repeat(outcomes)));
    expect(fitBbq(scores, outcomes, { weights: Float64Array.from(counts) }).map).toEqual(theirs.map);
  });

  it("fitBbq of one row, one class or constant scores is a probability off 0 and 1", () => {
    for (const [p, y] of [
      [Float64Array.of(0), Uint8Array.of(1)],
      [P20, new Uint8Array(20)],
      [new Float64Array(20).fill(1), Y20],
    ] as const) {
      const fitted = applyBinaryMap(fitBbq(p, y).map, P20);
      expect(fitted.every((value) => value > 0 && value < 1)).toBe(true);
    }
    expect(fitBbq(new Float64Array(20).fill(1), Y20).parameters.models).toBe(1);
  });

  it("fitBbq refuses options out of range", () => {
    for (const options of [{ spread: 0.5 }, { priorRows: 0 }])
      expect(() => fitBbq(P20, Y20, options)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

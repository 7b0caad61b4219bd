import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/calibrate/nonparametric.json" with { type: "json" };
import { applyBinaryMap, fitPlatt, fitScalingBinning } from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

const scores = Float64Array.from(table.scores);
const outcomes = Uint8Array.from(table.outcomes);
const grid = Float64Array.from(table.grid);

describe("fitScalingBinning", () => {
  it("fitScalingBinning of the master case has the levels of verified_calibration", () => {
    const { map, parameters } = fitScalingBinning(P20, Y20, { bins: 5 });
    const levels = [0.132984110835, 0.313160457391, 0.488363169305, 0.674269783123, 0.891230509251];
    applyBinaryMap(map, P20).forEach((value, i) => {
      expect(Math.abs(value - levels[Math.floor(i / 4)])).toBeLessThan(5e-6);
    });
    expect(parameters.bins).toBe(5);
  });

  it("fitScalingBinning agrees with the formula in NumPy", () => {
    for (const { bins, fitted } of table.scalingBinning)
      applyBinaryMap(fitScalingBinning(scores, outcomes, { bins }).map, grid).forEach((value, i) => {
        expect(Math.abs(value - fitted[i])).toBeLessThan(1e-13);
      });
  });

  it("fitScalingBinning has the mean scaled probability of its rows", () => {
    const platt = applyBinaryMap(fitPlatt(scores, outcomes).map, scores);
    const binned = applyBinaryMap(fitScalingBinning(scores, outcomes).map, scores);
    const difference = binned.reduce((sum, q, i) => sum + q - platt[i], 0);
    expect(Math.abs(difference)).toBeLessThan(1e-12);
  });

  it("fitScalingBinning of scores that rank backwards mirrors the fit of their complements", () => {
    const backwards = fitScalingBinning(
      scores.map((p) => 1 - p),
      outcomes,
      { bins: 7 },
    );
    const plain = fitScalingBinning(scores, outcomes, { bins: 7 });
    const mirrored = applyBinaryMap(
      backwards.map,
      grid.map((p) => 1 - p),
    );
    applyBinaryMap(plain.map, grid).forEach((value, i) => {
      expect(Math.abs(value - mirrored[i])).toBeLessThan(1e-12);
    });
    expect(backwards.notes.join()).toContain("slope");
  });

  it("fitScalingBinning of tied scores puts each in one bin, also when they rank backwards", () => {
    for (const turn of [false, true]) {
      const tied = P20.map((p) => Math.round((turn ? 1 - p : p) * 4) / 4).map((p) => Math.min(0.9, Math.max(0.1, p)));
      const { map } = fitScalingBinning(tied, Y20, { bins: 5 });
      const platt = applyBinaryMap(fitPlatt(tied, Y20).map, tied);
      const binned = applyBinaryMap(map, tied);
      expect(Math.abs(binned.reduce((sum, q, i) => sum + q - platt[i], 0))).toBeLessThan(1e-12);
    }
  });

  it("fitScalingBinning of weights equals the fit of repeated rows", () => {
    const counts = Array.from(scores, (_, i) => i % 3);
    const repeat = (values: ArrayLike<number>): number[] =>
      counts.flatMap((count, i) => Array.from({ length: count }, () => values[i]));
    const ours = fitScalingBinning(scores, outcomes, { weights: Float64Array.from(counts) });
    const theirs = fitScalingBinning(Float64Array.from(repeat(scores)), Uint8Array.from(repeat(outcomes)));
    const expected = applyBinaryMap(theirs.map, grid);
    applyBinaryMap(ours.map, grid).forEach((value, i) => {
      expect(Math.abs(value - expected[i])).toBeLessThan(1e-12);
    });
  });

  it("fitScalingBinning refuses what Platt scaling cannot fit", () => {
    expect(() => fitScalingBinning(P20, new Uint8Array(20))).toThrow(expect.objectContaining({ code: "one-class" }));
    expect(() => fitScalingBinning(new Float64Array(20).fill(0.5), Y20)).toThrow(
      expect.objectContaining({ code: "too-few" }),
    );
    expect(() => fitScalingBinning(Float64Array.of(0.1, 0.9), Uint8Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(() => fitScalingBinning(P20, Y20, { bins: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

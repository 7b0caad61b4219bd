import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../../../src/matrix.ts";
import type { LinearHead } from "../../../src/ood/detector.ts";
import { keptFeatures } from "../../../src/ood/detectors/shaped-energy.ts";
import { fitOodDetector } from "../../../src/ood/fit-ood-detector.ts";
import { oodScores } from "../../../src/ood/ood-scores.ts";

/** One class that sums all features: the energy is the sum of what was made of them. */
const sum: LinearHead = { weights: matrixFromRows([[1, 1, 1, 1, 1]]), bias: Float64Array.of(0) };

function scored(method: "ash-p" | "ash-s" | "ash-b" | "scale" | "react", row: number[], percentile: number): number {
  const features = matrixFromRows([[0, 1, 2, 3, 4]]);
  return oodScores(fitOodDetector({ features }, { method, head: sum, percentile }), {
    features: matrixFromRows([row]),
  })[0];
}

describe("keptFeatures", () => {
  it("keptFeatures(width, percentile) rounds what is pruned as NumPy does", () => {
    expect([512, 24, 5, 15, 10].map((width) => keptFeatures(width, 0.9))).toEqual([51, 2, 1, 1, 1]);
    expect([1, 3, 5, 7].map((width) => keptFeatures(width, 0.5))).toEqual([1, 1, 3, 3]);
  });
});

describe("shaped features", () => {
  it("oodScores of ash-p keep the largest features", () => {
    expect(scored("ash-p", [5, 1, 2, 9, 3], 0.6)).toBeCloseTo(14, 12);
  });
  it("oodScores of ash-s multiply them by exp(sum / sum kept)", () => {
    expect(scored("ash-s", [5, 1, 2, 9, 3], 0.6)).toBeCloseTo(14 * Math.exp(20 / 14), 10);
  });
  it("oodScores of ash-b put the sum on them in equal shares", () => {
    expect(scored("ash-b", [5, 1, 2, 9, 3], 0.6)).toBeCloseTo(20, 12);
  });
  it("oodScores of scale multiply all features", () => {
    expect(scored("scale", [5, 1, 2, 9, 3], 0.6)).toBeCloseTo(20 * Math.exp(20 / 14), 10);
  });
  it("oodScores of ash-p keep as many of equal features as are to be kept", () => {
    expect(scored("ash-p", [2, 2, 2, 2, 2], 0.6)).toBeCloseTo(4, 12);
  });
  it("oodScores of ash-s read a row whose largest features sum to nothing as it is", () => {
    expect(scored("ash-s", [0, 0, 0, 0, 0], 0.6)).toBe(0);
    expect(scored("scale", [-1, -2, -1, -3, -1], 0.6)).toBeCloseTo(-8, 12);
  });
  it("oodScores of react clip at the linear quantile of all activations", () => {
    expect(scored("react", [9, 0, 3.5, 0, 0], 0.9)).toBeCloseTo(3.6 + 3.5, 12);
  });
  it("fitOodDetector(train, { method: ash-p }) says that features are negative", () => {
    const features = matrixFromRows([[1, -1, 0, 0, 0]]);
    const { notes } = fitOodDetector({ features }, { method: "ash-p", head: sum, percentile: 0.6 });
    expect(notes[0]).toBe("Some features are negative; ash-p was made for features that are not.");
  });
});

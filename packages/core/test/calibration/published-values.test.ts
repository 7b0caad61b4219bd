import { describe, expect, it } from "vitest";
import {
  applyBinaryMap,
  applyMulticlassMap,
  brierScore,
  fitBinaryTemperature,
  fitHistogramBinning,
  fitIsotonic,
  fitPlatt,
  fitTemperature,
  fitVectorScaling,
  fitVennAbers,
  isotonicRegression,
  isotonicValue,
  logitsFromProbabilities,
} from "../../src/index.ts";
import { L12, P20, Y20, Z12 } from "../master-case.ts";

describe("values that other tools publish", () => {
  it("isotonicRegression(x, y) pools 1 and 1 + 1e-16, the same double, as scikit-learn's test_isotonic.py", () => {
    const fit = isotonicRegression(Float64Array.of(0, 1, 1 + 1e-16, 2), [0, 1, 2, 3]);
    expect([0, 0.5, 1, 1.5, 2].map((x) => isotonicValue(fit, x))).toEqual([0, 0.75, 1.5, 2.25, 3]);
  });

  it("fitIsotonic(scores, outcomes) pools the ties of scikit-learn's test_isotonic.py", () => {
    const scores = Float64Array.of(0, 1, 1, 2, 3, 4).map((x) => x / 4);
    const { map } = fitIsotonic(scores, Uint8Array.of(0, 0, 1, 0, 0, 1));
    expect(applyBinaryMap(map, scores)).toEqual(Float64Array.of(0, 0.25, 0.25, 0.25, 0.25, 1));
  });

  it("fitTemperature is 1 on what a fit with a free temperature gave, as scikit-learn's test_calibration.py", () => {
    const platt = fitPlatt(P20, Y20);
    const { parameters } = fitBinaryTemperature(applyBinaryMap(platt.map, P20), Y20);
    expect(parameters["temperature"]).toBeCloseTo(1, 9);
    const vector = fitVectorScaling(Z12, L12);
    const logits = logitsFromProbabilities(applyMulticlassMap(vector.map, Z12), 1e-300);
    expect(fitTemperature(logits, L12).parameters["temperature"]).toBeCloseTo(1, 9);
  });

  it("fitVennAbers has the Brier score 0.09490741 of the vennabers README", () => {
    const { map } = fitVennAbers(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 1, 0, 1));
    const merged = applyBinaryMap(map, Float64Array.of(0.2, 0.5, 0.9));
    expect(brierScore(merged, Uint8Array.of(0, 1, 1)).value).toBeCloseTo(0.09490741, 8);
  });

  it("fitHistogramBinning with a bin per score has the discrete bins of verified_calibration", () => {
    const scores = Float64Array.of(0.3, 0.5, 0.2, 0.3, 0.5, 0.7);
    const { parameters, map } = fitHistogramBinning(scores, Uint8Array.of(0, 1, 0, 1, 0, 1), { bins: 6 });
    expect(parameters["counts"]).toEqual([1, 2, 2, 1]);
    expect(applyBinaryMap(map, scores)).toEqual(Float64Array.of(0.5, 0.5, 0, 0.5, 0.5, 1));
  });

  it("fitIsotonic(scores, outcomes) has the levels and ends of probcal's test_corp.py", () => {
    const scores = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9);
    const { map } = fitIsotonic(scores, Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 1));
    if (map.kind !== "interpolated") throw new Error(`expected knots, got ${map.kind}`);
    const lows = [0.1, 0.2, 0.3, 0.5, 0.9];
    const highs = [0.1, 0.2, 0.4, 0.7, 0.9];
    const levels = Float64Array.of(0, 0, 0.5, 2 / 3, 1);
    expect(applyBinaryMap(map, Float64Array.from(lows))).toEqual(levels);
    expect(applyBinaryMap(map, Float64Array.from(highs))).toEqual(levels);
  });
});

import { describe, expect, it } from "vitest";
import { conformalPart } from "../../src/conformal/conformal-part.ts";
import { prepareWeightedScores, weightedQuantileAt } from "../../src/conformal/conformal-quantile.ts";
import { conformalRank } from "../../src/conformal/rank.ts";
import { openThresholds, weightedThresholds } from "../../src/conformal/weighted-thresholds.ts";
import { createRandom } from "../../src/random/random.ts";

describe("weightedThresholds(scores, weights, level)", () => {
  it("weightedThresholds(scores, equal weights, level) gives the ranks of no weights, through JSON too", () => {
    let mismatches = 0;
    for (const weight of [1, 0.1, 1 / 3, 0.7, 7e-300, 3e300, Math.PI])
      for (const n of [1, 2, 9, 19, 29, 99, 100, 999]) {
        const scores = Float64Array.from({ length: n }, (_, i) => i + 1);
        const weights = new Float64Array(n).fill(weight);
        for (const level of [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]) {
          const rank = conformalRank(n, level);
          const expected = rank > n ? Infinity : rank;
          const kept = JSON.parse(JSON.stringify(weightedThresholds(scores, weights, level)));
          if (weightedQuantileAt(openThresholds(kept), weight, level) !== expected) mismatches++;
          if ((conformalPart([], scores, weights, level).quantile ?? Infinity) !== expected) mismatches++;
        }
      }
    expect(mismatches).toBe(0);
  });

  it("weightedThresholds(scores, weights, level) gives every test weight the quantile of all scores, never a lower one", () => {
    const draw = createRandom(6);
    for (const n of [50, 150_000]) {
      const scores = Float64Array.from({ length: n }, () => draw.uniform());
      const weights = Float64Array.from({ length: n }, () => draw.integer(4));
      const kept = weightedThresholds(scores, weights, 0.5);
      expect(new Set(kept.scores).size).toBeLessThanOrEqual(10_000);
      expect(kept.thinnedFrom === undefined).toBe(n === 50);
      const all = prepareWeightedScores(scores, weights);
      for (const weight of [0, 1, 3, n / 10, n / 2, 1e9]) {
        const exact = weightedQuantileAt(all, weight, 0.5);
        const found = weightedQuantileAt(openThresholds(kept), weight, 0.5);
        if (n === 50 || exact === Infinity) expect(found).toBe(exact);
        expect(found).toBeGreaterThanOrEqual(exact);
        if (exact < Infinity) expect(found - exact).toBeLessThan(1e-3);
      }
    }
  });

  it("weightedThresholds(scores, weights, level) of huge and tiny weights keeps what decides", () => {
    const scores = Float64Array.of(1, 2, 3);
    const kept = weightedThresholds(scores, Float64Array.of(1e300, 1e-300, 0), 0.5);
    expect(kept).toEqual({ scores: [1, 2], weights: [1e300, 1e-300] });
    expect(weightedQuantileAt(openThresholds(kept), 1e299, 0.5)).toBe(1);
    expect(weightedQuantileAt(openThresholds(kept), 1e308, 0.5)).toBe(Infinity);
    expect(weightedThresholds(scores, new Float64Array(3), 0.5)).toEqual({ scores: [], weights: [] });
  });
});

import { describe, expect, it } from "vitest";
import { brierScore } from "../../../src/metrics/scores/brier-score.ts";
import { resamplingTest } from "../../../src/metrics/tests/resampling-test.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20, Y20 } from "../../master-case.ts";

describe("resamplingTest", () => {
  it("resamplingTest(p, y, { random, bins }) compares the binned error of the data with draws", () => {
    const test = resamplingTest(P20, Y20, { random: createRandom(1), bins: 5, draws: 199 });
    expect(test.value).toBeCloseTo(0.1055, 14);
    expect(test.pValue).toBeGreaterThan(0.05);
    expect((test.pValue * 200) % 1).toBeCloseTo(0, 9);
    expect(test.nullMean).toBeGreaterThan(0.05);
    expect(test.spec).toMatchObject({ metric: "resampling-test", draws: 199, bins: 5, statistic: "ece" });
    expect(resamplingTest(P20, Y20, { random: createRandom(1), bins: 5, draws: 199 })).toEqual(test);
  });

  it("resamplingTest(p, y, { statistic }) draws labels anew each time: 400 draws are 400 different vectors", () => {
    const seen = new Set<string>();
    const p = new Float64Array(64).fill(0.5);
    resamplingTest(p, new Uint8Array(64), {
      random: createRandom(9),
      draws: 400,
      name: "bits",
      statistic: (_, labels) => {
        seen.add(labels.join(""));
        return 0;
      },
    });
    expect(seen.size).toBe(401);
  });

  it("resamplingTest(p, y, { statistic }) gives the smallest p-value for an impossible outcome, and 1 for no difference", () => {
    const p = new Float64Array(50).fill(0.9);
    const bad = resamplingTest(p, new Uint8Array(50), { random: createRandom(2), draws: 99 });
    expect(bad.pValue).toBe(0.01);
    const constant = resamplingTest(p, new Uint8Array(50), { random: createRandom(2), draws: 99, statistic: () => 1 });
    expect(constant).toMatchObject({ pValue: 1, nullMean: 1, spec: { statistic: "custom" } });
  });

  it("resamplingTest(p, y) rejects at most 5 % of calibrated samples, with weights and any statistic (600 samples of 40)", () => {
    const random = createRandom(11);
    const rejected = [0, 0];
    for (let r = 0; r < 600; r++) {
      const p = Float64Array.from({ length: 40 }, () => random.uniform());
      const y = Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0));
      const weights = Float64Array.from(p, () => random.uniform());
      if (resamplingTest(p, y, { random, draws: 99, weights }).pValue <= 0.05) rejected[0]++;
      const brier = resamplingTest(p, y, {
        random,
        draws: 99,
        statistic: (q, labels) => brierScore(q, labels).value,
      });
      if (brier.pValue <= 0.05) rejected[1]++;
    }
    for (const count of rejected) {
      expect(count).toBeGreaterThanOrEqual(14);
      expect(count).toBeLessThanOrEqual(49);
    }
  });

  it("resamplingTest(p, y, options) refuses what it cannot do", () => {
    const random = createRandom(1);
    const refuse = (options: object, code: string) =>
      expect(() => resamplingTest(P20, Y20, { random, ...options })).toThrow(expect.objectContaining({ code }));
    refuse({ draws: 0 }, "out-of-range");
    refuse({ bins: 1.5 }, "out-of-range");
    refuse({ statistic: () => Number.NaN }, "not-finite");
    const ones = new Float64Array(20).fill(1);
    refuse({ weights: ones, merged: { counts: ones, squaredWeights: ones } }, "incompatible");
  });
});

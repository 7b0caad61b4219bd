import { describe, expect, it } from "vitest";
import { brierScore } from "../../../src/metrics/scores/brier-score.ts";
import { spiegelhalterTest } from "../../../src/metrics/tests/spiegelhalter-test.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20, Y20 } from "../../master-case.ts";

describe("spiegelhalterTest", () => {
  it("spiegelhalterTest(p, y) of the master case, two-sided", () => {
    const test = spiegelhalterTest(P20, Y20);
    expect(test.z).toBeCloseTo(0.4162864318192544, 14);
    expect(test.pValue).toBeCloseTo(0.677200419850216, 14);
    expect(test.spec).toMatchObject({ metric: "spiegelhalter", alternative: "two-sided" });
  });

  it("spiegelhalterTest(p, y) gives MAPIE's statistic and twice its one-sided tail", () => {
    const first = spiegelhalterTest(Float64Array.of(0.1, 0.9, 0.21, 0.9, 0.5), Uint8Array.of(0, 1, 0, 1, 0));
    expect(first.z).toBeCloseTo(-0.757, 3);
    const second = spiegelhalterTest(Float64Array.of(0.8, 0.3, 0.5, 0.5, 0.7, 0.1), Uint8Array.of(1, 0, 1, 0, 1, 0));
    expect(second.pValue).toBeCloseTo(0.3028, 3);
    expect(second.pValue).toBeCloseTo(2 * (1 - 0.8486), 3);
  });

  it("spiegelhalterTest(p, y) sees strong under-confidence: z near -15.6 has a p-value of almost 0, not 1", () => {
    const random = createRandom(3);
    const truth = Float64Array.from({ length: 4000 }, () => random.uniform());
    const p = truth.map((q) => 0.5 + 0.45 * (q - 0.5));
    const y = Uint8Array.from(truth, (q) => (random.uniform() < q ? 1 : 0));
    const test = spiegelhalterTest(p, y);
    expect(test.z).toBeLessThan(-15);
    expect(test.pValue).toBeGreaterThan(0);
    expect(test.pValue).toBeLessThan(1e-50);
    expect(test.value).toBeLessThan(0);
  });

  it("spiegelhalterTest(p, y).value is the Brier score minus its expectation", () => {
    const expected = P20.reduce((sum, p) => sum + p * (1 - p), 0) / 20;
    expect(spiegelhalterTest(P20, Y20).value).toBeCloseTo(brierScore(P20, Y20).value - expected, 14);
  });

  it("spiegelhalterTest(p, y, { weights }) does not see the scale of importance weights", () => {
    const weights = Float64Array.from({ length: 20 }, (_, i) => 1 + (i % 3));
    const once = spiegelhalterTest(P20, Y20, { weights });
    const scaled = spiegelhalterTest(P20, Y20, { weights: weights.map((w) => w * 5) });
    expect(scaled.z).toBeCloseTo(once.z as number, 13);
  });

  it('spiegelhalterTest(p, y, { weighting: "frequency" }) equals repeated rows', () => {
    const weights = Float64Array.from({ length: 20 }, (_, i) => 1 + (i % 3));
    const index = Array.from(weights).flatMap((w, i) => Array<number>(w).fill(i));
    const repeated = spiegelhalterTest(
      Float64Array.from(index, (i) => P20[i]),
      Uint8Array.from(index, (i) => Y20[i]),
    );
    const counted = spiegelhalterTest(P20, Y20, { weights, weighting: "frequency" });
    expect(counted.z).toBeCloseTo(repeated.z as number, 13);
  });

  it("spiegelhalterTest(p, y) rejects 5 % of calibrated samples, weighted or not (2000 samples of 200)", () => {
    const random = createRandom(4);
    const rejected = [0, 0];
    for (let r = 0; r < 2000; r++) {
      const p = Float64Array.from({ length: 200 }, () => random.uniform());
      const y = Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0));
      const weights = p.map((q) => 0.2 + q + random.uniform());
      if (spiegelhalterTest(p, y).pValue <= 0.05) rejected[0]++;
      if (spiegelhalterTest(p, y, { weights }).pValue <= 0.05) rejected[1]++;
    }
    for (const count of rejected) {
      expect(count).toBeGreaterThanOrEqual(69);
      expect(count).toBeLessThanOrEqual(133);
    }
  });

  it("spiegelhalterTest(p, y) refuses probabilities of 0, ½ and 1 alone", () => {
    expect(() => spiegelhalterTest(Float64Array.of(0, 0.5, 1), Uint8Array.of(0, 1, 0))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
    expect(() => spiegelhalterTest(P20, Y20, { weighting: "case" as "frequency" })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });
});

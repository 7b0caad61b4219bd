import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { argsort } from "../../../src/kernels/argsort.ts";
import { ksCalibration, kuiperCalibration } from "../../../src/metrics/calibration/cumulative.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20 as p, Y20 as y } from "../../master-case.ts";

describe("ksCalibration and kuiperCalibration", () => {
  it("ksCalibration(probabilities, outcomes) has MAPIE's statistic and p-value on the master case", () => {
    const { statistic, z, pValue, value } = ksCalibration(p, y);
    expect(Math.abs(statistic - 0.43807510298449)).toBeLessThan(1e-8);
    expect(Math.abs(pValue - 0.99794397226)).toBeLessThan(1e-8);
    expect(z).toBe(statistic);
    expect(value).toBeCloseTo(statistic * Math.sqrt(p.reduce((sum, x) => sum + x * (1 - x), 0) / 400), 14);
  });

  it("kuiperCalibration(probabilities, outcomes) has MAPIE's statistic and p-value on the master case", () => {
    const { statistic, pValue } = kuiperCalibration(p, y);
    expect(Math.abs(statistic - 0.84877052066074)).toBeLessThan(1e-8);
    expect(Math.abs(pValue - 0.98737595195)).toBeLessThan(1e-8);
  });

  it("ksCalibration and kuiperCalibration(probabilities, outcomes) have the figures of MAPIE's examples", () => {
    const scores = Float64Array.of(0.1, 0.9, 0.21, 0.9, 0.5);
    const outcomes = Uint8Array.of(0, 1, 0, 1, 0);
    expect(ksCalibration(scores, outcomes).statistic).toBeCloseTo(0.978, 3);
    expect(kuiperCalibration(scores, outcomes, { origin: "excluded" }).statistic).toBeCloseTo(0.857, 3);
    expect(kuiperCalibration(scores, outcomes).statistic).toBeCloseTo(0.978, 3);
    const jittered = Float64Array.of(0.8, 0.3, 0.5 + 1e-9, 0.5, 0.7, 0.1);
    expect(ksCalibration(jittered, Uint8Array.of(1, 0, 1, 0, 1, 0)).pValue).toBeCloseTo(0.7857, 4);
    expect(kuiperCalibration(jittered, Uint8Array.of(1, 0, 1, 0, 1, 0)).pValue).toBeCloseTo(0.9684, 4);
  });

  it("ksCalibration(probabilities, outcomes) takes tied scores together, in whatever order they come", () => {
    const scores = Float64Array.of(0.8, 0.3, 0.5, 0.5, 0.7, 0.1);
    expect(ksCalibration(scores, Uint8Array.of(1, 0, 1, 0, 1, 0)).value).toBeCloseTo(0.4 / 6, 14);
    expect(ksCalibration(scores, Uint8Array.of(1, 0, 0, 1, 1, 0)).value).toBeCloseTo(0.4 / 6, 14);
  });

  it("kuiperCalibration(probabilities, outcomes) is the largest gap of any interval of scores", () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 25 }), (pairs) => {
        const scores = Float64Array.from(pairs, ([score]) => score / 12);
        const outcomes = Uint8Array.from(pairs, ([, outcome]) => outcome);
        let widest = 0;
        let fromStart = 0;
        for (let a = 0; a <= 12; a++)
          for (let b = a; b <= 12; b++) {
            let gap = 0;
            for (const [score, outcome] of pairs) if (score >= a && score <= b) gap += outcome - score / 12;
            widest = Math.max(widest, Math.abs(gap) / pairs.length);
            if (a === 0) fromStart = Math.max(fromStart, Math.abs(gap) / pairs.length);
          }
        expect(kuiperCalibration(scores, outcomes).value).toBeCloseTo(widest, 13);
        const ks = ksCalibration(scores, outcomes);
        expect(ks.value).toBeCloseTo(fromStart, 13);
        expect(ks.pValue).toBeGreaterThanOrEqual(0);
        expect(ks.pValue).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("ksCalibration(probabilities, outcomes, { weights, merged }) equals repeating rows", () => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 3));
    const rows = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const scores = Float64Array.from(rows, (i) => p[i]);
    const outcomes = Uint8Array.from(rows, (i) => y[i]);
    const merged = { counts: weights, squaredWeights: weights };
    for (const metric of [ksCalibration, kuiperCalibration]) {
      const pooled = metric(p, y, { weights, merged });
      const full = metric(scores, outcomes, { order: argsort(scores) });
      for (const key of ["value", "lower", "upper", "statistic", "pValue", "n"] as const)
        expect(pooled[key]).toBeCloseTo(full[key], 13);
    }
  });

  it("ksCalibration(probabilities, outcomes) has uniform p-values and covering intervals under calibration", () => {
    const random = createRandom(4);
    let rejected = 0;
    let uncovered = 0;
    for (let k = 0; k < 400; k++) {
      const scores = Float64Array.from({ length: 400 }, () => random.uniform());
      const outcomes = Uint8Array.from(scores, (score) => (random.uniform() < score ? 1 : 0));
      const { pValue, lower } = ksCalibration(scores, outcomes);
      if (pValue < 0.1) rejected++;
      if (lower > 0) uncovered++;
    }
    expect(uncovered).toBeLessThan(30);
    expect(rejected).toBeGreaterThan(20);
    expect(rejected).toBeLessThan(60);
  });

  it("ksCalibration(probabilities, outcomes) never gives NaN for scores of 0 and 1", () => {
    expect(ksCalibration(Float64Array.of(0, 1), Uint8Array.of(0, 1))).toMatchObject({
      value: 0,
      statistic: 0,
      pValue: 1,
    });
    const wrong = ksCalibration(Float64Array.of(0, 1), Uint8Array.of(1, 1));
    expect(wrong).toMatchObject({ value: 0.5, statistic: Infinity, pValue: 0 });
  });

  it("ksCalibration(probabilities, outcomes, { order }) refuses an order that is not ascending or not complete", () => {
    expect(() => ksCalibration(p, y, { order: argsort(p).reverse() })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => ksCalibration(p, y, { order: new Uint32Array(3) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => ksCalibration(Float64Array.of(2), Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 0 }),
    );
  });
});

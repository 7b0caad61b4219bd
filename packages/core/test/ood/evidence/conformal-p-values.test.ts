import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationConditionalPValues } from "../../../src/ood/evidence/conditional-p-values.ts";
import { conformalOodPValues } from "../../../src/ood/evidence/conformal-p-values.ts";
import { createRandom } from "../../../src/random/random.ts";
import { binomialBand } from "../binomial-band.ts";

const small = fc.integer({ min: -3, max: 3 });

describe("conformalOodPValues(calibrationScores, scores)", () => {
  it("conformalOodPValues(calibrationScores, scores) counts rows at or below, the row itself among them", () => {
    const calibration = Float64Array.of(0.5, 0.2, 0.9, 0.1, 0.2);
    const scores = Float64Array.of(0.2, 1, 0.05, 0.9, -Infinity, Infinity);
    expect([...conformalOodPValues(calibration, scores)]).toEqual([4 / 6, 1, 1 / 6, 1, 1 / 6, 1]);
    expect([...calibration]).toEqual([0.5, 0.2, 0.9, 0.1, 0.2]);
  });

  it("conformalOodPValues(calibrationScores, scores) is the definition counted by hand, and smoothed values stay below", () => {
    fc.assert(
      fc.property(fc.array(small, { minLength: 1, maxLength: 30 }), fc.array(small), (calibration, scores) => {
        const n = calibration.length;
        const plain = conformalOodPValues(Float64Array.from(calibration), Float64Array.from(scores));
        const random = createRandom(1);
        const smooth = conformalOodPValues(Float64Array.from(calibration), Float64Array.from(scores), { random });
        scores.forEach((score, i) => {
          expect(plain[i]).toBe((1 + calibration.filter((c) => c <= score).length) / (n + 1));
          expect(smooth[i]).toBeLessThanOrEqual(plain[i]);
          expect(smooth[i]).toBeGreaterThanOrEqual(calibration.filter((c) => c < score).length / (n + 1));
        });
      }),
    );
  });

  it("conformalOodPValues(calibrationScores, scores) keeps its level in 4 000 draws, with ties and without", () => {
    const random = createRandom(3);
    const runs = 4000;
    for (const [round, level] of [
      [(x: number) => x, 0.1],
      [Math.round, 0.2],
    ] as const) {
      let plain = 0;
      let smooth = 0;
      for (let run = 0; run < runs; run++) {
        const calibration = Float64Array.from({ length: 39 }, () => round(2 * random.normal()));
        const score = Float64Array.of(round(2 * random.normal()));
        if (conformalOodPValues(calibration, score)[0] <= level) plain++;
        if (conformalOodPValues(calibration, score, { random })[0] <= level) smooth++;
      }
      const { lower, upper } = binomialBand(runs, level);
      expect(plain).toBeLessThanOrEqual(upper);
      if (round !== Math.round) expect(plain).toBeGreaterThanOrEqual(lower);
      expect(smooth).toBeGreaterThanOrEqual(lower);
      expect(smooth).toBeLessThanOrEqual(upper);
    }
  });

  it("conformalOodPValues(calibrationScores, scores) refuses no calibration and NaN", () => {
    expect(() => conformalOodPValues(new Float64Array(0), Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: "empty", message: expect.stringContaining("at least one calibration score") }),
    );
    expect(() => conformalOodPValues(Float64Array.of(1), Float64Array.of(1, NaN))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => conformalOodPValues(Float64Array.of(1, 2, NaN), Float64Array.of(1))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 2 }),
    );
  });
});

describe("calibrationConditionalPValues(pValues, calibrationRows)", () => {
  it("calibrationConditionalPValues(pValues, calibrationRows) raises every value by the Simes levels", () => {
    const pValues = Float64Array.from({ length: 5 }, (_, i) => (i + 1) / 5);
    // n = 4, k = 2: b = 1 - (0.1 * [1, (3*2)/(4*3), (2*1)/(4*3)])^(1/2), then 1.
    const levels = [1, 1 / 2, 1 / 6].map((share) => 1 - Math.sqrt(0.1 * share));
    const adjusted = calibrationConditionalPValues(pValues, 4, { failure: 0.1 });
    [...levels, 1, 1].forEach((level, i) => {
      expect(adjusted[i]).toBeCloseTo(level, 14);
    });
  });

  it("calibrationConditionalPValues(pValues, calibrationRows) holds for all levels at once in 95 of 100 calibrations", () => {
    const random = createRandom(8);
    const runs = 2000;
    const n = 50;
    const pValues = Float64Array.from({ length: n }, (_, i) => (i + 1) / (n + 1));
    const bounds = calibrationConditionalPValues(pValues, n, { failure: 0.05 });
    let broken = 0;
    for (let run = 0; run < runs; run++) {
      const sorted = Float64Array.from({ length: n }, () => random.uniform()).sort();
      if (sorted.some((u, i) => u > bounds[i])) broken++;
    }
    expect(broken).toBeLessThanOrEqual(binomialBand(runs, 0.05).upper);
  });

  it("calibrationConditionalPValues(pValues, calibrationRows) refuses values that are no ranks", () => {
    expect(() => calibrationConditionalPValues(Float64Array.of(0.123), 9)).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 0 }),
    );
    expect(() => calibrationConditionalPValues(Float64Array.of(0.1), 1)).toThrow(/integer >= 2/);
    expect(() => calibrationConditionalPValues(Float64Array.of(0.1), 9, { failure: 0 })).toThrow(/failure/);
  });
});

import { describe, expect, it } from "vitest";
import { meanEstimate } from "../../../src/intervals/mean.ts";
import {
  calibrationInTheLarge,
  meanCalibrationGap,
} from "../../../src/metrics/calibration/calibration-in-the-large.ts";
import { coxCalibration } from "../../../src/metrics/calibration/cox.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20 as p, Y20 as y } from "../../master-case.ts";

/** Outcomes whose log-odds are intercept + slope · log-odds of the score. */
function simulate(n: number, seed: number, slope: number, intercept: number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: n }, () => 1 / (1 + Math.exp(-1.5 * random.normal())));
  const outcomes = Uint8Array.from(scores, (score) => {
    const eta = intercept + slope * Math.log(score / (1 - score));
    return random.uniform() < 1 / (1 + Math.exp(-eta)) ? 1 : 0;
  });
  return [scores, outcomes];
}

describe("coxCalibration", () => {
  it("coxCalibration(probabilities, outcomes) is the line of the master case, to 50-digit arithmetic", () => {
    const { slope, intercept } = coxCalibration(p, y);
    expect(slope.value).toBeCloseTo(0.8865051554466711, 13);
    expect(intercept.value).toBeCloseTo(-0.13688493503412485, 13);
    expect(Math.abs(slope.value - 0.886505132005)).toBeLessThan(3e-8);
    expect(Math.abs(intercept.value + 0.136884921445)).toBeLessThan(3e-8);
    expect(slope).toMatchObject({ interval: "asymptotic", n: 20, spec: { metric: "cox-slope", clip: 1e-6 } });
    expect(intercept.spec.metric).toBe("cox-intercept");
  });

  it("coxCalibration(probabilities, outcomes) covers slope and intercept at 95 % within simulation error", () => {
    let slopes = 0;
    let intercepts = 0;
    for (let k = 0; k < 300; k++) {
      const { slope, intercept } = coxCalibration(...simulate(500, k, 0.7, 0.3));
      if (slope.lower <= 0.7 && 0.7 <= slope.upper) slopes++;
      if (intercept.lower <= 0.3 && 0.3 <= intercept.upper) intercepts++;
    }
    for (const covered of [slopes, intercepts]) {
      expect(covered).toBeGreaterThan(274);
      expect(covered).toBeLessThan(297);
    }
  });

  it("coxCalibration(probabilities, outcomes, { weights, merged }) equals repeating rows", () => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 3));
    const rows = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const merged = { counts: weights, squaredWeights: weights };
    const scores = Float64Array.from(rows, (i) => p[i]);
    const outcomes = Uint8Array.from(rows, (i) => y[i]);
    const pooled = coxCalibration(p, y, { weights, merged });
    const full = coxCalibration(scores, outcomes);
    const shift = calibrationInTheLarge(p, y, { weights, merged });
    const fullShift = calibrationInTheLarge(scores, outcomes);
    for (const key of ["value", "lower", "upper", "n"] as const) {
      expect(pooled.slope[key]).toBeCloseTo(full.slope[key], 11);
      expect(pooled.intercept[key]).toBeCloseTo(full.intercept[key], 11);
      expect(shift[key]).toBeCloseTo(fullShift[key], 11);
    }
  });

  it("coxCalibration(probabilities, outcomes) accepts probabilities of 0 and 1", () => {
    const scores = Float64Array.of(0, 0, 1, 1, 0.5, 0.5);
    const { slope } = coxCalibration(scores, Uint8Array.of(0, 1, 1, 0, 0, 1));
    expect(slope.value).toBeCloseTo(0, 10);
  });

  it("coxCalibration(probabilities, outcomes) refuses separated outcomes, equal scores and one class", () => {
    for (const [scores, outcomes, code] of [
      [[0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "incompatible"],
      [[0.4, 0.4, 0.4], [0, 1, 1], "incompatible"],
      [[0.4, 0.5, 0.6], [1, 1, 1], "one-class"],
      [[], [], "empty"],
    ] as const)
      expect(() => coxCalibration(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(
        expect.objectContaining({ code }),
      );
  });
});

describe("calibrationInTheLarge", () => {
  it("calibrationInTheLarge(probabilities, outcomes) is the best shift of the log-odds of the master case", () => {
    const estimate = calibrationInTheLarge(p, y);
    expect(estimate.value).toBeCloseTo(-0.14700506205498, 12);
    expect(estimate.lower).toBeLessThan(estimate.value);
    expect(estimate.upper).toBeGreaterThan(estimate.value);
  });

  it("calibrationInTheLarge(probabilities, outcomes) is the difference of log-odds for equal scores", () => {
    const { value } = calibrationInTheLarge(new Float64Array(4).fill(0.5), Uint8Array.of(1, 1, 1, 0));
    expect(value).toBeCloseTo(Math.log(3), 12);
  });

  it("calibrationInTheLarge(probabilities, outcomes) refuses a single class", () => {
    expect(() => calibrationInTheLarge(Float64Array.of(0.2, 0.3), Uint8Array.of(0, 0))).toThrow(
      expect.objectContaining({ code: "one-class" }),
    );
    expect(() =>
      calibrationInTheLarge(Float64Array.of(0.2, 0.3), Uint8Array.of(0, 1), { weights: Float64Array.of(1, 0) }),
    ).toThrow(expect.objectContaining({ code: "one-class" }));
  });
});

describe("meanCalibrationGap", () => {
  it("meanCalibrationGap(probabilities, outcomes) is the mean probability minus the observed rate", () => {
    const estimate = meanCalibrationGap(p, y);
    expect(estimate.value).toBeCloseTo(10.49 / 20 - 0.5, 14);
    expect(estimate.spec).toMatchObject({ metric: "mean-calibration-gap", label: "positive-class" });
    expect(meanCalibrationGap(p, y, { weights: Float64Array.from(p, (_, i) => (i === 0 ? 1 : 0)) }).value).toBe(0.05);
  });

  it("meanCalibrationGap(probabilities, outcomes) is meanEstimate of the differences where events are many", () => {
    const [scores, outcomes] = simulate(500, 3, 1, 0);
    const spec = { metric: "mean" };
    const mean = meanEstimate(
      Float64Array.from(scores, (score, i) => score - outcomes[i]),
      spec,
    );
    const gap = meanCalibrationGap(scores, outcomes, { label: "confidence" });
    expect(gap).toEqual({
      ...mean,
      spec: { metric: "mean-calibration-gap", sign: "probability minus outcome", label: "confidence" },
    });
  });

  it("meanCalibrationGap(probabilities, outcomes) does not take a run without failures for proof", () => {
    const right = (n: number, score: (i: number) => number) =>
      meanCalibrationGap(
        Float64Array.from({ length: n }, (_, i) => score(i)),
        new Uint8Array(n).fill(1),
      );
    const few = right(20, (i) => 0.88 + i / 500);
    expect(few.lower).toBeLessThan(-0.15);
    expect(few.upper).toBeGreaterThan(0);
    const many = right(200, () => 0.9);
    expect(many.upper).toBeCloseTo(-0.1 - Math.expm1(Math.log(0.025) / 200), 12);
    expect(many.lower).toBeLessThanOrEqual(-0.1);
    expect(right(1, () => 0.7)).toMatchObject({ lower: -1, upper: 1 });
    expect(right(50, () => 1).upper).toBeCloseTo(-Math.expm1(Math.log(0.025) / 50), 12);
  });

  it("meanCalibrationGap(probabilities, outcomes) covers the truth at 95 % within simulation error", () => {
    let covered = 0;
    for (let k = 0; k < 300; k++) {
      const { lower, upper } = meanCalibrationGap(...simulate(200, k, 1, 0));
      if (lower <= 0 && 0 <= upper) covered++;
    }
    expect(covered).toBeGreaterThan(274);
    expect(covered).toBeLessThan(297);
  });
});

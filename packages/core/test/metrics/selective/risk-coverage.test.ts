import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearson, wilson } from "../../../src/intervals/proportion.ts";
import { coverageAtRisk, riskAtCoverage, selectiveAccuracy } from "../../../src/metrics/selective/operating-point.ts";
import { riskCoverageCurve } from "../../../src/metrics/selective/risk-coverage-curve.ts";
import { selectiveStatistics } from "../../../src/metrics/selective/selective-statistics.ts";
import { FD_SHIFTS, fromBinary, RC } from "./cases.ts";

const row = fc.record({
  c: fc.integer({ min: 0, max: 6 }),
  k: fc.integer({ min: 0, max: 1 }),
  w: fc.double({ min: 1e-3, max: 10, noNaN: true }),
});

describe("riskCoverageCurve", () => {
  it("riskCoverageCurve(confidence, correct) of ten tied rows has one point per distinct confidence", () => {
    const curve = riskCoverageCurve(RC.confidence, RC.correct);
    expect(curve.map((p) => p.coverage)).toEqual([0.1, 0.3, 0.4, 0.7, 0.8, 0.9, 1]);
    expect(curve.map((p) => p.threshold)).toEqual([0.95, 0.9, 0.8, 0.7, 0.6, 0.55, 0.5]);
    expect(curve.map((p) => p.generalisedRisk)).toEqual([0, 0.1, 0.1, 0.2, 0.3, 0.3, 0.4]);
    expect(curve.map((p) => p.risk)).toEqual([0, 1 / 3, 0.25, 2 / 7, 0.375, 1 / 3, 0.4]);
    const { lower, upper } = clopperPearson(2, 7);
    expect(curve[3]).toMatchObject({ lower, upper });
  });

  it("riskCoverageCurve(confidence, correct, { weights }) takes Wilson's interval at the effective n of the accepted", () => {
    const curve = riskCoverageCurve(Float64Array.of(3, 2, 1), Uint8Array.of(1, 0, 1), {
      weights: Float64Array.of(2, 1, 1),
      level: 0.9,
    });
    expect(curve.map((p) => p.coverage)).toEqual([0.5, 0.75, 1]);
    expect(curve[1]).toMatchObject({ risk: 1 / 3, ...wilson(1 / 3, 9 / 5, 0.9) });
  });

  it("riskCoverageCurve(confidence, correct, { maxPoints }) thins evenly in coverage and keeps both ends", () => {
    const confidence = Float64Array.from({ length: 1000 }, (_, i) => i);
    const correct = Uint8Array.from(confidence, (c) => (c % 7 === 0 ? 0 : 1));
    const curve = riskCoverageCurve(confidence, correct, { maxPoints: 21 });
    expect(curve.length).toBeLessThanOrEqual(21);
    expect(curve[0].coverage).toBe(0.001);
    expect(curve[curve.length - 1].coverage).toBe(1);
    for (let i = 1; i < curve.length; i++) {
      expect(curve[i].coverage - curve[i - 1].coverage).toBeGreaterThan(0);
      expect(curve[i].coverage - curve[i - 1].coverage).toBeLessThan(0.11);
    }
  });
});

describe("riskAtCoverage", () => {
  it("riskAtCoverage(confidence, correct, coverage) of ten tied rows accepts ties together", () => {
    const point = riskAtCoverage(RC.confidence, RC.correct, 0.6);
    expect(point).toMatchObject({ coverage: 0.7, threshold: 0.7, interval: "approximate" });
    expect(point.value).toBeCloseTo(2 / 7, 15);
    expect(point.spec).toEqual({ metric: "risk-at-coverage", coverage: 0.6, select: "closest", ties: "grouped" });
    expect(riskAtCoverage(RC.confidence, RC.correct, 1)).toMatchObject({ value: 0.4, coverage: 1, threshold: 0.5 });
  });

  it("riskAtCoverage(confidence, correct, coverage) reproduces the tests of TorchUncertainty", () => {
    const six = fromBinary([0.1, 0.2, 0.3, 0.15, 0.4, 0.2], [0, 0, 1, 0, 1, 1]);
    expect(riskAtCoverage(six.confidence, six.correct, 0.55).value).toBe(0.25);
    const five = fromBinary([0.1, 0.2, 0.3, 0.4, 0.2], [0, 0, 1, 1, 1]);
    expect(riskAtCoverage(five.confidence, five.correct, 0.5).value).toBe(1 / 3);
  });

  it('riskAtCoverage(confidence, correct, coverage, { select: "best" }) gives the working points of fd-shifts', () => {
    const best = { select: "best" } as const;
    expect(riskAtCoverage(RC.confidence, RC.correct, 0.6, best)).toMatchObject({ coverage: 0.7, threshold: 0.7 });
    const { confidence, correct } = FD_SHIFTS[3];
    const half = riskAtCoverage(confidence, correct, 0.5, best);
    expect(half.coverage).toBe(0.51);
    expect(half.risk).toBeCloseTo(0.4901961, 7);
    expect(half.threshold).toBeCloseTo(0.4949495, 7);
    const most = riskAtCoverage(confidence, correct, 0.95, best);
    expect(most.coverage).toBe(0.95);
    expect(most.risk).toBeCloseTo(0.4947368, 7);
    expect(most.threshold).toBeCloseTo(0.0505051, 7);
  });

  it("riskAtCoverage(confidence, correct, k / n) accepts k rows, whatever n·coverage rounds to", () => {
    for (const n of [3, 10, 20, 49, 100, 1000]) {
      const confidence = Float64Array.from({ length: n }, (_, i) => i);
      for (let k = 1; k <= n; k += Math.ceil(n / 50)) {
        const point = riskAtCoverage(confidence, new Uint8Array(n), Number((k / n).toPrecision(15)));
        expect(Math.abs(point.coverage * n - k)).toBeLessThan(1e-9 + (Number((k / n).toPrecision(15)) > k / n ? 1 : 0));
      }
      const weights = new Float64Array(n).fill(0.1);
      const half = riskAtCoverage(confidence, new Uint8Array(n), 0.5, { weights });
      expect(half.coverage).toBeCloseTo(Math.ceil(n / 2) / n, 12);
    }
  });

  it("selectiveAccuracy(confidence, correct, coverage) is one minus the risk", () => {
    const risk = riskAtCoverage(RC.confidence, RC.correct, 0.5);
    const point = selectiveAccuracy(RC.confidence, RC.correct, 0.5);
    expect(point).toMatchObject({ value: 1 - risk.value, lower: 1 - risk.upper, upper: 1 - risk.lower });
    expect(point.spec).toMatchObject({ metric: "selective-accuracy" });
  });

  it("riskAtCoverage(confidence, correct, coverage) refuses what it cannot do", () => {
    for (const coverage of [0, 1.01, Number.NaN])
      expect(() => riskAtCoverage(RC.confidence, RC.correct, coverage)).toThrow(
        expect.objectContaining({ code: "out-of-range" }),
      );
    expect(() => riskAtCoverage(RC.confidence, RC.correct, 0.5, { select: "any" as "best" })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });
});

describe("coverageAtRisk", () => {
  it("coverageAtRisk(confidence, correct, risk) of ten tied rows", () => {
    const point = coverageAtRisk(RC.confidence, RC.correct, 0.25);
    expect(point).toMatchObject({ value: 0.4, coverage: 0.4, risk: 0.25, threshold: 0.8, ...wilson(0.4, 10) });
    expect(point.spec).toEqual({ metric: "coverage-at-risk", risk: 0.25, ties: "grouped" });
  });

  it("coverageAtRisk(confidence, correct, risk) reproduces the tests of TorchUncertainty", () => {
    const nine = fromBinary([0.1, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.48, 0.49], [1, 0, 1, 1, 1, 0, 0, 0, 1]);
    expect(coverageAtRisk(nine.confidence, nine.correct, 0.55).value).toBe(8 / 9);
    const five = fromBinary([0.1, 0.2, 0.3, 0.4, 0.2], [0, 0, 1, 1, 1]);
    expect(coverageAtRisk(five.confidence, five.correct, 0.5).value).toBe(4 / 5);
  });

  it("coverageAtRisk(confidence, correct, risk) sees that accepting everything will do, though the surest is wrong", () => {
    const point = coverageAtRisk(Float64Array.of(0.9, 0.8, 0.7, 0.6), Uint8Array.of(0, 1, 1, 1), 0.5);
    expect(point).toMatchObject({ value: 1, risk: 0.25, threshold: 0.6 });
  });

  it("coverageAtRisk(confidence, correct, risk) is 0 where no threshold will do, never NaN", () => {
    const point = coverageAtRisk(Float64Array.of(0.9, 0.8), Uint8Array.of(0, 0), 0.5);
    expect(point).toMatchObject({ value: 0, coverage: 0, risk: 0, threshold: Infinity, lower: 0 });
  });

  it("coverageAtRisk(confidence, correct, risk) finds the largest coverage on the curve within the risk", () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, risk) => {
          const confidence = Float64Array.from(rows, (r) => r.c);
          const correct = Uint8Array.from(rows, (r) => r.k);
          const options = { weights: Float64Array.from(rows, (r) => r.w) };
          const point = coverageAtRisk(confidence, correct, risk, options);
          const curve = riskCoverageCurve(confidence, correct, options).filter((p) => p.risk <= risk * (1 + 1e-11));
          expect(point.value).toBeCloseTo(Math.max(0, ...curve.map((p) => p.coverage)), 12);
        },
      ),
    );
  });

  it("coverageAtRisk(confidence, correct, risk) refuses a risk outside [0, 1]", () => {
    expect(() => coverageAtRisk(RC.confidence, RC.correct, -0.1)).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

describe("selectiveStatistics", () => {
  it("selectiveStatistics(confidence, correct) reproduces the tests of verified_calibration", () => {
    const check = (confidence: number[], correct: number[], area: number, top: number) => {
      const stats = selectiveStatistics(Float64Array.from(confidence), Uint8Array.from(correct));
      expect(stats.coverageAccuracyArea.value).toBeCloseTo(area, 14);
      expect(stats.topDecileAccuracy.value).toBe(top);
    };
    check([0.3, 0.9], [0, 1], 0.75, 1);
    check([0.6, 0, 0.8], [1, 0, 1], 8 / 9, 1);
    check([0.6, 0, 0.8], [0, 0, 1], 11 / 18, 1);
    check([0.6, 0, 0.8], [0, 1, 0], 1 / 9, 0);
  });

  it("selectiveStatistics(confidence, correct) takes the surest tenth of the rows and one more", () => {
    const confidence = Float64Array.from({ length: 20 }, (_, i) => (i < 2 ? 1 : 0.5));
    const { topDecileAccuracy } = selectiveStatistics(confidence, new Uint8Array(20).fill(1).fill(0, 2, 3));
    expect(topDecileAccuracy.value).toBeCloseTo(2 / 3, 15);
    expect(topDecileAccuracy.spec).toMatchObject({ rows: 3, ties: "file-order", preset: "verified_calibration" });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classwiseCalibrationError,
  correctness,
  debiasedCalibrationError,
  expectedCalibrationError,
  fullVectorCalibrationError,
  matrixFromRows,
  maximumCalibrationError,
  reliabilityBins,
  topLabel,
} from "../../../src/index.ts";
import { checkSample } from "../../../src/intervals/sample.ts";
import { binStatistics } from "../../../src/metrics/calibration/bin-statistics.ts";
import { unbiasedSquare } from "../../../src/metrics/calibration/binned-calibration-error.ts";
import { L12, P12, P20 as p, Y20 as y } from "../../master-case.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const bits = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** Relative error of the digits that the reference gives. */
const near = (value: number, expected: number, digits = 12): void =>
  expect(Math.abs(value - expected)).toBeLessThan(0.5000001 * 10 ** -digits * Math.max(1, Math.abs(expected)));

describe("expectedCalibrationError", () => {
  it("expectedCalibrationError(p, y, { bins }) gives the binary master case at 5, 10 and 15 bins", () => {
    near(expectedCalibrationError(p, y, { bins: 5 }).value, 0.1055);
    near(expectedCalibrationError(p, y, { bins: 10 }).value, 0.1505);
    near(expectedCalibrationError(p, y, { bins: 15 }).value, 0.2305);
  });

  it("expectedCalibrationError(p, y, { binning: equal-mass }) gives the binary master case", () => {
    near(expectedCalibrationError(p, y, { bins: 5, binning: "equal-mass" }).value, 0.1055);
    near(expectedCalibrationError(p, y, { bins: 10, binning: "equal-mass" }).value, 0.1505);
  });

  it("expectedCalibrationError(p, y, { norm: l2 }) and its unbiased square give the master case", () => {
    const options = { bins: 5, binning: "equal-mass", norm: "l2" } as const;
    near(expectedCalibrationError(p, y, options).value, 0.1253046288051643, 14);
    const sample = checkSample(20);
    near(unbiasedSquare(binStatistics(p, y, options, sample), sample), -0.042632083333333, 14);
    expect(debiasedCalibrationError(p, y, options).value).toBe(0);
  });

  it("maximumCalibrationError(p, y, { bins: 5 }) gives the master case", () => {
    near(maximumCalibrationError(p, y, { bins: 5 }).value, 0.225);
  });

  it("expectedCalibrationError(p, y) with weights gives the weighted case of a scikit-learn issue in all norms", () => {
    const scores = reals(0.25, 0.25, 0.25, 0.25, 0.75, 0.75, 0.75, 0.75);
    const outcomes = bits(0, 0, 0, 1, 1, 1, 1, 1);
    const weights = reals(1, 1, 1, 1, 3, 3, 3, 3);
    near(expectedCalibrationError(scores, outcomes, { weights }).value, 0.1875);
    near(expectedCalibrationError(scores, outcomes, { weights, norm: "max" }).value, 0.25);
    near(expectedCalibrationError(scores, outcomes, { weights, norm: "l2" }).value, 0.2165063509461, 12);
  });

  it("expectedCalibrationError(p, y, { bins: 2 }) gives the worked cases of torchmetrics and PyCalib", () => {
    const scores = reals(0.25, 0.25, 0.55, 0.75, 0.75);
    const outcomes = bits(0, 0, 1, 1, 1);
    near(expectedCalibrationError(scores, outcomes, { bins: 2 }).value, 0.29);
    near(expectedCalibrationError(scores, outcomes, { bins: 2, norm: "l2" }).value, 0.2918, 4);
    near(expectedCalibrationError(scores, outcomes, { bins: 2, norm: "max" }).value, 0.3167, 4);
    near(expectedCalibrationError(reals(0.1, 0.2, 0.3, 0.7, 0.8, 0.9), bits(0, 0, 0, 1, 1, 1), { bins: 2 }).value, 0.2);
    near(maximumCalibrationError(reals(0.1, 0.6), bits(0, 1), { bins: 2 }).value, 0.4);
    near(maximumCalibrationError(reals(0.1, 0.2, 0.3, 0.3, 0.2, 0.1), bits(0, 0, 0, 1, 1, 1), { bins: 1 }).value, 0.3);
  });

  it("expectedCalibrationError(p, y, { ties: together }) gives the equal-mass cases of verified_calibration", () => {
    const cases: [number[], number[], number, number][] = [
      [[0.1, 0.7], [0, 1], 2, 0.2],
      [[0.1, 0.1, 0.7], [0, 1, 1], 2, (0.4 * 2) / 3 + 0.3 / 3],
      [[0.1, 0.1, 0.1, 0.1, 0.7], [0, 1, 0, 0, 1], 2, (0.15 * 4) / 5 + 0.3 / 5],
      [[0.1, 0.7, 0.5, 0.9], [0, 1, 0, 1], 2, 0.25],
      [[0.6, 0.7, 0.8, 0.9], [0, 0, 1, 1], 2, 0.4],
      [[0.1, 0.7, 0.5, 0.9], [0, 1, 1, 1], 2, 0.2],
      [[0.1, 0.7, 0.5, 0.9], [0, 1, 1, 1], 4, 0.25],
    ];
    for (const [scores, outcomes, bins, expected] of cases)
      near(
        expectedCalibrationError(reals(...scores), bits(...outcomes), { bins, binning: "equal-mass", ties: "together" })
          .value,
        expected,
      );
  });

  it("expectedCalibrationError(p, y) puts an edge into the bin that the rule says", () => {
    const scores = reals(0.2, 0.4);
    const outcomes = bits(1, 0);
    near(expectedCalibrationError(scores, outcomes, { bins: 5 }).value, 0.6);
    expect(reliabilityBins(scores, outcomes, { bins: 5 })[0].upper).toBe(0.2);
    expect(reliabilityBins(scores, outcomes, { bins: 5, edgeRule: "left-closed" })[0].lower).toBe(0.2);
  });

  it("debiasedCalibrationError(p, y) lies below the plug-in, within the same interval, and never below 0", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
          minLength: 1,
          maxLength: 60,
        }),
        fc.constantFrom("l1", "l2"),
        (rows, norm) => {
          const scores = Float64Array.from(rows, (row) => row[0]);
          const outcomes = Uint8Array.from(rows, (row) => row[1]);
          const plain = expectedCalibrationError(scores, outcomes, { norm });
          const debiased = debiasedCalibrationError(scores, outcomes, { norm });
          expect(debiased.value).toBeGreaterThanOrEqual(0);
          expect(debiased.value).toBeLessThanOrEqual(plain.value + 1e-12);
          expect(debiased.lower).toBeLessThanOrEqual(debiased.value);
          expect(debiased.upper).toBeGreaterThanOrEqual(debiased.value);
          expect(debiased.upper).toBeLessThanOrEqual(plain.upper);
          expect(debiased.spec).toEqual({
            ...plain.spec,
            metric: `debiased-${plain.spec.metric}`,
            debiased: "gaussian",
          });
        },
      ),
    );
  });

  it("debiasedCalibrationError(p, y, { norm: max }) refuses: no such form is defined", () => {
    expect(() => debiasedCalibrationError(reals(0.5), bits(1), { norm: "max" })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });

  it("maximumCalibrationError(p, y) calls its interval conservative, at any level", () => {
    const found = maximumCalibrationError(p, y, { level: 0.9 });
    expect([found.interval, found.level]).toEqual(["conservative", 0.9]);
  });

  it("expectedCalibrationError(p, y) names the row of a bad score or outcome", () => {
    expect(() => expectedCalibrationError(reals(0.5, 1.5), bits(0, 1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => expectedCalibrationError(reals(0.5, Number.NaN), bits(0, 1))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => expectedCalibrationError(reals(0.5), bits(2))).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
    expect(() => expectedCalibrationError(reals(), bits())).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => expectedCalibrationError(reals(0.5), bits(1), { bins: 0 })).toThrow(/bins must be a whole number/);
  });

  it("expectedCalibrationError(p, y) is the same with all weights equal to a power of two", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 1 })), {
          minLength: 2,
          maxLength: 60,
        }),
        fc.constantFrom("right-closed", "left-closed", "left-closed-open-end", "truncated-quotient"),
        fc.integer({ min: 1, max: 40 }),
        (rows, edgeRule, bins) => {
          const scores = Float64Array.from(rows, (row) => row[0]);
          const outcomes = Uint8Array.from(rows, (row) => row[1]);
          const plain = expectedCalibrationError(scores, outcomes, { bins, edgeRule });
          const weights = new Float64Array(rows.length).fill(4);
          const heavy = expectedCalibrationError(scores, outcomes, { bins, edgeRule, weights });
          expect(heavy.value).toBeCloseTo(plain.value, 12);
          expect(heavy.effectiveN).toBeCloseTo(plain.n, 8);
          expect(heavy.lower).toBeCloseTo(plain.lower, 6);
          expect(heavy.upper).toBeCloseTo(plain.upper, 6);
          expect(plain.lower).toBeLessThanOrEqual(plain.value);
          expect(plain.upper).toBeGreaterThanOrEqual(plain.value);
        },
      ),
    );
  });

  it("expectedCalibrationError(p, y) calls its interval approximate near calibration and below 1000 rows", () => {
    const kind = (n: number, power: number): string => {
      const scores = Float64Array.from({ length: n }, (_, i) => (i + 0.5) / n);
      const outcomes = Uint8Array.from(scores, (score, i) => ((i * 0.618034) % 1 < score ** power ? 1 : 0));
      return expectedCalibrationError(scores, outcomes).interval;
    };
    expect(kind(5000, 1)).toBe("approximate");
    expect(kind(500, 3)).toBe("approximate");
    expect(kind(5000, 3)).toBe("asymptotic");
    expect(maximumCalibrationError(p, y).interval).toBe("conservative");
  });

  it("expectedCalibrationError(p, y) does not depend on the order of the rows", () => {
    const shuffled = [7, 3, 19, 0, 11, 5, 14, 2, 9, 17, 1, 13, 6, 18, 4, 16, 8, 10, 12, 15];
    const a = expectedCalibrationError(p, y);
    const b = expectedCalibrationError(
      Float64Array.from(shuffled, (i) => p[i]),
      Uint8Array.from(shuffled, (i) => y[i]),
    );
    near(b.value, a.value, 14);
  });
});

describe("multiclass errors", () => {
  const probabilities = P12;
  const { confidence, predicted } = topLabel(P12);
  const correct = correctness(predicted, L12);

  it("expectedCalibrationError(confidence, correct) gives the multiclass master case", () => {
    for (const bins of [5, 15])
      near(expectedCalibrationError(confidence, correct, { bins }).value, 0.2249922605643, 12);
    near(maximumCalibrationError(confidence, correct, { bins: 5 }).value, 0.47362797268763);
  });

  it("classwiseCalibrationError(p, y) gives the multiclass master case", () => {
    const mass = { bins: 3, binning: "equal-mass" } as const;
    near(classwiseCalibrationError(probabilities, L12, mass).value, 0.14018106702715, 13);
    near(classwiseCalibrationError(probabilities, L12, { ...mass, norm: "l2" }).value, 0.18065584286879, 13);
    near(
      classwiseCalibrationError(probabilities, L12, { ...mass, norm: "l2", debiased: true }).value,
      0.10498608548197,
      13,
    );
    near(classwiseCalibrationError(probabilities, L12, { bins: 5 }).value, 0.15907441979662, 13);
    near(classwiseCalibrationError(probabilities, L12).value, 0.24902633524636, 13);
  });

  it("fullVectorCalibrationError(p, y, { bins: 5 }) gives the multiclass master case", () => {
    near(fullVectorCalibrationError(probabilities, L12, { bins: 5 }).value, 0.73598637311322, 13);
  });

  it("classwiseCalibrationError(p, y) gives the three-label case of verified_calibration", () => {
    const rows = [
      ...Array.from({ length: 6 }, () => [0.6, 0.3, 0.1]),
      ...Array.from({ length: 4 }, () => [0.1, 0.8, 0.1]),
      ...Array.from({ length: 4 }, () => [0.1, 0, 0.9]),
    ];
    const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2);
    const expected =
      (4 / 42) * 0.1 + (6 / 42) * (5 / 6 - 0.6) + (8 / 42) * 0.1 + (4 / 42) * 0.05 + (6 / 42) * (0.3 - 1 / 6);
    near(classwiseCalibrationError(matrixFromRows(rows), labels, { bins: 1000 }).value, expected);
  });

  it("classwiseCalibrationError(p, y, { debiased }) refuses L1, for which no such form is defined", () => {
    expect(() => classwiseCalibrationError(P12, L12, { debiased: true })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });
});

import { describe, expect, it } from "vitest";
import {
  argsort,
  brierScore,
  classwiseCalibrationError,
  expectedCalibrationError,
  matrixFromRows,
  maximumCalibrationError,
  reliabilityBins,
  topLabel,
} from "../../src/index.ts";
import { checkSample } from "../../src/intervals/sample.ts";
import { equalWidthBin, equalWidthEdges, tiesTogetherEdges } from "../../src/kernels/bins.ts";
import { cumulativeDifferences } from "../../src/metrics/calibration/cumulative-differences.ts";
import { P20, Y20 } from "../master-case.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const bits = (...values: number[]): Uint8Array => Uint8Array.from(values);

function near(values: ArrayLike<number>, expected: readonly number[], digits = 12): void {
  expect(values).toHaveLength(expected.length);
  for (const [k, value] of expected.entries()) expect(values[k]).toBeCloseTo(value, digits);
}

describe("verified_calibration", () => {
  it("tiesTogetherEdges and reliabilityBins cut the binary master case into five bins of equal mass", () => {
    near(tiesTogetherEdges(P20, argsort(P20), 5), [0.225, 0.425, 0.625, 0.825, 1]);
    const bins = reliabilityBins(P20, Y20, { bins: 5, binning: "equal-mass", ties: "together" });
    near(
      bins.flatMap(({ observed, count }) => new Array<number>(count).fill(observed)),
      [...new Array<number>(8).fill(0.25), ...new Array<number>(8).fill(0.5), ...new Array<number>(4).fill(1)],
    );
  });

  it("reliabilityBins hold the L1, L2 and L3 error of test_get_binary_ce, one bin per distinct score", () => {
    const scores = reals(0.5, 0.5, 0.5, 0.6, 0.5, 0.6, 0.6, 0.6, 0.6);
    const bins = reliabilityBins(scores, bits(0, 1, 0, 1, 0, 1, 1, 1, 0), { bins: 100 });
    for (const q of [1, 2, 3]) {
      let sum = 0;
      for (const { share, meanConfidence, observed } of bins) sum += share * Math.abs(observed - meanConfidence) ** q;
      expect(sum ** (1 / q)).toBeCloseTo(((4 / 9) * 0.25 ** q + (5 / 9) * 0.2 ** q) ** (1 / q), 14);
    }
  });

  it("classwiseCalibrationError and expectedCalibrationError of three labels, L1 and L2", () => {
    const rows = [
      ...new Array<number[]>(6).fill([0.6, 0.3, 0.1]),
      ...new Array<number[]>(4).fill([0.1, 0.8, 0.1]),
      ...new Array<number[]>(4).fill([0.1, 0, 0.9]),
    ];
    const labels = Int32Array.of(0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 2);
    const probabilities = matrixFromRows(rows);
    const { confidence, predicted } = topLabel(probabilities);
    const correct = Uint8Array.from(labels, (label, i) => (predicted[i] === label ? 1 : 0));
    const shares = [4 / 42, 6 / 42, 8 / 42, 4 / 42, 6 / 42];
    const gaps = [0.1, 5 / 6 - 0.6, 0.1, 0.05, 0.3 - 1 / 6];
    const topShares = [6 / 14, 4 / 14, 4 / 14];
    const topGaps = [5 / 6 - 0.6, 0.05, 0.1];
    const power = (weights: number[], sizes: number[], q: number): number =>
      weights.reduce((sum, w, k) => sum + w * sizes[k] ** q, 0) ** (1 / q);
    for (const [q, norm] of [
      [1, "l1"],
      [2, "l2"],
    ] as const) {
      const options = { bins: 20, norm };
      expect(classwiseCalibrationError(probabilities, labels, options).value).toBeCloseTo(power(shares, gaps, q), 14);
      expect(expectedCalibrationError(confidence, correct, options).value).toBeCloseTo(
        power(topShares, topGaps, q),
        14,
      );
    }
  });
});

describe("scikit-learn", () => {
  it("brierScore of two forecasts, of which the second looks worse and is better", () => {
    const first = reals(0, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 1);
    const second = reals(0, 0.25, 0.25, 0.25, 0.75, 0.5, 0.5, 0.25, 0.75, 0.75, 0.75, 1);
    const outcomes = bits(0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1);
    expect(brierScore(first, outcomes).value).toBeCloseTo(0.1666667, 7);
    expect(brierScore(second, outcomes).value).toBeCloseTo(0.0833333, 7);
  });

  it("reliabilityBins of equal mass are calibration_curve(strategy = quantile)", () => {
    const bins = reliabilityBins(reals(0, 0.1, 0.2, 0.5, 0.9, 1), bits(0, 0, 0, 0, 1, 1), {
      bins: 2,
      binning: "equal-mass",
    });
    near(
      bins.map(({ observed }) => observed),
      [0, 2 / 3],
    );
    near(
      bins.map(({ meanConfidence }) => meanConfidence),
      [0.1, 0.8],
    );
  });
});

describe("PyCalib", () => {
  it("expectedCalibrationError and maximumCalibrationError of its binary examples", () => {
    const scores = reals(0.1, 0.2, 0.3, 0.7, 0.8, 0.9);
    expect(expectedCalibrationError(scores, bits(0, 0, 0, 1, 1, 1), { bins: 2 }).value).toBeCloseTo(0.2, 14);
    expect(maximumCalibrationError(reals(0.1, 0.6), bits(0, 1), { bins: 2 }).value).toBeCloseTo(0.4, 14);
    const folded = reals(0.1, 0.2, 0.3, 0.3, 0.2, 0.1);
    expect(maximumCalibrationError(folded, bits(0, 0, 0, 1, 1, 1), { bins: 1 }).value).toBeCloseTo(0.3, 14);
  });
});

describe("CalibrationErrors.jl", () => {
  it("equalWidthBin puts 0, 0.1, 0.45 and 1 into the bins 1, 1, 5 and 10 of ten", () => {
    const bins = [0, 0.1, 0.45, 1].map((p) => 1 + equalWidthBin(p, 10, equalWidthEdges(10), "right-closed"));
    expect(bins).toEqual([1, 1, 5, 10]);
  });
});

describe("MAPIE", () => {
  it("cumulativeDifferences have its length scale and its extremes", () => {
    const curve = (scores: Float64Array, outcomes: Uint8Array): ReturnType<typeof cumulativeDifferences> =>
      cumulativeDifferences(scores, outcomes, argsort(scores), checkSample(scores.length));
    expect(curve(reals(0, 0, 0.4, 0.3, 0.8), bits(0, 0, 1, 0, 1)).scale).toBeCloseTo(0.16, 2);
    const { highest, lowest } = curve(reals(0.7, 0.3, 0.6), bits(1, 0, 0));
    expect(highest).toBeCloseTo(-0.1, 14);
    expect(lowest).toBeCloseTo(-0.3, 14);
  });
});

describe("MCGrad", () => {
  it("expectedCalibrationError of a segment of fractional labels, each split into two weighted rows", () => {
    const labels = Array.from({ length: 100 }, (_, i) => i / 99);
    for (const segment of [labels.slice(0, 50), labels.slice(50)]) {
      const scores = Float64Array.from(segment.flatMap((label) => [1 - label, 1 - label]));
      const outcomes = Uint8Array.from(scores, (_, i) => i % 2);
      const weights = Float64Array.from(segment.flatMap((label) => [1 - label, label]));
      expect(expectedCalibrationError(scores, outcomes, { weights }).value).toBeCloseTo(0.5050505050505052, 14);
    }
  });
});

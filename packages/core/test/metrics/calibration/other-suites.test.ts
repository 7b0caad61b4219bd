import { describe, expect, it } from "vitest";
import {
  classwiseCalibrationError,
  expectedCalibrationError,
  matrix,
  matrixFromRows,
  maximumCalibrationError,
  reliabilityBins,
  topLabel,
} from "../../../src/index.ts";

const reals = (...values: number[]): Float64Array => Float64Array.from(values);
const bits = (...values: number[]): Uint8Array => Uint8Array.from(values);
const near = (value: number, expected: number, digits = 12): void =>
  expect(Math.abs(value - expected)).toBeLessThan(0.5000001 * 10 ** -digits);

/** Top-label confidence of rows and whether it is right; rows need not sum to 1. */
function top(rows: number[][], labels: number[]): { confidence: Float64Array; correct: Uint8Array } {
  const { confidence, predicted } = topLabel(matrixFromRows(rows));
  return { confidence, correct: Uint8Array.from(labels, (label, i) => (predicted[i] === label ? 1 : 0)) };
}

describe("values that other suites assert", () => {
  it("verified_calibration test_get_binary_ce: distinct scores as bins, q = 1 and 2", () => {
    const p = reals(0.5, 0.5, 0.5, 0.6, 0.5, 0.6, 0.6, 0.6, 0.6);
    const y = bits(0, 1, 0, 1, 0, 1, 1, 1, 0);
    near(expectedCalibrationError(p, y, { bins: 100 }).value, (4 / 9) * 0.25 + (5 / 9) * 0.2);
    const squared = (4 / 9) * 0.25 ** 2 + (5 / 9) * 0.2 ** 2;
    near(expectedCalibrationError(p, y, { bins: 100, norm: "l2" }).value, Math.sqrt(squared));
  });

  it("verified_calibration plug-in: L1 and L2 of given bins", () => {
    near(expectedCalibrationError(reals(0.3, 0.6), bits(1, 0), { bins: 2 }).value, 0.65);
    near(expectedCalibrationError(reals(0.3, 0.6), bits(1, 0), { bins: 2, norm: "l2" }).value, 0.6519202405, 10);
    near(expectedCalibrationError(reals(0.3, 0.6, 0.6), bits(1, 0, 1), { bins: 2 }).value, 0.3);
  });

  it("verified_calibration test_ece: three equal-width bins over the top label", () => {
    const rows = [
      [0.8, 0.1, 0.1],
      [0.6, 0.2, 0.2],
      [0, 0.9, 0.1],
      [0, 1, 0],
      [0.3, 0.3, 0.4],
      [0.2, 0, 0.85],
    ];
    const { confidence, correct } = top(rows, [0, 0, 1, 1, 0, 2]);
    near(expectedCalibrationError(confidence, correct, { bins: 3 }).value, (4 / 6) * (1 - 0.8875));
    near(expectedCalibrationError(reals(0.6, 0.7, 0.8, 0.9), bits(0, 0, 1, 1), { bins: 2 }).value, 0.25);
  });

  it("verified_calibration, missing classes: only one class occurs", () => {
    const p = matrixFromRows([
      [0.9, 0.1],
      [0.8, 0.2],
    ]);
    const equalMass = { binning: "equal-mass", ties: "together" } as const;
    near(classwiseCalibrationError(p, Int32Array.of(0, 0), { ...equalMass, bins: 2 }).value, 0.15);
    const { confidence, correct } = { confidence: reals(0.9, 0.1, 0.3), correct: bits(0, 0, 0) };
    near(expectedCalibrationError(confidence, correct, { ...equalMass, bins: 1 }).value, 1.3 / 3);
  });

  it("torchmetrics docs, multiclass with three bins: l1, l2 and max", () => {
    const rows = [
      [0.25, 0.2, 0.55],
      [0.55, 0.05, 0.4],
      [0.1, 0.3, 0.6],
      [0.9, 0.05, 0.05],
    ];
    const { confidence, correct } = top(rows, [0, 1, 2, 0]);
    near(expectedCalibrationError(confidence, correct, { bins: 3 }).value, 0.2, 4);
    near(expectedCalibrationError(confidence, correct, { bins: 3, norm: "l2" }).value, 0.2082, 4);
    near(expectedCalibrationError(confidence, correct, { bins: 3, norm: "max" }).value, 0.2333, 4);
  });

  it("PyCalib doctests: binary ECE, classwise MCE and confidence MCE", () => {
    near(expectedCalibrationError(reals(0.4, 0.4, 0.4, 0.6, 0.6, 0.6), bits(0, 0, 0, 1, 1, 1), { bins: 2 }).value, 0.4);
    const first = maximumCalibrationError(reals(0.8, 0.7, 0.6, 0.1, 0.1, 0.1), bits(1, 1, 1, 0, 0, 0), { bins: 2 });
    const second = maximumCalibrationError(reals(0.2, 0.3, 0.4, 0.9, 0.9, 0.9), bits(0, 0, 0, 1, 1, 1), { bins: 2 });
    near(Math.max(first.value, second.value), 0.3);
    const rows = [
      [0.4, 0.3, 0.3],
      [0.3, 0.4, 0.3],
      [0.3, 0.3, 0.4],
      [0.3, 0.3, 0.4],
      [0.1, 0.7, 0.2],
      [0.2, 0.1, 0.7],
      [0.2, 0.8, 0.2],
      [0.8, 0.1, 0.1],
    ];
    const { confidence, correct } = top(rows, [0, 0, 0, 1, 0, 0, 0, 1]);
    near(maximumCalibrationError(confidence, correct, { bins: 2 }).value, 0.75);
  });

  it("TorchUncertainty ACE: two equal-mass bins over the top label of binary scores", () => {
    const p = [0.3, 0.24, 0.25, 0.2, 0.8];
    const y = [0, 0, 0, 1, 1];
    const both = matrix(Float64Array.from(p.flatMap((q) => [1 - q, q])), 5, 2);
    const { confidence, predicted } = topLabel(both);
    const correct = Uint8Array.from(y, (label, i) => (predicted[i] === label ? 1 : 0));
    const options = { bins: 2, binning: "equal-mass" } as const;
    near(
      expectedCalibrationError(confidence, correct, options).value,
      (3 / 5) * (1 - (0.7 + 0.76 + 0.75) / 3) + (2 / 5) * (0.8 - 0.5),
    );
    const squared = (3 / 5) * (1 - (0.7 + 0.76 + 0.75) / 3) ** 2 + (2 / 5) * 0.3 ** 2;
    near(expectedCalibrationError(confidence, correct, { ...options, norm: "l2" }).value, Math.sqrt(squared));
    near(expectedCalibrationError(confidence, correct, { ...options, norm: "max" }).value, 0.3);
  });

  it("scikit-learn calibration_curve: rates and mean scores of uniform bins", () => {
    const bins = reliabilityBins(reals(0, 0.1, 0.2, 0.8, 0.9, 1), bits(0, 0, 0, 1, 1, 1), { bins: 2 });
    expect(bins.map((bin) => bin.observed)).toEqual([0, 1]);
    near(bins[0].meanConfidence, 0.1);
    near(bins[1].meanConfidence, 0.9);
    const docs = reliabilityBins(reals(0.1, 0.2, 0.3, 0.4, 0.65, 0.7, 0.8, 0.9, 1), bits(0, 0, 0, 0, 1, 1, 1, 1, 1), {
      bins: 3,
    });
    expect(docs.map((bin) => bin.observed)).toEqual([0, 0.5, 1]);
    [0.2, 0.525, 0.85].forEach((mean, k) => {
      near(docs[k].meanConfidence, mean);
    });
  });
});

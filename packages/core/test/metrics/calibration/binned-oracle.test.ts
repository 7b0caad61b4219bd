import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/calibration/binned.json" with { type: "json" };
import {
  type BinnedErrorOptions,
  classwiseCalibrationError,
  debiasedCalibrationError,
  expectedCalibrationError,
  fullVectorCalibrationError,
  matrixFromRows,
  sweepCalibrationError,
} from "../../../src/index.ts";
import { checkSample } from "../../../src/intervals/sample.ts";
import { binStatistics } from "../../../src/metrics/calibration/bin-statistics.ts";
import { unbiasedSquare } from "../../../src/metrics/calibration/binned-calibration-error.ts";

/** Both sides add up the same numbers in another order; 1e-12 is far above that and far below any other rule. */
const near = (value: number, expected: number): void => expect(Math.abs(value - expected)).toBeLessThan(1e-12);

const binning = (rule: string, bins: number): BinnedErrorOptions =>
  rule === "right-closed" || rule === "left-closed"
    ? { bins, edgeRule: rule }
    : { bins, binning: "equal-mass", ties: rule === "together" ? "together" : "file-order" };

const weightsOf = (w: readonly number[] | null): { weights?: Float64Array } =>
  w ? { weights: Float64Array.from(w) } : {};

describe("binned errors against NumPy", () => {
  it("expectedCalibrationError(p, y, options) in every norm, binning and weighting", () => {
    for (const { p, y, w, errors } of table.pairs)
      for (const { bins, rule, ...expected } of errors) {
        const options = { ...weightsOf(w), ...binning(rule, bins) };
        const value = (norm: "l1" | "l2" | "max"): number =>
          expectedCalibrationError(Float64Array.from(p), Uint8Array.from(y), { ...options, norm }).value;
        near(value("l1"), expected.l1);
        near(value("l2"), expected.l2);
        near(value("max"), expected.max);
      }
  });

  it("debiasedCalibrationError(p, y, options) in both norms", () => {
    for (const { p, y, w, errors } of table.pairs)
      for (const { bins, rule, debiasedL1, unbiasedSquare: square } of errors) {
        const options = { ...weightsOf(w), ...binning(rule, bins) };
        const [scores, outcomes] = [Float64Array.from(p), Uint8Array.from(y)];
        near(debiasedCalibrationError(scores, outcomes, options).value, debiasedL1);
        const { value } = debiasedCalibrationError(scores, outcomes, { ...options, norm: "l2" });
        near(value ** 2, Math.max(0, square));
        const sample = checkSample(p.length, options);
        near(unbiasedSquare(binStatistics(scores, outcomes, options, sample), sample), square);
      }
  });

  it("sweepCalibrationError(p, y, options) finds the same number of bins and error", () => {
    for (const { p, y, w, sweep } of table.pairs) {
      const find = (norm: "l1" | "l2") =>
        sweepCalibrationError(Float64Array.from(p), Uint8Array.from(y), { ...weightsOf(w), norm });
      expect(find("l1").spec["bins"]).toBe(sweep.bins);
      near(find("l1").value, sweep.l1);
      near(find("l2").value, sweep.l2);
    }
  });

  it("classwiseCalibrationError(p, y, options) in both norms, and debiased", () => {
    for (const { p, labels, w, errors } of table.classes)
      for (const { bins, rule, l1, l2, debiasedL2 } of errors) {
        const options = { ...weightsOf(w), ...binning(rule, bins) };
        const value = (more: { norm: "l1" | "l2"; debiased?: boolean }): number =>
          classwiseCalibrationError(matrixFromRows(p), Int32Array.from(labels), { ...options, ...more }).value;
        near(value({ norm: "l1" }), l1);
        near(value({ norm: "l2" }), l2);
        near(value({ norm: "l2", debiased: true }) ** 2, debiasedL2 ** 2);
      }
  });

  it("fullVectorCalibrationError(p, y, { bins: 5 })", () => {
    for (const { p, labels, w, fullVector5 } of table.classes) {
      const options = { ...weightsOf(w), bins: 5 };
      near(fullVectorCalibrationError(matrixFromRows(p), Int32Array.from(labels), options).value, fullVector5);
    }
  });
});

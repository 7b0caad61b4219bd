import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  classwiseCalibrationError,
  expectedCalibrationError,
  fullVectorCalibrationError,
  matrix,
  matrixFromRows,
} from "../../../src/index.ts";
import { oneAgainstRest } from "../../../src/metrics/one-against-rest.ts";

const rows = fc
  .integer({ min: 2, max: 5 })
  .chain((classes) =>
    fc.array(
      fc.tuple(
        fc.array(fc.double({ min: 0.001, max: 1, noNaN: true }), { minLength: classes, maxLength: classes }),
        fc.nat({ max: classes - 1 }),
        fc.double({ min: 0.1, max: 5, noNaN: true }),
      ),
      { minLength: 1, maxLength: 40 },
    ),
  )
  .map((list) => ({
    p: matrixFromRows(
      list.map(([scores]) => {
        const sum = scores.reduce((a, b) => a + b, 0);
        return scores.map((x) => x / sum);
      }),
    ),
    labels: Int32Array.from(list, (row) => row[1]),
    weights: Float64Array.from(list, (row) => row[2]),
  }));

describe("classwiseCalibrationError", () => {
  it("classwiseCalibrationError(p, labels, options) is the mean over classes of the error of each", () => {
    fc.assert(
      fc.property(rows, fc.boolean(), ({ p, labels, weights }, isWeighted) => {
        const options = isWeighted ? { weights } : {};
        let l1 = 0;
        let l2 = 0;
        for (let k = 0; k < p.cols; k++) {
          const { probabilities, outcomes } = oneAgainstRest(p, labels, k);
          l1 += expectedCalibrationError(probabilities, outcomes, options).value / p.cols;
          l2 += expectedCalibrationError(probabilities, outcomes, { ...options, norm: "l2" }).value ** 2 / p.cols;
        }
        const found = classwiseCalibrationError(p, labels, options);
        expect(found.value).toBeCloseTo(l1, 12);
        expect(classwiseCalibrationError(p, labels, { ...options, norm: "l2" }).value ** 2).toBeCloseTo(l2, 12);
        expect(found.lower).toBeGreaterThanOrEqual(0);
        expect(found.lower).toBeLessThanOrEqual(found.value);
        expect(found.upper).toBeGreaterThanOrEqual(found.value);
        expect(found.upper).toBeLessThanOrEqual(1);
        const debiased = classwiseCalibrationError(p, labels, { ...options, norm: "l2", debiased: true });
        expect(debiased.value).toBeLessThanOrEqual(Math.sqrt(l2) + 1e-12);
        expect(debiased.spec.metric).toBe("debiased-classwise-l2-calibration-error");
      }),
    );
  });

  it("classwiseCalibrationError(p, labels) of a sure and right model is 0, of a sure and wrong one 1 for two classes", () => {
    const sure = matrixFromRows([
      [1, 0],
      [0, 1],
    ]);
    expect(classwiseCalibrationError(sure, Int32Array.of(0, 1)).value).toBe(0);
    expect(classwiseCalibrationError(sure, Int32Array.of(1, 0)).value).toBe(1);
  });

  it("classwiseCalibrationError(p, labels) has a spec of its own and an approximate interval", () => {
    const found = classwiseCalibrationError(matrixFromRows([[0.5, 0.3, 0.2]]), Int32Array.of(0), { bins: 10 });
    expect(found).toMatchObject({
      n: 1,
      interval: "approximate",
      spec: {
        metric: "classwise-ece",
        norm: "l1",
        bins: 10,
        edges: "right-closed",
        label: "classwise-mean",
        classes: 3,
      },
    });
  });

  it("classwiseCalibrationError(p, labels) refuses bad rows by their number", () => {
    const p = matrixFromRows([
      [0.5, 0.5],
      [0.2, 1.2],
    ]);
    expect(() => classwiseCalibrationError(p, Int32Array.of(0, 0))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    expect(() => classwiseCalibrationError(matrix(new Float64Array(0), 0, 2), new Int32Array(0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
  });
});

describe("fullVectorCalibrationError", () => {
  it("fullVectorCalibrationError(p, labels, options) is at least the error of any one class and at most 2", () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 20 }), ({ p, labels, weights }, bins) => {
        const { value, lower, upper, interval } = fullVectorCalibrationError(p, labels, { bins, weights });
        expect(value).toBeLessThanOrEqual(2 + 1e-12);
        for (let k = 0; k < p.cols; k++) {
          const { probabilities, outcomes } = oneAgainstRest(p, labels, k);
          const one = expectedCalibrationError(probabilities, outcomes, { bins, weights }).value;
          expect(value).toBeGreaterThanOrEqual(one - 1e-12);
        }
        expect([lower, upper, interval]).toEqual([value, value, "none"]);
      }),
    );
  });

  it("fullVectorCalibrationError(p, labels, { bins: 1 }) is the distance of the mean vector from the class rates", () => {
    const p = matrixFromRows([
      [0.5, 0.3, 0.2],
      [0.1, 0.7, 0.2],
    ]);
    const { value, spec } = fullVectorCalibrationError(p, Int32Array.of(0, 2), { bins: 1 });
    expect(value).toBeCloseTo(0.2 + 0.5 + 0.3, 14);
    expect(spec).toMatchObject({ metric: "full-vector-ece", label: "full-vector", classes: 3, bins: 1 });
  });

  it("fullVectorCalibrationError(p, labels) refuses a label that is no class", () => {
    expect(() => fullVectorCalibrationError(matrixFromRows([[0.5, 0.5]]), Int32Array.of(2))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 0 }),
    );
  });
});

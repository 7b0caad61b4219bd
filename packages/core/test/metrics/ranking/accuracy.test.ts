import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../../../src/index.ts";
import { wilson } from "../../../src/intervals/proportion.ts";
import { softmax } from "../../../src/kernels/softmax.ts";
import { accuracy } from "../../../src/metrics/ranking/accuracy.ts";
import { correctness, topLabel } from "../../../src/metrics/ranking/top-label.ts";
import { L12, Z12 } from "../../master-case.ts";

describe("topLabel", () => {
  it("topLabel(matrix) gives the highest value of each row and the first of equals", () => {
    const { confidence, predicted } = topLabel(
      matrixFromRows([
        [0.2, 0.5, 0.3],
        [0.4, 0.2, 0.4],
        [-3, -1, -1],
      ]),
    );
    expect(Array.from(confidence)).toEqual([0.5, 0.4, -1]);
    expect(Array.from(predicted)).toEqual([1, 0, 1]);
  });

  it("topLabel(matrix) names the row of a NaN", () => {
    expect(() =>
      topLabel(
        matrixFromRows([
          [0, 1],
          [Number.NaN, 1],
        ]),
      ),
    ).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() => topLabel(matrixFromRows([]))).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

describe("accuracy", () => {
  it("accuracy(correctness(predicted, labels)) of the multiclass master case", () => {
    const { predicted } = topLabel(softmax(Z12));
    const estimate = accuracy(correctness(predicted, L12));
    expect(estimate.value).toBeCloseTo(0.5833333333, 10);
    expect(estimate).toMatchObject({
      ...wilson(7 / 12, 12),
      n: 12,
      interval: "asymptotic",
      spec: { metric: "accuracy" },
    });
  });

  it("accuracy(correct, { weights }) is the weighted share at the effective n", () => {
    const estimate = accuracy(Uint8Array.of(1, 0, 1), { weights: Float64Array.of(1, 2, 0) });
    expect(estimate.value).toBeCloseTo(1 / 3, 15);
    expect(estimate.effectiveN).toBeCloseTo(9 / 5, 15);
  });

  it("accuracy(correct) refuses values that are not 0 or 1, and correctness refuses other lengths", () => {
    expect(() => accuracy(Uint8Array.of(1, 2))).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
    expect(() => correctness(Int32Array.of(1), L12)).toThrow(expect.objectContaining({ code: "shape-mismatch" }));
  });
});

import { describe, expect, it } from "vitest";
import { fitDirichlet } from "../../../src/calibration/multiclass/dirichlet.ts";
import { fitMatrixScaling } from "../../../src/calibration/multiclass/matrix.ts";
import { fitVectorScaling } from "../../../src/calibration/multiclass/vector.ts";
import { type Matrix, matrix } from "../../../src/matrix.ts";
import { createRandom } from "../../../src/random/random.ts";

const threeClasses = (values: readonly number[]): Matrix => matrix(Float64Array.from(values), values.length / 3, 3);

/**
 * Sets that a linear programme over the margins finds separable, and whose gradient underflows on the way out.
 * Whole: every row can be given a probability of 1; in part: some rows only, so that the loss does not go to 0.
 */
const whole = {
  logits: threeClasses([
    1, -2, 4, 0, -2, 1, 4, 1, -2, -1, -2, -3, -1, 4, 0, 2, 2, 0, -1, 2, 4, 3, 1, -1, 4, 1, -1, 3, 1, 0,
  ]),
  labels: Int32Array.of(2, 1, 0, 0, 0, 0, 2, 0, 0, 0),
  weights: Float64Array.of(1, 1, 2, 3, 2, 2, 2, 3, 1, 1),
};
const inPart = {
  logits: threeClasses([2, -3, 1, -3, -1, -1, 2, 1, -2, -3, -3, -2, 1, 2, 3, 0, 3, 1, 1, -1, -1, -1, 2, 1]),
  labels: Int32Array.of(0, 1, 0, 2, 2, 2, 2, 2),
};

describe("isSeparated", () => {
  it("fitVectorScaling(logits, labels) refuses classes that separate, wholly or in part, once the slope underflows", () => {
    const { logits, labels, weights } = whole;
    expect(() => fitVectorScaling(logits, labels, { weights })).toThrow(/separate the classes/);
    expect(() => fitVectorScaling(inPart.logits, inPart.labels)).toThrow(/separate the classes/);
  });

  it("fitMatrixScaling(logits, labels) and fitDirichlet(logits, labels) refuse labels that follow from the logits", () => {
    for (let seed = 1; seed <= 40; seed++) {
      const random = createRandom(seed);
      const classes = 2 + (seed % 3);
      const logits = matrix(
        Float64Array.from({ length: 60 * classes }, () => 8 * random.normal()),
        60,
        classes,
      );
      const labels = Int32Array.from({ length: 60 }, (_, i) => {
        const row = logits.data.subarray(i * classes, (i + 1) * classes);
        return row.indexOf(Math.max(...row));
      });
      expect(() => fitVectorScaling(logits, labels)).toThrow(/separate the classes/);
      expect(() => fitMatrixScaling(logits, labels)).toThrow(/separate the classes/);
      expect(() => fitDirichlet(logits, labels)).toThrow(/separate the classes/);
    }
  });

  it("fitVectorScaling(logits, labels) fits overlapping classes, near certainty and with dependent columns too", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const random = createRandom(seed);
      const data = Float64Array.from({ length: 900 }, () => 8 * random.normal());
      for (let i = 0; i < 900; i += 3) {
        const mean = (data[i] + data[i + 1] + data[i + 2]) / 3;
        for (let k = i; k < i + 3; k++) data[k] -= mean;
      }
      const logits = matrix(data, 300, 3);
      const labels = Int32Array.from({ length: 300 }, (_, i) => {
        const row = data.subarray(3 * i, 3 * i + 3);
        return i % 10 < 8 ? row.indexOf(Math.max(...row)) : i % 3;
      });
      for (const fit of [fitVectorScaling, fitMatrixScaling, fitDirichlet])
        expect(fit(logits, labels).certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
    }
  });
});

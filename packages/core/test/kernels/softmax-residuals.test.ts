import { describe, expect, it } from "vitest";
import { softmax } from "../../src/kernels/softmax.ts";
import { softmaxResiduals } from "../../src/kernels/softmax-residuals.ts";
import { createRandom } from "../../src/random/random.ts";

describe("softmaxResiduals", () => {
  it("softmaxResiduals(scores, rows, cols, labels) is p - y and ln K where all scores are equal", () => {
    const scores = new Float64Array(4).fill(7);
    expect(softmaxResiduals(scores, 1, 4, Int32Array.of(2))).toBeCloseTo(Math.log(4), 15);
    expect(scores).toEqual(Float64Array.of(0.25, 0.25, -0.75, 0.25));
  });

  it("softmaxResiduals(scores, rows, cols, labels, weights) survives scores of ±1e3 and skips weight 0", () => {
    const scores = Float64Array.of(1e3, -1e3, 5, 6);
    expect(softmaxResiduals(scores, 2, 2, Int32Array.of(1, 0), Float64Array.of(2, 0))).toBe(4000);
    expect(scores).toEqual(Float64Array.of(2, -2, 0, 0));
  });

  it("softmaxResiduals(scores, 0, cols, labels) is 0", () => {
    expect(softmaxResiduals(new Float64Array(0), 0, 3, new Int32Array(0))).toBe(0);
  });

  it("softmaxResiduals(scores, rows, cols, labels, weights) is what softmax gives, small or large", () => {
    const random = createRandom(5);
    for (const [rows, cols] of [
      [4, 3],
      [700, 3],
      [3001, 9],
      [50, 1001],
    ]) {
      const data = Float64Array.from({ length: rows * cols }, () => 8 * random.uniform());
      const labels = Int32Array.from({ length: rows }, () => Math.floor(cols * random.uniform()));
      const weights = Float64Array.from({ length: rows }, () => random.uniform());
      const expected = softmax({ data, rows, cols }).data;
      let loss = 0;
      for (let i = 0; i < rows; i++) loss -= weights[i] * Math.log(expected[i * cols + labels[i]]);
      const found = data.slice();
      expect(softmaxResiduals(found, rows, cols, labels, weights) / loss).toBeCloseTo(1, 12);
      let largest = 0;
      for (let at = 0; at < found.length; at++) {
        const i = Math.floor(at / cols);
        const residual = weights[i] * (expected[at] - (labels[i] === at - i * cols ? 1 : 0));
        largest = Math.max(largest, Math.abs(found[at] - residual));
      }
      expect(largest).toBeLessThan(1e-15);
    }
  });
});

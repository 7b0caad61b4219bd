import { describe, expect, it } from "vitest";
import { matrixFromRows } from "../../../src/matrix.ts";
import { headOrigin } from "../../../src/ood/detectors/head-origin.ts";
import { createRandom } from "../../../src/random/random.ts";

describe("headOrigin", () => {
  it("headOrigin(head) is minus the bias in a head that passes features on", () => {
    const weights = matrixFromRows([
      [2, 0, 0],
      [0, 4, 0],
    ]);
    expect(Array.from(headOrigin({ weights, bias: Float64Array.of(2, -4) }, 1e-6))).toEqual([-1, 1, 0]);
  });

  it.each([
    [3, 7],
    [7, 3],
    [5, 5],
  ])("headOrigin(head) of %i × %i leaves logits at right angles to what the head can make", (classes, width) => {
    const random = createRandom(classes);
    const weights = matrixFromRows(
      Array.from({ length: classes }, () => Array.from({ length: width }, () => random.normal())),
    );
    const bias = Float64Array.from({ length: classes }, () => random.normal());
    const origin = headOrigin({ weights, bias }, 1e-6);
    const left = Array.from({ length: classes }, (_, c) =>
      origin.reduce((sum, value, j) => sum + weights.data[c * width + j] * value, bias[c]),
    );
    for (let j = 0; j < width; j++) {
      const slope = left.reduce((sum, value, c) => sum + weights.data[c * width + j] * value, 0);
      expect(Math.abs(slope)).toBeLessThan(1e-13);
    }
    if (classes <= width) for (const value of left) expect(Math.abs(value)).toBeLessThan(1e-13);
  });

  it("headOrigin(head) is the shortest where the rows of the head sum to zero", () => {
    const weights = matrixFromRows([
      [1, 2, 0, 1],
      [-1, -1, 1, 0],
      [0, -1, -1, -1],
    ]);
    const origin = headOrigin({ weights, bias: Float64Array.of(1, 2, -3) }, 1e-6);
    const left = [0, 1, 2].map((c) =>
      origin.reduce((sum, value, j) => sum + weights.data[c * 4 + j] * value, [1, 2, -3][c]),
    );
    for (const value of left) expect(value).toBeCloseTo(0, 13);
    const across = origin[0] * 1 + origin[1] * 0 + origin[2] * 1 - origin[3] * 1;
    expect(across).toBeCloseTo(0, 13);
  });

  it("headOrigin(head, tolerance) keeps small singular values accurate where they are to count", () => {
    const small = 2 ** -28;
    const weights = matrixFromRows([
      [1, 1, 0],
      [1, 1 + small, 0],
    ]);
    const origin = headOrigin({ weights, bias: Float64Array.of(0, small) }, 1e-15);
    expect(origin[0]).toBeCloseTo(1, 7);
    expect(origin[1]).toBeCloseTo(-1, 7);
    expect(Array.from(headOrigin({ weights, bias: Float64Array.of(0, small) }, 1e-6))[0]).toBeCloseTo(0, 7);
  });

  it("headOrigin(head) of a head of zeros is zero", () => {
    const weights = matrixFromRows([
      [0, 0],
      [0, 0],
    ]);
    expect(Array.from(headOrigin({ weights, bias: Float64Array.of(1, 2) }, 1e-6))).toEqual([0, 0]);
  });
});

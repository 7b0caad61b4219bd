import { describe, expect, it } from "vitest";
import { accumulateReflections } from "../../src/linalg/accumulate-reflections.ts";
import { largestDifference, normalRows } from "./matrices.ts";

/** Reflections of the unit matrix one after the other, on whole rows. */
function oneByOne(reflections: Float64Array, halves: Float64Array, n: number): Float64Array {
  const product = new Float64Array(n * n);
  for (let i = 0; i < n; i++) product[i * n + i] = 1;
  for (let i = 1; i < n; i++) {
    if (halves[i] === 0) continue;
    for (let r = 0; r < n; r++) {
      let inner = 0;
      for (let k = 0; k < i; k++) inner += product[r * n + k] * reflections[i * n + k];
      for (let k = 0; k < i; k++) product[r * n + k] -= (inner / halves[i]) * reflections[i * n + k];
    }
  }
  return product;
}

describe("accumulateReflections", () => {
  it("accumulateReflections(reflections, halves, n) is what single reflections make of the unit matrix", () => {
    for (const n of [1, 2, 20, 64, 65, 97, 300]) {
      const reflections = normalRows(n, n, n).data;
      const halves = new Float64Array(n);
      for (let i = 1; i < n; i++)
        for (let k = 0; k < i; k++) halves[i] += i % 7 === 3 ? 0 : reflections[i * n + k] ** 2 / 2;
      const product = accumulateReflections(reflections, halves, n);
      expect(largestDifference(product, oneByOne(reflections, halves, n))).toBeLessThan(1e-13);
    }
  });
});

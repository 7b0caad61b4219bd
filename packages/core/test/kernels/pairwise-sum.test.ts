import { describe, expect, it } from "vitest";
import { pairwiseSum } from "../../src/kernels/pairwise-sum.ts";

/** Σ 1/(3i + 1) for i < n, as NumPy 1.24 gives it to the last bit: np.sum(1 / (3 * np.arange(n) + 1)). */
const numpy: [number, number][] = [
  [1, 1.0],
  [7, 1.6849117987275881],
  [8, 1.7303663441821338],
  [10, 1.8060806298964196],
  [15, 1.9430333000989461],
  [16, 1.9647724305337286],
  [100, 2.5785133631417185],
  [128, 2.6609212206333033],
  [129, 2.663518623230706],
  [255, 2.8908813861125715],
  [1000, 3.3465408067087994],
  [12345, 4.1843422270799415],
];

describe("pairwiseSum", () => {
  it.each(numpy)("pairwiseSum of %i terms is NumPy's sum to the last bit", (n, expected) => {
    expect(pairwiseSum(Float64Array.from({ length: n }, (_, i) => 1 / (3 * i + 1)))).toBe(expected);
  });

  it("pairwiseSum(values, start, end) sums only that stretch", () => {
    expect(pairwiseSum(Float64Array.of(1, 2, 4, 8), 1, 3)).toBe(6);
    expect(pairwiseSum(new Float64Array(0))).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { classPValues } from "../../../src/conformal/sets/class-p-values.ts";
import { efficiencyCriteria } from "../../../src/conformal/sets/efficiency-criteria.ts";
import { matrixFromRows } from "../../../src/matrix.ts";

const calibration = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9);
const scores = matrixFromRows([
  [0.1, 0.3, 0.6],
  [0.5, 0.2, 0.7],
  [0.9, 0.2, 0.4],
]);

describe("classPValues and efficiencyCriteria, as in the tests of TorchCP", () => {
  it("classPValues(calibration, scores) counts the new score among them all", () => {
    const p = classPValues(calibration, scores);
    [1, 0.8, 0.5, 0.6, 0.9, 0.4, 0.2, 0.9, 0.7].forEach((value, i) => {
      expect(p.data[i]).toBeCloseTo(value, 15);
    });
  });

  it("efficiencyCriteria(p, labels, .3) has S 2, N 8/3, U .7 and F 3.2/3", () => {
    const p = classPValues(calibration, scores);
    const found = efficiencyCriteria(p, Int32Array.of(0, 1, 1), 0.3);
    expect(found.sum).toBeCloseTo(2, 14);
    expect(found.number).toBeCloseTo(8 / 3, 14);
    expect(found.unconfidence).toBeCloseTo(0.7, 14);
    expect(found.fuzziness).toBeCloseTo(3.2 / 3, 14);
    expect(found.multiple).toBe(1);
    expect(found.excess).toBeCloseTo(5 / 3, 14);
    expect(found.observedUnconfidence).toBeCloseTo((0.8 + 0.6 + 0.7) / 3, 14);
    expect(found.observedFuzziness).toBeCloseTo((1.3 + 1 + 0.9) / 3, 14);
    expect(found.observedMultiple).toBe(1);
    expect(found.observedExcess).toBeCloseTo(5 / 3, 14);
  });

  it("classPValues(calibration, scores, { labels }) compares each class with its own rows, 1 where it has none", () => {
    const p = classPValues(Float64Array.of(0.1, 0.5, 0.4), scores, { labels: Int32Array.of(0, 0, 1) });
    expect(Array.from(p.data)).toEqual([1, 1, 1, 2 / 3, 1, 1, 1 / 3, 1, 1]);
  });

  it("classPValues(calibration, scores, { taus }) breaks ties by the number of the row", () => {
    const tied = matrixFromRows([
      [0.2, 1],
      [0.2, 1],
    ]);
    const p = classPValues(Float64Array.of(0.1, 0.2, 0.2, 0.5, 0.9), tied, { taus: Float64Array.of(0, 0.5) });
    [1 / 3, 0, 7 / 12, 1 / 12].forEach((value, i) => {
      expect(p.data[i]).toBeCloseTo(value, 15);
    });
  });

  it("efficiencyCriteria(p, labels, significance) names the row of a bad value", () => {
    const p = matrixFromRows([
      [0.5, 0.5],
      [0.5, 1.5],
    ]);
    expect(() => efficiencyCriteria(p, Int32Array.of(0, 0), 0.1)).toThrow("p-value 1.5 of class 1 at row 1");
    expect(() => efficiencyCriteria(p, Int32Array.of(0, 0), 1)).toThrow("significance must be in (0, 1), got 1");
    expect(() => classPValues(calibration, p, { labels: Int32Array.of(0) })).toThrow("there are 9 scores but 1 labels");
  });
});

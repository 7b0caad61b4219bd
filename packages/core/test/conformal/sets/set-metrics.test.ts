import { describe, expect, it } from "vitest";
import {
  classCoverageGap,
  coverageBySetSize,
  meanSetSize,
  setCoverage,
  setsFromRows,
} from "../../../src/conformal/sets/set-metrics.ts";

const sets = (rows: readonly string[]) => setsFromRows(rows.map((row) => Array.from(row, (bit) => bit === "1")));
const labels = Int32Array.of(3, 3, 1, 2, 2);
const one = sets(["0011", "0101", "0110", "0011", "0101"]);
const first = sets(["0000", "0111", "0110", "1111", "0101"]);
const second = sets(["0110", "0111", "0000", "0010", "0111"]);
const coverages = (...args: Parameters<typeof coverageBySetSize>) =>
  coverageBySetSize(...args).map(({ coverage }) => coverage);

describe("metrics of sets, as in the tests of MAPIE", () => {
  it("setCoverage(sets, labels) is .8 and meanSetSize(sets) 2", () => {
    expect(setCoverage(one, labels)).toBe(0.8);
    expect(meanSetSize(one)).toBe(2);
    expect([meanSetSize(first), meanSetSize(second)]).toEqual([2.2, 1.8]);
  });

  it("coverageBySetSize(sets, labels, bins) of two and three ranges", () => {
    expect(coverages(first, labels, 2)).toEqual([1 / 3, 1]);
    expect(coverages(second, labels, 2)).toEqual([1 / 3, 1]);
    expect(coverages(first, labels, 3)).toEqual([0, 2 / 3, 1]);
    expect(coverages(second, labels, 3)).toEqual([0.5, 2 / 3, null]);
    expect(coverages(first, labels)).toEqual([0, null, 0.5, 1, 1]);
  });

  it("coverageBySetSize(sets, labels, bins) refuses more ranges than sizes", () => {
    expect(() => coverageBySetSize(one, labels, 6)).toThrow("bins must be an integer in [1, 5], got 6");
  });

  it("classCoverageGap(sets, labels, level) is the mean distance of class coverages, and names the worst", () => {
    const { gap, worstClass, worst } = classCoverageGap(one, labels, 0.9);
    expect(gap).toBeCloseTo((0.1 + 0.4 + 0.1) / 3, 15);
    expect([worstClass, worst]).toEqual([2, 0.5]);
  });

  it("setCoverage(sets, labels) names the row of a bad label", () => {
    expect(() => setCoverage(one, Int32Array.of(0, 1, 4, 0, 0))).toThrow("label 4 at row 2 is not in [0, 4)");
    expect(() => setCoverage(one, Int32Array.of(0))).toThrow("there are 5 sets but 1 labels");
  });
});

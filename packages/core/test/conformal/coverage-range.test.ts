import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/conformal/coverage.json" with { type: "json" };
import { conformalQuantile } from "../../src/conformal/conformal-quantile.ts";
import { coveragePValue, coverageRange, rowsForCoverage } from "../../src/conformal/coverage-range.ts";
import { createRandom } from "../../src/random/random.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe("coverageRange(n, level)", () => {
  it("coverageRange(n, level) equals SciPy's quantiles of Beta(rank, n + 1 − rank)", () => {
    for (const { n, level, lower, mean, upper } of table.ranges) {
      const range = coverageRange(n, level);
      near(range.lower, lower, 1e-12);
      near(range.mean, mean, 1e-15);
      near(range.upper, upper, 1e-12);
    }
  });

  it.each([
    [19, 0.7736, 0.981],
    [100, 0.8482, 0.9447],
    [1000, 0.8841, 0.9152],
  ])("coverageRange(%d, 0.9) is the published %d to %d", (n, lower, upper) => {
    expect(coverageRange(n, 0.9).lower).toBeCloseTo(lower, 4);
    expect(coverageRange(n, 0.9).upper).toBeCloseTo(upper, 4);
  });

  it("coverageRange(n, level) is 1 where the threshold is infinite", () => {
    for (const n of [0, 8]) expect(coverageRange(n, 0.9)).toEqual({ lower: 1, mean: 1, upper: 1 });
    expect(coverageRange(9, 0.9).lower).toBeCloseTo(0.05 ** (1 / 9), 14);
  });

  it("coverageRange(n, level, probability) holds the coverage of the share of calibration sets it names", () => {
    const random = createRandom(5);
    const scores = new Float64Array(29);
    const { lower, upper } = coverageRange(29, 0.8, 0.9);
    let inside = 0;
    const sets = 2000;
    for (let s = 0; s < sets; s++) {
      for (let i = 0; i < scores.length; i++) scores[i] = random.uniform();
      const { quantile } = conformalQuantile(scores, 0.8);
      if (quantile >= lower && quantile <= upper) inside++;
    }
    expect(regularizedBeta(0.9, inside, sets - inside + 1)).toBeGreaterThan(0.0005);
    expect(regularizedBeta(0.1, sets - inside, inside + 1)).toBeGreaterThan(0.0005);
  });

  it.each([0, 1, Number.NaN])("coverageRange(n, level, %d) is refused", (probability) => {
    expect(() => coverageRange(9, 0.9, probability)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("rowsForCoverage(eps, level, probability)", () => {
  it.each([
    [0.1, 22],
    [0.05, 102],
    [0.01, 2491],
    [0.005, 9812],
    [0.001, 244_390],
  ])("rowsForCoverage(%d, 0.9, 0.9) is the published %d", (eps, rows) => {
    expect(rowsForCoverage(eps, 0.9, 0.9)).toBe(rows);
  });

  it("rowsForCoverage(eps, level, probability) is a number of rows whose range lies within eps", () => {
    for (const level of [0.5, 0.8, 0.93, 0.99, 0.995])
      for (const eps of [0.3, 0.1, 0.03, 0.004]) {
        const n = rowsForCoverage(eps, level, 0.8);
        const { lower, upper } = coverageRange(n, level, 0.8);
        expect(lower).toBeGreaterThanOrEqual(level - eps - 1e-12);
        expect(upper).toBeLessThanOrEqual(Math.min(1, level + eps + 1e-12));
      }
  });

  it("rowsForCoverage(eps, level) refuses what no 1e11 rows reach, and eps outside (0, 1)", () => {
    for (const eps of [1e-7, 0, 1, Number.NaN])
      expect(() => rowsForCoverage(eps, 0.9)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("coveragePValue(n, level, covered, rows)", () => {
  it("coveragePValue(n, level, covered, rows) equals the exact sum of Beta-binomial probabilities", () => {
    for (const { n, level, covered, rows, p } of table.pValues) near(coveragePValue(n, level, covered, rows), p, 1e-12);
  });

  it("coveragePValue(n, level, covered, rows) is 1 without rows and certain where the threshold is infinite", () => {
    expect(coveragePValue(99, 0.9, 0, 0)).toBe(1);
    expect(coveragePValue(8, 0.9, 20, 20)).toBe(1);
    expect(coveragePValue(8, 0.9, 19, 20)).toBe(0);
  });

  it("coveragePValue(n, level, covered, rows) tends to the binomial test as n grows", () => {
    const n = 1e12 - 1;
    const below = regularizedBeta(0.1, 100 - 85, 85 + 1);
    near(coveragePValue(n, 0.9, 85, 100), 2 * below, 1e-9);
  });

  it("coveragePValue(n, level, covered, rows) stays a number for a million rows and hopeless counts", () => {
    expect(coveragePValue(1000, 0.9, 0, 1_000_000)).toBeGreaterThanOrEqual(0);
    expect(coveragePValue(1000, 0.9, 0, 1_000_000)).toBeLessThan(1e-200);
    expect(coveragePValue(1000, 0.9, 901_000, 1_000_000)).toBeGreaterThan(0.9);
  });

  it("coveragePValue(n, level, covered, rows) is at most p with probability at most p", () => {
    const random = createRandom(11);
    const scores = new Float64Array(20);
    let small = 0;
    const runs = 2000;
    for (let r = 0; r < runs; r++) {
      for (let i = 0; i < scores.length; i++) scores[i] = random.uniform();
      const { quantile } = conformalQuantile(scores, 0.7);
      let covered = 0;
      for (let i = 0; i < 50; i++) if (random.uniform() <= quantile) covered++;
      if (coveragePValue(20, 0.7, covered, 50) <= 0.1) small++;
    }
    expect(regularizedBeta(0.1, small, runs - small + 1)).toBeGreaterThan(0.0005);
  });

  it.each([
    [1.5, 3],
    [4, 3],
    [-1, 3],
    [0, -1],
    [0, Number.NaN],
  ])("coveragePValue(n, level, %d, %d) is refused", (covered, rows) => {
    expect(() => coveragePValue(9, 0.9, covered, rows)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

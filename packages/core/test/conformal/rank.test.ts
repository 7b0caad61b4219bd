import { describe, expect, it } from "vitest";
import { exactDecimal } from "../../src/conformal/exact-decimal.ts";
import { conformalRank, fewestScores } from "../../src/conformal/rank.ts";

describe("conformalRank(n, level)", () => {
  it.each([
    [9, 0.9, 9],
    [19, 0.9, 18],
    [29, 0.9, 27],
    [99, 0.9, 90],
    [8, 0.9, 9],
    [4, 0.8, 4],
    [99, 0.99, 99],
  ])("conformalRank(%d, %d) is %d", (n, level, rank) => {
    expect(conformalRank(n, level)).toBe(rank);
  });

  it("conformalRank(n, level) has no mismatch for levels of thousandths and n up to 10 000", () => {
    let mismatches = 0;
    for (let k = 1; k < 1000; k++) {
      const level = (1000 - k) / 1000;
      for (let n = 1; n <= 10_000; n += k % 50 === 0 ? 1 : 97)
        if (conformalRank(n, level) !== Math.floor(((n + 1) * (1000 - k) + 999) / 1000)) mismatches++;
    }
    expect(mismatches).toBe(0);
  });

  it("conformalRank(n, level) reads text and numbers as the decimals they are written as", () => {
    expect(exactDecimal("0.900")).toEqual({ numerator: 900n, denominator: 1000n });
    expect(exactDecimal(1e-7)).toEqual({ numerator: 1n, denominator: 10_000_000n });
    expect(conformalRank(9, "0.9")).toBe(9);
    expect(conformalRank(9, { numerator: 9n, denominator: 10n })).toBe(9);
  });

  it.each([0, 1, -0.1, 1.1, Number.NaN, "a", ""])("conformalRank(n, %s) is refused", (level) => {
    expect(() => conformalRank(10, level)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });

  it("fewestScores(level) is the smallest n with a finite quantile", () => {
    for (const level of [0.5, 0.8, 0.9, 0.95, 0.99, 0.999]) {
      const n = fewestScores(level);
      expect(conformalRank(n, level)).toBeLessThanOrEqual(n);
      expect(conformalRank(n - 1, level)).toBe(n);
    }
    expect(fewestScores(0.9)).toBe(9);
  });
});

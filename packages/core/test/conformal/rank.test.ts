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

  it("conformalRank(n, level) has no mismatch for any level of thousandths and any n up to 10 000", () => {
    let mismatches = 0;
    for (let k = 1; k < 1000; k++) {
      const level = exactDecimal(k / 1000);
      let rank = 1;
      let rest = 1000 - k;
      for (let n = 1; n <= 10_000; n++) {
        rest -= k;
        if (rest < 0) {
          rest += 1000;
          rank++;
        }
        if (conformalRank(n, level) !== rank) mismatches++;
      }
    }
    expect(mismatches).toBe(0);
  });

  it("conformalRank(n, level) reads every thousandth as itself, written as number or text", () => {
    for (let k = 1; k < 1000; k++)
      for (const n of [1, 9, 99, 299, 999, 3000, 9999]) {
        const rank = Number((BigInt(n + 1) * BigInt(k) + 999n) / 1000n);
        expect(conformalRank(n, k / 1000)).toBe(rank);
        expect(conformalRank(n, `0.${String(k).padStart(3, "0")}`)).toBe(rank);
      }
  });

  it("conformalRank(n, level) is the same on both sides of what doubles hold exactly", () => {
    for (const n of [9, 9_007_199, 9_007_199_254_739, Number.MAX_SAFE_INTEGER - 1])
      for (const numerator of [1n, 899n, 900n, 901n, 999n]) {
        const rank = Number((BigInt(n + 1) * numerator + 999n) / 1000n);
        expect(conformalRank(n, { numerator, denominator: 1000n })).toBe(rank);
        const lift = 10n ** 20n;
        expect(conformalRank(n, { numerator: numerator * lift, denominator: 1000n * lift })).toBe(rank);
      }
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

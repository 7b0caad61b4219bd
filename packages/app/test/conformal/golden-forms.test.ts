import {
  conformalPValue,
  conformalQuantile,
  conformalRank,
  coverageRange,
  prepareScores,
  smoothedPValue,
  weightedConformalQuantile,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { agree, isRecord, type Reference } from "../calibrate/reference-json.ts";
import { golden, goldenEntries, present } from "./golden-arrays.ts";

/** One minus an alpha of golden.json, as text. */
const levelOf = (alpha: string | number): string => (1 - Number(alpha)).toFixed(2);

/** The two numbers of a key such as `n=9,alpha=0.1`. */
function sizeAndLevel(key: string): [n: number, level: string] {
  const [, n = "", alpha = ""] = /^n=(\d+),alpha=([\d.]+)$/.exec(key) ?? [];
  return [Number(n), levelOf(alpha)];
}

function list(...path: readonly string[]): Reference[] {
  const node = golden(...path);
  if (!Array.isArray(node)) throw new Error(`golden.json has no list at ${path.join(".")}`);
  return node.filter(isRecord);
}

function numbers(node: unknown): Float64Array {
  if (!Array.isArray(node)) throw new Error("golden.json has no numbers here");
  return Float64Array.from(node, Number);
}

describe.skipIf(!present)("closed forms, against golden.json", () => {
  it("conformalRank(n, level) is every rank of the table, n + 1 where it is infinite", () => {
    const ranks = golden("ranks");
    if (!isRecord(ranks)) throw new Error("no table");
    expect(Object.keys(ranks).length).toBeGreaterThan(70);
    for (const [key, rank] of Object.entries(ranks)) {
      const [n, level] = sizeAndLevel(key);
      expect(conformalRank(n, level), key).toBe(rank === "inf" ? n + 1 : rank);
      const scores = Float64Array.from({ length: n }, (_, i) => i + 1);
      expect(conformalQuantile(scores, level).quantile, key).toBe(rank === "inf" ? Infinity : rank);
    }
  });

  it("coverageRange(n, level) is every range of the table", () => {
    for (const [key, expected] of goldenEntries("beta_coverage")) {
      const [n, level] = sizeAndLevel(key);
      const { lower, mean, upper } = coverageRange(n, level);
      expect(conformalRank(n, level)).toBe(expected["k"]);
      agree(`${key} q05`, lower, expected["q05"], 1e-11);
      agree(`${key} mean`, mean, expected["mean"], 1e-11);
      agree(`${key} q95`, upper, expected["q95"], 1e-11);
    }
  });

  it("weightedConformalQuantile(scores, weights, testWeight, level) is every quantile of the table", () => {
    for (const { s, w, w_test: testWeight, alpha, q } of list("weighted_quantile_tiny"))
      expect(weightedConformalQuantile(numbers(s), numbers(w), Number(testWeight), levelOf(Number(alpha)))).toBe(
        q ?? Infinity,
      );
  });

  it("smoothedPValue and conformalPValue are every p-value of the table", () => {
    for (const { cal, test, tau, p, p_unsmoothed: plain } of list("smoothed_p_tiny")) {
      const prepared = prepareScores(numbers(cal));
      agree("smoothed", smoothedPValue(prepared, Number(test), Number(tau)), p, 1e-11);
      agree("unsmoothed", conformalPValue(prepared, Number(test)), plain, 1e-11);
    }
  });
});

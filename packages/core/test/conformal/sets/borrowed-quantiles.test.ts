import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { conformalQuantile } from "../../../src/conformal/conformal-quantile.ts";
import { borrowedQuantiles } from "../../../src/conformal/sets/borrowed-quantiles.ts";

const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 12 }), fc.nat(2)), { minLength: 1, maxLength: 60 });
const levels = fc.constantFrom(0.5, 0.75, 0.9);

describe("borrowedQuantiles", () => {
  it("borrowedQuantiles(scores, labels, classes, level, m) is the smallest score of enough weight", () => {
    fc.assert(
      fc.property(rows, levels, fc.nat(30), (given, level, borrowed) => {
        const scores = Float64Array.from(given, ([score]) => score);
        const labels = Int32Array.from(given, ([, label]) => label);
        const found = borrowedQuantiles(scores, labels, 3, level, borrowed);
        for (let k = 0; k < 3; k++) {
          const own = labels.filter((label) => label === k).length;
          // Weights times n and levels times 20 are integers, so that the comparison is exact.
          const goal = Math.round(20 * level) * (own + borrowed + 1) * given.length;
          const isEnough = (s: number): boolean => {
            const all = scores.filter((score) => score <= s).length;
            const ours = scores.filter((score, i) => score <= s && labels[i] === k).length;
            return 20 * (ours * given.length + borrowed * all) >= goal;
          };
          const expected = scores.toSorted().find(isEnough) ?? Infinity;
          expect(found[k]).toBe(expected);
        }
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it("borrowedQuantiles(scores, labels, classes, level, 0) is the conformal quantile of each class", () => {
    fc.assert(
      fc.property(rows, levels, (given, level) => {
        const scores = Float64Array.from(given, ([score]) => score);
        const labels = Int32Array.from(given, ([, label]) => label);
        const expected = [0, 1, 2].map(
          (k) =>
            conformalQuantile(
              scores.filter((_, i) => labels[i] === k),
              level,
            ).quantile,
        );
        expect(Array.from(borrowedQuantiles(scores, labels, 3, level, 0))).toEqual(expected);
      }),
      { seed: 4 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/incomplete-beta.json" with { type: "json" };
import { pair, twoSum } from "../../src/special/double-double.ts";
import { betaTails } from "../../src/special/incomplete-beta.ts";
import { regularizedBeta, regularizedBetaInverse } from "../../src/special/regularized-beta.ts";
import { expectRows, relativeError } from "./helpers.ts";

type Tails = [number, number, number, number | null, number | null];
type Inverse = [number, number, number, number, number];
const rows = table.tails as Tails[];
const inverse = table.inverse as Inverse[];
const shape = fc.double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power);
const unit = fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true });

describe("regularizedBeta", () => {
  it("regularizedBeta(x, a, b) agrees with 80 digits to 2e-14 down to 1e-300", () => {
    const kept = rows.filter((row) => row[3] !== null);
    expectRows(
      kept,
      ([a, b, x]) => regularizedBeta(x, a, b),
      (row) => row[3] ?? 0,
      2e-14,
    );
  });

  it("the upper tail of the beta law agrees with 80 digits to 2e-14 down to 1e-300", () => {
    const kept = rows.filter((row) => row[4] !== null);
    const upper = ([a, b, x]: Tails) => betaTails(a, b, pair(x), twoSum(1, -x)).upper;
    expectRows(kept, upper, (row) => row[4] ?? 0, 2e-14);
  });

  it("regularizedBeta(x, a, b) has its closed forms", () => {
    for (const x of [1e-200, 1e-5, 0.2, 0.5, 0.9]) {
      expect(relativeError(regularizedBeta(x, 1, 1), x)).toBeLessThan(1e-14);
      expect(relativeError(regularizedBeta(x, 3, 1), x ** 3)).toBeLessThan(1e-14);
      expect(relativeError(regularizedBeta(x, 1, 4), -Math.expm1(4 * Math.log1p(-x)))).toBeLessThan(1e-14);
      expect(relativeError(regularizedBeta(x, 0.5, 0.5), (2 / Math.PI) * Math.asin(Math.sqrt(x)))).toBeLessThan(1e-14);
    }
  });

  it("regularizedBeta(p, k, n - k + 1) is a sum of binomial probabilities", () => {
    const [n, k, p] = [12, 5, 0.3];
    let total = 0;
    let choose = 1;
    for (let i = 0; i <= n; i++) {
      if (i >= k) total += choose * p ** i * (1 - p) ** (n - i);
      choose = (choose * (n - i)) / (i + 1);
    }
    expect(relativeError(regularizedBeta(p, k, n - k + 1), total)).toBeLessThan(1e-14);
  });

  it("regularizedBeta(x, a, b) is 1 - regularizedBeta(1 - x, b, a), and grows with x", () => {
    fc.assert(
      fc.property(
        shape,
        shape,
        fc.integer({ min: 0, max: 2 ** 30 }),
        fc.integer({ min: 0, max: 2 ** 30 }),
        (a, b, i, j) => {
          const [low, high] = [Math.min(i, j) / 2 ** 30, Math.max(i, j) / 2 ** 30];
          expect(Math.abs(regularizedBeta(low, a, b) + regularizedBeta(1 - low, b, a) - 1)).toBeLessThanOrEqual(1e-13);
          expect(regularizedBeta(low, a, b)).toBeLessThanOrEqual(regularizedBeta(high, a, b) * (1 + 2e-13));
        },
      ),
    );
  });

  it("regularizedBeta(x, a, b) reaches its limits", () => {
    for (const [a, b] of [
      [1e-3, 1e6],
      [0.5, 0.5],
      [3, 2],
      [1e6, 1e-3],
    ]) {
      expect([regularizedBeta(0, a, b), regularizedBeta(1, a, b)]).toEqual([0, 1]);
      expect([regularizedBetaInverse(0, a, b), regularizedBetaInverse(1, a, b)]).toEqual([0, 1]);
    }
    expect(regularizedBeta(0.5, 1e12, 1e12)).toBeCloseTo(0.5, 12);
    expect(regularizedBeta(0.4, 1e12, 1e12)).toBe(0);
  });

  it("regularizedBeta(x, a, b) refuses what it is not defined for", () => {
    for (const [x, a, b] of [
      [-0.1, 1, 1],
      [1.1, 1, 1],
      [Number.NaN, 1, 1],
      [0.5, 0, 1],
      [0.5, 1, Infinity],
      [0.5, -1, 1],
    ])
      for (const compute of [regularizedBeta, regularizedBetaInverse])
        expect(() => compute(x, a, b)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("regularizedBetaInverse", () => {
  it("regularizedBetaInverse(p, a, b) agrees with 80 digits to 1e-13, or 1e-15 times its condition", () => {
    const limit = ([, , , , condition]: Inverse) => Math.max(1e-13, 1e-15 * condition);
    expectRows(
      inverse,
      ([p, a, b]) => regularizedBetaInverse(p, a, b),
      ([, , , x]) => x,
      limit,
    );
  });

  it("regularizedBetaInverse(p, a, b) gives the Clopper-Pearson bounds of 5 in 20", () => {
    expect(relativeError(regularizedBetaInverse(0.025, 5, 16), 0.08657146910143461)).toBeLessThan(1e-13);
    expect(relativeError(regularizedBetaInverse(0.975, 6, 15), 0.4910458717079575)).toBeLessThan(1e-13);
  });

  it("regularizedBetaInverse(p, a, b) comes to rest among subnormal numbers", () => {
    expect(regularizedBetaInverse(0.6223892799305882, 0.0006546437324022539, 750153.604777249)).toBeLessThan(2.3e-308);
    expect(regularizedBetaInverse(0.14583539293378311, 0.0026265419902302078, 4919.1515904533935)).toBeLessThan(
      2.3e-308,
    );
  });

  it("regularizedBetaInverse(p, a, b) undoes regularizedBeta", () => {
    fc.assert(
      fc.property(shape, shape, unit, (a, b, p) => {
        const x = regularizedBetaInverse(p, a, b);
        fc.pre(x > 1e-300 && x < 0.9);
        const slack = 1e-13 + 1e-14 * Math.sqrt(a + b);
        if (p <= 0.5) expect(relativeError(regularizedBeta(x, a, b), p)).toBeLessThan(slack);
        else expect(relativeError(betaTails(a, b, pair(x), twoSum(1, -x)).upper, 1 - p)).toBeLessThan(slack);
      }),
    );
  });

  it("regularizedBetaInverse(p, a, b) grows with p and mirrors with its arguments", () => {
    fc.assert(
      fc.property(shape, shape, fc.integer({ min: 1, max: 2 ** 20 - 1 }), (a, b, i) => {
        const p = i / 2 ** 20;
        const x = regularizedBetaInverse(p, a, b);
        expect(x).toBeLessThanOrEqual(regularizedBetaInverse((i + 1) / 2 ** 20, a, b));
        expect(Math.abs(x + regularizedBetaInverse(1 - p, b, a) - 1)).toBeLessThan(1e-11);
      }),
    );
  });
});

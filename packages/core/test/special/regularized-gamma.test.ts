import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/incomplete-gamma.json" with { type: "json" };
import { regularizedGammaInverse, regularizedGammaP, regularizedGammaQ } from "../../src/special/regularized-gamma.ts";
import { expectRows, relativeError } from "./helpers.ts";

type Tails = [number, number, number | null, number | null];
type Inverse = [number, number, number, number];
const rows = table.tails as Tails[];
const inverse = table.inverse as Inverse[];
const shape = fc.double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power);

describe("regularizedGammaP and regularizedGammaQ", () => {
  it("regularizedGammaP(a, x) agrees with 60 digits to 2e-14 down to 1e-300", () => {
    const kept = rows.filter((row) => row[2] !== null);
    expectRows(
      kept,
      ([a, x]) => regularizedGammaP(a, x),
      (row) => row[2] ?? 0,
      2e-14,
    );
  });

  it("regularizedGammaQ(a, x) agrees with 60 digits to 2e-14 down to 1e-300", () => {
    const kept = rows.filter((row) => row[3] !== null);
    expectRows(
      kept,
      ([a, x]) => regularizedGammaQ(a, x),
      (row) => row[3] ?? 0,
      2e-14,
    );
  });

  it("regularizedGammaQ(1, x) is exp(-x)", () => {
    for (const x of [1e-10, 0.1, 0.999, 1, 1.5, 30, 700])
      expect(relativeError(regularizedGammaQ(1, x), Math.exp(-x))).toBeLessThan(1e-14);
  });

  it("regularizedGammaP(a, x) reaches its limits", () => {
    for (const a of [1e-300, 0.5, 20, 1e5, 1e300]) {
      expect([regularizedGammaP(a, 0), regularizedGammaP(a, Infinity)]).toEqual([0, 1]);
      expect([regularizedGammaQ(a, 0), regularizedGammaQ(a, Infinity)]).toEqual([1, 0]);
    }
    expect(regularizedGammaP(1e290, 1e290)).toBe(0.5);
    expect(regularizedGammaP(1e15, 1e15)).toBeCloseTo(0.5, 7);
    expect(regularizedGammaP(1e-300, 1)).toBeCloseTo(1, 15);
    expect(relativeError(regularizedGammaQ(1e-20, 1), 0.21938393439552029e-20)).toBeLessThan(1e-14);
  });

  it("regularizedGammaP(a, x) + regularizedGammaQ(a, x) is 1, and P grows with x", () => {
    fc.assert(
      fc.property(
        shape,
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 1, max: 1.5, noNaN: true }),
        (a, u, v) => {
          const x = a * u;
          expect(Math.abs(regularizedGammaP(a, x) + regularizedGammaQ(a, x) - 1)).toBeLessThanOrEqual(1e-14);
          expect(regularizedGammaP(a, x)).toBeLessThanOrEqual(regularizedGammaP(a, x * v) * (1 + 2e-13));
          expect(regularizedGammaQ(a, x * v)).toBeLessThanOrEqual(regularizedGammaQ(a, x) * (1 + 2e-13));
        },
      ),
    );
  });

  it("regularizedGammaP(a + 1, x) is P(a, x) less one term", () => {
    const small = fc.double({ min: 0.01, max: 30, noNaN: true });
    fc.assert(
      fc.property(small, small, (a, x) => {
        const term = regularizedGammaP(a, x) - regularizedGammaP(a + 1, x);
        const higher = regularizedGammaP(a + 1, x) - regularizedGammaP(a + 2, x);
        expect(Math.abs(higher - (term * x) / (a + 1))).toBeLessThanOrEqual(2e-14 * (1 + x / (a + 1)));
      }),
    );
  });

  it("regularizedGammaP(a, x) refuses what it is not defined for", () => {
    for (const [a, x] of [
      [0, 1],
      [-1, 1],
      [Infinity, 1],
      [Number.NaN, 1],
      [1, -1],
      [1, Number.NaN],
    ])
      for (const compute of [regularizedGammaP, regularizedGammaQ])
        expect(() => compute(a, x)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("regularizedGammaInverse", () => {
  it("regularizedGammaInverse(a, p) agrees with 60 digits to 1e-13, or 1e-15 times its condition", () => {
    const limit = ([, , , condition]: Inverse) => Math.max(1e-13, 1e-15 * condition);
    expectRows(
      inverse,
      ([a, p]) => regularizedGammaInverse(a, p),
      ([, , x]) => x,
      limit,
    );
  });

  it("regularizedGammaInverse(a, p) undoes regularizedGammaP", () => {
    fc.assert(
      fc.property(shape, fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), (a, p) => {
        const x = regularizedGammaInverse(a, p);
        fc.pre(x > 1e-300);
        const slack = 1e-13 + 1e-15 * Math.sqrt(a) * 10;
        if (p <= 0.5) expect(relativeError(regularizedGammaP(a, x), p)).toBeLessThan(slack);
        else expect(relativeError(regularizedGammaQ(a, x), 1 - p)).toBeLessThan(slack);
      }),
    );
  });

  it("regularizedGammaInverse(a, p) reaches its limits", () => {
    expect([regularizedGammaInverse(2, 0), regularizedGammaInverse(2, 1)]).toEqual([0, Infinity]);
    expect(regularizedGammaInverse(1e-3, 1e-3)).toBe(0);
    expect(relativeError(regularizedGammaInverse(1, 1 - 2 ** -53), 53 * Math.LN2)).toBeLessThan(1e-15);
    expect(relativeError(regularizedGammaInverse(1, 1e-300), 1e-300)).toBeLessThan(1e-13);
  });

  it("regularizedGammaInverse(a, p) comes to rest among subnormal numbers", () => {
    const cases = [
      [0.3314315049544434, 7.321475591649973e-107],
      [0.839035310932939, 2.5531872967276306e-270],
      [0.0222693736396882, 7.938308609441854e-8],
    ];
    for (const [a, p] of cases) {
      const x = regularizedGammaInverse(a, p);
      expect(x).toBeLessThan(2.3e-308);
      expect(Math.abs(regularizedGammaP(a, x) / p - 1)).toBeLessThan(a * (2e-323 / x));
    }
  });

  it("regularizedGammaInverse(a, p) refuses what it is not defined for", () => {
    for (const [a, p] of [
      [0, 0.5],
      [Infinity, 0.5],
      [1, -0.1],
      [1, 1.1],
      [1, Number.NaN],
    ])
      expect(() => regularizedGammaInverse(a, p)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

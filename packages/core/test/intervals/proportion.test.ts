import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/intervals/intervals.json" with { type: "json" };
import { clopperPearson, proportionEstimate, wilson } from "../../src/intervals/proportion.ts";

const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(Math.abs(expected), 1e-3));

const cases = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ n, successes: Math.round(share * n) }));

describe("clopperPearson", () => {
  it("clopperPearson(successes, n, level) equals SciPy's exact interval", () => {
    for (const { successes, n, level, exact } of table.proportions) {
      const { lower, upper } = clopperPearson(successes, n, level);
      near(lower, exact[0], 1e-12);
      near(upper, exact[1], 1e-12);
    }
  });

  it("clopperPearson(successes, n, 1 − 2α).upper is the one-sided bound at α", () => {
    near(clopperPearson(0, 10, 0.9).upper, 0.258865550893, 1e-11);
    near(clopperPearson(0, 100, 0.9).upper, 0.029513049607, 1e-9);
    near(clopperPearson(5, 100, 0.9).upper, 0.102253377643, 1e-11);
    near(clopperPearson(50, 1000, 0.8).upper, 0.0600248574272, 1e-11);
  });

  it("clopperPearson(0, n, level) has the closed form 1 − (α/2)^(1/n)", () => {
    for (const n of [1, 7, 1000]) near(clopperPearson(0, n).upper, 1 - 0.025 ** (1 / n), 1e-12);
    expect(clopperPearson(0, 5).lower).toBe(0);
    expect(clopperPearson(5, 5).upper).toBe(1);
  });

  it("clopperPearson(successes, n) is symmetric, holds the proportion, and widens with the level", () => {
    fc.assert(
      fc.property(cases, ({ n, successes }) => {
        const a = clopperPearson(successes, n);
        const b = clopperPearson(n - successes, n);
        expect(a.lower).toBeCloseTo(1 - b.upper, 10);
        expect(a.lower).toBeLessThanOrEqual(successes / n);
        expect(a.upper).toBeGreaterThanOrEqual(successes / n);
        const wide = clopperPearson(successes, n, 0.99);
        expect(wide.lower).toBeLessThanOrEqual(a.lower);
        expect(wide.upper).toBeGreaterThanOrEqual(a.upper);
      }),
    );
  });

  it("clopperPearson(successes, n) refuses what is no count of n trials", () => {
    for (const [successes, n] of [
      [-1, 5],
      [6, 5],
      [0, 0],
      [Number.NaN, 5],
      [1, Number.NaN],
    ])
      expect(() => clopperPearson(successes, n)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    for (const level of [0, 1, -0.5, Number.NaN]) expect(() => clopperPearson(1, 2, level)).toThrow(/level must be in/);
  });
});

describe("wilson", () => {
  it("wilson(share, n, level) equals SciPy's Wilson interval", () => {
    for (const { successes, n, level, wilson: expected } of table.proportions) {
      const { lower, upper } = wilson(successes / n, n, level);
      near(lower, expected[0], 1e-13);
      near(upper, expected[1], 1e-13);
    }
  });

  it("wilson(share, n) solves (p − share)² = z² p(1 − p)/n at both ends", () => {
    fc.assert(
      fc.property(cases, fc.double({ min: 0.5, max: 0.99, noNaN: true }), ({ n, successes }, level) => {
        const share = successes / n;
        const { lower, upper } = wilson(share, n, level);
        const z2 = (p: number): number => (n * (p - share) ** 2) / (p * (1 - p));
        if (successes > 0 && successes < n) expect(z2(lower)).toBeCloseTo(z2(upper), 6);
        expect(lower).toBeLessThanOrEqual(share);
        expect(upper).toBeGreaterThanOrEqual(share);
        expect(lower).toBeGreaterThanOrEqual(0);
        expect(upper).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("wilson(share, n) accepts a fractional n, as of weighted rows", () => {
    const a = wilson(0.3, 10);
    const b = wilson(0.3, 10.5);
    expect(b.upper - b.lower).toBeLessThan(a.upper - a.lower);
  });

  it("wilson(share, n) refuses a share outside [0, 1], no rows, and a level outside (0, 1)", () => {
    for (const [share, n] of [
      [-0.1, 5],
      [1.1, 5],
      [0.5, 0],
      [Number.NaN, 5],
    ])
      expect(() => wilson(share, n)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    for (const level of [0, 1, 2, Number.NaN])
      expect(() => wilson(0.5, 5, level)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("proportionEstimate", () => {
  it("proportionEstimate(share, spec, n, effectiveN, level) has Wilson's interval at the effective n", () => {
    const spec = { metric: "accuracy" };
    expect(proportionEstimate(0.25, spec, 100, 40, 0.9)).toEqual({
      value: 0.25,
      ...wilson(0.25, 40, 0.9),
      level: 0.9,
      n: 100,
      effectiveN: 40,
      interval: "asymptotic",
      spec,
    });
  });

  it("proportionEstimate(share, spec, n) takes a share that rounding has moved an ulp out of [0, 1]", () => {
    const { value, upper } = proportionEstimate(1 + 2 ** -52, { metric: "accuracy" }, 10);
    expect(value).toBe(1);
    expect(upper).toBe(1);
    expect(() => proportionEstimate(1.01, { metric: "accuracy" }, 10)).toThrow(/expected a share in/);
  });
});

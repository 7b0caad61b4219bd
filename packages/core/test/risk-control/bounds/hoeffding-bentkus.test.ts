import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { binomialPValue, hoeffdingBentkusPValue, hoeffdingBentkusUpper, hoeffdingUpper } from "../../../src/index.ts";

const near = (value: number, expected: number, tolerance: number): void =>
  expect(Math.abs(value / expected - 1), `${value} against ${expected}`).toBeLessThan(tolerance);

describe("hoeffdingBentkusPValue", () => {
  it.each([
    [0, 100, 0.1, 2.65613988876e-5],
    [2, 100, 0.1, 0.00528674460765],
    [5, 100, 0.1, 0.156510204277],
    [10, 100, 0.1, 1],
    [20, 100, 0.1, 1],
    [70, 1000, 0.1, 0.00156164160468],
    [50, 1000, 0.1, 1.62965552337e-8],
    [5, 50, 0.2, 0.130551517687],
    [90, 2000, 0.05, 0.448441560057],
  ])("hoeffdingBentkusPValue(%f, %i, %f) is %f", (total, n, risk, expected) => {
    near(hoeffdingBentkusPValue(total, n, risk), expected, 1e-11);
  });

  it.each([
    [0, 2.65613988876e-5],
    [2, 0.00194488],
    [5, 0.05757689],
    [10, 0.58315551],
    [20, 0.99919243],
  ])("hoeffdingBentkusPValue(%i, 100, 0.1, binary) drops the factor e: %f", (errors, expected) => {
    near(hoeffdingBentkusPValue(errors, 100, 0.1, { binary: true }), expected, 3e-6);
  });

  it("hoeffdingBentkusPValue(total, n, risk) counts no error twice because of rounding", () => {
    const thirds = 1 / 3 + 1 / 3 + 1 / 3;
    near(hoeffdingBentkusPValue(thirds, 100, 0.1), hoeffdingBentkusPValue(1, 100, 0.1), 1e-12);
    near(hoeffdingBentkusPValue(0.1 + 0.2 + 0.7, 100, 0.1), hoeffdingBentkusPValue(1, 100, 0.1), 1e-12);
    near(hoeffdingBentkusPValue(3.0000000000000004, 100, 0.1), hoeffdingBentkusPValue(3, 100, 0.1), 1e-12);
  });

  it("hoeffdingBentkusPValue(total, n, risk) rounds a broken total up", () => {
    expect(hoeffdingBentkusPValue(49.2, 1000, 0.1)).toBe(Math.E * binomialPValue(50, 1000, 0.1));
  });

  it("hoeffdingBentkusPValue(total, n, risk) knows the ends", () => {
    expect(hoeffdingBentkusPValue(0, 10, 0)).toBe(1);
    expect(hoeffdingBentkusPValue(3, 10, 1)).toBe(0);
    expect(hoeffdingBentkusPValue(10, 10, 1)).toBe(1);
    expect(hoeffdingBentkusPValue(10, 10, 0.5)).toBe(1);
  });

  it("hoeffdingBentkusPValue(total, n, risk) rises with the total and falls with the risk", () => {
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), share, share, share, (n, a, b, risk) => {
        const [low, high] = [Math.min(a, b) * n, Math.max(a, b) * n];
        const p = hoeffdingBentkusPValue(low, n, risk);
        expect(p).toBeLessThanOrEqual(hoeffdingBentkusPValue(high, n, risk) * (1 + 1e-12));
        expect(hoeffdingBentkusPValue(low, n, Math.min(1, risk * 1.1))).toBeLessThanOrEqual(p * (1 + 1e-12));
      }),
      { seed: 41 },
    );
  });

  it("hoeffdingBentkusPValue(total, n, risk, bound) is in units of the bound", () => {
    near(hoeffdingBentkusPValue(14, 100, 0.7, { bound: 7 }), hoeffdingBentkusPValue(2, 100, 0.1), 1e-12);
  });

  it("hoeffdingBentkusPValue(total, n, risk) refuses impossible totals", () => {
    expect(() => hoeffdingBentkusPValue(11, 10, 0.1)).toThrow("total of 10 losses in [0, 1] cannot be 11");
    expect(() => hoeffdingBentkusPValue(1.5, 10, 0.1, { binary: true })).toThrow(
      "total of losses that are 0 or 1 must be a multiple of it, got 1.5",
    );
    expect(() => hoeffdingBentkusPValue(1, 0, 0.1)).toThrow("n must be an integer >= 1, got 0");
    expect(() => hoeffdingBentkusPValue(1, 5, 1.1)).toThrow("risk must be in [0, 1], got 1.1");
  });
});

describe("hoeffdingBentkusUpper", () => {
  it("hoeffdingBentkusUpper(total, n, failure) is where the p-value equals failure, below Hoeffding's simple bound", () => {
    const rows = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(
        rows,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom(0.3, 0.1, 1e-6),
        (n, share, failure) => {
          for (const total of [share * n, Math.floor(share * n)]) {
            const upper = hoeffdingBentkusUpper(total, n, failure);
            expect(upper).toBeGreaterThanOrEqual(total / n);
            expect(upper).toBeLessThanOrEqual(hoeffdingUpper(total / n, n, failure) * (1 + 1e-12));
            if (upper < 1) {
              expect(hoeffdingBentkusPValue(total, n, upper * (1 - 1e-10))).toBeGreaterThanOrEqual(
                failure * (1 - 1e-9),
              );
              expect(hoeffdingBentkusPValue(total, n, Math.min(1, upper * (1 + 1e-10)))).toBeLessThanOrEqual(
                failure * (1 + 1e-9),
              );
            }
          }
        },
      ),
      { seed: 42 },
    );
  });

  it("hoeffdingBentkusUpper(errors, n, failure, binary) is the Clopper-Pearson bound", () => {
    near(hoeffdingBentkusUpper(50, 1000, 0.1, { binary: true }), 0.0600248574272, 1e-11);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/normal.json" with { type: "json" };
import { erf, erfc } from "../../src/special/erf.ts";
import { normalCdf, normalPdf, normalQuantile, normalSurvival } from "../../src/special/normal.ts";
import { expectRows, relativeError } from "./helpers.ts";

const functions = { erf, erfc, normalCdf, normalSurvival, normalPdf, normalQuantile };

describe("erf and the normal law", () => {
  for (const [name, compute] of Object.entries(functions))
    it(`${name}(x) agrees with 60 digits to 1e-15, tails included`, () => {
      expectRows(
        table[name as keyof typeof functions],
        ([x]) => compute(x),
        ([, value]) => value,
        1e-15,
      );
    });

  it("erf(x) and erfc(x) reach their limits", () => {
    expect([erf(0), erf(-0), erf(Infinity), erf(-Infinity)]).toEqual([0, -0, 1, -1]);
    expect([erfc(0), erfc(Infinity), erfc(-Infinity), erfc(28), erfc(1e200)]).toEqual([1, 0, 2, 0, 0]);
  });

  it("normalCdf(x), normalSurvival(x) and normalPdf(x) reach their limits", () => {
    expect([normalCdf(0), normalCdf(Infinity), normalCdf(-Infinity), normalCdf(-1e300)]).toEqual([0.5, 1, 0, 0]);
    expect([normalSurvival(0), normalSurvival(Infinity), normalSurvival(-Infinity)]).toEqual([0.5, 0, 1]);
    expect([normalPdf(Infinity), normalPdf(-1e300)]).toEqual([0, 0]);
  });

  it("normalQuantile(p) gives the familiar values", () => {
    expect(relativeError(normalQuantile(0.975), 1.959963984540054)).toBeLessThan(3e-16);
    expect(normalQuantile(0.5)).toBe(0);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
    expect(relativeError(normalQuantile(5e-324), -38.46740561714434)).toBeLessThan(1e-14);
  });

  it("erf(x) is odd, and erf(x) + erfc(x) is 1", () => {
    fc.assert(
      fc.property(fc.double({ min: -30, max: 30, noNaN: true }), (x) => {
        expect(erf(-x)).toBe(-erf(x));
        expect(Math.abs(erf(x) + erfc(x) - 1)).toBeLessThanOrEqual(4e-16);
        expect(Math.abs(normalCdf(x) + normalSurvival(x) - 1)).toBeLessThanOrEqual(2e-16);
      }),
    );
  });

  it("erfc(x), normalCdf(x) and normalQuantile(p) are monotone up to rounding", () => {
    const line = fc.double({ min: -37, max: 37, noNaN: true });
    const unit = fc.double({ min: 1e-300, max: 1 - 2 ** -53, noNaN: true });
    const slack = (value: number) => value + 4e-16 * Math.abs(value);
    fc.assert(
      fc.property(line, line, unit, unit, (x, y, p, q) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        expect(erfc(high)).toBeLessThanOrEqual(slack(erfc(low)));
        expect(normalCdf(low)).toBeLessThanOrEqual(slack(normalCdf(high)));
        expect(normalQuantile(Math.min(p, q))).toBeLessThanOrEqual(slack(normalQuantile(Math.max(p, q))));
      }),
    );
  });

  it("normalQuantile(normalCdf(x)) is x", () => {
    fc.assert(
      fc.property(fc.double({ min: -37, max: 0, noNaN: true }), (x) => {
        const p = normalCdf(x);
        const condition = p / normalPdf(x);
        expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-15 * condition + 2e-15 * Math.abs(x));
      }),
    );
  });

  it("normalQuantile(p) refuses what is no probability, the others refuse NaN", () => {
    for (const p of [-1e-9, 1.1, Number.NaN])
      expect(() => normalQuantile(p)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    for (const compute of [erf, erfc, normalCdf, normalSurvival, normalPdf])
      expect(() => compute(Number.NaN)).toThrow(expect.objectContaining({ code: "not-finite" }));
  });
});

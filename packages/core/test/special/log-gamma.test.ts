import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/log-gamma.json" with { type: "json" };
import { logGamma } from "../../src/special/log-gamma.ts";
import { expectRows, relativeError } from "./helpers.ts";

describe("logGamma", () => {
  it("logGamma(x) agrees with 60 digits to 2e-15, from 1e-300 to 2.5e305 and beside 1 and 2", () => {
    expectRows(
      table,
      ([x]) => logGamma(x),
      ([, value]) => value,
      2e-15,
    );
  });

  it("logGamma(n) is the logarithm of a factorial", () => {
    let factorial = 1;
    for (let n = 1; n <= 22; n++) {
      expect(relativeError(logGamma(n), Math.log(factorial))).toBeLessThan(1e-15);
      factorial *= n;
    }
    expect(logGamma(1)).toBe(0);
    expect(logGamma(2)).toBe(0);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 15);
  });

  it("logGamma(x) is infinite only beyond the range of a double", () => {
    expect(logGamma(2.55e305)).toBeLessThan(Infinity);
    expect(logGamma(1e306)).toBe(Infinity);
    expect(logGamma(Infinity)).toBe(Infinity);
    expect(logGamma(5e-324)).toBeCloseTo(744.44, 2);
  });

  it("logGamma(x + 1) is logGamma(x) + ln x", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (x) => {
        const size = Math.abs(logGamma(x)) + Math.abs(Math.log(x)) + Math.abs(logGamma(x + 1));
        expect(Math.abs(logGamma(x + 1) - logGamma(x) - Math.log(x))).toBeLessThanOrEqual(1e-15 * size + 1e-15);
      }),
    );
  });

  it.each([0, -1, -0.5, Number.NaN, -Infinity])("logGamma(%s) is refused", (x) => {
    expect(() => logGamma(x)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

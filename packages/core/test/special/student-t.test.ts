import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/incomplete-beta.json" with { type: "json" };
import { normalCdf, normalQuantile } from "../../src/special/normal.ts";
import { studentTCdf, studentTQuantile } from "../../src/special/student-t.ts";
import { expectRows, relativeError } from "./helpers.ts";

type Row = [number, number, number];
type Inverse = [number, number, number, number];
const rows = table.student as Row[];
const inverse = table.studentInverse as Inverse[];
const freedom = fc.double({ min: -2, max: 7, noNaN: true }).map((power) => 10 ** power);

describe("Student's t", () => {
  it("studentTCdf(t, df) agrees with 80 digits to 2e-14 down to 1e-300", () => {
    expectRows(
      rows,
      ([t, df]) => studentTCdf(t, df),
      ([, , p]) => p,
      2e-14,
    );
  });

  it("studentTQuantile(p, df) agrees with 80 digits to 1e-13, or 1e-15 times its condition", () => {
    const limit = ([, , , condition]: Inverse) => Math.max(1e-13, 1e-15 * condition);
    expectRows(
      inverse,
      ([p, df]) => studentTQuantile(p, df),
      ([, , t]) => t,
      limit,
    );
  });

  it("studentTQuantile(0.975, df) gives the familiar values", () => {
    const known = [
      [1, 12.706204736174705],
      [2, 4.302652729749462],
      [10, 2.2281388519862744],
      [120, 1.9799304050824413],
    ];
    for (const [df, t] of known) expect(relativeError(studentTQuantile(0.975, df), t)).toBeLessThan(1e-14);
    expect(studentTQuantile(0.975, Infinity)).toBe(normalQuantile(0.975));
    expect(studentTQuantile(0.975, 1e200)).toBe(normalQuantile(0.975));
  });

  it("studentTCdf(t, 1) is the Cauchy law, studentTCdf(t, 2) has its closed form", () => {
    for (const t of [-1e8, -30, -1, -0.2, 0.2, 1, 30]) {
      const cauchy = t < 0 ? Math.atan(-1 / t) / Math.PI : 0.5 + Math.atan(t) / Math.PI;
      expect(relativeError(studentTCdf(t, 1), cauchy)).toBeLessThan(1e-14);
      const root = Math.sqrt(2 + t * t);
      const second = t < 0 ? 1 / (root * (root - t)) : 0.5 + t / (2 * root);
      expect(relativeError(studentTCdf(t, 2), second)).toBeLessThan(1e-14);
    }
  });

  it("studentTCdf(t, df) reaches its limits", () => {
    expect([0, Infinity, -Infinity].map((t) => studentTCdf(t, 3))).toEqual([0.5, 1, 0]);
    expect([0, 1, 0.5].map((p) => studentTQuantile(p, 3))).toEqual([-Infinity, Infinity, 0]);
    expect(studentTCdf(-2, Infinity)).toBe(normalCdf(-2));
    expect(relativeError(studentTCdf(-2, 1e18), normalCdf(-2))).toBeLessThan(1e-14);
    expect(studentTCdf(-1e300, 5)).toBe(0);
    expect(studentTCdf(-1e-300, 5)).toBe(0.5);
  });

  it("studentTCdf(-t, df) is 1 - studentTCdf(t, df), and it grows with t", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -50, max: 50, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        freedom,
        (t, up, df) => {
          expect(Math.abs(studentTCdf(-t, df) + studentTCdf(t, df) - 1)).toBeLessThanOrEqual(2e-16);
          expect(studentTCdf(t, df)).toBeLessThanOrEqual(studentTCdf(t + up, df) * (1 + 1e-13));
        },
      ),
    );
  });

  it("studentTQuantile(p, df) undoes studentTCdf and is odd about one half", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 - 1 }), freedom, (i, df) => {
        const p = i / 2 ** 31;
        const t = studentTQuantile(p, df);
        expect(studentTQuantile(1 - p, df)).toBe(-t);
        fc.pre(t > -1e300);
        expect(relativeError(studentTCdf(t, df), p)).toBeLessThan(1e-13);
      }),
    );
  });

  it("studentTCdf(t, df) refuses NaN and degrees of freedom that are not positive", () => {
    expect(() => studentTCdf(Number.NaN, 1)).toThrow(expect.objectContaining({ code: "not-finite" }));
    for (const df of [0, -1, Number.NaN]) {
      expect(() => studentTCdf(1, df)).toThrow(expect.objectContaining({ code: "out-of-range" }));
      expect(() => studentTQuantile(0.2, df)).toThrow(expect.objectContaining({ code: "out-of-range" }));
    }
    expect(() => studentTQuantile(-0.1, 1)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../fixtures/special/brownian.json" with { type: "json" };
import { brownianMaximumCdf, brownianMaximumSurvival } from "../../src/special/brownian-maximum.ts";
import { brownianRangeCdf, brownianRangeSurvival } from "../../src/special/brownian-range.ts";
import { kolmogorovCdf, kolmogorovQuantile, kolmogorovSurvival } from "../../src/special/kolmogorov.ts";
import { kuiperCdf, kuiperSurvival } from "../../src/special/kuiper.ts";
import { expectRows, relativeError } from "./helpers.ts";

type Row = [number, number | null, number | null];
const laws = {
  kolmogorov: { cdf: kolmogorovCdf, survival: kolmogorovSurvival },
  kuiper: { cdf: kuiperCdf, survival: kuiperSurvival },
  brownianMaximum: { cdf: brownianMaximumCdf, survival: brownianMaximumSurvival },
  brownianRange: { cdf: brownianRangeCdf, survival: brownianRangeSurvival },
};

describe.each(Object.entries(laws))("%s", (name, { cdf, survival }) => {
  const rows = table[name as keyof typeof laws] as Row[];

  it(`${name}Cdf(x) agrees with 60 digits to 1e-14 down to 1e-300`, () => {
    expectRows(
      rows.filter((row) => row[1] !== null),
      ([x]) => cdf(x),
      (row) => row[1] ?? 0,
      1e-14,
    );
  });

  it(`${name}Survival(x) agrees with 60 digits to 1e-14 down to 1e-300`, () => {
    expectRows(
      rows.filter((row) => row[2] !== null),
      ([x]) => survival(x),
      (row) => row[2] ?? 0,
      1e-14,
    );
  });

  it(`${name}Cdf(x) is 0 up to 0 and 1 at infinity`, () => {
    expect([-Infinity, -1, 0, 5e-324, 1e-200, 1e-3].map(cdf)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([-Infinity, -1, 0, 5e-324, 1e-200, 1e-3].map(survival)).toEqual([1, 1, 1, 1, 1, 1]);
    expect([50, 1e160, Infinity].map(cdf)).toEqual([1, 1, 1]);
    expect([50, 1e160, Infinity].map(survival)).toEqual([0, 0, 0]);
  });

  it(`${name}Cdf(x) grows, and adds up to 1 with ${name}Survival(x)`, () => {
    const point = fc.double({ min: 0, max: 12, noNaN: true });
    fc.assert(
      fc.property(point, point, (x, y) => {
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        expect(cdf(low)).toBeLessThanOrEqual(cdf(high) * (1 + 1e-14));
        expect(survival(high)).toBeLessThanOrEqual(survival(low) * (1 + 1e-14));
        expect(Math.abs(cdf(x) + survival(x) - 1)).toBeLessThanOrEqual(4e-16);
      }),
    );
  });

  it(`${name}Cdf(NaN) is refused`, () => {
    for (const compute of [cdf, survival])
      expect(() => compute(Number.NaN)).toThrow(expect.objectContaining({ code: "not-finite" }));
  });
});

describe("published values", () => {
  it("brownianMaximumCdf and brownianRangeCdf give the published values at 1, 2 and 3", () => {
    [0.370777, 0.908999, 0.9946].forEach((value, i) => {
      expect(Math.abs(brownianMaximumCdf(i + 1) - value)).toBeLessThan(5.1e-7 + (i === 2 ? 5e-5 : 0));
    });
    [0.063365, 0.818506, 0.989201].forEach((value, i) => {
      expect(Math.abs(brownianRangeCdf(i + 1) - value)).toBeLessThan(5.1e-7);
    });
  });

  it("kolmogorovSurvival and kuiperSurvival give the usual critical points", () => {
    expect(kolmogorovSurvival(1.3580986393225505)).toBeCloseTo(0.05, 12);
    expect(kolmogorovSurvival(1.6276236115189504)).toBeCloseTo(0.01, 12);
    expect(kuiperSurvival(1.747)).toBeCloseTo(0.05, 3);
    expect(kuiperSurvival(2.001)).toBeCloseTo(0.01, 4);
  });
});

describe("kolmogorovQuantile", () => {
  it("kolmogorovQuantile(p) agrees with 60 digits to 1e-14", () => {
    expectRows(
      table.kolmogorovQuantile,
      ([p]) => kolmogorovQuantile(p),
      ([, x]) => x,
      1e-14,
    );
  });

  it("kolmogorovQuantile(p) undoes kolmogorovCdf and grows", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1 - 2 ** -53, noNaN: true }), (p) => {
        const x = kolmogorovQuantile(p);
        if (p <= 0.5) expect(relativeError(kolmogorovCdf(x), p)).toBeLessThan(1e-12);
        else expect(relativeError(kolmogorovSurvival(x), 1 - p)).toBeLessThan(1e-13);
        expect(kolmogorovQuantile(p / 2)).toBeLessThan(x);
      }),
    );
  });

  it("kolmogorovQuantile(p) reaches its limits and refuses what is no probability", () => {
    expect([kolmogorovQuantile(0), kolmogorovQuantile(1)]).toEqual([0, Infinity]);
    for (const p of [-0.1, 1.1, Number.NaN])
      expect(() => kolmogorovQuantile(p)).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

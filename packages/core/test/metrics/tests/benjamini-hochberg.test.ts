import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { benjaminiHochberg } from "../../../src/metrics/tests/benjamini-hochberg.ts";

describe("benjaminiHochberg", () => {
  it("benjaminiHochberg(pValues) adjusts the example of R's p.adjust by hand", () => {
    const adjusted = benjaminiHochberg([0.01, 0.04, 0.03, 0.005, 0.5]);
    [0.025, 0.05, 0.05, 0.025, 0.5].forEach((value, i) => {
      expect(adjusted[i]).toBeCloseTo(value, 15);
    });
  });

  it("benjaminiHochberg([]) is empty, and one value stays as it is", () => {
    expect(benjaminiHochberg([]).length).toBe(0);
    expect(Array.from(benjaminiHochberg([0.3]))).toEqual([0.3]);
  });

  it("benjaminiHochberg(pValues) rejects exactly what the step-up procedure rejects, and keeps the order", () => {
    const p = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(p, { minLength: 1, maxLength: 30 }),
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (ps, q) => {
          const adjusted = benjaminiHochberg(Float64Array.from(ps));
          const sorted = [...ps].sort((a, b) => a - b);
          let cut = -1;
          sorted.forEach((value, k) => {
            if ((value * ps.length) / (k + 1) <= q) cut = value;
          });
          ps.forEach((value, i) => {
            expect(adjusted[i] <= q).toBe(value <= cut);
            expect(adjusted[i]).toBeGreaterThanOrEqual(value);
            expect(adjusted[i]).toBeLessThanOrEqual(1);
          });
        },
      ),
    );
  });

  it("benjaminiHochberg(pValues) names the position of a bad value", () => {
    for (const bad of [-0.1, 1.1, Number.NaN])
      expect(() => benjaminiHochberg([0.5, bad])).toThrow(expect.objectContaining({ code: "out-of-range", index: 1 }));
  });
});

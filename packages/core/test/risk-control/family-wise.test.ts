import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { familyWiseRejections } from "../../src/index.ts";

describe("familyWiseRejections", () => {
  it("familyWiseRejections(p, failure, bonferroni) compares each with its share", () => {
    const found = familyWiseRejections(Float64Array.of(0.9, 0.0001), 0.05, { correction: "bonferroni" });
    expect(Array.from(found)).toEqual([1]);
  });

  it("familyWiseRejections(p, failure, holm) steps down", () => {
    const found = familyWiseRejections(Float64Array.of(0.001, 0.01, 0.2), 0.05, { correction: "holm" });
    expect(Array.from(found)).toEqual([0, 1]);
  });

  it("familyWiseRejections(p, failure) stops at the first miss of the sequence", () => {
    const found = familyWiseRejections(Float64Array.of(0.001, 0.003, 0.01, 0.02, 0.2, 0.6), 0.1);
    expect(Array.from(found)).toEqual([0, 1, 2, 3]);
  });

  it("familyWiseRejections(p, failure, starts) shares the failure among its sequences", () => {
    const p = Float64Array.of(0.03, 0.004, 0.005, 0.25, 0.005, 0.2, 0.8, 0.08, 0.009, 0.005, 0.006, 0.007);
    expect(Array.from(familyWiseRejections(p, 0.09, { starts: 3 }))).toEqual([0, 1, 2, 4, 8, 9, 10, 11]);
    expect(Array.from(familyWiseRejections(p, 0.09, { starts: 100 }))).toEqual(
      Array.from(familyWiseRejections(p, 0.09, { correction: "bonferroni" })),
    );
  });

  it("familyWiseRejections(p, failure, holm) finds all that bonferroni finds", () => {
    const p = fc.array(fc.double({ min: 0, max: 0.2, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(p, (values) => {
        const column = Float64Array.from(values);
        const holm = new Set(familyWiseRejections(column, 0.1, { correction: "holm" }));
        for (const i of familyWiseRejections(column, 0.1, { correction: "bonferroni" })) expect(holm.has(i)).toBe(true);
      }),
      { seed: 44 },
    );
  });

  it("familyWiseRejections(p, failure) finds nothing among nothing", () => {
    for (const correction of ["bonferroni", "holm", "fixed-sequence"] as const)
      expect(familyWiseRejections(new Float64Array(0), 0.1, { correction })).toHaveLength(0);
  });

  it("familyWiseRejections(p, failure) refuses what is no p-value", () => {
    expect(() => familyWiseRejections(Float64Array.of(0.1, 1.2), 0.1)).toThrow(
      "p-value 1.2 at position 1 is not in [0, 1]",
    );
    expect(() => familyWiseRejections(Float64Array.of(0.1), 0.1, { starts: 0 })).toThrow(
      "starts must be an integer >= 1, got 0",
    );
    expect(() => familyWiseRejections(Float64Array.of(0.1), 0)).toThrow(
      "failure must be a probability in (0, 1), got 0",
    );
  });
});

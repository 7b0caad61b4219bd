import { describe, expect, it } from "vitest";
import { fitQuadratic } from "../../../src/calibration/binary/quadratic.ts";
import { P20, Y20 } from "../../master-case.ts";
import { CASES, largestDifference, named } from "./table.ts";

describe("fitQuadratic", () => {
  it("fitQuadratic(scores, outcomes) agrees with the published parabola of the master case to its precision", () => {
    const fit = fitQuadratic(P20, Y20);
    expect(
      largestDifference(
        named(fit, "intercept", "slope", "quadratic"),
        [-0.223823925323, 0.875909475082, 0.060892564492],
      ),
    ).toBeLessThan(2e-9);
    expect(fit).toMatchObject({ method: "quadratic", complexity: 3 });
  });

  it.each(CASES)("fitQuadratic(scores, outcomes) agrees with Newton in 40 digits: $name", (row) => {
    const fit = fitQuadratic(row.scores, row.outcomes, row.options);
    expect(
      largestDifference(named(fit, "intercept", "slope", "quadratic"), row.expected.quadratic.coefficients),
    ).toBeLessThan(1e-12);
    expect(Math.abs((fit.certificate?.objective ?? 0) - row.expected.quadratic.objective)).toBeLessThan(1e-14);
  });

  it("fitQuadratic(scores, outcomes) notes where the map turns", () => {
    const scores = Float64Array.of(0.05, 0.2, 0.4, 0.6, 0.8, 0.95);
    const valley = fitQuadratic(
      new Float64Array([...scores, ...scores]),
      Uint8Array.of(1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1),
    );
    expect(valley.notes.join()).toContain("rises beyond");
    const hill = fitQuadratic(
      new Float64Array([...scores, ...scores]),
      Uint8Array.of(0, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0),
    );
    expect(hill.notes.join()).toContain("falls beyond");
    expect(
      fitQuadratic(
        P20,
        Y20.map((value) => 1 - value),
      ).notes.length,
    ).toBe(1);
  });

  it("fitQuadratic(scores, outcomes) refuses data without an optimum", () => {
    const refused = (scores: number[], outcomes: number[], code: string) =>
      expect(() => fitQuadratic(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(
        expect.objectContaining({ name: "InputError", code }),
      );
    refused([0.1, 0.5, 0.9], [0, 1, 0], "incompatible");
    refused([0.1, 0.9, 0.1, 0.9], [0, 1, 1, 0], "too-few");
    refused([0.1, 0.5, 0.9], [0, 0, 0], "one-class");
  });
});

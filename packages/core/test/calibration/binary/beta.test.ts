import { describe, expect, it } from "vitest";
import { applyBinaryMap } from "../../../src/calibration/apply-binary.ts";
import { fitBeta } from "../../../src/calibration/binary/beta.ts";
import { P20, Y20 } from "../../master-case.ts";
import { CASES, largestDifference, named } from "./table.ts";

describe("fitBeta", () => {
  it("fitBeta(scores, outcomes) agrees with the published fit of the master case to its precision", () => {
    const fit = fitBeta(P20, Y20);
    expect(largestDifference(named(fit, "a", "b", "c"), [0.551296237152, 1.203704303604, -0.68997173554])).toBeLessThan(
      2e-10,
    );
    const values = [...applyBinaryMap(fit.map, P20).subarray(0, 3)];
    expect(largestDifference(values, [0.092812678413, 0.137934142341, 0.176502988873])).toBeLessThan(1e-10);
    expect(fit).toMatchObject({ method: "beta-abm", complexity: 3, notes: [] });
  });

  it("fitBeta(scores, outcomes) maps its m to one half", () => {
    for (const variant of ["abm", "am", "ab"] as const) {
      const fit = fitBeta(P20, Y20, { variant });
      const m = named(fit, "m");
      expect(applyBinaryMap(fit.map, Float64Array.from(m))[0]).toBeCloseTo(0.5, 14);
    }
  });

  it.each(CASES)("fitBeta(scores, outcomes, { constrained: false }) agrees with Newton in 40 digits: $name", (row) => {
    const fit = (variant: "abm" | "am" | "ab") =>
      fitBeta(row.scores, row.outcomes, { ...row.options, variant, constrained: false });
    expect(largestDifference(named(fit("abm"), "a", "b", "c"), row.expected.betaAbm.coefficients)).toBeLessThan(1e-12);
    expect(largestDifference(named(fit("am"), "a", "c"), row.expected.betaAm.coefficients)).toBeLessThan(1e-12);
    expect(largestDifference(named(fit("ab"), "a", "b"), row.expected.betaAb.coefficients)).toBeLessThan(1e-12);
    expect(named(fit("ab"), "c")[0]).toBeCloseTo(
      (row.expected.betaAb.coefficients[0] - row.expected.betaAb.coefficients[1]) * Math.LN2,
      11,
    );
    expect(Math.abs((fit("abm").certificate?.objective ?? 0) - row.expected.betaAbm.objective)).toBeLessThan(1e-14);
  });

  it.each(CASES)("fitBeta(scores, outcomes) is the best of all non-negative faces: $name", (row) => {
    const fit = fitBeta(row.scores, row.outcomes, row.options);
    const [a, b] = named(fit, "a", "b");
    expect(a >= 0 && b >= 0).toBe(true);
    const faces = [
      {
        objective: row.expected.betaAbm.objective,
        isFeasible: row.expected.betaAbm.coefficients[0] >= 0 && row.expected.betaAbm.coefficients[1] >= 0,
      },
      { objective: row.expected.betaWithoutA.objective, isFeasible: row.expected.betaWithoutA.coefficients[0] >= 0 },
      { objective: row.expected.betaWithoutB.objective, isFeasible: row.expected.betaWithoutB.coefficients[0] >= 0 },
    ];
    const best = Math.min(...faces.filter((face) => face.isFeasible).map((face) => face.objective));
    expect(Math.abs((fit.certificate?.objective ?? 0) - best)).toBeLessThan(1e-14);
  });

  it("fitBeta(scores, outcomes) sets a to 0 where positives lie among the lowest scores, and says so", () => {
    const low = CASES.find(({ name }) => name === "low positives");
    const high = CASES.find(({ name }) => name === "high negatives");
    if (low === undefined || high === undefined) throw new Error("the table lacks its bounded cases");
    const atA = fitBeta(low.scores, low.outcomes);
    expect(largestDifference(named(atA, "a", "b", "c"), [0, ...low.expected.betaWithoutA.coefficients])).toBeLessThan(
      1e-13,
    );
    expect(atA.notes.join()).toContain("best a would be negative");
    const atB = fitBeta(high.scores, high.outcomes);
    expect(named(atB, "b")).toEqual([0]);
    expect(largestDifference(named(atB, "a", "c"), high.expected.betaWithoutB.coefficients)).toBeLessThan(1e-13);
  });

  it("fitBeta(scores, reversed outcomes) is the share of positives", () => {
    const fit = fitBeta(
      P20,
      Y20.map((value, i) => (i === 0 ? 0 : 1 - value)),
    );
    expect(named(fit, "a", "b")).toEqual([0, 0]);
    expect(applyBinaryMap(fit.map, P20)[7]).toBeCloseTo(9 / 20, 14);
    expect(
      named(
        fitBeta(
          P20,
          Y20.map((value) => 1 - value),
          { variant: "ab" },
        ),
        "a",
        "b",
        "c",
      ),
    ).toEqual([0, 0, 0]);
    expect(
      named(
        fitBeta(
          P20,
          Y20.map((value) => 1 - value),
          { variant: "am" },
        ),
        "a",
        "b",
      ),
    ).toEqual([0, 0]);
  });

  it("fitBeta(scores, outcomes) has the constrained optimum of scores that separate the outcomes in reverse", () => {
    const fit = fitBeta(Float64Array.of(0.1, 0.2, 0.7, 0.8), Uint8Array.of(1, 1, 0, 0));
    expect(named(fit, "a", "b", "c")).toEqual([0, 0, 0]);
    expect(() =>
      fitBeta(Float64Array.of(0.1, 0.2, 0.7, 0.8), Uint8Array.of(1, 1, 0, 0), { constrained: false }),
    ).toThrow(expect.objectContaining({ code: "incompatible" }));
  });

  it("fitBeta(scores, outcomes, { variant: am }) is Platt scaling where the slope is positive", () => {
    expect(
      largestDifference(
        named(fitBeta(P20, Y20, { variant: "am" }), "a", "b", "c"),
        [0.8865051554466711, 0.8865051554466711, -0.13688493503412485],
      ),
    ).toBeLessThan(1e-14);
  });

  it("fitBeta(scores, outcomes) refuses data without an optimum", () => {
    const refused = (scores: number[], outcomes: number[], code: string) =>
      expect(() => fitBeta(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(
        expect.objectContaining({ name: "InputError", code }),
      );
    refused([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "incompatible");
    refused([0.1, 0.9, 0.1, 0.9], [0, 1, 1, 0], "too-few");
    refused([0.1, 0.5, 0.9], [0, 0, 0], "one-class");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitPlatt } from "../../../src/calibration/binary/platt.ts";
import { P20, Y20 } from "../../master-case.ts";
import { CASES, largestDifference, MARGINS, named } from "./table.ts";

describe("fitPlatt", () => {
  it("fitPlatt(scores, outcomes) is the Cox line of the master case", () => {
    const fit = fitPlatt(P20, Y20);
    expect(
      largestDifference(named(fit, "slope", "intercept"), [0.8865051554466711, -0.13688493503412485]),
    ).toBeLessThan(1e-14);
    expect(fit).toMatchObject({ method: "platt", complexity: 2, n: 20, effectiveN: 20, notes: [] });
    expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
  });

  it("fitPlatt(scores, outcomes, { targets: smoothed }) agrees with published values to their precision", () => {
    const onScore = fitPlatt(P20, Y20, { input: "score", targets: "smoothed" });
    expect(largestDifference(named(onScore, "slope", "intercept"), [3.425938360477, -1.797445810083])).toBeLessThan(
      3e-8,
    );
    const onLogit = fitPlatt(P20, Y20, { targets: "smoothed" });
    expect(largestDifference(named(onLogit, "slope", "intercept"), [0.640317024703, -0.112290031998])).toBeLessThan(
      1e-8,
    );
  });

  it("fitPlatt(margins, outcomes, { input: score, targets: smoothed }) takes any finite real", () => {
    const fit = fitPlatt(Float64Array.of(5, -4, 1), Uint8Array.of(1, 0, 0), { input: "score", targets: "smoothed" });
    expect(largestDifference(named(fit, "intercept", "slope"), MARGINS)).toBeLessThan(1e-14);
    expect(
      largestDifference(named(fit, "slope", "intercept"), [0.20261354391187855, -0.6523631498001051]),
    ).toBeLessThan(4e-6);
  });

  it.each(CASES)("fitPlatt(scores, outcomes) agrees with Newton in 40 digits: $name", (row) => {
    for (const [input, targets, expected] of [
      ["logit", "hard", row.expected.platt],
      ["logit", "smoothed", row.expected.plattSmoothed],
      ["score", "hard", row.expected.plattScore],
      ["score", "smoothed", row.expected.plattScoreSmoothed],
    ] as const) {
      const fit = fitPlatt(row.scores, row.outcomes, { ...row.options, input, targets });
      expect(largestDifference(named(fit, "intercept", "slope"), expected.coefficients)).toBeLessThan(1e-13);
      expect(Math.abs((fit.certificate?.objective ?? 0) - expected.objective)).toBeLessThan(1e-14);
    }
  });

  it("fitPlatt(margins, outcomes) keeps its digits far from 0", () => {
    const far = Float64Array.from([0.25, 0.5, 0.75, 1], (value) => value + 2 ** 30);
    const fit = fitPlatt(far, Uint8Array.of(0, 1, 0, 1), { input: "score" });
    const near = fitPlatt(Float64Array.of(0.25, 0.5, 0.75, 1), Uint8Array.of(0, 1, 0, 1), { input: "score" });
    expect(largestDifference(named(fit, "slope"), named(near, "slope"))).toBeLessThan(1e-12);
  });

  it("fitPlatt(scores, outcomes, { weights }) takes an integer weight for so many rows, whatever the targets", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 1 }), fc.integer({ min: 0, max: 3 })),
          {
            minLength: 4,
            maxLength: 20,
          },
        ),
        (rows) => {
          const used = rows.filter(([, , weight]) => weight > 0);
          fc.pre(new Set(used.map(([score]) => score)).size > 1);
          const weighted = fitPlatt(
            Float64Array.from(rows, ([score]) => score / 20),
            Uint8Array.from(rows, ([, outcome]) => outcome),
            { weights: Float64Array.from(rows, ([, , weight]) => weight), targets: "smoothed" },
          );
          const repeated = used.flatMap(([score, outcome, weight]) =>
            Array.from({ length: weight }, () => [score / 20, outcome]),
          );
          const plain = fitPlatt(
            Float64Array.from(repeated, ([score]) => score),
            Uint8Array.from(repeated, ([, outcome]) => outcome),
            { targets: "smoothed" },
          );
          expect(
            largestDifference(named(weighted, "slope", "intercept"), named(plain, "slope", "intercept")),
          ).toBeLessThan(1e-9);
        },
      ),
      { numRuns: 50, seed: 3 },
    );
  });

  it("fitPlatt(scores, outcomes, { weights, targets: smoothed }) takes other weights to sum to the effective rows", () => {
    const weights = Float64Array.from(P20, (p) => 0.5 + p);
    const options = { targets: "smoothed" } as const;
    const one = fitPlatt(P20, Y20, { ...options, weights });
    const scaled = fitPlatt(P20, Y20, { ...options, weights: weights.map((value) => value / 1000) });
    expect(largestDifference(named(scaled, "slope", "intercept"), named(one, "slope", "intercept"))).toBeLessThan(
      1e-10,
    );
  });

  it("fitPlatt(scores, outcomes) refuses data without an optimum, and says which", () => {
    const refused = (scores: number[], outcomes: number[], code: string) =>
      expect(() => fitPlatt(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(
        expect.objectContaining({ name: "InputError", code }),
      );
    refused([0.1, 0.2, 0.8, 0.9], [0, 0, 1, 1], "incompatible");
    refused([0.1, 0.9], [0, 1], "incompatible");
    refused([0.1, 0.2], [1, 1], "one-class");
    refused([0.4, 0.4, 0.4], [0, 1, 0], "too-few");
    refused([1e-9, 1e-8, 1e-7], [0, 1, 0], "too-few");
    refused([0.1, 1.1], [0, 1], "out-of-range");
    refused([], [], "empty");
  });

  it("fitPlatt(scores, outcomes, { targets: smoothed }) has an answer for separated classes, one class and two rows", () => {
    const fit = (scores: number[], outcomes: number[]) =>
      fitPlatt(Float64Array.from(scores), Uint8Array.from(outcomes), { targets: "smoothed" });
    expect(named(fit([0.1, 0.9], [0, 1]), "slope", "intercept")[1]).toBeCloseTo(0, 14);
    expect(named(fit([0.1, 0.9], [0, 1]), "slope")[0]).toBeCloseTo(Math.log(2) / Math.log(9), 13);
    expect(
      largestDifference(named(fit([0.1, 0.5, 0.9], [1, 1, 1]), "slope", "intercept"), [0, Math.log(4)]),
    ).toBeLessThan(1e-9);
  });

  it("fitPlatt(scores, outcomes) notes clipped scores and a falling map", () => {
    const fit = fitPlatt(Float64Array.of(0, 0.4, 0.6, 1), Uint8Array.of(1, 0, 1, 0));
    expect(fit.notes).toHaveLength(2);
    expect(fit.notes[0]).toContain("2 of 4 scores");
    expect(fit.notes[1]).toContain("order");
  });
});

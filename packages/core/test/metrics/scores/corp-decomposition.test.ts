import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/scores/scores.json" with { type: "json" };
import { matrixFromRows } from "../../../src/index.ts";
import { argsort } from "../../../src/kernels/argsort.ts";
import { softmax } from "../../../src/kernels/softmax.ts";
import { brierScoreMulticlass } from "../../../src/metrics/scores/brier-score-multiclass.ts";
import { corpDecomposition } from "../../../src/metrics/scores/corp-decomposition.ts";
import { corpDecompositionClasswise } from "../../../src/metrics/scores/corp-decomposition-classwise.ts";
import { L12, P20, Y20, Z12 } from "../../master-case.ts";

const close = (actual: number, expected: number, tolerance: number) =>
  expect(Math.abs(actual - expected)).toBeLessThan(tolerance);

describe("corpDecomposition", () => {
  it("corpDecomposition(p, y) of the master case", () => {
    const parts = corpDecomposition(P20, Y20);
    close(parts.score.value, 0.183755, 1e-14);
    close(parts.miscalibration.value, 0.03208833333333, 1e-13);
    close(parts.discrimination.value, 0.09833333333333, 1e-13);
    close(parts.uncertainty.value, 0.25, 1e-14);
    expect(parts.miscalibration).toMatchObject({
      interval: "approximate",
      spec: { metric: "corp-miscalibration", score: "brier", ties: "exact" },
    });
  });

  it('corpDecomposition(p, y, { score: "log-loss" }) of the master case', () => {
    const parts = corpDecomposition(P20, Y20, { score: "log-loss" });
    close(parts.score.value, 0.5283721871056929, 1e-14);
    close(parts.miscalibration.value, 0.09985030180894, 1e-13);
    close(parts.discrimination.value, 0.26462529526319, 1e-13);
    close(parts.uncertainty.value, Math.LN2, 1e-13);
    expect(parts.score.spec).toMatchObject({ score: "log-loss", clip: 1e-15 });
  });

  it("corpDecomposition(p, y, { weights }) equals pool-adjacent-violators in NumPy, ties and weights included", () => {
    for (const { p, y, w, corp } of table.cases)
      for (const score of ["brier", "log-loss"] as const) {
        const parts = corpDecomposition(Float64Array.from(p), Uint8Array.from(y), {
          score,
          ...(w ? { weights: Float64Array.from(w) } : {}),
        });
        close(parts.miscalibration.value, corp[score].mcb, 1e-13 * (1 + parts.score.value));
        close(parts.discrimination.value, corp[score].dsc, 1e-13);
        close(parts.uncertainty.value, corp[score].unc, 1e-13);
      }
  });

  it("corpDecomposition(p, y) adds up, with no part below 0, for either score", () => {
    const row = fc.record({
      p: fc.oneof(fc.constantFrom(0, 0.5, 1), fc.double({ min: 0, max: 1, noNaN: true })),
      y: fc.integer({ min: 0, max: 1 }),
      w: fc.constantFrom(0, 0.5, 1, 3),
    });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 25 }),
        fc.constantFrom("brier", "log-loss"),
        (rows, score) => {
          const weights = Float64Array.from(rows, (r) => r.w);
          weights[0] = 1;
          const parts = corpDecomposition(
            Float64Array.from(rows, (r) => r.p),
            Uint8Array.from(rows, (r) => r.y),
            { score: score as "brier" | "log-loss", weights },
          );
          const { miscalibration, discrimination, uncertainty, refinement } = parts;
          for (const part of [miscalibration, discrimination, uncertainty, refinement]) {
            expect(part.value).toBeGreaterThanOrEqual(0);
            expect(part.lower).toBeGreaterThanOrEqual(0);
          }
          const scale = 1e-13 * (1 + parts.score.value);
          close(miscalibration.value - discrimination.value + uncertainty.value, parts.score.value, scale);
          close(miscalibration.value + refinement.value, parts.score.value, scale);
        },
      ),
    );
  });

  it("corpDecomposition(p, y) has no miscalibration on isotonic levels that equal the frequencies", () => {
    const p = Float64Array.of(0.25, 0.25, 0.25, 0.25, 0.5, 0.5);
    const parts = corpDecomposition(p, Uint8Array.of(0, 0, 1, 0, 1, 0));
    expect(parts.miscalibration.value).toBe(0);
  });

  it("corpDecomposition(p, y) of one class has no uncertainty", () => {
    const parts = corpDecomposition(Float64Array.of(0.2, 0.9), Uint8Array.of(1, 1), { score: "log-loss" });
    expect(parts.uncertainty.value).toBe(0);
    expect(parts.discrimination.value).toBe(0);
  });

  it("corpDecomposition(p, y, { order }) uses the order it is given", () => {
    expect(corpDecomposition(P20, Y20, { order: argsort(P20) })).toEqual(corpDecomposition(P20, Y20));
  });

  it("corpDecomposition(p, y) refuses an unknown score", () => {
    expect(() => corpDecomposition(P20, Y20, { score: "crps" as "brier" })).toThrow(
      expect.objectContaining({ code: "unknown-option" }),
    );
  });
});

describe("corpDecompositionClasswise", () => {
  it("corpDecompositionClasswise(probabilities, labels) is the mean of the one-against-rest decompositions", () => {
    const p = softmax(Z12);
    const joint = corpDecompositionClasswise(p, L12);
    const single = [0, 1, 2].map((c) =>
      corpDecomposition(
        Float64Array.from({ length: p.rows }, (_, i) => p.data[i * p.cols + c]),
        Uint8Array.from(L12, (label) => (label === c ? 1 : 0)),
      ),
    );
    for (const part of ["score", "miscalibration", "discrimination", "uncertainty"] as const)
      close(joint[part].value, single.reduce((sum, d) => sum + d[part].value, 0) / 3, 1e-15);
    close(joint.score.value * 3, brierScoreMulticlass(p, L12).value, 1e-14);
    expect(joint.score.spec).toMatchObject({ classes: 3, aggregation: "one-vs-rest, mean over classes" });
  });

  it("corpDecompositionClasswise(probabilities, labels) equals the binary one for two classes", () => {
    const joint = corpDecompositionClasswise(matrixFromRows(Array.from(P20, (p) => [1 - p, p])), Int32Array.from(Y20));
    const binary = corpDecomposition(P20, Y20);
    close(joint.miscalibration.value, binary.miscalibration.value, 1e-15);
    close(joint.miscalibration.upper, binary.miscalibration.upper, 1e-14);
  });
});

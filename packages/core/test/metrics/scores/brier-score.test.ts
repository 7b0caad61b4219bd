import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/scores/scores.json" with { type: "json" };
import { matrixFromRows } from "../../../src/index.ts";
import { softmax } from "../../../src/kernels/softmax.ts";
import { brierScore } from "../../../src/metrics/scores/brier-score.ts";
import { brierScoreMulticlass } from "../../../src/metrics/scores/brier-score-multiclass.ts";
import { createRandom } from "../../../src/random/random.ts";
import { L12, P20, Y20, Z12 } from "../../master-case.ts";

describe("brierScore", () => {
  it("brierScore(p, y) of the master case", () => {
    const score = brierScore(P20, Y20);
    expect(score.value).toBeCloseTo(0.183755, 14);
    expect(score).toMatchObject({ n: 20, effectiveN: 20, level: 0.95, interval: "asymptotic" });
    expect(score.lower).toBeLessThan(score.value);
    expect(score.upper).toBeGreaterThan(score.value);
    expect(score.spec).toEqual({ metric: "brier", task: "binary", scale: "mean of (p - y)^2" });
  });

  it("brierScore(p, y) prefers the better of scikit-learn's two examples", () => {
    const y = Uint8Array.of(0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1);
    const a = Float64Array.of(0, 0.25, 0.25, 0.25, 0.25, 0.5, 0.5, 0.75, 0.75, 0.75, 0.75, 1);
    const b = Float64Array.of(0, 0.25, 0.25, 0.25, 0.75, 0.5, 0.5, 0.25, 0.75, 0.75, 0.75, 1);
    expect(brierScore(a, y).value).toBeCloseTo(1 / 6, 14);
    expect(brierScore(b, y).value).toBeCloseTo(1 / 12, 14);
  });

  it("brierScore(p, y, { weights }) equals scikit-learn", () => {
    for (const { p, y, w, brier } of table.cases) {
      const options = w ? { weights: Float64Array.from(w) } : {};
      expect(Math.abs(brierScore(Float64Array.from(p), Uint8Array.from(y), options).value / brier - 1)).toBeLessThan(
        1e-13,
      );
    }
  });

  it("brierScore(p, y) is 0 for certain truth and 1 for certain error, cut to [0, 1]", () => {
    const y = Uint8Array.of(0, 1, 1);
    expect(brierScore(Float64Array.of(0, 1, 1), y)).toMatchObject({ value: 0, lower: 0, upper: 0 });
    expect(brierScore(Float64Array.of(1, 0, 0), y)).toMatchObject({ value: 1, upper: 1 });
    expect(brierScore(Float64Array.of(0.3), Uint8Array.of(1))).toMatchObject({ lower: 0, upper: 1 });
  });

  it("brierScore(p, y) refuses bad rows and names them", () => {
    const y = Uint8Array.of(0, 1);
    const refuse = (p: number[], outcomes: Uint8Array, error: object, weights?: number[]) =>
      expect(() =>
        brierScore(Float64Array.from(p), outcomes, weights ? { weights: Float64Array.from(weights) } : {}),
      ).toThrow(expect.objectContaining(error));
    refuse([], new Uint8Array(0), { code: "empty" });
    refuse([0.5], y, { code: "shape-mismatch" });
    refuse([0.5, 1.5], y, { code: "out-of-range", index: 1 });
    refuse([0.5, Number.NaN], y, { code: "not-finite", index: 1 });
    refuse([0.5, 0.5], Uint8Array.of(0, 2), { code: "out-of-range", index: 1 });
    refuse([0.5, 0.5], y, { code: "out-of-range", index: 0 }, [-1, 1]);
    refuse([0.5, 0.5], y, { code: "shape-mismatch" }, [1]);
  });

  it("brierScore(p, y, { weights }) counts a row of weight 2 like the row twice, and scale does not matter", () => {
    const row = fc.record({
      p: fc.double({ min: 0, max: 1, noNaN: true }),
      y: fc.integer({ min: 0, max: 1 }),
      w: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 20 }), (rows) => {
        const repeated = rows.flatMap((r) => Array.from({ length: r.w }, () => r));
        const once = brierScore(
          Float64Array.from(rows, (r) => r.p),
          Uint8Array.from(rows, (r) => r.y),
          { weights: Float64Array.from(rows, (r) => r.w * 7) },
        );
        const twice = brierScore(
          Float64Array.from(repeated, (r) => r.p),
          Uint8Array.from(repeated, (r) => r.y),
        );
        expect(once.value).toBeCloseTo(twice.value, 13);
      }),
    );
  });

  it("brierScore(p, y) covers the true score in 95 % of samples (2000 samples of 200, 99.9 % band)", () => {
    const random = createRandom(71);
    const repetitions = 2000;
    const n = 200;
    // p uniform and P(y = 1) = p²: the score is the integral of 2p² − 2p³.
    const truth = 1 / 6;
    let covered = 0;
    for (let r = 0; r < repetitions; r++) {
      const p = Float64Array.from({ length: n }, () => random.uniform());
      const y = Uint8Array.from(p, (value) => (random.uniform() < value * value ? 1 : 0));
      const { lower, upper } = brierScore(p, y);
      if (lower <= truth && truth <= upper) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(1867);
    expect(covered).toBeLessThanOrEqual(1931);
  });
});

describe("brierScoreMulticlass", () => {
  it("brierScoreMulticlass(probabilities, labels) of the multiclass master case", () => {
    const score = brierScoreMulticlass(softmax(Z12), L12);
    expect(score.value).toBeCloseTo(0.3856021414475594, 14);
    expect(score.spec).toMatchObject({ metric: "brier", classes: 3, scale: "sum over classes of (p - y)^2" });
  });

  it("brierScoreMulticlass(probabilities, labels) of PyCalib's example is twice its mean over cells", () => {
    const score = brierScoreMulticlass(
      matrixFromRows([
        [0.1, 0.9],
        [0.6, 0.4],
      ]),
      Int32Array.of(1, 1),
    );
    expect(score.value / 2).toBeCloseTo(0.185, 14);
  });

  it("brierScoreMulticlass(probabilities, labels) is twice the binary score for two classes", () => {
    const rows = matrixFromRows(Array.from(P20, (p) => [1 - p, p]));
    const both = brierScoreMulticlass(rows, Int32Array.from(Y20));
    const one = brierScore(P20, Y20);
    expect(both.value).toBeCloseTo(2 * one.value, 14);
    expect(both.upper - both.value).toBeCloseTo(2 * (one.upper - one.value), 13);
  });

  it("brierScoreMulticlass(probabilities, labels) is 2 for certain error", () => {
    expect(brierScoreMulticlass(matrixFromRows([[1, 0, 0]]), Int32Array.of(2)).value).toBe(2);
  });

  it("brierScoreMulticlass(probabilities, labels) names the row of a bad label", () => {
    expect(() =>
      brierScoreMulticlass(
        softmax(Z12),
        L12.map((label) => label + 1),
      ),
    ).toThrow(expect.objectContaining({ code: "out-of-range", index: 2 }));
  });
});

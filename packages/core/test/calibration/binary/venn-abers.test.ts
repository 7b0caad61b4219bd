import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  applyBinaryMap,
  createRandom,
  fitVennAbers,
  isotonicRegression,
  isotonicValue,
  vennAbersInterval,
} from "../../../src/index.ts";
import { P20, Y20 } from "../../master-case.ts";

/** By definition: the isotonic fit at x of all rows and one more. */
function refit(scores: Float64Array, outcomes: Uint8Array, x: number, label: number, weights?: Float64Array): number {
  const rows = Array.from(scores, (score, i) => ({ score, outcome: outcomes[i], weight: weights?.[i] ?? 1 }));
  rows.push({ score: x, outcome: label, weight: 1 });
  rows.sort((a, b) => a.score - b.score);
  const fit = isotonicRegression(
    Float64Array.from(rows, ({ score }) => score),
    Float64Array.from(rows, ({ outcome }) => outcome),
    Float64Array.from(rows, ({ weight }) => weight),
  );
  return isotonicValue(fit, x);
}

function expectRefits(scores: Float64Array, outcomes: Uint8Array, grid: Float64Array, tolerance: number): void {
  const { lower, upper } = vennAbersInterval(fitVennAbers(scores, outcomes).map, grid);
  grid.forEach((x, i) => {
    expect(Math.abs(lower[i] - refit(scores, outcomes, x, 0))).toBeLessThanOrEqual(tolerance);
    expect(Math.abs(upper[i] - refit(scores, outcomes, x, 1))).toBeLessThanOrEqual(tolerance);
  });
}

describe("fitVennAbers", () => {
  it("fitVennAbers of the master case gives the refitted pairs and their merged probability", () => {
    const x = Float64Array.of(0.12, 0.33, 0.62, 0.97);
    const { map, method, n } = fitVennAbers(P20, Y20);
    const { lower, upper } = vennAbersInterval(map, x);
    expect(lower).toEqual(Float64Array.of(0, 0.25, 0.375, 0.75));
    expect(upper).toEqual(Float64Array.of(0.4, 0.5, 2 / 3, 1));
    const merged = [0.4 / 1.4, 0.4, 2 / 3 / (1 - 0.375 + 2 / 3), 0.8];
    applyBinaryMap(map, x).forEach((value, i) => {
      expect(value).toBeCloseTo(merged[i], 15);
    });
    expect({ method, n }).toEqual({ method: "venn-abers", n: 20 });
  });

  it("fitVennAbers of four rows agrees with the example of R vennabers", () => {
    const fit = fitVennAbers(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 1, 0, 1));
    const x = Float64Array.of(0.2, 0.5, 0.9);
    const { lower, upper } = vennAbersInterval(fit.map, x);
    expect(lower).toEqual(Float64Array.of(0, 0.5, 2 / 3));
    expect(upper).toEqual(Float64Array.of(0.5, 1, 1));
    const merged = applyBinaryMap(fit.map, x);
    [1 / 3, 2 / 3, 0.75].forEach((value, i) => {
      expect(merged[i]).toBeCloseTo(value, 15);
    });
  });

  it("fitVennAbers equals refitting with one more row, at and between scores with ties", () => {
    const drawn = fc.array(fc.tuple(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 1 })), {
      minLength: 1,
      maxLength: 40,
    });
    const grid = Float64Array.from({ length: 33 }, (_, i) => i / 32);
    fc.assert(
      fc.property(drawn, (rows) => {
        const scores = Float64Array.from(rows, ([score]) => score / 8);
        expectRefits(
          scores,
          Uint8Array.from(rows, ([, outcome]) => outcome),
          grid,
          0,
        );
      }),
      { numRuns: 300 },
    );
  });

  it("fitVennAbers equals refitting on 400 rows without ties", () => {
    const random = createRandom(5);
    const scores = Float64Array.from({ length: 400 }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 2 ? 1 : 0));
    expectRefits(scores, outcomes, scores.slice(0, 200), 0);
    expectRefits(
      scores,
      outcomes,
      Float64Array.from({ length: 200 }, () => random.uniform()),
      0,
    );
  });

  it("fitVennAbers with weights equals refitting with weights that sum to the effective rows", () => {
    const random = createRandom(6);
    for (let round = 0; round < 20; round++) {
      const scores = Float64Array.from({ length: 50 }, () => Math.round(random.uniform() * 20) / 20);
      const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
      const weights = Float64Array.from(scores, () => (random.uniform() < 0.2 ? 0 : 3 * random.uniform()));
      const total = weights.reduce((a, b) => a + b, 0);
      const effective = (total * total) / weights.reduce((a, b) => a + b * b, 0);
      const scaled = weights.map((w) => (w * effective) / total);
      const { map, effectiveN } = fitVennAbers(scores, outcomes, { weights });
      expect(effectiveN).toBeCloseTo(effective, 10);
      const grid = Float64Array.from({ length: 81 }, (_, i) => i / 80);
      const { lower, upper } = vennAbersInterval(map, grid);
      grid.forEach((x, i) => {
        expect(Math.abs(lower[i] - refit(scores, outcomes, x, 0, scaled))).toBeLessThan(1e-13);
        expect(Math.abs(upper[i] - refit(scores, outcomes, x, 1, scaled))).toBeLessThan(1e-13);
      });
    }
  });

  it("fitVennAbers takes whole weights as counts, in rows and in merged rows", () => {
    const scores = Float64Array.of(0.2, 0.2, 0.7, 0.7, 0.7);
    const outcomes = Uint8Array.of(0, 1, 1, 0, 1);
    const plain = fitVennAbers(scores, outcomes).map;
    const counts = Float64Array.of(1, 1, 1, 2, 0);
    const few = Float64Array.of(0.2, 0.2, 0.7, 0.7, 0.5);
    const labels = Uint8Array.of(0, 1, 0, 1, 1);
    expect(fitVennAbers(few, labels, { weights: counts }).map).toEqual(plain);
    const merged = { counts, squaredWeights: counts };
    expect(fitVennAbers(few, labels, { weights: counts, merged }).map).toEqual(plain);
    const halves = new Float64Array(5).fill(0.5);
    expect(fitVennAbers(scores, outcomes, { weights: halves }).map).toEqual(plain);
  });

  it("fitVennAbers of one row, and of one class, bounds what a further row would say", () => {
    const one = fitVennAbers(Float64Array.of(0.3), Uint8Array.of(1));
    const x = Float64Array.of(0.1, 0.3, 0.9);
    expect(vennAbersInterval(one.map, x)).toEqual({
      lower: Float64Array.of(0, 0.5, 0.5),
      upper: Float64Array.of(1, 1, 1),
    });
    const positive = fitVennAbers(P20, new Uint8Array(20).fill(1));
    expect(vennAbersInterval(positive.map, Float64Array.of(0.01, 0.05, 1))).toEqual({
      lower: Float64Array.of(0, 0.5, 20 / 21),
      upper: Float64Array.of(1, 1, 1),
    });
    expect(positive.parameters.meanWidth).toBeGreaterThan(0);
  });

  it("fitVennAbers keeps upper above lower, both monotone, with few steps for many rows", () => {
    const random = createRandom(7);
    const scores = Float64Array.from({ length: 50_000 }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < 0.1 + 0.8 * p ? 1 : 0));
    const { map } = fitVennAbers(scores, outcomes);
    const grid = Float64Array.from({ length: 2001 }, (_, i) => i / 2000);
    const { lower, upper } = vennAbersInterval(map, grid);
    for (let i = 0; i < grid.length; i++) {
      expect(upper[i]).toBeGreaterThan(lower[i]);
      if (i > 0) expect(lower[i] >= lower[i - 1] && upper[i] >= upper[i - 1]).toBe(true);
    }
    expect(map.lower.x.length + map.upper.x.length).toBeLessThan(5000);
  });

  it("fitVennAbers refuses what is not scores with outcomes", () => {
    expect(() => fitVennAbers(new Float64Array(0), new Uint8Array(0))).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
    expect(() => fitVennAbers(Float64Array.of(-0.1), Uint8Array.of(1))).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

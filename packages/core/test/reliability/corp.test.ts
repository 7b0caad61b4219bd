import { describe, expect, it } from "vitest";
import { argsort } from "../../src/kernels/argsort.ts";
import { isotonicRegression, isotonicValue } from "../../src/kernels/isotonic.ts";
import { createRandom } from "../../src/random/random.ts";
import { corpReliability } from "../../src/reliability/corp.ts";
import { consistencyBand } from "../../src/reliability/corp-band.ts";

const p = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.9);
const y = Uint8Array.of(0, 0, 1, 0, 1, 1, 0, 1);

function simulate(n: number, seed: number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    scores[i] = random.uniform();
    outcomes[i] = random.uniform() < scores[i] ? 1 : 0;
  }
  return [scores, outcomes];
}

describe("corpReliability", () => {
  it("corpReliability(probabilities, outcomes) gives both ends of every run of one fitted rate", () => {
    const { points, spec } = corpReliability(p, y, { random: createRandom(1) });
    expect(points.map(({ x }) => x)).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]);
    const expected = [0, 0, 0.5, 0.5, 2 / 3, 2 / 3, 1];
    points.forEach((point, k) => {
      expect(point.y).toBeCloseTo(expected[k], 14);
    });
    expect(spec).toEqual({ metric: "corp-reliability", regression: "isotonic", band: "consistency", draws: 300 });
  });

  it("corpReliability(probabilities, outcomes) does not depend on row order, nor on a given argsort", () => {
    const [scores, outcomes] = simulate(200, 4);
    const first = corpReliability(scores, outcomes, { random: createRandom(1) });
    const options = { random: createRandom(1), order: argsort(scores) };
    expect(corpReliability(scores, outcomes, options)).toEqual(first);
    const reversed = corpReliability(scores.slice().reverse(), outcomes.slice().reverse(), { random: createRandom(1) });
    expect(reversed).toEqual(first);
  });

  it("corpReliability(probabilities, outcomes) has the band of resampling outcomes row by row", () => {
    const [scores, outcomes] = simulate(150, 7);
    const { points } = corpReliability(scores, outcomes, { random: createRandom(2), draws: 2000 });
    const sorted = scores.slice().sort();
    const random = createRandom(3);
    const curves = Array.from({ length: 2000 }, () =>
      isotonicRegression(
        sorted,
        sorted.map((score) => (random.uniform() < score ? 1 : 0)),
      ),
    );
    for (const { x, lower, upper } of points) {
      const values = Float64Array.from(curves, (curve) => isotonicValue(curve, x)).sort();
      expect(Math.abs(lower - values[50])).toBeLessThan(0.06);
      expect(Math.abs(upper - values[1949])).toBeLessThan(0.06);
    }
  });

  it("consistencyBand(sorted, squares, weights, places) covers a calibrated curve at 95 %, pooled or not", () => {
    const places = Float64Array.from({ length: 19 }, (_, k) => (k + 1) / 20);
    for (const n of [400, 10_000]) {
      let covered = 0;
      for (let k = 0; k < 25; k++) {
        const [scores, outcomes] = simulate(n, 50 + k);
        const order = argsort(scores);
        const sorted = Float64Array.from(order, (i) => scores[i]);
        const ones = new Float64Array(n).fill(1);
        const options = { random: createRandom(k), draws: 200, level: 0.95 };
        const { lower, upper } = consistencyBand(sorted, ones, ones, places, options);
        const fit = isotonicRegression(
          sorted,
          Array.from(order, (i) => outcomes[i]),
        );
        places.forEach((x, j) => {
          const value = isotonicValue(fit, x);
          if (lower[j] <= value && value <= upper[j]) covered++;
        });
      }
      expect(covered / (25 * places.length)).toBeGreaterThan(0.93);
      expect(covered / (25 * places.length)).toBeLessThan(0.98);
    }
  });

  it("corpReliability(probabilities, outcomes, { weights }) equals repeating rows", () => {
    const weights = Float64Array.of(1, 2, 3, 1, 2, 3, 1, 2);
    const rows = Array.from(weights, (w, i) => new Array<number>(w).fill(i)).flat();
    const repeated = corpReliability(
      Float64Array.from(rows, (i) => p[i]),
      Uint8Array.from(rows, (i) => y[i]),
      { random: createRandom(1) },
    );
    const weighted = corpReliability(p, y, {
      random: createRandom(1),
      weights,
      merged: { counts: weights, squaredWeights: weights },
    });
    weighted.points.forEach((point, k) => {
      expect(point.x).toBe(repeated.points[k].x);
      expect(point.y).toBeCloseTo(repeated.points[k].y, 13);
      expect(point.lower).toBeCloseTo(repeated.points[k].lower, 13);
      expect(point.upper).toBeCloseTo(repeated.points[k].upper, 13);
    });
  });

  it("corpReliability(probabilities, outcomes, { maxPoints }) thins long curves and keeps both ends", () => {
    const [scores, outcomes] = simulate(100_000, 9);
    const { points } = corpReliability(scores, outcomes, { random: createRandom(1), draws: 20, maxPoints: 40 });
    expect(points.length).toBeLessThanOrEqual(40);
    expect(points[0].x).toBe(Math.min(...points.map(({ x }) => x)));
    expect(points[points.length - 1].x).toBeGreaterThan(0.9999);
    points.slice(1).forEach((point, k) => {
      expect(point.x).toBeGreaterThanOrEqual(points[k].x);
      expect(point.y).toBeGreaterThanOrEqual(points[k].y);
    });
  });

  it("corpReliability(probabilities, outcomes) pools scores that differ by one unit in the last place", () => {
    const scores = Float64Array.from({ length: 9000 }, (_, i) => 1 - (9000 - i) * 2 ** -53);
    const outcomes = Uint8Array.from(scores, (_, i) => (i % 97 === 0 ? 0 : 1));
    const { points } = corpReliability(scores, outcomes, { random: createRandom(2), draws: 20 });
    expect(points.every(({ y: rate }) => rate >= 0 && rate <= 1)).toBe(true);
  });

  it("corpReliability(probabilities, outcomes, options) refuses what it cannot draw", () => {
    const random = createRandom(1);
    for (const options of [{ draws: 5 }, { maxPoints: 3 }])
      expect(() => corpReliability(p, y, { random, ...options })).toThrow(
        expect.objectContaining({ code: "out-of-range" }),
      );
    expect(() => corpReliability(p, y, { random, order: new Uint32Array(3) })).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => corpReliability(p, y, { random, order: argsort(p).reverse() })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

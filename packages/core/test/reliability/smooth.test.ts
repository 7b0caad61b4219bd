import { describe, expect, it } from "vitest";
import { smoothEce } from "../../src/metrics/calibration/smooth-ece.ts";
import { createRandom } from "../../src/random/random.ts";
import { smoothReliability } from "../../src/reliability/smooth.ts";

function simulate(n: number, seed: number, rate: (p: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    scores[i] = 0.1 + 0.8 * random.uniform();
    outcomes[i] = random.uniform() < rate(scores[i]) ? 1 : 0;
  }
  return [scores, outcomes];
}

/** The curve from its definition: every row, every reflection. */
function direct(scores: Float64Array, outcomes: Uint8Array, weights: Float64Array, sigma: number, x: number): number {
  let weight = 0;
  let residual = 0;
  for (let i = 0; i < scores.length; i++)
    for (let m = -3; m <= 3; m++)
      for (const place of [2 * m + scores[i], 2 * m - scores[i]]) {
        const kernel = weights[i] * Math.exp(-(((x - place) / sigma) ** 2) / 2);
        weight += kernel;
        residual += kernel * (outcomes[i] - scores[i]);
      }
  return Math.min(1, Math.max(0, x + residual / weight));
}

describe("smoothReliability", () => {
  it("smoothReliability(probabilities, outcomes, { sigma }) is kernel regression of the residual", () => {
    const [scores, outcomes] = simulate(300, 1, (p) => p * p);
    const weights = Float64Array.from(scores, (_, i) => 1 + (i % 4));
    for (const sigma of [0.02, 0.1, 0.5]) {
      const { points, spec } = smoothReliability(scores, outcomes, { sigma, weights });
      expect(spec).toMatchObject({ metric: "smooth-reliability", sigma, bandwidth: "given" });
      for (const { x, y } of points)
        expect(Math.abs(y - direct(scores, outcomes, weights, sigma, x))).toBeLessThan(1e-4);
    }
  });

  it("smoothReliability(probabilities, outcomes) takes the smooth ECE as width, at least 0.01", () => {
    const [scores, outcomes] = simulate(2000, 2, (p) => 0.8 * p);
    expect(smoothReliability(scores, outcomes).sigma).toBeCloseTo(smoothEce(scores, outcomes).value, 12);
    expect(smoothReliability(Float64Array.of(0, 1), Uint8Array.of(0, 1)).sigma).toBe(0.01);
  });

  it("smoothReliability(probabilities, outcomes) leaves out places without data and stays within [0, 1]", () => {
    const [scores, outcomes] = simulate(4000, 3, (p) => p);
    for (let i = 0; i < scores.length; i++) if (scores[i] > 0.4 && scores[i] < 0.6) scores[i] = 0.4;
    const { points } = smoothReliability(scores, outcomes, { sigma: 0.01 });
    expect(points.length).toBeLessThan(90);
    expect(points.some(({ x }) => x > 0.45 && x < 0.55)).toBe(false);
    expect(points[0].x).toBeCloseTo(Math.min(...scores), 3);
    expect(points[points.length - 1].x).toBeCloseTo(Math.max(...scores), 3);
    for (const { y, lower, upper } of points) {
      expect(lower).toBeLessThanOrEqual(y);
      expect(upper).toBeGreaterThanOrEqual(y);
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
    }
  });

  it("smoothReliability(probabilities, outcomes) bands cover a calibrated model at 95 % of places", () => {
    let covered = 0;
    let places = 0;
    for (let k = 0; k < 60; k++) {
      const [scores, outcomes] = simulate(500, 100 + k, (p) => p);
      for (const { x, lower, upper } of smoothReliability(scores, outcomes, { sigma: 0.05, points: 21 }).points) {
        places++;
        if (lower <= x && x <= upper) covered++;
      }
    }
    expect(covered / places).toBeGreaterThan(0.93);
    expect(covered / places).toBeLessThan(0.98);
  });

  it("smoothReliability(probabilities, outcomes) has points however narrow the range of the scores", () => {
    const scores = Float64Array.from({ length: 50 }, (_, i) => 0.9991 + 1e-5 * i);
    const { points } = smoothReliability(scores, new Uint8Array(50).fill(1));
    expect(points).toHaveLength(101);
    expect(smoothReliability(new Float64Array(9).fill(0.123), new Uint8Array(9)).points).toHaveLength(1);
  });

  it("smoothReliability(probabilities, outcomes) keeps a wide band where every outcome is 1", () => {
    const { points } = smoothReliability(new Float64Array(20).fill(0.9), new Uint8Array(20).fill(1), { sigma: 0.05 });
    const middle = points[0];
    expect(middle?.y).toBeCloseTo(1, 10);
    expect(middle?.lower).toBeCloseTo(0.8389, 3);
  });

  it("smoothReliability(probabilities, outcomes, options) refuses widths and counts out of range", () => {
    for (const options of [{ sigma: 0 }, { sigma: 11 }, { points: 1 }, { points: 2.5 }])
      expect(() => smoothReliability(Float64Array.of(0.5), Uint8Array.of(1), options)).toThrow(
        expect.objectContaining({ code: "out-of-range" }),
      );
  });
});

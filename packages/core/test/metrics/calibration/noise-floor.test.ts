import { describe, expect, it } from "vitest";
import { createRandom, expectedCalibrationError, noiseFloor } from "../../../src/index.ts";
import { checkSample } from "../../../src/intervals/sample.ts";
import { binStatistics } from "../../../src/metrics/calibration/bin-statistics.ts";
import { expectedFloor } from "../../../src/metrics/calibration/expected-floor.ts";

/** Mean and central 95 % range of the ECE when every label is drawn from its own score. */
function resampled(scores: Float64Array, draws: number): { mean: number; lower: number; upper: number; error: number } {
  const random = createRandom(99);
  const outcomes = new Uint8Array(scores.length);
  const values = Float64Array.from({ length: draws }, () => {
    for (let i = 0; i < scores.length; i++) outcomes[i] = random.uniform() < scores[i] ? 1 : 0;
    return expectedCalibrationError(scores, outcomes).value;
  }).sort();
  const mean = values.reduce((a, b) => a + b, 0) / draws;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / draws;
  return {
    mean,
    lower: values[Math.floor(0.025 * draws)],
    upper: values[Math.floor(0.975 * draws)],
    error: Math.sqrt(variance / draws),
  };
}

function networkScores(n: number): Float64Array {
  const random = createRandom(7);
  return Float64Array.from({ length: n }, () => 1 - 0.5 * random.uniform() ** 6);
}

describe("noiseFloor", () => {
  it("noiseFloor of 100 scores of 0.5 is the mean absolute deviation of a binomial", () => {
    const scores = new Float64Array(100).fill(0.5);
    const outcomes = Uint8Array.from({ length: 100 }, (_, i) => i % 2);
    const exact = 0.5 * 0.07958923738717877;
    const sample = checkSample(100);
    expect(expectedFloor(binStatistics(scores, outcomes, {}, sample), sample)).toBeCloseTo(exact, 12);
    const floor = noiseFloor(scores, outcomes, { draws: 20_000 });
    expect(Math.abs(floor.value - exact)).toBeLessThan(4 * (0.03 / Math.sqrt(20_000)));
    expect(floor.pValue).toBe(1);
  });

  it.each([
    ["uniform", 300],
    ["uniform", 3000],
    ["network", 300],
    ["network", 3000],
  ])("noiseFloor of %s scores agrees with labels drawn one by one at n = %i", (kind, n) => {
    const random = createRandom(3);
    const scores = kind === "uniform" ? Float64Array.from({ length: n }, () => random.uniform()) : networkScores(n);
    const truth = resampled(scores, 2000);
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
    const floor = noiseFloor(scores, outcomes, { draws: 4000 });
    expect(Math.abs(floor.value - truth.mean)).toBeLessThan(4 * truth.error * Math.SQRT2);
    expect(floor.lower).toBeGreaterThan(truth.lower * 0.9);
    expect(floor.lower).toBeLessThan(truth.lower * 1.1);
    expect(floor.upper).toBeGreaterThan(truth.upper * 0.95);
    expect(floor.upper).toBeLessThan(truth.upper * 1.05);
    const sample = checkSample(n);
    const closed = expectedFloor(binStatistics(scores, outcomes, {}, sample), sample);
    expect(Math.abs(closed / truth.mean - 1)).toBeLessThan(0.05);
  });

  it("noiseFloor(p, y) is the same every time", () => {
    const scores = networkScores(500);
    const outcomes = Uint8Array.from(scores, (_, i) => (i % 10 === 0 ? 0 : 1));
    expect(noiseFloor(scores, outcomes)).toEqual(noiseFloor(scores, outcomes));
  });

  it("noiseFloor(p, y).moreLabels is what halves the width of the interval", () => {
    const random = createRandom(11);
    const scores = Float64Array.from({ length: 2000 }, () => random.uniform());
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ** 2 ? 1 : 0));
    const { lower, upper } = expectedCalibrationError(scores, outcomes);
    const floor = noiseFloor(scores, outcomes, { wantedWidth: (upper - lower) / 2 });
    expect(floor.moreLabels).toBeGreaterThan(5900);
    expect(floor.moreLabels).toBeLessThan(6100);
    expect(noiseFloor(scores, outcomes, { wantedWidth: 0.9 }).moreLabels).toBe(0);
  });

  it("noiseFloor(p, y) has uniform p-values under perfect calibration", () => {
    const random = createRandom(21);
    let rejected = 0;
    for (let k = 0; k < 400; k++) {
      const scores = Float64Array.from({ length: 200 }, () => random.uniform());
      const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
      if (noiseFloor(scores, outcomes, { draws: 200, random }).pValue <= 0.1) rejected++;
    }
    expect(rejected).toBeGreaterThanOrEqual(22);
    expect(rejected).toBeLessThanOrEqual(61);
  });

  it("noiseFloor(p, y) has p-values that are never too small, for a handful of rows with equal scores too", () => {
    const random = createRandom(22);
    for (const [n, p] of [
      [1, 0.3],
      [5, 0.1],
      [8, 0.7],
      [20, 0.9],
    ]) {
      const scores = new Float64Array(n).fill(p);
      let rejected = 0;
      for (let k = 0; k < 400; k++) {
        const outcomes = Uint8Array.from(scores, (score) => (random.uniform() < score ? 1 : 0));
        if (noiseFloor(scores, outcomes, { draws: 400, random }).pValue <= 0.1) rejected++;
      }
      // At most 10 % of 400, beyond which a binomial count lies with probability 0.001 from 60 on.
      expect(rejected).toBeLessThan(60);
    }
  });

  it("noiseFloor(p, y).pValue counts the draws that show the very same error", () => {
    // Five scores of 0.1: no hit and one hit both show an error of 0.1, the least possible; P(two or more) = 0.08146.
    const floor = noiseFloor(new Float64Array(5).fill(0.1), Uint8Array.of(0, 0, 1, 0, 0), { draws: 20_000 });
    expect(floor.pValue).toBe(1);
    const two = noiseFloor(new Float64Array(5).fill(0.1), Uint8Array.of(0, 1, 1, 0, 0), { draws: 20_000 });
    expect(Math.abs(two.pValue - 0.08146)).toBeLessThan(4 * Math.sqrt((0.08146 * 0.91854) / 20_000));
  });

  it.each(["l1", "l2", "max"] as const)(
    "noiseFloor(p, y, { weights, norm: %s }) agrees with labels drawn one by one",
    (norm) => {
      const random = createRandom(31);
      const n = 240;
      const scores = Float64Array.from({ length: n }, () => random.uniform() ** 2);
      const weights = Float64Array.from(scores, () => 0.2 + 2 * random.uniform());
      const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
      const values = Float64Array.from({ length: 3000 }, () => {
        const drawn = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
        return expectedCalibrationError(scores, drawn, { weights, norm }).value;
      });
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const sd = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      const floor = noiseFloor(scores, outcomes, { weights, norm, draws: 3000 });
      expect(Math.abs(floor.value - mean)).toBeLessThan(4 * sd * Math.sqrt(2 / 3000));
      values.sort();
      expect(Math.abs(floor.lower - values[75])).toBeLessThan(0.15 * sd);
      expect(Math.abs(floor.upper - values[2925])).toBeLessThan(0.25 * sd);
      expect(floor.spec).toMatchObject({ metric: `noise-floor-${norm}`, weighted: true, draws: 3000 });
    },
  );

  it("noiseFloor(p, y, { merged }) is that of the rows that were merged", () => {
    const random = createRandom(41);
    const levels = [0.004, 0.1, 0.3, 0.5, 0.62, 0.8, 0.95, 0.997];
    const scores = Float64Array.from({ length: 160 }, () => levels[random.integer(levels.length)]);
    const outcomes = Uint8Array.from(scores, (p) => (random.uniform() < p ? 1 : 0));
    const counts = new Float64Array(2 * levels.length);
    for (let i = 0; i < scores.length; i++) counts[2 * levels.indexOf(scores[i]) + outcomes[i]]++;
    const used = [...counts.keys()].filter((k) => counts[k] > 0);
    const weights = Float64Array.from(used, (k) => counts[k]);
    const merged = noiseFloor(
      Float64Array.from(used, (k) => levels[k >> 1]),
      Uint8Array.from(used, (k) => k & 1),
      { weights, merged: { counts: weights, squaredWeights: weights }, draws: 20_000 },
    );
    const rows = noiseFloor(scores, outcomes, { draws: 20_000 });
    expect(merged.n).toBe(160);
    expect(Math.abs(merged.value - rows.value)).toBeLessThan(0.0005);
    expect(Math.abs(merged.lower - rows.lower)).toBeLessThan(0.002);
    expect(Math.abs(merged.upper - rows.upper)).toBeLessThan(0.002);
    expect(Math.abs(merged.pValue - rows.pValue)).toBeLessThan(0.02);
    expect(merged.moreLabels).toBe(rows.moreLabels);
  });

  it("noiseFloor(p, y) of certain scores is 0", () => {
    expect(noiseFloor(Float64Array.of(0, 1, 1), Uint8Array.of(0, 1, 1))).toMatchObject({
      value: 0,
      upper: 0,
      pValue: 1,
    });
    expect(noiseFloor(Float64Array.of(0, 1, 1), Uint8Array.of(0, 1, 0)).pValue).toBe(1 / 2001);
  });

  it("noiseFloor(p, y) refuses a width or a number of draws it cannot use", () => {
    const scores = Float64Array.of(0.5);
    expect(() => noiseFloor(scores, Uint8Array.of(1), { wantedWidth: 0 })).toThrow(/wantedWidth/);
    expect(() => noiseFloor(scores, Uint8Array.of(1), { draws: 10 })).toThrow(/draws/);
  });
});

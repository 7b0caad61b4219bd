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

  it("noiseFloor(p, y) refuses a width or a number of draws it cannot use", () => {
    const scores = Float64Array.of(0.5);
    expect(() => noiseFloor(scores, Uint8Array.of(1), { wantedWidth: 0 })).toThrow(/wantedWidth/);
    expect(() => noiseFloor(scores, Uint8Array.of(1), { draws: 10 })).toThrow(/draws/);
  });
});

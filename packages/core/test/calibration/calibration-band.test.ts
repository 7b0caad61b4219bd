import { describe, expect, it } from "vitest";
import { fitIsotonic } from "../../src/calibration/binary/isotonic.ts";
import { fitPlatt } from "../../src/calibration/binary/platt.ts";
import { type BandData, calibrationBand } from "../../src/calibration/calibration-band.ts";
import { createRandom } from "../../src/random/random.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** Scores whose log-odds are 0.5 + 0.6 logit(s). */
function truthAt(score: number): number {
  return 1 / (1 + Math.exp(-(0.5 + 0.6 * Math.log(score / (1 - score)))));
}

function sampled(seed: number, rows: number): BandData {
  const random = createRandom(seed);
  const scores = Float64Array.from({ length: rows }, () => 0.02 + 0.96 * random.uniform());
  return { scores, outcomes: Uint8Array.from(scores, (s) => (random.uniform() < truthAt(s) ? 1 : 0)) };
}

/** Whether `hits` of `runs` is outside the central 99.9 % of Binomial(runs, p). */
function isOutside(hits: number, runs: number, p: number): boolean {
  const atMost = hits === runs ? 1 : 1 - regularizedBeta(p, hits + 1, runs - hits);
  const atLeast = hits === 0 ? 1 : regularizedBeta(p, hits, runs - hits + 1);
  return Math.min(atMost, atLeast) < 0.0005;
}

describe("calibrationBand", () => {
  it("calibrationBand(data, fitPlatt) covers the true probability at its level", () => {
    const runs = 100;
    const at = [0.2, 0.5, 0.8];
    const hits = at.map(() => 0);
    for (let seed = 0; seed < runs; seed++) {
      const band = calibrationBand(sampled(seed, 200), fitPlatt, { level: 0.9, refits: 80, points: 11, seed });
      at.forEach((score, j) => {
        const k = Math.round(score * 10);
        if (band.lower[k] <= truthAt(score) && truthAt(score) <= band.upper[k]) hits[j]++;
      });
    }
    hits.forEach((count) => {
      expect(isOutside(count, runs, 0.9)).toBe(false);
    });
  });

  it("calibrationBand(data, fit) narrows like one over the root of the rows, and is the same every time", () => {
    const width = (rows: number): number => {
      const { lower, upper } = calibrationBand(sampled(3, rows), fitPlatt, { points: 3, refits: 200 });
      return upper[1] - lower[1];
    };
    expect(width(200) / width(3200)).toBeGreaterThan(3);
    expect(width(200) / width(3200)).toBeLessThan(5.5);
    const once = calibrationBand(sampled(4, 200), fitIsotonic, { refits: 40 });
    expect(calibrationBand(sampled(4, 200), fitIsotonic, { refits: 40 })).toEqual(once);
    expect(once.scores).toHaveLength(101);
    once.lower.forEach((low, k) => {
      expect(low).toBeLessThanOrEqual(once.upper[k]);
    });
  });

  it("calibrationBand(data, fit) draws groups together: a row ten times over is one row", () => {
    const { scores, outcomes } = sampled(5, 150);
    const ten = <T>(values: ArrayLike<T>): T[] =>
      Array.from(values).flatMap((value) => Array.from({ length: 10 }, () => value));
    const many = { scores: Float64Array.from(ten(scores)), outcomes: Uint8Array.from(ten(outcomes)) };
    const groups = Int32Array.from({ length: 1500 }, (_, i) => Math.floor(i / 10));
    const width = (data: BandData): number => {
      const { lower, upper } = calibrationBand(data, fitPlatt, { points: 3, refits: 300 });
      return upper[1] - lower[1];
    };
    expect(width({ ...many, groups }) / width({ scores, outcomes })).toBeCloseTo(1, 0);
    expect(width(many)).toBeLessThan(0.5 * width({ ...many, groups }));
  });

  it("calibrationBand(data, fit) counts weight 0 as no row", () => {
    const { scores, outcomes } = sampled(6, 200);
    const weights = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 2 : 0));
    const band = calibrationBand({ scores, outcomes, weights }, fitPlatt, { points: 3, refits: 300 });
    const half = calibrationBand({ scores: scores.slice(0, 100), outcomes: outcomes.slice(0, 100) }, fitPlatt, {
      points: 3,
      refits: 300,
    });
    const ratio = (band.upper[1] - band.lower[1]) / (half.upper[1] - half.lower[1]);
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });

  it("calibrationBand(data, fit) refuses what has no band, in words", () => {
    const data = sampled(7, 50);
    expect(() => calibrationBand(data, fitPlatt, { level: 1 })).toThrow(/level must be in \(0, 1\), got 1/);
    expect(() => calibrationBand(data, fitPlatt, { refits: 3 })).toThrow(/refits must be a whole number >= 20/);
    expect(() => calibrationBand(data, fitPlatt, { points: 1 })).toThrow(/points must be a whole number >= 2/);
    expect(() => calibrationBand({ ...data, groups: new Int32Array(50) }, fitPlatt)).toThrow(/at least 2 groups/);
    expect(() => calibrationBand({ ...data, groups: new Int32Array(5) }, fitPlatt)).toThrow(/50 rows but 5 groups/);
    expect(() => calibrationBand({ ...data, outcomes: new Uint8Array(50) }, fitPlatt)).toThrow(/both outcomes/);
    const few = { scores: Float64Array.of(0.1, 0.6, 0.5, 0.9), outcomes: Uint8Array.of(0, 0, 1, 1) };
    expect(() => calibrationBand(few, fitPlatt)).toThrow(/they are too few for a band/);
  });
});

import { describe, expect, it } from "vitest";
import { benjaminiHochberg, calibrationEvidence, calibrationScoreTest, createRandom } from "../../../src/index.ts";
import { eventCountTest } from "../../../src/metrics/tests/event-count-test.ts";
import { regularizedBeta } from "../../../src/special/regularized-beta.ts";

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

/** The most of n draws that may fall into an event of probability p, but for one time in a thousand. */
function mostOf(n: number, p: number): number {
  let k = Math.floor(n * p);
  while (regularizedBeta(p, k + 1, n - k) > 0.001) k++;
  return k;
}

describe("calibrationEvidence far out in the tail", () => {
  it.each([
    ["rare events", -4, 200],
    ["rare failures", 3, 100],
    ["balanced scores", 0, 30],
    ["a handful of expected events", -5, 300],
  ])("calibrationEvidence(p, y) of a perfect model is below a level no more often than that: %s", (_, centre, n) => {
    const random = createRandom(2);
    const draws = 4000;
    const levels = [0.05, 0.01, 0.001];
    const seen = [0, 0, 0];
    for (let draw = 0; draw < draws; draw++) {
      const p = Float64Array.from({ length: n }, () => logistic(centre + random.normal()));
      const value = calibrationEvidence(
        p,
        Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0)),
      );
      levels.forEach((level, k) => {
        if (value <= level) seen[k]++;
      });
    }
    levels.forEach((level, k) => {
      expect(seen[k], `${level}`).toBeLessThanOrEqual(mostOf(draws, level));
    });
  });

  it("calibrationEvidence(p, y) over groups with rare events flags at most 5 % of calibrated data sets", () => {
    const random = createRandom(11);
    const sets = 300;
    let flagged = 0;
    for (let s = 0; s < sets; s++) {
      const pValues = Float64Array.from({ length: 20 }, () => {
        const p = Float64Array.from({ length: 100 }, () => logistic(-2.94 + 0.8 * random.normal()));
        return calibrationEvidence(
          p,
          Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0)),
        );
      });
      if (benjaminiHochberg(pValues).some((q) => q <= 0.05)) flagged++;
    }
    expect(flagged).toBeLessThanOrEqual(mostOf(sets, 0.05));
  });

  it("calibrationEvidence(p, y) nears the score test with the number of rows, and is it in the end", () => {
    const random = createRandom(5);
    const p = Float64Array.from({ length: 50_000 }, () => 0.05 + 0.9 * random.uniform());
    const y = Uint8Array.from(p, (q) => (random.uniform() < q + 0.005 ? 1 : 0));
    const ratio = calibrationEvidence(p, y) / calibrationScoreTest(p, y).pValue;
    expect(Math.abs(ratio - 1)).toBeLessThan(0.02);
    const many = Float64Array.from({ length: 500_000 }, () => 0.3 + 0.4 * random.uniform());
    const seen = Uint8Array.from(many, (q) => (random.uniform() < q ? 1 : 0));
    expect(calibrationEvidence(many, seen)).toBe(calibrationScoreTest(many, seen).pValue);
  });

  it("calibrationEvidence(p, y) sees probabilities that are too extreme though right on average", () => {
    const random = createRandom(3);
    const logits = Float64Array.from({ length: 2000 }, () => 1.5 * random.normal());
    const y = Uint8Array.from(logits, (l) => (random.uniform() < logistic(0.6 * l) ? 1 : 0));
    expect(calibrationEvidence(logits.map(logistic), y)).toBeLessThan(1e-6);
  });

  it("calibrationEvidence(p, y) sees timid scores that separate the outcomes, and no event among many expected", () => {
    const p = Float64Array.from({ length: 80 }, (_, i) => 0.3 + 0.005 * i);
    expect(
      calibrationEvidence(
        p,
        Uint8Array.from(p, (_, i) => (i >= 40 ? 1 : 0)),
      ),
    ).toBeLessThan(1e-3);
    const rare = p.map((q) => q / 6);
    const none = rare.reduce((product, q) => product * (1 - q), 1);
    expect(calibrationEvidence(rare, new Uint8Array(80)) / (4 * none)).toBeCloseTo(1, 9);
    expect(calibrationEvidence(p, new Uint8Array(80))).toBeLessThan(1e-5);
  });

  it("calibrationEvidence(p, y, { weights, merged }) of merged rows is that of the rows they stand for", () => {
    const random = createRandom(1);
    for (const centre of [0, -3.5]) {
      const p = Float64Array.from({ length: 60 }, () => logistic(centre + random.normal()));
      const y = Uint8Array.from(p, (q) => (random.uniform() < q ? 1 : 0));
      const rows = calibrationEvidence(Float64Array.of(...p, ...p), Uint8Array.of(...y, ...y));
      const counts = new Float64Array(60).fill(2);
      const merged = calibrationEvidence(p, y, { weights: counts, merged: { counts, squaredWeights: counts } });
      expect(Math.abs(merged / rows - 1)).toBeLessThan(1e-9);
    }
  });

  it("calibrationEvidence(p, y, { weights }) leaves out rows of weight 0", () => {
    const p = Float64Array.of(0.2, 0.7, 0.1, 0.1);
    const found = calibrationEvidence(p, Uint8Array.of(1, 0, 1, 0), { weights: Float64Array.of(3, 3, 0, 3) });
    expect(found).toBe(calibrationEvidence(Float64Array.of(0.2, 0.7, 0.1), Uint8Array.of(1, 0, 0)));
  });
});

describe("eventCountTest", () => {
  it("eventCountTest(p, y) is twice the smaller tail of the sum, by every outcome there is", () => {
    const random = createRandom(8);
    const p = Float64Array.from({ length: 10 }, () => random.uniform());
    const chances = new Float64Array(11);
    for (let pattern = 0; pattern < 1024; pattern++) {
      let chance = 1;
      let events = 0;
      p.forEach((q, i) => {
        const happened = (pattern >> i) & 1;
        chance *= happened ? q : 1 - q;
        events += happened;
      });
      chances[events] += chance;
    }
    for (let k = 0; k <= 10; k++) {
      const low = chances.slice(0, k + 1).reduce((sum, c) => sum + c, 0);
      const high = chances.slice(k).reduce((sum, c) => sum + c, 0);
      const y = Uint8Array.from(p, (_, i) => (i < k ? 1 : 0));
      const expected = Math.min(1, 2 * Math.min(low, high));
      expect(Math.abs(eventCountTest(p, y, undefined) / expected - 1)).toBeLessThan(1e-12);
    }
  });

  it("eventCountTest(p, y) is the binomial tail where all are equal, far out too, and 0 where the impossible happened", () => {
    for (const [n, p, k] of [
      [40, 0.02, 7],
      [2000, 0.001, 25],
      [500, 0.99, 460],
    ]) {
      const exact = 2 * (k > n * p ? regularizedBeta(p, k, n - k + 1) : regularizedBeta(1 - p, n - k, k + 1));
      const y = Uint8Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
      expect(Math.abs(eventCountTest(new Float64Array(n).fill(p), y, undefined) / exact - 1)).toBeLessThan(1e-9);
    }
    expect(eventCountTest(Float64Array.of(0.5, 0), Uint8Array.of(0, 1), undefined)).toBe(0);
    expect(eventCountTest(Float64Array.of(1, 0), Uint8Array.of(1, 0), undefined)).toBe(1);
    expect(eventCountTest(new Float64Array(600).fill(0.001), new Uint8Array(600).fill(1), undefined)).toBeLessThan(
      1e-200,
    );
  });
});

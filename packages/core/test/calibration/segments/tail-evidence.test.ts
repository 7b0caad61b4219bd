import { describe, expect, it } from "vitest";
import { tailEvidence } from "../../../src/calibration/segments/tail-evidence.ts";
import { createRandom } from "../../../src/random/random.ts";
import { regularizedBeta } from "../../../src/special/regularized-beta.ts";
import { logistic } from "./simulate.ts";

describe("tailEvidence(probabilities, outcomes)", () => {
  it.each([
    [40, 0.02, 7],
    [500, 0.01, 18],
    [200, 0.3, 95],
    [200, 0.5, 50],
    [60, 0.95, 48],
    [20, 0.1, 20],
  ])("tailEvidence is within 4 %% of twice the binomial tail for %d rows at %d with %d events", (n, p, k) => {
    const outcomes = Uint8Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
    const exact = 2 * (k > n * p ? regularizedBeta(p, k, n - k + 1) : regularizedBeta(1 - p, n - k, k + 1));
    const value = tailEvidence(new Float64Array(n).fill(p), outcomes);
    expect(Math.abs(value / exact - 1)).toBeLessThan(0.04);
  });

  it("tailEvidence takes a weight of 2 everywhere for no weight, and merged rows for those they stand for", () => {
    const random = createRandom(1);
    const p = Float64Array.from({ length: 60 }, () => logistic(random.normal()));
    const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
    const plain = tailEvidence(p, y);
    expect(tailEvidence(p, y, { weights: new Float64Array(60).fill(2) })).toBeCloseTo(plain, 1);
    const twice = tailEvidence(Float64Array.of(...p, ...p), Uint8Array.of(...y, ...y));
    const counts = new Float64Array(60).fill(2);
    const merged = tailEvidence(p, y, { weights: counts, merged: { counts, squaredWeights: counts } });
    expect(Math.abs(merged / twice - 1)).toBeLessThan(1e-9);
  });

  it("tailEvidence is at most 5 % below its level for calibrated probabilities, rare ones too", () => {
    const random = createRandom(2);
    const below = [0.05, 0.01, 0.001];
    for (const [centre, rows] of [
      [0, 30],
      [-4, 200],
      [3, 60],
    ]) {
      const seen = [0, 0, 0];
      const draws = 6000;
      for (let draw = 0; draw < draws; draw++) {
        const p = Float64Array.from({ length: rows }, () => logistic(centre + random.normal()));
        const y = Uint8Array.from(p, (value) => (random.uniform() < value ? 1 : 0));
        const value = tailEvidence(p, y);
        below.forEach((level, k) => {
          if (value <= level) seen[k]++;
        });
      }
      below.forEach((level, k) => {
        const expected = draws * level;
        expect(seen[k], `${level} at ${centre}`).toBeLessThan(1.05 * expected + 3 * Math.sqrt(expected));
      });
    }
  }, 60_000);

  it("tailEvidence sees probabilities that are too extreme though right on average", () => {
    const random = createRandom(3);
    const logits = Float64Array.from({ length: 2000 }, () => 1.5 * random.normal());
    const y = Uint8Array.from(logits, (l) => (random.uniform() < logistic(0.6 * l) ? 1 : 0));
    expect(tailEvidence(logits.map(logistic), y)).toBeLessThan(1e-6);
  });

  it("tailEvidence holds for probabilities of 0 and 1 and for a single row", () => {
    expect(tailEvidence(Float64Array.of(0, 1), Uint8Array.of(0, 1))).toBe(1);
    expect(tailEvidence(Float64Array.of(0.2), Uint8Array.of(1))).toBeCloseTo(0.4, 12);
    expect(tailEvidence(Float64Array.of(0, 0.5), Uint8Array.of(1, 1))).toBeLessThan(1e-5);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, pivotalSample, poissonSample, samplingProbabilities, sum } from "../../src/index.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** Whether so many hits of n draws are within the central 99.9 % of the binomial. */
function isWithin(hits: number, n: number, p: number): boolean {
  const atMost = hits >= n ? 1 : 1 - regularizedBeta(p, hits + 1, n - hits);
  const atLeast = hits <= 0 ? 1 : regularizedBeta(p, hits, n - hits + 1);
  return Math.min(atMost, atLeast) > 0.0005;
}

const chances = samplingProbabilities(
  Float64Array.from({ length: 40 }, (_, i) => (i % 8) ** 2),
  { budget: 12, floor: 0.2 },
);

describe("poissonSample and pivotalSample", () => {
  for (const [name, draw] of [
    ["poissonSample", poissonSample],
    ["pivotalSample", pivotalSample],
  ] as const)
    it(`${name}(p, random) includes every row with its probability`, () => {
      const random = createRandom(8);
      const runs = 20_000;
      const counts = new Int32Array(chances.length);
      for (let r = 0; r < runs; r++) for (const i of draw(chances, random)) counts[i]++;
      counts.forEach((count, i) => {
        expect(isWithin(count, runs, chances[i])).toBe(true);
      });
    });

  it("pivotalSample(p, random) draws exactly as many as the probabilities sum to, each at most once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: 2, maxLength: 60 }),
        fc.nat(),
        (u, seed) => {
          const budget = 1 + (seed % u.length);
          const p = samplingProbabilities(Float64Array.from(u), { budget });
          const rows = pivotalSample(p, createRandom(seed));
          expect(rows.length).toBe(budget);
          expect(new Set(rows).size).toBe(budget);
          expect(Array.from(rows)).toEqual(Array.from(rows).sort((a, b) => a - b));
        },
      ),
    );
  });

  it("pivotalSample(p, random) varies less than independent draws, also in an estimated total", () => {
    const random = createRandom(5);
    const variance = (draw: typeof poissonSample): number => {
      let total = 0;
      let squares = 0;
      const runs = 3000;
      for (let r = 0; r < runs; r++) {
        let estimate = 0;
        for (const i of draw(chances, random)) estimate += (1 + (i % 3)) / chances[i];
        total += estimate / runs;
        squares += (estimate * estimate) / runs;
      }
      return squares - total * total;
    };
    expect(variance(pivotalSample)).toBeLessThan(variance(poissonSample));
  });

  it("pivotalSample(p, random) takes rows of probability 1 and leaves those of 0", () => {
    const rows = pivotalSample(Float64Array.of(1, 0, 0.5, 0.5, 1), createRandom(1));
    expect(rows.length).toBe(3);
    expect(rows).toContain(0);
    expect(rows).toContain(4);
    expect(rows).not.toContain(1);
  });

  it("pivotalSample(p, random) keeps to its sum over a hundred thousand rows", () => {
    const u = Float64Array.from({ length: 100_000 }, (_, i) => 1 + (i % 97));
    const p = samplingProbabilities(u, { budget: 1234 });
    expect(Math.abs(sum(p) - 1234)).toBeLessThan(1e-6);
    expect(pivotalSample(p, createRandom(4)).length).toBe(1234);
  });

  it("the same seed gives the same rows, another one others", () => {
    expect(pivotalSample(chances, createRandom(2))).toEqual(pivotalSample(chances, createRandom(2)));
    expect(pivotalSample(chances, createRandom(2))).not.toEqual(pivotalSample(chances, createRandom(3)));
  });

  it("pivotalSample(p, random) says what it expected", () => {
    expect(() => pivotalSample(Float64Array.of(0.5, 0.2), createRandom(1))).toThrow(
      "the probabilities must sum to a whole number, got 0.7",
    );
    expect(() => poissonSample(Float64Array.of(0.5, 1.5), createRandom(1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
  });
});

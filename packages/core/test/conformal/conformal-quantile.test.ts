import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  conformalQuantile,
  prepareWeightedScores,
  weightedConformalQuantile,
  weightedQuantileAt,
} from "../../src/conformal/conformal-quantile.ts";
import { conformalRank } from "../../src/conformal/rank.ts";
import { createRandom } from "../../src/random/random.ts";
import { regularizedBeta } from "../../src/special/regularized-beta.ts";

/** Whether `hits` of `trials` lies outside the central 99.9 % of the binomial distribution, on the side asked for. */
const isTooFew = (hits: number, trials: number, p: number): boolean =>
  hits < trials && regularizedBeta(1 - p, trials - hits, hits + 1) < 0.0005;
const isTooMany = (hits: number, trials: number, p: number): boolean =>
  hits > 0 && regularizedBeta(p, hits, trials - hits + 1) < 0.0005;

const scoresOf = fc.array(fc.integer({ min: -4, max: 4 }), { maxLength: 40 }).map((s) => Float64Array.from(s));
const levelOf = fc.integer({ min: 1, max: 999 }).map((k) => k / 1000);

describe("conformalQuantile(scores, level)", () => {
  it.each([
    [9, 0.9, 9, 9],
    [19, 0.9, 18, 18],
    [29, 0.9, 27, 27],
    [99, 0.9, 90, 90],
    [8, 0.9, 9, Infinity],
    [4, 0.8, 4, 4],
    [99, 0.99, 99, 99],
    [0, 0.5, 1, Infinity],
  ])("conformalQuantile(1 … %d, %d) has rank %d and is %d", (n, level, rank, quantile) => {
    const scores = Float64Array.from({ length: n }, (_, i) => n - i);
    expect(conformalQuantile(scores, level)).toEqual({ n, rank, quantile });
    expect(scores[0]).toBe(n === 0 ? undefined : n);
  });

  it("conformalQuantile([1, 2, 3, 4], level) is 4 at 0.8 and infinite at 0.81", () => {
    const scores = Float64Array.of(1, 2, 3, 4);
    expect(conformalQuantile(scores, 0.8).quantile).toBe(4);
    expect(conformalQuantile(scores, 0.81).quantile).toBe(Infinity);
  });

  it("conformalQuantile(scores, level) is the score of its rank in the sorted list", () => {
    fc.assert(
      fc.property(scoresOf, levelOf, (scores, level) => {
        const { n, rank, quantile } = conformalQuantile(scores, level);
        expect(rank).toBe(conformalRank(n, level));
        expect(quantile).toBe(rank > n ? Infinity : scores.toSorted()[rank - 1]);
      }),
    );
  });

  it.each([
    [10, 0.5],
    [19, 0.9],
    [20, 0.9],
    [100, 0.99],
    [50, 0.73],
  ])(
    "conformalQuantile(%d scores, %d) covers rank/(n + 1) of new scores, and more where scores are tied",
    (n, level) => {
      const random = createRandom(n);
      const scores = new Float64Array(n);
      const trials = 4000;
      const exact = conformalRank(n, level) / (n + 1);
      for (const isTied of [false, true]) {
        const draw = (): number => (isTied ? random.integer(5) : random.normal());
        let covered = 0;
        for (let t = 0; t < trials; t++) {
          for (let i = 0; i < n; i++) scores[i] = draw();
          if (draw() <= conformalQuantile(scores, level).quantile) covered++;
        }
        expect(isTooFew(covered, trials, exact)).toBe(false);
        if (!isTied) expect(isTooMany(covered, trials, exact)).toBe(false);
      }
    },
  );

  it("conformalQuantile(scores, level) keeps infinite scores apart from too few scores", () => {
    expect(conformalQuantile(Float64Array.of(-Infinity, 0, Infinity), 0.25).quantile).toBe(-Infinity);
    expect(conformalQuantile(Float64Array.of(-Infinity, 0, Infinity), 0.75)).toEqual({
      n: 3,
      rank: 3,
      quantile: Infinity,
    });
  });

  it("conformalQuantile(scores, level) names the row of a NaN, also where the rank is n + 1", () => {
    for (const level of [0.5, 0.99])
      expect(() => conformalQuantile(Float64Array.of(1, Number.NaN), level)).toThrow(
        expect.objectContaining({ code: "not-finite", index: 1 }),
      );
  });

  it.each([0, 1, Number.NaN, "x"])("conformalQuantile(scores, %s) is refused", (level) => {
    expect(() => conformalQuantile(Float64Array.of(1), level)).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

describe("weightedConformalQuantile(scores, weights, testWeight, level)", () => {
  it.each([
    [[1, 2, 3, 4], [1, 1, 1, 1], 1, 0.8, 4],
    [[1, 2, 3, 4], [1, 1, 1, 1], 1, 0.81, Infinity],
    [[4, 1, 3, 2], [8, 1, 2, 1], 1, 0.7, 4],
    [[4, 1, 3, 2], [1, 4, 1, 4], 2, 0.7, 3],
  ])("weightedConformalQuantile(%j, %j, %d, %d) is %d", (scores, weights, testWeight, level, quantile) => {
    const s = Float64Array.from(scores);
    expect(weightedConformalQuantile(s, Float64Array.from(weights), testWeight, level)).toBe(quantile);
  });

  it("weightedConformalQuantile(scores, weights, 0, level) is the plain weighted quantile", () => {
    const s = Float64Array.of(1, 2, 3, 4);
    expect(weightedConformalQuantile(s, Float64Array.of(0.5, 1 / 6, 1 / 6, 1 / 6), 0, 0.5)).toBe(1);
    expect(weightedConformalQuantile(s, Float64Array.of(1, 1, 1, 1), 0, 0.5)).toBe(2);
    const five = Float64Array.of(1, 2, 3, 4, 5);
    const w = Float64Array.of(3 / 20, 3 / 20, 3 / 20, 2 / 5, 3 / 20);
    expect(weightedConformalQuantile(five, w, 0, 0.5)).toBe(4);
    expect(weightedConformalQuantile(Float64Array.of(20, 10, 50, 40, 100), w, 0, 0.2)).toBe(20);
  });

  it("weightedConformalQuantile(scores, equal weights, the same, level) is conformalQuantile for all thousandths", () => {
    let mismatches = 0;
    for (const weight of [1, 0.1, 1 / 3, 7e-300, 3e300, Math.PI])
      for (const n of [1, 7, 29, 100]) {
        const scores = Float64Array.from({ length: n }, (_, i) => i);
        const prepared = prepareWeightedScores(scores, new Float64Array(n).fill(weight));
        for (let k = 1; k < 1000; k++) {
          const level = k / 1000;
          if (weightedQuantileAt(prepared, weight, level) !== conformalQuantile(scores, level).quantile) mismatches++;
        }
      }
    expect(mismatches).toBe(0);
  });

  it("weightedConformalQuantile(scores, weights, testWeight, level) counts a row of weight 2 twice, of weight 0 never", () => {
    fc.assert(
      fc.property(scoresOf, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), levelOf, (scores, stream, level) => {
        const weights = Float64Array.from(scores, () => stream.next().value);
        const repeated = Float64Array.from([...scores].flatMap((s, i) => new Array<number>(weights[i]).fill(s)));
        expect(weightedConformalQuantile(scores, weights, 1, level)).toBe(conformalQuantile(repeated, level).quantile);
      }),
    );
  });

  it("weightedQuantileAt(prepared, testWeight, level) is exact where a level has 32 digits", () => {
    const prepared = prepareWeightedScores(Float64Array.of(1, 2, 3), Float64Array.of(1, 1, 1));
    expect(weightedQuantileAt(prepared, 1, "0.50000000000000000000000000000000")).toBe(2);
    expect(weightedQuantileAt(prepared, 1, "0.50000000000000000000000000000001")).toBe(3);
    expect(weightedQuantileAt(prepared, 1, "0.49999999999999999999999999999999")).toBe(2);
    expect(weightedQuantileAt(prepared, 1, "1e-400")).toBe(1);
  });

  it("weightedQuantileAt(prepared, testWeight, level) grows with the test weight to infinity", () => {
    const random = createRandom(3);
    const scores = Float64Array.from({ length: 200 }, () => random.normal());
    const prepared = prepareWeightedScores(
      scores,
      scores.map((s) => Math.exp(3 * s)),
    );
    let last = -Infinity;
    for (let testWeight = 0; testWeight < 1e4; testWeight = 1.5 * testWeight + 1) {
      const quantile = weightedQuantileAt(prepared, testWeight, 0.9);
      expect(quantile).toBeGreaterThanOrEqual(last);
      last = quantile;
    }
    expect(last).toBe(Infinity);
    expect(weightedQuantileAt(prepared, Infinity, 0.01)).toBe(Infinity);
  });

  it("weightedConformalQuantile(scores, density ratios, ratio, level) covers under a shift that breaks the plain one", () => {
    const random = createRandom(12);
    const n = 60;
    const scores = new Float64Array(n);
    const weights = new Float64Array(n);
    const trials = 3000;
    let weighted = 0;
    let plain = 0;
    for (let t = 0; t < trials; t++) {
      for (let i = 0; i < n; i++) {
        const x = random.uniform();
        weights[i] = 3 * x ** 2;
        scores[i] = Math.abs(random.normal()) * x;
      }
      const x = Math.cbrt(random.uniform());
      const score = Math.abs(random.normal()) * x;
      if (score <= weightedConformalQuantile(scores, weights, 3 * x ** 2, 0.8)) weighted++;
      if (score <= conformalQuantile(scores, 0.8).quantile) plain++;
    }
    expect(isTooFew(weighted, trials, 0.8)).toBe(false);
    expect(isTooMany(weighted, trials, 0.85)).toBe(false);
    expect(isTooFew(plain, trials, 0.8)).toBe(true);
  });

  it("weightedQuantileAt(prepared, testWeight, level) is infinite without any weight", () => {
    expect(weightedConformalQuantile(Float64Array.of(1), Float64Array.of(0), 1, 0.5)).toBe(Infinity);
    expect(weightedConformalQuantile(new Float64Array(0), new Float64Array(0), 0, 0.5)).toBe(Infinity);
  });

  it("weightedConformalQuantile(scores, weights, testWeight, level) names what is wrong and where", () => {
    const s = Float64Array.of(1, 2);
    const one = Float64Array.of(1, 1);
    const code = (expected: string, index?: number) => expect.objectContaining({ code: expected, index });
    expect(() => weightedConformalQuantile(s, Float64Array.of(1), 1, 0.5)).toThrow(code("shape-mismatch"));
    expect(() => weightedConformalQuantile(s, Float64Array.of(1, -1), 1, 0.5)).toThrow(code("out-of-range", 1));
    expect(() => weightedConformalQuantile(s, Float64Array.of(Infinity, 1), 1, 0.5)).toThrow(code("out-of-range", 0));
    expect(() => weightedConformalQuantile(s, Float64Array.of(1e308, 1e308), 1, 0.5)).toThrow(code("out-of-range"));
    expect(() => weightedConformalQuantile(Float64Array.of(Number.NaN, 1), one, 1, 0.5)).toThrow(code("not-finite", 0));
    expect(() => weightedConformalQuantile(s, one, -1, 0.5)).toThrow(code("out-of-range"));
    expect(() => weightedConformalQuantile(s, one, 1, 1)).toThrow(code("out-of-range"));
  });
});

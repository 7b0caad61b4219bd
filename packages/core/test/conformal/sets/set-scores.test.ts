import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SetScore } from "../../../src/conformal/conformal-document.ts";
import { setMembers } from "../../../src/conformal/sets/predicted-sets.ts";
import { setScores, setScoresOfClasses } from "../../../src/conformal/sets/set-scores.ts";
import { setsWithin } from "../../../src/conformal/sets/sets-within.ts";
import { matrixFromRows } from "../../../src/matrix.ts";

const SCORES: SetScore[] = [
  { kind: "lac" },
  { kind: "margin" },
  { kind: "top-k" },
  { kind: "aps" },
  { kind: "raps", penalty: 0.01, freeRanks: 1 },
  { kind: "saps", weight: 0.2 },
];

/** Relative to the printed 16 digits. */
function expectAll(found: Float64Array, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, i) => {
    expect(Math.abs(found[i] - value)).toBeLessThan(1e-15);
  });
}

describe("setScores", () => {
  it("setScores(p, y, margin) is the best other probability less that of the class", () => {
    const p = matrixFromRows([
      [0.1, 0.4, 0.5],
      [0.3, 0.3, 0.4],
    ]);
    expectAll(setScores(p, Int32Array.of(2, 1), { kind: "margin" }), [-0.1, 0.1]);
  });

  it("setScores(p, y, aps, uniforms) reproduces the randomised scores of MAPIE", () => {
    const p = matrixFromRows([
      [0.4, 0.5, 0.1],
      [0.2, 0.6, 0.2],
      [0.6, 0.3, 0.1],
    ]);
    const uniforms = Float64Array.of(0.3745401188473625, 0.9507143064099162, 0.7319939418114051);
    const scores = setScores(p, Int32Array.of(0, 1, 2), { kind: "aps" }, uniforms);
    expectAll(scores, [0.750183952461055, 0.029571416154050345, 0.9268006058188594]);
  });

  it("setScores(p, y, aps) without uniforms is the mass up to the class, as in fortuna", () => {
    const p = matrixFromRows([
      [0.1, 0.7, 0.2],
      [0.5, 0.4, 0.1],
      [0.15, 0.6, 0.35],
    ]);
    expectAll(setScores(p, Int32Array.of(1, 1, 2), { kind: "aps" }), [0.7, 0.9, 0.95]);
  });

  it("setScores(p, y, raps) adds the penalty per rank beyond the free ones", () => {
    const p = matrixFromRows([[0.5, 0.3, 0.15, 0.05]]);
    const score: SetScore = { kind: "raps", penalty: 0.1, freeRanks: 2 };
    expectAll(setScores(p, Int32Array.of(1), score, Float64Array.of(0.5)), [0.65]);
    expectAll(setScores(p, Int32Array.of(3), score, Float64Array.of(0.5)), [1.175]);
  });

  it("setScores(p, y, saps) reads the largest probability and the rank only, calibrated as tested", () => {
    const p = matrixFromRows([[0.5, 0.3, 0.2]]);
    const score: SetScore = { kind: "saps", weight: 0.2 };
    expectAll(setScores(p, Int32Array.of(0), score, Float64Array.of(0.25)), [0.125]);
    expectAll(setScores(p, Int32Array.of(2), score, Float64Array.of(0.25)), [0.85]);
    expectAll(setScores(p, Int32Array.of(0), score), [0]);
    expectAll(setScoresOfClasses(p, score).data, [0, 0.7, 0.9]);
  });

  it("setScores(p, y, top-k) ranks equal classes by their index", () => {
    const p = matrixFromRows([
      [0.25, 0.25, 0.25, 0.25],
      [0.2, 0.4, 0.4, 0],
    ]);
    expect(setScoresOfClasses(p, { kind: "top-k" }).data).toEqual(Float64Array.of(1, 2, 3, 4, 3, 1, 2, 4));
    expect(setScores(p, Int32Array.of(2, 2), { kind: "top-k" })).toEqual(Float64Array.of(3, 2));
  });

  it("setScores(p, y, score) has the very doubles of setScoresOfClasses, and setsWithin those at or below a threshold", () => {
    const grid = fc.integer({ min: 0, max: 6 });
    const row = fc.array(grid, { minLength: 40, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.nat(39),
        fc.constantFrom(...SCORES),
        (rows, u, label, score) => {
          const p = matrixFromRows(
            rows.map((counts) => counts.map((c) => (c + 0.01) / (counts.reduce((a, b) => a + b) + 0.4))),
          );
          const uniforms = new Float64Array(p.rows).fill(u);
          const all = setScoresOfClasses(p, score, uniforms);
          const own = setScores(p, new Int32Array(p.rows).fill(label), score, uniforms);
          const limit = own[0];
          const sets = setsWithin(p, score, limit, { uniforms });
          for (let i = 0; i < p.rows; i++) {
            expect(own[i]).toBe(all.data[i * 40 + label]);
            const within = Array.from({ length: 40 }, (_, k) => k).filter((k) => all.data[i * 40 + k] <= limit);
            expect(setMembers(sets, i)).toEqual(within);
            expect(sets.sizes[i]).toBe(within.length);
          }
        },
      ),
      { numRuns: 200, seed: 7 },
    );
  });

  it("setScores(p, y, score) names the row of a bad label or uniform", () => {
    const p = matrixFromRows([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(() => setScores(p, Int32Array.of(0, 2), { kind: "lac" })).toThrow("label 2 at row 1 is not in [0, 2)");
    expect(() => setScores(p, Int32Array.of(0, 1), { kind: "aps" }, Float64Array.of(0, 1.5))).toThrow(
      "uniform 1.5 at row 1 is not in [0, 1]",
    );
    expect(() => setScores(p, Int32Array.of(0), { kind: "lac" })).toThrow("there are 2 rows but 1 labels");
    expect(() => setScores(matrixFromRows([[1]]), Int32Array.of(0), { kind: "lac" })).toThrow("at least 2 classes");
  });
});

describe("setsWithin", () => {
  it("setsWithin(p, lac, thresholds) has a threshold per class, as in puncc", () => {
    const p = matrixFromRows([
      [0.7, 0.2, 0.1],
      [0.2, 0.5, 0.3],
    ]);
    const sets = setsWithin(p, { kind: "lac" }, Float64Array.of(0.2, 0.4, 0.8));
    expect([0, 1].map((i) => setMembers(sets, i))).toEqual([[], [2]]);
  });

  it("setsWithin(p, score, Infinity) holds every class, and a threshold of Infinity its class", () => {
    const p = matrixFromRows([[0.7, 0.2, 0.1]]);
    for (const score of SCORES) {
      expect(setMembers(setsWithin(p, score, Infinity), 0)).toEqual([0, 1, 2]);
      expect(setMembers(setsWithin(p, score, Float64Array.of(-9, -9, Infinity)), 0)).toEqual([2]);
    }
  });

  it("setsWithin(p, score, limit, { emptySets: top-class }) gives the first likeliest class instead of nothing", () => {
    const p = matrixFromRows([[0.2, 0.4, 0.4]]);
    for (const score of SCORES) {
      expect(setMembers(setsWithin(p, score, -9), 0)).toEqual([]);
      expect(setMembers(setsWithin(p, score, -9, { emptySets: "top-class" }), 0)).toEqual([1]);
    }
  });

  it("setsWithin(p, score, NaN) is refused", () => {
    const p = matrixFromRows([[0.5, 0.5]]);
    expect(() => setsWithin(p, { kind: "lac" }, Number.NaN)).toThrow("the threshold of class 0 is NaN");
    expect(() => setsWithin(p, { kind: "lac" }, Float64Array.of(1))).toThrow("there are 2 classes but 1 thresholds");
  });
});

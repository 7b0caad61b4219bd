import fc from "fast-check";
import { describe, expect, it } from "vitest";
import table from "../../../../../fixtures/calibration/score-test.json" with { type: "json" };
import { calibrationEvidence, calibrationScoreTest, createRandom } from "../../../src/index.ts";

const reals = (values: readonly number[]): Float64Array => Float64Array.from(values);
const bits = (values: readonly number[]): Uint8Array => Uint8Array.from(values);
const weightsOf = (w: readonly number[] | null): { weights?: Float64Array } => (w ? { weights: reals(w) } : {});
const near = (value: number, expected: number, relative: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.max(1e-12, Math.abs(expected)));

describe("calibrationScoreTest", () => {
  it("calibrationScoreTest(p, y) is UᵀV⁻¹U and its χ² tail, by NumPy and SciPy", () => {
    for (const { p, y, w, statistic, freedom, pValue } of table.cases) {
      const test = calibrationScoreTest(reals(p), bits(y), weightsOf(w));
      near(test.value, statistic, 1e-9);
      near(test.pValue, pValue, 1e-8);
      expect(test.spec["freedom"]).toBe(freedom);
      expect(test).toMatchObject({ lower: test.value, upper: test.value, interval: "none" });
    }
  });

  it("calibrationScoreTest(p, y) of one constant score tests the rate alone", () => {
    const test = calibrationScoreTest(
      new Float64Array(100).fill(0.5),
      bits(Array.from({ length: 100 }, (_, i) => +(i < 60))),
    );
    expect(test.value).toBeCloseTo(4, 12);
    expect(test.pValue).toBeCloseTo(0.04550026389635842, 12);
    expect(test.spec["freedom"]).toBe(1);
  });

  it("calibrationScoreTest(p, y, { merged }) is the test on the rows that were merged", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.tuple(
            fc.double({ min: 0, max: 1, noNaN: true }),
            fc.integer({ min: 0, max: 1 }),
            fc.integer({ min: 1, max: 5 }),
          ),
          { minLength: 1, maxLength: 12 },
        ),
        (rows) => {
          const single = rows.flatMap(([p, y, count]) => Array.from({ length: count }, () => [p, y] as const));
          const counts = reals(rows.map((row) => row[2]));
          const a = calibrationScoreTest(reals(single.map((r) => r[0])), bits(single.map((r) => r[1])));
          const b = calibrationScoreTest(reals(rows.map((r) => r[0])), bits(rows.map((r) => r[1])), {
            weights: counts,
            merged: { counts, squaredWeights: counts },
          });
          expect(b.n).toBe(a.n);
          if (a.spec["freedom"] === b.spec["freedom"]) near(b.value, a.value, 1e-6);
        },
      ),
    );
  });

  it("calibrationScoreTest(p, y) has uniform p-values where the model is perfect", () => {
    const random = createRandom(58);
    const counts = new Float64Array(10);
    for (let r = 0; r < 2000; r++) {
      const p = Float64Array.from({ length: 300 }, () => 0.05 + 0.9 * random.uniform());
      const y = Uint8Array.from(p, (score) => (random.uniform() < score ? 1 : 0));
      counts[Math.min(9, Math.trunc(10 * calibrationScoreTest(p, y).pValue))]++;
    }
    // χ² of ten equal cells: 27.9 is exceeded with probability 0.001.
    expect(counts.reduce((sum, c) => sum + (c - 200) ** 2 / 200, 0)).toBeLessThan(27.9);
  });

  it("calibrationScoreTest(p, y) refuses what is no pair of a probability and an outcome", () => {
    expect(() => calibrationScoreTest(reals([0.5, Number.NaN]), bits([0, 1]))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => calibrationScoreTest(reals([0.5]), bits([0, 1]))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => calibrationScoreTest(reals([]), bits([]))).toThrow(expect.objectContaining({ code: "empty" }));
  });
});

describe("calibrationEvidence", () => {
  it("calibrationEvidence(p, y) of one constant score is twice the smaller binomial tail, by SciPy", () => {
    for (const { n, p, k, pValue } of table.binomial) {
      const y = Uint8Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
      near(calibrationEvidence(new Float64Array(n).fill(p), y), pValue, 1e-9);
    }
  });

  it("calibrationEvidence(p, y) never promises too much: P(p ≤ a) ≤ a for every a, all outcomes of 1 to 12 rows", () => {
    const random = createRandom(63);
    for (let n = 1; n <= 12; n++)
      for (const shape of [
        () => random.uniform(),
        () => 1 - 0.1 * random.uniform(),
        () => 0.2 * random.uniform() ** 3,
        () => random.integer(11) / 10,
      ]) {
        const p = Float64Array.from({ length: n }, shape);
        const all: { pValue: number; chance: number }[] = [];
        for (let pattern = 0; pattern < 2 ** n; pattern++) {
          const y = Uint8Array.from({ length: n }, (_, i) => (pattern >> i) & 1);
          const chance = p.reduce((product, score, i) => product * (y[i] === 1 ? score : 1 - score), 1);
          if (chance > 0) all.push({ pValue: calibrationEvidence(p, y), chance });
        }
        all.sort((a, b) => a.pValue - b.pValue);
        let total = 0;
        for (const [k, { pValue, chance }] of all.entries()) {
          total += chance;
          if (k + 1 === all.length || all[k + 1].pValue > pValue * (1 + 1e-9))
            expect(total).toBeLessThanOrEqual(pValue * (1 + 1e-9));
        }
      }
  });

  it("calibrationEvidence(p, y) of equal scores never promises too much, 1 to 20 rows", () => {
    for (let n = 1; n <= 20; n++)
      for (const p of [0.01, 0.1, 0.3, 0.5, 0.8, 0.99]) {
        let chance = (1 - p) ** n;
        const mass: { pValue: number; chance: number }[] = [];
        for (let k = 0; k <= n; k++) {
          const y = Uint8Array.from({ length: n }, (_, i) => (i < k ? 1 : 0));
          mass.push({ pValue: calibrationEvidence(new Float64Array(n).fill(p), y), chance });
          chance *= ((n - k) / (k + 1)) * (p / (1 - p));
        }
        for (const { pValue } of mass) {
          const total = mass.reduce((sum, m) => (m.pValue <= pValue * (1 + 1e-9) ? sum + m.chance : sum), 0);
          expect(total).toBeLessThanOrEqual(pValue * (1 + 1e-9));
        }
      }
  });

  it("calibrationEvidence(p, y) is 0 where the impossible happened and 1 where only the certain did", () => {
    expect(calibrationEvidence(reals([1, 1]), bits([1, 0]))).toBe(0);
    expect(calibrationEvidence(reals([1, 1, 0]), bits([1, 1, 0]))).toBe(1);
    expect(calibrationEvidence(reals([1]), bits([0]))).toBe(0);
    expect(calibrationEvidence(reals([0, 1]), bits([0, 1]), { weights: reals([0.1, 0.7]) })).toBe(1);
  });

  it("calibrationEvidence(p, y, options) is a probability whatever the rows and weights", () => {
    const row = fc.tuple(
      fc.oneof(fc.constantFrom(0, 1, 0.5), fc.double({ min: 0, max: 1, noNaN: true })),
      fc.integer({ min: 0, max: 1 }),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 12 }), fc.boolean(), (rows, isWeighted) => {
        const w = isWeighted ? rows.map((r) => r[2]) : null;
        const pValue = calibrationEvidence(reals(rows.map((r) => r[0])), bits(rows.map((r) => r[1])), weightsOf(w));
        expect(pValue).toBeGreaterThanOrEqual(0);
        expect(pValue).toBeLessThanOrEqual(1);
      }),
    );
  });
});

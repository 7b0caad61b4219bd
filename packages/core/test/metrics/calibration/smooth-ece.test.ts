import fc from "fast-check";
import { describe, expect, it } from "vitest";
import oracle from "../../../../../fixtures/smooth/smooth-ece.json" with { type: "json" };
import { smoothEce, smoothEceAt } from "../../../src/metrics/calibration/smooth-ece.ts";
import { smoothEceNull } from "../../../src/metrics/calibration/smooth-ece-null.ts";
import { smoothEceRelplot, smoothEceRelplotAt } from "../../../src/metrics/calibration/smooth-ece-relplot.ts";
import { createRandom } from "../../../src/random/random.ts";
import { P20 as p, Y20 as y } from "../../master-case.ts";

/** n scores and outcomes whose true rate is `rate(p)`. */
function simulate(n: number, seed: number, rate: (p: number) => number): [Float64Array, Uint8Array] {
  const random = createRandom(seed);
  const scores = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    scores[i] = random.uniform();
    outcomes[i] = random.uniform() < rate(scores[i]) ? 1 : 0;
  }
  return [scores, outcomes];
}

describe("smoothEce", () => {
  it("smoothEce(probabilities, outcomes) is the exact fixed point to 1e-9", () => {
    for (const { name, probabilities, outcomes, weights, fixedPoint } of oracle) {
      const options = weights ? { weights: Float64Array.from(weights) } : {};
      const { value } = smoothEce(Float64Array.from(probabilities), Uint8Array.from(outcomes), options);
      expect(Math.abs(value - fixedPoint), name).toBeLessThan(1e-9);
    }
  });

  it("smoothEceAt(probabilities, outcomes, { sigma }) is the exact smoothed error to 1e-9 at every width", () => {
    for (const { name, probabilities, outcomes, weights, at } of oracle)
      for (const [sigma, expected] of Object.entries(at)) {
        const options = { sigma: Number(sigma), ...(weights ? { weights: Float64Array.from(weights) } : {}) };
        const { value } = smoothEceAt(Float64Array.from(probabilities), Uint8Array.from(outcomes), options);
        expect(Math.abs(value - expected), `${name} at ${sigma}`).toBeLessThan(1e-9);
      }
  });

  it("smoothEceAt(probabilities, outcomes, { sigma: value }) gives back the value of smoothEce", () => {
    const { value } = smoothEce(p, y);
    expect(Math.abs(smoothEceAt(p, y, { sigma: value }).value - value)).toBeLessThan(1e-10);
  });

  it("smoothEce(probabilities, outcomes) is 0 for sure and right answers", () => {
    const estimate = smoothEce(Float64Array.of(0, 1, 1, 0), Uint8Array.of(0, 1, 1, 0));
    expect(estimate).toMatchObject({ value: 0, lower: 0, n: 4, effectiveN: 4, level: 0.95, interval: "approximate" });
  });

  it("smoothEce(probabilities, outcomes) is the gap where all residuals have one sign", () => {
    expect(smoothEce(Float64Array.of(0.7, 0.8, 0.9), Uint8Array.of(1, 1, 1)).value).toBeCloseTo(0.2, 12);
    expect(smoothEce(Float64Array.of(1), Uint8Array.of(0)).value).toBeCloseTo(1, 10);
    expect(smoothEce(new Float64Array(50).fill(1e-6), new Uint8Array(50)).value).toBeCloseTo(1e-6, 14);
  });

  it("smoothEce(probabilities, outcomes) grows with the root of the distance between scores that should be one", () => {
    const apart = (distance: number): number => {
      const scores = Float64Array.of(0.5 - distance, 0.5 + distance);
      return smoothEce(scores, Uint8Array.of(1, 0)).value;
    };
    expect(apart(1e-3) / apart(1e-5)).toBeCloseTo(10, 1);
    expect(apart(1e-4)).toBeGreaterThan(0.006);
  });

  it("smoothEce(probabilities, outcomes) with weights equals repeating rows", () => {
    const weights = Float64Array.from(p, (_, i) => 1 + (i % 3));
    const rows = Array.from(p, (_, i) => i).flatMap((i) => new Array<number>(1 + (i % 3)).fill(i));
    const repeated = smoothEce(
      Float64Array.from(rows, (i) => p[i]),
      Uint8Array.from(rows, (i) => y[i]),
    );
    expect(smoothEce(p, y, { weights }).value).toBeCloseTo(repeated.value, 12);
  });

  it("smoothEce(probabilities, outcomes, { merged }) has the interval of the rows that were merged", () => {
    const [scores, outcomes] = simulate(4000, 5, (x) => 0.8 * x);
    for (let i = 0; i < scores.length; i++) scores[i] = Math.round(scores[i] * 20) / 20;
    const cells = new Map<number, number>();
    for (let i = 0; i < scores.length; i++) {
      const key = 2 * Math.round(scores[i] * 20) + outcomes[i];
      cells.set(key, (cells.get(key) ?? 0) + 1);
    }
    const keys = [...cells.keys()];
    const counts = Float64Array.from(keys, (key) => cells.get(key) as number);
    const pooled = smoothEce(
      Float64Array.from(keys, (key) => (key >> 1) / 20),
      Uint8Array.from(keys, (key) => key & 1),
      { weights: counts, merged: { counts, squaredWeights: counts } },
    );
    const full = smoothEce(scores, outcomes);
    expect(pooled.n).toBe(4000);
    for (const end of ["value", "lower", "upper"] as const)
      expect(Math.abs(pooled[end] - full[end])).toBeLessThan(1e-9);
  });

  it("smoothEce(probabilities, outcomes) lies between |mean gap| and mean |gap| in any row order", () => {
    const pair = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1));
    fc.assert(
      fc.property(fc.array(pair, { minLength: 1, maxLength: 40 }), (pairs) => {
        const scores = Float64Array.from(pairs, ([score]) => score);
        const outcomes = Uint8Array.from(pairs, ([, outcome]) => outcome);
        const { value, lower, upper } = smoothEce(scores, outcomes);
        let gap = 0;
        let size = 0;
        for (const [score, outcome] of pairs) {
          gap += (outcome - score) / pairs.length;
          size += Math.abs(outcome - score) / pairs.length;
        }
        expect(value).toBeGreaterThanOrEqual(Math.abs(gap) - 1e-10);
        expect(value).toBeLessThanOrEqual(size + 1e-10);
        expect(lower).toBeLessThanOrEqual(value);
        expect(upper).toBeGreaterThanOrEqual(value);
        expect(smoothEce(scores.slice().reverse(), outcomes.slice().reverse()).value).toBeCloseTo(value, 9);
      }),
      { numRuns: 25 },
    );
  });

  it("smoothEceAt(probabilities, outcomes, { sigma }) never rises with sigma", () => {
    let before = Infinity;
    for (const sigma of [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3]) {
      const { value } = smoothEceAt(p, y, { sigma });
      expect(value).toBeLessThanOrEqual(before + 1e-10);
      before = value;
    }
  });

  it("smoothEce(probabilities, outcomes) refines its grid where the fixed point is tiny", () => {
    const n = 200_000;
    const scores = new Float64Array(n);
    const outcomes = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      scores[i] = i % 2 === 0 ? 0.3 : 0.6;
      outcomes[i] = i % 20 < (i % 2 === 0 ? 6 : 12) ? 1 : 0;
    }
    outcomes[0] = 0;
    const rate = (parity: number) => {
      let sum = 0;
      for (let i = parity; i < n; i += 2) sum += outcomes[i];
      return sum / (n / 2);
    };
    const expected = (Math.abs(rate(0) - 0.3) + Math.abs(rate(1) - 0.6)) / 2;
    expect(Math.abs(smoothEce(scores, outcomes).value - expected)).toBeLessThan(1e-9);
  });

  it("smoothEce(probabilities, outcomes) covers the truth at 95 % within simulation error", () => {
    const shapes = [
      { rate: (x: number) => x, truth: 0 },
      { rate: (x: number) => 0.9 * x, truth: 0.05 },
      { rate: (x: number) => x + 0.3 * x * (1 - x), truth: 0.05 },
    ];
    for (const { rate, truth } of shapes) {
      let covered = 0;
      for (let k = 0; k < 100; k++) {
        const { lower, upper } = smoothEce(...simulate(500, 1000 + k, rate));
        if (lower <= truth && truth <= upper) covered++;
      }
      expect(covered).toBeGreaterThanOrEqual(90);
    }
  });

  it("smoothEce(probabilities, outcomes) and smoothEceAt refuse what they cannot score", () => {
    expect(() => smoothEce(new Float64Array(0), new Uint8Array(0))).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => smoothEce(Float64Array.of(0.5, 1.5), Uint8Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "out-of-range", index: 1 }),
    );
    for (const sigma of [0, -1, Number.NaN, 11])
      expect(() => smoothEceAt(p, y, { sigma })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("smoothEceRelplot", () => {
  it("smoothEceRelplot(probabilities, outcomes) is relplot's number and width", () => {
    const { value, sigma, interval } = smoothEceRelplot(p, y);
    expect(value).toBeCloseTo(0.0732783629913196, 14);
    expect(sigma).toBe(0.07421875);
    expect(interval).toBe("none");
  });

  it("smoothEceRelplotAt(probabilities, outcomes, { sigma }) is relplot's smoothed error", () => {
    for (const [sigma, expected] of [
      [0.05, 0.09225780430932594],
      [0.1, 0.0600509262039339],
      [0.2, 0.039744569166918625],
    ])
      expect(smoothEceRelplotAt(p, y, { sigma })).toBeCloseTo(expected, 14);
  });

  it("smoothEceRelplot(probabilities, outcomes) gives .0743 on the data of the table of ten conventions", () => {
    const scores = p.slice();
    scores[19] = 1;
    expect(smoothEceRelplot(scores, y).value).toBeCloseTo(0.0743, 4);
  });

  it("smoothEceRelplot(probabilities, outcomes, { weights }) does not depend on the scale of the weights", () => {
    const { value } = smoothEceRelplot(p, y);
    expect(smoothEceRelplot(p, y, { weights: new Float64Array(20).fill(7) }).value).toBeCloseTo(value, 13);
  });

  it("smoothEceRelplotAt(probabilities, outcomes, { sigma }) refuses a width outside [0.0001, 10]", () => {
    expect(() => smoothEceRelplotAt(p, y, { sigma: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("smoothEceNull", () => {
  it("smoothEceNull(probabilities, random) agrees with simulating outcomes", () => {
    for (const n of [300, 6000]) {
      const [scores] = simulate(n, 11, (x) => x);
      const found = smoothEceNull(scores, createRandom(1), { draws: 200 });
      let total = 0;
      for (let k = 0; k < 100; k++) {
        const random = createRandom(500 + k);
        total += smoothEce(
          scores,
          Uint8Array.from(scores, (score) => (random.uniform() < score ? 1 : 0)),
        ).value;
      }
      expect(Math.abs(found.value / (total / 100) - 1)).toBeLessThan(0.08);
      expect(found.lower).toBeLessThan(found.value);
      expect(found.upper).toBeGreaterThan(found.value);
      expect(found.draws).toHaveLength(200);
    }
  });

  it("smoothEceNull(probabilities, random) is determined by the seed", () => {
    const [scores] = simulate(50, 2, (x) => x);
    expect(smoothEceNull(scores, createRandom(9))).toEqual(smoothEceNull(scores, createRandom(9)));
  });

  it("smoothEceNull(probabilities, random) is 0 for scores of 0 and 1", () => {
    expect(smoothEceNull(Float64Array.of(0, 1, 1), createRandom(1))).toMatchObject({ value: 0, lower: 0, upper: 0 });
  });

  it("smoothEceNull(probabilities, random, { draws }) refuses too few draws", () => {
    expect(() => smoothEceNull(p, createRandom(1), { draws: 3 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

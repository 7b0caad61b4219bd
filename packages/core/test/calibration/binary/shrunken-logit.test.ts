import { describe, expect, it } from "vitest";
import { fitPlatt } from "../../../src/calibration/binary/platt.ts";
import { fitShrunkenLogit } from "../../../src/calibration/binary/shrunken-logit.ts";
import { InputError } from "../../../src/errors.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import { CASES, largestDifference, named } from "./table.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(-Math.abs(x))) + Math.max(0, x);

function sample(random: Random, n: number, draw: (random: Random) => number, slope: number, intercept: number) {
  const scores = new Float64Array(n);
  const outcomes = new Uint8Array(n);
  for (let i = 0; i < n; i++) {
    const logit = draw(random);
    scores[i] = sigmoid(logit);
    outcomes[i] = random.uniform() < sigmoid(slope * logit + intercept) ? 1 : 0;
  }
  return { scores, outcomes };
}

describe("fitShrunkenLogit", () => {
  it.each(CASES.filter(({ expected }) => expected.shrunken !== undefined))(
    "fitShrunkenLogit(scores, outcomes) agrees with the whole of it in 40 digits: $name",
    ({ scores, outcomes, expected }) => {
      for (const [degree, oracle, names] of [
        [1, expected.shrunken, ["intercept", "slope"]],
        [2, expected.shrunkenQuadratic, ["intercept", "slope", "quadratic"]],
      ] as const) {
        const fit = fitShrunkenLogit(scores, outcomes, { degree });
        expect(largestDifference(named(fit, ...names), oracle?.coefficients ?? [])).toBeLessThan(1e-10);
        expect(named(fit, "spread")[0]).toBeCloseTo(oracle?.spread ?? 0, 10);
        expect(fit.complexity).toBeCloseTo(oracle?.complexity ?? 0, 10);
        expect(fit.certificate?.objective).toBeCloseTo(oracle?.objective ?? 0, 12);
        expect(fit.certificate?.gradientNorm).toBeLessThanOrEqual(1e-10);
      }
    },
  );

  it("fitShrunkenLogit(scores, outcomes) stays near the identity where Platt scaling has no answer", () => {
    const near = (scores: number[], outcomes: number[]) => {
      const fit = fitShrunkenLogit(Float64Array.from(scores), Uint8Array.from(outcomes));
      expect(() => fitPlatt(Float64Array.from(scores), Uint8Array.from(outcomes))).toThrow(InputError);
      return named(fit, "slope", "intercept");
    };
    expect(near([0.2, 0.8], [0, 1])[0]).toBeCloseTo(1.05, 2);
    expect(near([0.3], [1])).toEqual([1, expect.closeTo(0.21, 1)]);
    expect(near([0.1, 0.2, 0.3, 0.8, 0.9], [0, 0, 0, 1, 1])[0]).toBeLessThan(1.5);
    const [slope, intercept] = near([0.6, 0.7, 0.8, 0.9], [1, 1, 1, 1]);
    expect(Math.abs(slope - 1)).toBeLessThan(0.2);
    expect(intercept).toBeGreaterThan(0);
    expect(intercept).toBeLessThan(0.5);
    expect(near([0.5, 0.5], [0, 1])).toEqual([1, 0]);
    expect(near([0, 1], [0, 1])[0]).toBeCloseTo(1, 4);
  });

  it("fitShrunkenLogit(scores, outcomes, { weights }) takes an integer weight for so many rows", () => {
    const { scores, outcomes } = sample(createRandom(4), 60, (random) => random.normal(), 0.5, 0.3);
    const weights = Float64Array.from(scores, (_, i) => i % 3);
    const rows = Array.from(scores.keys()).flatMap((i) => Array.from({ length: i % 3 }, () => i));
    const plain = fitShrunkenLogit(
      Float64Array.from(rows, (i) => scores[i]),
      Uint8Array.from(rows, (i) => outcomes[i]),
    );
    const weighted = fitShrunkenLogit(scores, outcomes, { weights });
    const names = ["slope", "intercept", "spread"];
    expect(largestDifference(named(weighted, ...names), named(plain, ...names))).toBeLessThan(1e-12);
    const tenth = weights.map((value) => value / 10 + (value > 0 ? 0.05 : 0));
    const scaled = fitShrunkenLogit(scores, outcomes, { weights: tenth.map((value) => 7 * value) });
    const other = fitShrunkenLogit(scores, outcomes, { weights: tenth });
    const huge = fitShrunkenLogit(scores, outcomes, { weights: tenth.map((value) => 2 ** 50 * value) });
    expect(huge.parameters).toEqual(other.parameters);
    expect(largestDifference(named(scaled, ...names), named(other, ...names))).toBeLessThan(1e-10);
  });

  it("fitShrunkenLogit(scores, outcomes) weighs spreads alike just below and from 5000 rows on", () => {
    const { scores, outcomes } = sample(createRandom(5), 5000, (random) => 2 * random.normal(), 0.9, 0.1);
    const exact = named(fitShrunkenLogit(scores.subarray(0, 4999), outcomes.subarray(0, 4999)), "spread");
    const parabola = named(fitShrunkenLogit(scores, outcomes), "spread");
    expect(Math.abs(Math.log(exact[0] / parabola[0]))).toBeLessThan(0.01);
  });

  it("fitShrunkenLogit(scores, outcomes) is Platt scaling in the limit of many rows", () => {
    const { scores, outcomes } = sample(createRandom(6), 50_000, (random) => 2 * random.normal(), 0.6, 0.2);
    const fit = fitShrunkenLogit(scores, outcomes);
    const platt = fitPlatt(scores, outcomes);
    expect(largestDifference(named(fit, "slope", "intercept"), named(platt, "slope", "intercept"))).toBeLessThan(5e-4);
    expect(fit.complexity).toBeGreaterThan(1.98);
  });

  it("fitShrunkenLogit(scores, outcomes) of 30 to 100 rows has a lower mean log loss than identity and Platt", () => {
    const truths = [
      { slope: 1, intercept: 0 },
      { slope: 0.8, intercept: 0 },
      { slope: 0.5, intercept: 0 },
      { slope: 1.5, intercept: 0 },
      { slope: 1, intercept: 0.5 },
      { slope: 0.7, intercept: -0.4 },
    ];
    const draws = [(random: Random) => 2 * random.normal(), (random: Random) => 1.5 * random.normal() - 2];
    for (const n of [30, 60, 100]) {
      const totals = { identity: 0, platt: 0, shrunken: 0 };
      let calibrated = 0;
      for (const draw of draws)
        for (const { slope, intercept } of truths) {
          const random = createRandom(11);
          const test = Array.from({ length: 300 }, () => draw(random));
          const excess = (a: number, b: number) => {
            let total = 0;
            for (const logit of test) {
              const truth = slope * logit + intercept;
              const loss = (eta: number) => softplus(eta) - sigmoid(truth) * eta;
              total += loss(b + a * logit) - loss(truth);
            }
            return total / test.length;
          };
          for (let k = 0; k < 40; k++) {
            const { scores, outcomes } = sample(random, n, draw, slope, intercept);
            const [a, b] = named(fitShrunkenLogit(scores, outcomes), "slope", "intercept");
            const [c, d] = named(fitPlatt(scores, outcomes, { targets: "smoothed" }), "slope", "intercept");
            const own = excess(a, b);
            totals.shrunken += own;
            totals.identity += excess(1, 0);
            totals.platt += excess(c, d);
            if (slope === 1 && intercept === 0) calibrated += own;
          }
        }
      const runs = draws.length * truths.length * 40;
      expect(totals.shrunken).toBeLessThan(0.75 * totals.identity);
      expect(totals.shrunken).toBeLessThan(0.95 * totals.platt);
      expect(calibrated / ((runs * 2) / truths.length / 2)).toBeLessThan(0.2 / n);
    }
  });

  it("fitShrunkenLogit(scores, outcomes) refuses only what is not data", () => {
    expect(() => fitShrunkenLogit(Float64Array.of(0.2, Number.NaN), Uint8Array.of(0, 1))).toThrow(
      expect.objectContaining({ code: "not-finite", index: 1 }),
    );
    expect(() => fitShrunkenLogit(Float64Array.of(), Uint8Array.of())).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
  });
});

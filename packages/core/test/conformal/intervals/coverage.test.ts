import { describe, expect, it } from "vitest";
import type { IntervalMethod } from "../../../src/conformal/conformal-document.ts";
import { coveredRanks } from "../../../src/conformal/intervals/covered-ranks.ts";
import { fitIntervals, type IntervalsOptions } from "../../../src/conformal/intervals/fit-intervals.ts";
import { cvMinmax, cvPlus, jackknifeMinmax, jackknifePlus } from "../../../src/conformal/intervals/jackknife.ts";
import { predictIntervals } from "../../../src/conformal/intervals/predict-intervals.ts";
import { matrix } from "../../../src/matrix.ts";
import { createRandom, type Random } from "../../../src/random/random.ts";
import type { RegressionPredictions } from "../../../src/regression/forecasts.ts";
import { regularizedBeta } from "../../../src/special/regularized-beta.ts";
import { quantiles, rowsOf, segment } from "./rows.ts";

/** P(X ≤ count) of a binomial count. */
function atMost(count: number, trials: number, p: number): number {
  return count >= trials ? 1 : regularizedBeta(1 - p, trials - count, count + 1);
}

/** Fails where the count is below what 99.95 % of all runs with coverage `p` reach. */
function expectAtLeast(count: number, trials: number, p: number): void {
  expect(atMost(count, trials, p), `${count} of ${trials} against ${p}`).toBeGreaterThan(0.0005);
}

/** Fails where the count lies outside the central 99.9 % of its distribution. */
function expectExactly(count: number, trials: number, p: number): void {
  expectAtLeast(count, trials, p);
  expect(
    p === 1 || count === 0 || 1 - atMost(count - 1, trials, p) > 0.0005,
    `${count} of ${trials} against ${p}`,
  ).toBe(true);
}

/** Skewed outcomes whose spread grows with x, and forecasts that are wrong about both. */
function draw(random: Random, xs: readonly number[]): { y: number[]; point: number[]; sigma: number[] } {
  const point = xs.map((x) => 3 + 2 * x);
  const y = point.map((mean, i) => mean + 0.3 + (0.2 + 2 * xs[i]) * (random.normal() ** 2 - 0.5 + random.normal()));
  return { y, point, sigma: xs.map((x) => 0.5 + x) };
}

/** Rows as points with sigma, or as quantiles that are too narrow. */
function sample(random: Random, xs: readonly number[], isQuantile: boolean): RegressionPredictions {
  const { y, point, sigma } = draw(random, xs);
  if (isQuantile)
    return rowsOf(
      quantiles([0.05, 0.5, 0.95], ...point.map((mean, i) => [mean - 1.2 * sigma[i], mean + 0.1, mean + sigma[i]])),
      y,
    );
  const forecast = {
    kind: "point-and-sigma",
    point: Float64Array.from(point),
    sigma: Float64Array.from(sigma),
  } as const;
  return rowsOf(forecast, y);
}

const uniforms = (random: Random, n: number) => Array.from({ length: n }, () => random.uniform());

function isCovered(rows: RegressionPredictions, lower: Float64Array, upper: Float64Array): boolean {
  return lower[0] <= rows.outcomes[0] && rows.outcomes[0] <= upper[0];
}

const METHODS: readonly IntervalMethod[] = [
  { kind: "split" },
  { kind: "split-signed" },
  { kind: "normalised" },
  { kind: "gamma" },
  { kind: "cqr" },
  { kind: "cqr-asymmetric" },
  { kind: "cqr-r" },
  { kind: "cqr-m" },
  { kind: "predictive-system", isNormalised: false },
  { kind: "predictive-system", isNormalised: true },
];
const REPEATS = 300;

describe("coverage over many calibration sets", () => {
  for (const interval of METHODS) {
    const name = interval.kind === "predictive-system" && interval.isNormalised ? "normalised system" : interval.kind;
    it(`fitConformalIntervals(rows, ${name}) covers rank / (n + 1) of all new rows`, () => {
      const isQuantile = interval.kind.startsWith("cqr");
      for (const [n, level] of [
        [10, 0.9],
        [19, 0.9],
        [50, 0.8],
        [200, 0.7],
      ] as const) {
        const random = createRandom(1000 + n);
        let covered = 0;
        let expected = 1;
        for (let repeat = 0; repeat < REPEATS; repeat++) {
          const fit = fitIntervals(sample(random, uniforms(random, n), isQuantile), { interval, level });
          const test = sample(random, uniforms(random, 1), isQuantile);
          const { lower, upper } = predictIntervals(fit, test.forecast);
          if (isCovered(test, lower, upper)) covered++;
          const known = coveredRanks(fit.parts[0], interval);
          if (known !== null) expected = Number(known.numerator) / Number(known.denominator);
        }
        if (interval.kind === "cqr-asymmetric") expectAtLeast(covered, REPEATS, level);
        else expectExactly(covered, REPEATS, expected);
        expect(expected).toBeGreaterThanOrEqual(level);
      }
    });
  }

  it("fitConformalIntervals(rows, split) by segments covers each group, which one quantile does not", () => {
    const random = createRandom(7);
    const values = ["common", "rare"];
    const rowsByGroup = (count: number) => {
      const site = Array.from({ length: count }, (_, i) => values[i % 5 === 0 ? 1 : 0]);
      const rows = sample(
        random,
        site.map((value) => (value === "rare" ? 0.9 : 0.1) * random.uniform()),
        false,
      );
      return { ...rows, segments: [segment("site", site)] };
    };
    const counts = { apart: 0, pooled: 0 };
    const options: IntervalsOptions = { interval: { kind: "split" }, level: 0.8 };
    for (let repeat = 0; repeat < 600; repeat++) {
      const calibration = rowsByGroup(95);
      const test = rowsByGroup(1);
      const apart = predictIntervals(fitIntervals(calibration, { ...options, by: ["site"] }), test.forecast, {
        segments: test.segments,
      });
      const pooled = predictIntervals(fitIntervals(calibration, options), test.forecast);
      if (isCovered(test, apart.lower, apart.upper)) counts.apart++;
      if (isCovered(test, pooled.lower, pooled.upper)) counts.pooled++;
    }
    expectExactly(counts.apart, 600, 16 / 20);
    expect(atMost(counts.pooled, 600, 0.8)).toBeLessThan(0.0005);
  });

  for (const interval of [{ kind: "split" }, { kind: "split-signed" }] as const)
    it(`fitConformalIntervals(rows, ${interval.kind}) with weights covers shifted rows, which no weights do not`, () => {
      const random = createRandom(11);
      const counts = { weighted: 0, plain: 0 };
      const ratio = (x: number) => 4 * x ** 3;
      for (let repeat = 0; repeat < 600; repeat++) {
        const xs = uniforms(random, 100);
        const calibration = sample(random, xs, false);
        const x = random.uniform() ** 0.25;
        const test = sample(random, [x], false);
        const weights = Float64Array.from(xs, ratio);
        const fitted = fitIntervals({ ...calibration, weights }, { interval, level: 0.8 });
        const weighted = predictIntervals(fitted, test.forecast, { testWeights: Float64Array.of(ratio(x)) });
        const plain = predictIntervals(fitIntervals(calibration, { interval, level: 0.8 }), test.forecast);
        if (isCovered(test, weighted.lower, weighted.upper)) counts.weighted++;
        if (isCovered(test, plain.lower, plain.upper)) counts.plain++;
      }
      expectAtLeast(counts.weighted, 600, 0.8);
      expect(1 - atMost(counts.weighted - 1, 600, 0.87)).toBeGreaterThan(0.0005);
      expect(atMost(counts.plain, 600, 0.8)).toBeLessThan(0.0005);
    });

  it("jackknifePlus(...), cvPlus(...) and their minmax forms cover at least what they promise", () => {
    for (const [n, level] of [
      [10, 0.9],
      [20, 0.8],
      [50, 0.7],
    ] as const) {
      const random = createRandom(n);
      const names = ["jackknifePlus", "jackknifeMinmax", "cvPlus", "cvMinmax"] as const;
      const covered = new Map<string, number>(names.map((name) => [name, 0]));
      const promised = new Map<string, number>();
      const folds = Int32Array.from({ length: n }, (_, i) => i % 5);
      for (let repeat = 0; repeat < 500; repeat++) {
        const y = Float64Array.from({ length: n + 1 }, () => random.normal() ** 3);
        const total = y.subarray(0, n).reduce((sum, value) => sum + value, 0);
        const without = Float64Array.from({ length: n }, (_, i) => (total - y[i]) / (n - 1));
        const models = new Float64Array(5).fill(total);
        for (let i = 0; i < n; i++) models[folds[i]] -= y[i];
        for (let k = 0; k < 5; k++) models[k] /= 0.8 * n;
        const away = y.slice(0, n).map((value, i) => Math.abs(value - without[i]));
        const awayFold = y.slice(0, n).map((value, i) => Math.abs(value - models[folds[i]]));
        const results = {
          jackknifePlus: jackknifePlus(away, matrix(without, n, 1), level),
          jackknifeMinmax: jackknifeMinmax(away, matrix(without, n, 1), level),
          cvPlus: cvPlus(awayFold, matrix(models, 5, 1), folds, level),
          cvMinmax: cvMinmax(awayFold, matrix(models, 5, 1), folds, level),
        };
        for (const name of names) {
          const { lower, upper, guarantee } = results[name];
          promised.set(name, guarantee);
          if (lower[0] <= y[n] && y[n] <= upper[0]) covered.set(name, (covered.get(name) ?? 0) + 1);
        }
      }
      for (const name of names) expectAtLeast(covered.get(name) ?? 0, 500, promised.get(name) ?? 1);
      expectAtLeast(covered.get("jackknifePlus") ?? 0, 500, level - 0.03);
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coveragePValue } from "../../../src/conformal/coverage-range.ts";
import { evaluateIntervals } from "../../../src/conformal/intervals/evaluate-intervals.ts";
import { fitIntervals } from "../../../src/conformal/intervals/fit-intervals.ts";
import { intervalBase } from "../../../src/conformal/intervals/interval-base.ts";
import { intervalScores, sideScores } from "../../../src/conformal/intervals/interval-scores.ts";
import { predictIntervals } from "../../../src/conformal/intervals/predict-intervals.ts";
import { points, pointsWithSigma, quantiles, rowsOf, segment } from "./rows.ts";

const split = { interval: { kind: "split" }, level: 0.5 } as const;

describe("evaluateIntervals", () => {
  const document = fitIntervals(rowsOf(points(0, 0, 0), [1, 2, 3]), split);

  it("evaluateIntervals(document, rows) counts outcomes on the ends as covered", () => {
    const { coverage, meanSize, medianSize, pValue, ...rest } = evaluateIntervals(
      document,
      rowsOf(points(0, 0, 10, 10), [2, -2, 12.5, 7]),
    );
    expect(coverage).toMatchObject({ value: 0.5, n: 4, level: 0.95, spec: { metric: "interval-coverage" } });
    expect(meanSize).toMatchObject({ value: 4, lower: 4, upper: 4 });
    expect(medianSize).toBe(4);
    expect(pValue).toBeNull();
    expect(rest).toMatchObject({
      n: 4,
      empty: 0,
      unbounded: 0,
      singletons: null,
      classCoverage: [],
      groupCoverage: [],
    });
    expect(rest.sizeCoverage).toMatchObject([{ from: 4, to: 4, n: 4, coverage: { value: 0.5 } }]);
  });

  it("evaluateIntervals(document, rows) knows how likely its coverage is", () => {
    const test = rowsOf(points(0, 0, 0, 0, 0), [1, -1, 0.5, 7, 8]);
    expect(evaluateIntervals(document, test).pValue).toBe(coveragePValue(3, 0.5, 3, 5));
    const signed = fitIntervals(rowsOf(points(0, 0, 0), [1, 2, 3]), { ...split, interval: { kind: "split-signed" } });
    const covered = { numerator: 2n, denominator: 4n };
    expect(evaluateIntervals(signed, rowsOf(points(0, 0), [1.5, 9])).pValue).toBe(coveragePValue(3, covered, 1, 2));
  });

  it("evaluateIntervals(document, rows) has no mean width where every interval is the whole line", () => {
    const short = fitIntervals(rowsOf(points(0), [1]), { ...split, level: 0.9 });
    expect(evaluateIntervals(short, rowsOf(points(0, 0), [5, 6]))).toMatchObject({
      coverage: { value: 1 },
      meanSize: null,
      medianSize: null,
      unbounded: 2,
      sizeCoverage: [],
      pValue: null,
    });
  });

  it("evaluateIntervals(document, rows) counts empty intervals, which have no width and cover nothing", () => {
    const levels = [0.05, 0.95];
    const narrow = fitIntervals(rowsOf(quantiles(levels, ...Array(3).fill([0, 10])), [5, 5, 5]), {
      interval: { kind: "cqr" },
      level: 0.5,
    });
    const test = rowsOf(quantiles(levels, [0, 12], [0, 4]), [6, 2]);
    expect(evaluateIntervals(narrow, test)).toMatchObject({
      empty: 1,
      unbounded: 0,
      coverage: { value: 0.5 },
      meanSize: { value: 1 },
    });
  });

  it("evaluateIntervals(document, rows) divides by segments, by the document's groups, and by width", () => {
    const site = segment("site", ["a", "a", "b", "b"]);
    const test = rowsOf(points(0, 0, 0, 0), [1, 9, 1, 1], { segments: [site] });
    expect(evaluateIntervals(document, test).groupCoverage).toMatchObject([
      { name: "site: a", n: 2, coverage: { value: 0.5 } },
      { name: "site: b", n: 2, coverage: { value: 1 } },
    ]);
    const apart = fitIntervals(test, { ...split, by: ["site"] });
    const result = evaluateIntervals(apart, test);
    expect(result.groupCoverage.map(({ name }) => name)).toEqual(["site: a", "site: b"]);
    expect(result.pValue).toBeNull();

    const sigma = Array.from({ length: 20 }, (_, i) => 1 + Math.floor(i / 2));
    const scaled = fitIntervals(rowsOf(pointsWithSigma([0, 0, 0], [1, 1, 1]), [1, 2, 3]), {
      interval: { kind: "normalised" },
      level: 0.5,
    });
    const bins = evaluateIntervals(
      scaled,
      rowsOf(
        pointsWithSigma(
          sigma.map(() => 0),
          sigma,
        ),
        Array(20).fill(5),
      ),
    ).sizeCoverage;
    expect(bins.map(({ from, to, n, coverage }) => [from, to, n, coverage.value])).toEqual([
      [4, 8, 4, 0],
      [12, 16, 4, 1],
      [20, 24, 4, 1],
      [28, 32, 4, 1],
      [36, 40, 4, 1],
    ]);
  });

  it("evaluateIntervals(document, rows) weighs rows; those of weight 0 are absent", () => {
    const test = rowsOf(points(0, 0, 0), [1, 9, 9], { weights: Float64Array.of(3, 1, 0) });
    const result = evaluateIntervals(document, test);
    expect(result.coverage).toMatchObject({ value: 0.75, effectiveN: 1.6, spec: { weighted: true } });
    expect(result.pValue).toBeNull();
  });

  it("evaluateIntervals(document, rows) refuses no rows and bad outcomes", () => {
    expect(() => evaluateIntervals(document, rowsOf(points(), []))).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => evaluateIntervals(document, rowsOf(points(0, 0), [1, Number.NaN]))).toThrow(
      "outcomes must be finite numbers, got NaN at row 1",
    );
    expect(() => evaluateIntervals(document, rowsOf(points(0), [1, 2]))).toThrow(
      expect.objectContaining({ code: "shape-mismatch" }),
    );
    expect(() => evaluateIntervals(document, rowsOf(points(0), [1]), { confidence: 1 })).toThrow(
      expect.objectContaining({ code: "out-of-range" }),
    );
  });
});

describe("predictIntervals", () => {
  const tenths = fc.integer({ min: -60, max: 60 }).map((k) => k / 10);
  const row = fc.record({ point: tenths, sigma: fc.integer({ min: 1, max: 9 }).map((k) => k / 10), y: tenths });

  it("predictIntervals(...) holds every outcome whose score is at most the quantile, ties of decimals included", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 30 }), fc.boolean(), (rows, isScaled) => {
        const forecast = pointsWithSigma(
          rows.map(({ point }) => point),
          rows.map(({ sigma }) => sigma),
        );
        const data = rowsOf(
          forecast,
          rows.map(({ y }) => y),
        );
        const interval = { kind: isScaled ? "normalised" : "split" } as const;
        const document = fitIntervals(data, { interval, level: 0.5 });
        const scores = intervalScores(intervalBase(interval, forecast, null), data.outcomes);
        const { lower, upper } = predictIntervals(document, forecast);
        for (let i = 0; i < rows.length; i++)
          if (scores[i] <= (document.quantile ?? Infinity)) {
            expect(lower[i]).toBeLessThanOrEqual(data.outcomes[i]);
            expect(upper[i]).toBeGreaterThanOrEqual(data.outcomes[i]);
          }
      }),
      { numRuns: 300 },
    );
  });

  it("predictIntervals(...) with two sides holds what both scores let in", () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 30 }), (rows) => {
        const forecast = pointsWithSigma(
          rows.map(({ point }) => point),
          rows.map(({ sigma }) => sigma),
        );
        const data = rowsOf(
          forecast,
          rows.map(({ y }) => y),
        );
        const interval = { kind: "predictive-system", isNormalised: true } as const;
        const document = fitIntervals(data, { interval, level: 0.5 });
        const { below, above } = sideScores(intervalBase(interval, forecast, null), data.outcomes);
        const { lower, upper } = predictIntervals(document, forecast);
        const [part] = document.parts;
        const most = "upperQuantile" in part ? (part.upperQuantile ?? Infinity) : Infinity;
        for (let i = 0; i < rows.length; i++)
          if (below[i] <= (part.quantile ?? Infinity) && above[i] <= most) {
            expect(lower[i]).toBeLessThanOrEqual(data.outcomes[i]);
            expect(upper[i]).toBeGreaterThanOrEqual(data.outcomes[i]);
          }
      }),
    );
  });
});

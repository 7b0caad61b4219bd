import { describe, expect, it } from "vitest";
import { openConformal } from "../../../src/conformal/artefact/open-conformal.ts";
import type { ConformalIntervals, IntervalMethod } from "../../../src/conformal/conformal-document.ts";
import { fitConformalIntervals } from "../../../src/conformal/intervals/fit-conformal-intervals.ts";
import type { IntervalsOptions } from "../../../src/conformal/intervals/fit-intervals.ts";
import { intervalBase } from "../../../src/conformal/intervals/interval-base.ts";
import { intervalScores, sideScores } from "../../../src/conformal/intervals/interval-scores.ts";
import { partSystems } from "../../../src/conformal/intervals/part-systems.ts";
import { predictIntervals } from "../../../src/conformal/intervals/predict-intervals.ts";
import type { Forecast, RegressionPredictions } from "../../../src/regression/forecasts.ts";
import { regressionDataFingerprint } from "../../../src/regression/recalibrate/data-fingerprint.ts";
import { made, points, pointsWithSigma, quantiles, rowsOf, segment } from "./rows.ts";

const input = (code: string, index?: number) => expect.objectContaining({ name: "InputError", code, index });

function fit(
  rows: RegressionPredictions,
  kind: Exclude<IntervalMethod["kind"], "predictive-system">,
  level: number,
  further: Partial<IntervalsOptions> = {},
): ConformalIntervals {
  return fitConformalIntervals(rows, { interval: { kind }, level, ...made, ...further });
}

const system = { interval: { kind: "predictive-system", isNormalised: false }, ...made } as const;

describe("scores", () => {
  const outcomes = Float64Array.of(5, 7, 9, 11, 13, 15);
  const point = [4, 7, 10, 12, 13, 12];

  it("intervalScores(...) gives the published gamma scores", () => {
    const base = intervalBase({ kind: "gamma" }, points(...point), null);
    const { above } = sideScores(base, outcomes);
    [1 / 4, 0, -1 / 10, -1 / 12, 0, 3 / 12].forEach((score, i) => {
      expect(above[i]).toBe(score);
    });
    expect(intervalScores(base, outcomes)).toEqual(Float64Array.from(above, Math.abs));
  });

  it("intervalScores(...) gives the published scores of residuals over sigma", () => {
    const base = intervalBase({ kind: "normalised" }, pointsWithSigma(point, [...outcomes]), null);
    expect(intervalScores(base, outcomes)).toEqual(Float64Array.of(1 / 5, 0, 1 / 9, 1 / 11, 0, 3 / 15));
  });

  it("intervalScores(...) of quantiles are negative inside, in proportion to the width or to each half", () => {
    const forecast = quantiles([0.05, 0.5, 0.95], [0, 2, 10], [0, 2, 10], [0, 2, 10]);
    const scores = (kind: "cqr" | "cqr-r" | "cqr-m") =>
      Array.from(intervalScores(intervalBase({ kind }, forecast, [0.05, 0.95]), Float64Array.of(1, 14, -3)));
    expect(scores("cqr")).toEqual([-1, 4, 3]);
    expect(scores("cqr-r")).toEqual([-0.1, 0.4, 0.3]);
    expect(scores("cqr-m")).toEqual([-0.5, 0.5, 1.5]);
  });
});

describe("fitConformalIntervals", () => {
  const nine = rowsOf(points(0, 0, 0, 0, 0, 0, 0, 0, 0), [1, -2, 3, -4, 5, -6, 7, -8, 9]);

  it("fitConformalIntervals(rows, split) takes the exact rank: the 9th of 9 at level 0.9", () => {
    const document = fit(nine, "split", 0.9);
    expect(document).toMatchObject({ n: 9, rank: 9, quantile: 9, weighted: false, residuals: null, warnings: [] });
    expect(document.parts).toEqual([{ values: [], n: 9, rank: 9, quantile: 9 }]);
    expect(document.coverageRange?.lower).toBeCloseTo(0.05 ** (1 / 9), 12);
    expect(predictIntervals(document, points(100))).toEqual({
      lower: Float64Array.of(91),
      upper: Float64Array.of(109),
    });
  });

  it("fitConformalIntervals(...) is the whole line where rows are too few, and says how many are missing", () => {
    const document = fit(nine, "split", 0.95);
    expect(document).toMatchObject({ rank: 10, quantile: null, coverageRange: { lower: 1, upper: 1 } });
    expect(document.warnings).toEqual([
      "The 9 calibration rows are fewer than 19: at level 0.95 every interval is the whole line; 10 more are needed.",
    ]);
    expect(predictIntervals(document, points(1))).toEqual({
      lower: Float64Array.of(-Infinity),
      upper: Float64Array.of(Infinity),
    });
  });

  it("fitConformalIntervals(...) with two sides halves the error exactly and needs 2 / (1 − level) − 1 rows", () => {
    const rows = (n: number) =>
      rowsOf(
        points(...Array(n).fill(0)),
        Array.from({ length: n }, (_, i) => i + 1),
      );
    const document = fit(rows(19), "split-signed", 0.9);
    expect(document.parts).toEqual([{ values: [], n: 19, rank: 19, quantile: -1, upperRank: 19, upperQuantile: 19 }]);
    expect(predictIntervals(document, points(100)).lower).toEqual(Float64Array.of(101));
    const short = fit(rows(18), "split-signed", 0.9);
    expect(short.parts).toEqual([{ values: [], n: 18, rank: 19, quantile: null, upperRank: 19, upperQuantile: null }]);
    expect(short.warnings[0]).toContain("fewer than 19");
    expect(fit(rows(39), "split-signed", 0.95).parts[0]).toMatchObject({ rank: 39, upperRank: 39 });
  });

  it("fitConformalIntervals(...) of a predictive system keeps the residuals, part after part", () => {
    const rows = rowsOf(points(0, 0, 0, 0, 0, 0), [3, 1, 2, 30, 10, 20], {
      segments: [segment("site", ["a", "a", "a", "b", "b", "b"])],
    });
    const all = fitConformalIntervals(rows, { ...system, level: 0.5 });
    expect(all.residuals).toEqual([1, 2, 3, 10, 20, 30]);
    expect(all.coverageRange).not.toBeNull();
    const apart = fitConformalIntervals(rows, { ...system, level: 0.5, by: ["site"] });
    expect(apart.residuals).toEqual([1, 2, 3, 10, 20, 30]);
    expect(apart.parts.map(({ values, quantile }) => [values, quantile])).toEqual([
      [["a"], -1],
      [["b"], -10],
    ]);
    expect(partSystems(apart)).toEqual([
      { values: ["a"], system: { residuals: Float64Array.of(1, 2, 3), isNormalised: false } },
      { values: ["b"], system: { residuals: Float64Array.of(10, 20, 30), isNormalised: false } },
    ]);
    expect(() => partSystems(fit(rows, "split", 0.5))).toThrow(
      "a document of predictive-system without weights is needed, got split without residuals",
    );
    expect(apart).toMatchObject({ rank: null, quantile: null, coverageRange: null });
  });

  it("fitConformalIntervals(...) by segments has a part per combination, and the whole line for unknown ones", () => {
    const rows = rowsOf(points(0, 0, 0, 0, 0), [1, 2, 3, 10, 20], {
      segments: [segment("site", ["a", "a", "a", "b", "b"]), segment("day", ["x", "x", "x", "x", "y"])],
    });
    const document = fit(rows, "split", 0.6, { by: ["site", "day"] });
    expect(document.condition).toEqual({ kind: "groups", columns: ["site", "day"] });
    expect(document.parts.map(({ values, n, quantile }) => [values, n, quantile])).toEqual([
      [["a", "x"], 3, 3],
      [["b", "x"], 1, null],
      [["b", "y"], 1, null],
    ]);
    expect(document.warnings).toEqual([
      "The rows of 2 of 3 groups are fewer than 2, which level 0.6 needs, so that their intervals are the whole line (b × x lacks 1, b × y lacks 1).",
    ]);
    const segments = [segment("day", ["x", "y"]), segment("site", ["a", "a"])];
    expect(predictIntervals(document, points(0, 0), { segments })).toEqual({
      lower: Float64Array.of(-3, -Infinity),
      upper: Float64Array.of(3, Infinity),
    });
    expect(() => predictIntervals(document, points(0, 0), { segments: [segment("day", ["x", "y"])] })).toThrow(
      "the groups need a column site, got day",
    );
    expect(() => fit(rows, "split", 0.6, { by: ["city"] })).toThrow("the groups need a column city, got site, day");
  });

  it("fitConformalIntervals(...) reads the quantile columns nearest to the level, or those named", () => {
    const levels = [0.05, 0.1, 0.5, 0.9, 0.95];
    const rows = rowsOf(quantiles(levels, ...Array(20).fill([1, 2, 3, 4, 5])), Array(20).fill(3));
    expect(fit(rows, "cqr", 0.8).quantileLevels).toEqual([0.1, 0.9]);
    expect(fit(rows, "cqr", 0.9).quantileLevels).toEqual([0.05, 0.95]);
    expect(fit(rows, "cqr", 0.9, { quantileLevels: [0.1, 0.95] }).quantileLevels).toEqual([0.1, 0.95]);
    expect(fit(rows, "split", 0.9).quantileLevels).toBeNull();
    expect(() => fit(rows, "cqr", 0.9, { quantileLevels: [0.2, 0.9] })).toThrow(
      "a quantile of level 0.2 is needed, the levels are 0.05, 0.1, 0.5, 0.9, 0.95",
    );
    expect(() => fit(rows, "cqr", 0.9, { quantileLevels: [0.9, 0.1] })).toThrow(input("out-of-range"));
    expect(() => fit(rows, "split", 0.9, { quantileLevels: [0.1, 0.9] })).toThrow(input("incompatible"));
  });

  it("fitConformalIntervals(...) reads the ends of interval forecasts, whose levels are exact", () => {
    const forecast: Forecast = {
      kind: "interval",
      lower: new Float64Array(20),
      upper: new Float64Array(20).fill(4),
      level: 0.9,
      point: new Float64Array(20).fill(1),
    };
    const rows = rowsOf(forecast, Array(20).fill(3));
    expect(fit(rows, "cqr-m", 0.9)).toMatchObject({ quantileLevels: [0.05, 0.95], quantile: -1 / 3 });
    expect(fit(rows, "split", 0.9).quantile).toBe(2);
    expect(fit({ ...rows, forecast: { ...forecast, level: 0.8 } }, "cqr", 0.9).quantileLevels).toEqual([0.1, 0.9]);
  });

  it("fitConformalIntervals(...) counts rows of crossed quantiles as missed, and refuses where they decide", () => {
    const good = [0, 1, 3];
    const rows = (crossed: number) =>
      rowsOf(
        quantiles([0.05, 0.5, 0.95], ...Array(20 - crossed).fill(good), ...Array(crossed).fill([3, 1, 0])),
        Array(20).fill(2),
      );
    const document = fit(rows(1), "cqr-r", 0.9);
    expect(document.quantile).toBeCloseTo(-1 / 3, 15);
    expect(document.warnings).toEqual([
      "The quantiles of 1 of 20 rows cross or coincide: they count as missed, and the intervals of such rows are the whole line.",
    ]);
    const test = quantiles([0.05, 0.5, 0.95], good, [1, 1, 1], [2, 1, 0]);
    const { lower, upper } = predictIntervals(document, test);
    expect([...lower.slice(1)]).toEqual([-Infinity, -Infinity]);
    expect([...upper.slice(1)]).toEqual([Infinity, Infinity]);
    expect(() => fit(rows(2), "cqr-r", 0.9)).toThrow(
      expect.objectContaining({
        code: "out-of-range",
        index: 18,
        message:
          "cqr-r scales by the width between the quantiles, which must be > 0 and is not in 2 rows, row 18 first; cqr needs no width",
      }),
    );
    expect(() => fit({ ...rows(1), weights: new Float64Array(20).fill(1) }, "cqr-m", 0.9)).toThrow(
      "cqr-m scales by each half of the width between the quantiles, which must be > 0 and is not in 1 rows, row 19 first",
    );
    expect(fit(rows(2), "cqr", 0.9).quantile).toBeGreaterThan(0);
  });

  it("fitConformalIntervals(...) makes the interval of a negative quantile narrower, and empty where its ends cross", () => {
    const rows = rowsOf(quantiles([0.05, 0.95], ...Array(20).fill([0, 10])), Array(20).fill(5));
    const document = fit(rows, "cqr", 0.9);
    expect(document.quantile).toBe(-5);
    const { lower, upper } = predictIntervals(document, quantiles([0.05, 0.95], [0, 10], [0, 20], [0, 2]));
    expect([...lower]).toEqual([5, 5, 5]);
    expect([...upper.slice(0, 2)]).toEqual([5, 15]);
    expect(upper[2]).toBeCloseTo(-3, 14);
  });

  it("fitConformalIntervals(...) makes a document that opens from its JSON", () => {
    for (const document of [
      fit(nine, "split", 0.9),
      fit(nine, "split-signed", 0.9),
      fit(nine, "split", 0.9, { by: [] }),
      fit({ ...nine, weights: Float64Array.of(1, 1, 1, 1, 1, 2, 2, 2, 0) }, "split", 0.7),
      fit({ ...nine, weights: Float64Array.of(1, 1, 1, 1, 1, 2, 2, 2, 0) }, "split-signed", 0.7),
      fitConformalIntervals(nine, { ...system, level: 0.6, test: nine }),
      fit(
        {
          ...nine,
          weights: Float64Array.of(1, 1, 1, 1, 1, 2, 2, 2, 0),
          segments: [segment("site", ["a", "a", "a", "a", "a", "a", "a", "a", "b"])],
        },
        "split-signed",
        0.5,
        { by: ["site"] },
      ),
      fitConformalIntervals({ ...nine, weights: new Float64Array(9).fill(3) }, { ...system, level: 0.6 }),
    ])
      expect(openConformal(JSON.parse(JSON.stringify(document)))).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("fitConformalIntervals(...) refuses levels that stand twice, fall, or lack their column", () => {
    const rows = (levels: number[]) => rowsOf(quantiles(levels, [0, 0, 1], [0, 0, 1]), [0.5, 0.6]);
    expect(() => fit(rows([0.1, 0.1, 0.9]), "cqr", 0.5)).toThrow("quantile levels must ascend, got 0.1 after 0.1");
    expect(() => fit(rows([0.9, 0.5, 0.1]), "cqr", 0.5)).toThrow("quantile levels must ascend, got 0.5 after 0.9");
    expect(() => fit(rows([0.1, 0.9]), "cqr", 0.5)).toThrow("there are 2 levels but 3 columns of quantiles");
  });

  it("fitConformalIntervals(...).dataHash is the fingerprint that a repair of the same rows carries", () => {
    expect(fit(nine, "split", 0.9).dataHash).toBe(regressionDataFingerprint(nine));
  });

  it("fitConformalIntervals(...) says what has to be true", () => {
    const weighted = { ...nine, weights: new Float64Array(9).fill(2) };
    expect(fit(nine, "split", 0.9).assumptions).toEqual([
      "New rows come from where the calibration rows come from: any order of them all is equally likely.",
      "The model was neither trained nor tuned on the calibration rows.",
      "The level 0.9 holds on average over all rows; single groups can be covered less often.",
    ]);
    expect(fit(weighted, "split", 0.9).assumptions[0]).toContain("weights are ratios of densities");
  });

  it("fitConformalIntervals(...) refuses bad rows, levels and forecasts that lack what the method needs", () => {
    const sigma = pointsWithSigma([1, 2], [1, 0]);
    expect(() => fit(rowsOf(points(), []), "split", 0.9)).toThrow(
      "prediction intervals need calibration rows, got none",
    );
    const unknown: IntervalMethod = JSON.parse('{ "kind": "splitt" }');
    expect(() => fitConformalIntervals(nine, { interval: unknown, level: 0.9, ...made })).toThrow(
      "the method must be one of split, split-signed, normalised, gamma, cqr, cqr-asymmetric, cqr-r, cqr-m, predictive-system, got splitt",
    );
    expect(() => fit(nine, "split", 1)).toThrow(input("out-of-range"));
    expect(() => fit(nine, "split", 0)).toThrow(input("out-of-range"));
    expect(() => fit(nine, "split", Number.NaN)).toThrow(input("out-of-range"));
    expect(() => fit(rowsOf(points(1, 2), [1, Number.NaN]), "split", 0.9)).toThrow(
      "outcomes must be finite numbers, got NaN at row 1",
    );
    expect(() => fit(rowsOf(points(1, Infinity), [1, 2]), "split", 0.9)).toThrow(
      "the point forecasts must be finite numbers, got Infinity at row 1",
    );
    expect(() => fit(rowsOf(points(-1e308), [1e308]), "split", 0.9)).toThrow(input("not-finite", 0));
    expect(() => fit(rowsOf(sigma, [1, 2]), "normalised", 0.9)).toThrow("sigma must be > 0, got 0 at row 1");
    expect(() => fit(nine, "normalised", 0.9)).toThrow(
      "normalised residuals need a sigma per row, the forecasts are points only",
    );
    expect(() => fit(nine, "gamma", 0.9)).toThrow("the point forecasts of gamma scores must be > 0, got 0 at row 0");
    expect(() => fit(nine, "cqr", 0.9)).toThrow(
      "quantile or interval forecasts are needed, the forecasts are points only",
    );
    expect(() => fit(rowsOf(quantiles([0.1, 0.9], [0, 1]), [1]), "split", 0.9)).toThrow(
      "split needs a point forecast or a median, the forecasts are quantiles of levels 0.1, 0.9",
    );
    expect(() => fit(rowsOf(quantiles([0.1, 0.9], [0, 1]), [1]), "cqr-m", 0.9)).toThrow(
      "cqr-m needs the quantile of level 0.5, the forecasts are quantiles of levels 0.1, 0.9",
    );
    expect(() => fit(rowsOf(quantiles([0.1, 0.5], [0, 1]), [1]), "cqr", 0.9)).toThrow(
      "one quantile below the median and one above it are needed, got levels 0.1, 0.5",
    );
    const weighted = (...weights: number[]) => ({
      ...rowsOf(points(1, 2), [1, 2]),
      weights: Float64Array.from(weights),
    });
    expect(() => fit(weighted(1), "split", 0.9)).toThrow("there are 2 rows but 1 weights");
    expect(() => fit(weighted(1, -1), "split", 0.9)).toThrow("weights must be finite and >= 0, got -1 at row 1");
    expect(() => fit(weighted(0, 0), "split", 0.9)).toThrow("all weights are zero");
  });
});

describe("weights", () => {
  const four = rowsOf(points(0, 0, 0, 0), [1, -2, 3, -4], { weights: Float64Array.of(1, 1, 1, 1) });

  it("fitConformalIntervals(...) with equal weights gives the ranks of no weights", () => {
    for (const level of [0.19, 0.2, 0.5, 0.79, 0.8, 0.81]) {
      const plain = predictIntervals(fit(rowsOf(points(0, 0, 0, 0), [1, -2, 3, -4]), "split", level), points(0));
      expect(predictIntervals(fit(four, "split", level), points(0), { testWeights: Float64Array.of(1) })).toEqual(
        plain,
      );
    }
  });

  it("predictIntervals(...) uses the weight of each row", () => {
    const document = fit(four, "split", 0.5);
    const { upper } = predictIntervals(document, points(0, 0, 0, 0), { testWeights: Float64Array.of(0, 1, 3, 5) });
    expect([...upper]).toEqual([2, 3, 4, Infinity]);
    const signed = predictIntervals(fit(four, "split-signed", 0.5), points(0, 0), {
      testWeights: Float64Array.of(0, 4),
    });
    expect([...signed.upper]).toEqual([1, Infinity]);
    expect([...signed.lower]).toEqual([-2, -Infinity]);
  });

  it("fitConformalIntervals(...) leaves rows of weight 0 out and knows only ratios of weights", () => {
    const some = fit({ ...four, weights: Float64Array.of(1, 0, 2, 1) }, "split", 0.5);
    const scaled = fit({ ...four, weights: Float64Array.of(7, 0, 14, 7) }, "split", 0.5);
    expect(some.n).toBe(3);
    expect(scaled.parts[0].quantile).toBe(some.parts[0].quantile);
    expect(predictIntervals(scaled, points(0), { testWeights: Float64Array.of(7) })).toEqual(
      predictIntervals(some, points(0), { testWeights: Float64Array.of(1) }),
    );
  });

  it("predictIntervals(...) refuses weights it cannot use", () => {
    const plain = fit(rowsOf(points(0, 0), [1, 2]), "split", 0.5);
    expect(() => predictIntervals(plain, points(0), { testWeights: Float64Array.of(1) })).toThrow(
      "the intervals were fitted without weights and cannot use those of new rows",
    );
    const document = fit(four, "split", 0.5);
    expect(() => predictIntervals(document, points(0))).toThrow(
      "the intervals were fitted with weights: each row needs its weight",
    );
    expect(() => predictIntervals(document, points(0), { testWeights: Float64Array.of(1, 2) })).toThrow(
      "there are 1 forecasts but 2 weights",
    );
    expect(() => predictIntervals(document, points(0), { testWeights: Float64Array.of(-1) })).toThrow(
      "weights must be finite and >= 0, got -1 at row 0",
    );
  });
});

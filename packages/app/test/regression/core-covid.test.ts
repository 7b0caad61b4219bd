import { fitRegression, type Matrix, type RegressionPredictions, regressionReport } from "@candor/core";
import { describe, expect, it } from "vitest";
import { agree, isRecord, type Reference, reference } from "../calibrate/reference-json.ts";
import { type Columns, havePresent, numbers, origin, readColumns, words } from "./core-columns.ts";

const FOLDER = "covid_eu_quantiles";
const present = havePresent(FOLDER);

function predictionsOf(columns: Columns, key: string): RegressionPredictions {
  const models = words(columns, "model");
  const targets = words(columns, "target_type");
  const isIn = (row: number): boolean => `${models[row]}|${targets[row]}` === key;
  const names = [...columns.keys()].filter((name) => /^q0/.test(name));
  const quantiles = names.map((name) => numbers(columns, name, isIn));
  const outcomes = numbers(columns, "observed", isIn);
  const rows = outcomes.length;
  const values: Matrix = { data: new Float64Array(rows * names.length), rows, cols: names.length };
  quantiles.forEach((column, k) => {
    column.forEach((value, i) => {
      values.data[i * names.length + k] = value;
    });
  });
  const levels = names.map((name) => Number(name.slice(1)));
  return { task: "regression", rows, forecast: { kind: "quantiles", levels, values }, outcomes, segments: [] };
}

function figure(node: Reference, key: string): unknown {
  return node[key];
}

describe.skipIf(!present)("European forecasts of COVID-19", () => {
  const columns = present ? readColumns(FOLDER, "quantile_forecasts.csv.gz") : new Map<string, string[]>();
  const keys = present ? Object.keys(reference(FOLDER, "models")) : [];

  it("regressionReport agrees with the reference on every figure of all seven", () => {
    expect(keys).toHaveLength(7);
    let figures = 0;
    for (const key of keys) {
      const expected = reference(FOLDER, "models", key);
      const { n, metrics, intervals, quantileCurve } = regressionReport(predictionsOf(columns, key), origin);
      const same = (what: string, value: unknown, wanted: unknown): void => {
        agree(`${key} ${what}`, value, wanted, 1e-9);
        figures++;
      };
      same("n", n, figure(expected, "n"));
      same("wis", metrics.weightedIntervalScore?.value, figure(expected, "wis"));
      same("crps", metrics.crps?.value, figure(expected, "wis"));
      same("dispersion", metrics.wisDispersion?.value, figure(expected, "dispersion"));
      same("overprediction", metrics.wisOverprediction?.value, figure(expected, "overprediction"));
      same("underprediction", metrics.wisUnderprediction?.value, figure(expected, "underprediction"));
      same("ae_median", metrics.mae?.value, figure(expected, "ae_median"));
      const { coverage, quantile_coverage: quantiles, published } = expected;
      if (!(isRecord(coverage) && isRecord(quantiles) && isRecord(published)))
        throw new Error("reference is incomplete");
      for (const [level, share] of Object.entries(coverage))
        same(`coverage ${level}`, intervals.find((i) => i.level === Number(level))?.coverage.value, share);
      for (const [level, share] of Object.entries(quantiles))
        same(`quantile ${level}`, quantileCurve.find((q) => q.level === Number(level))?.observed.value, share);
      const shown = {
        wis: metrics.weightedIntervalScore,
        over: metrics.wisOverprediction,
        under: metrics.wisUnderprediction,
        dispersion: metrics.wisDispersion,
        cov50: intervals.find((i) => i.level === 0.5)?.coverage,
        cov90: intervals.find((i) => i.level === 0.9)?.coverage,
        ae_median: metrics.mae,
      };
      for (const [name, estimate] of Object.entries(shown))
        expect(Number(estimate?.value.toPrecision(3)), `${key} published ${name}`).toBe(published[name]);
    }
    expect(figures).toBe(7 * 35);
  });

  it("regressionReport says in words which of them are too narrow", () => {
    const { verdict } = regressionReport(predictionsOf(columns, "EuroCOVIDhub-ensemble|Cases"), origin);
    expect(verdict).toEqual({
      status: "too-narrow",
      sentence: "The 90 % intervals hold the outcome in 80 % of rows (73 to 86 %): they are too narrow.",
    });
  });

  it("fitRegression does not raise the held-out loss of any of them beyond chance", () => {
    for (const key of keys) {
      const { improvement, method, verdict } = fitRegression(predictionsOf(columns, key), origin);
      expect(improvement.loss.upper, `${key} ${method} ${verdict.sentence}`).toBeGreaterThanOrEqual(0);
    }
  });
});

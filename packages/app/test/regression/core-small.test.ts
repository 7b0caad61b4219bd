import { fitRegression, outcomeLine, type RegressionPredictions, regressionReport } from "@candor/core";
import { describe, expect, it } from "vitest";
import { agree, reference } from "../calibrate/reference-json.ts";
import { havePresent, numbers, origin, readColumns, words } from "./core-columns.ts";

describe.skipIf(!havePresent("regression_small"))("single numbers: solubility and boosting", () => {
  const sets = [
    ["solubility_test", "prediction", "solubility"],
    ["boosting_oob", ".pred", "outcome"],
    ["boosting_test", ".pred", "outcome"],
  ] as const;
  const predictionsOf = (file: string, prediction: string, outcome: string): RegressionPredictions => {
    const columns = readColumns("regression_small", `${file}.csv`);
    const outcomes = numbers(columns, outcome);
    const forecast = { kind: "point", point: numbers(columns, prediction) } as const;
    return { task: "regression", rows: outcomes.length, forecast, outcomes, segments: [] };
  };

  it.each(sets)("regressionReport agrees with the reference on %s", (file, prediction, outcome) => {
    const predictions = predictionsOf(file, prediction, outcome);
    const expected = reference("regression_small", "sets", file);
    const { n, metrics, verdict } = regressionReport(predictions, origin);
    agree("n", n, expected["n"], 0.5);
    agree("rmse", metrics.rmse?.value, expected["rmse"], 1e-12);
    agree("mae", metrics.mae?.value, expected["mae"], 1e-12);
    agree("rsq_trad", metrics.r2?.value, expected["rsq_trad"], 1e-12);
    agree("r2", metrics["r2Correlation"]?.value, expected["r2"], 1e-12);
    if (predictions.forecast.kind !== "point") throw new Error("a point forecast was expected");
    const { slope, intercept } = outcomeLine(predictions.forecast.point, predictions.outcomes);
    agree("slope", slope.value, expected["slope_y_on_p"], 1e-12);
    agree("intercept", intercept.value, expected["intercept_y_on_p"], 1e-12);
    expect(verdict.status).toBe("no-uncertainty");
  });

  it("regressionReport says of single numbers how far they miss", () => {
    const { verdict } = regressionReport(predictionsOf(...sets[0]), origin);
    expect(verdict.sentence).toBe(
      "The forecasts are single numbers and do not say how far off they may be. On average they miss by 0.545 (0.493 to 0.598).",
    );
  });

  it.each(sets)("fitRegression gives %s an uncertainty that holds on rows held out", (file, prediction, outcome) => {
    const { after, improvement, verdict } = fitRegression(predictionsOf(file, prediction, outcome), origin);
    expect(verdict.status).toBe("improved");
    expect(improvement.loss.lower).toBeGreaterThan(0);
    const ninety = after.intervals.find(({ level }) => level === 0.9)?.coverage;
    expect(ninety?.lower).toBeLessThan(0.9);
    expect(ninety?.upper).toBeGreaterThan(0.9);
  });
});

describe.skipIf(!havePresent("conformal"))("diabetes: point and sigma, quantiles", () => {
  const load = () => {
    const columns = readColumns("conformal", "diabetes_predictions.csv");
    const split = words(columns, "split");
    return { columns, isCalibration: (row: number) => split[row] === "cal" };
  };

  it("fitRegression never raises the held-out loss beyond chance, for each kind of forecast", () => {
    const { columns, isCalibration } = load();
    const of = (name: string): Float64Array => numbers(columns, name, isCalibration);
    const outcomes = of("y");
    const rows = outcomes.length;
    const [low, middle, high] = [of("q05"), of("q50"), of("q95")];
    const values = { data: new Float64Array(3 * rows), rows, cols: 3 };
    for (let i = 0; i < rows; i++) values.data.set([low[i] ?? 0, middle[i] ?? 0, high[i] ?? 0], 3 * i);
    const forecasts = [
      { kind: "point-and-sigma", point: of("mean"), sigma: of("sigma") },
      { kind: "quantiles", levels: [0.05, 0.5, 0.95], values },
      { kind: "interval", lower: low, upper: high, level: 0.9, point: middle },
    ] as const;
    for (const forecast of forecasts) {
      const { improvement, verdict } = fitRegression(
        { task: "regression", rows, forecast, outcomes, segments: [] },
        origin,
      );
      expect(improvement.loss.upper, `${forecast.kind}: ${verdict.sentence}`).toBeGreaterThanOrEqual(0);
    }
  });
});

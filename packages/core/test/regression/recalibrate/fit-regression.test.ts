import { describe, expect, it } from "vitest";
import { createRandom } from "../../../src/random/random.ts";
import type { Forecast, RegressionPredictions } from "../../../src/regression/forecasts.ts";
import { intervalCoverage } from "../../../src/regression/metrics/interval-coverage.ts";
import { miscalibrationArea } from "../../../src/regression/metrics/miscalibration-area.ts";
import { quantileCalibrationCurve, USUAL_LEVELS } from "../../../src/regression/metrics/quantile-curve.ts";
import { applyRegressionCalibrator } from "../../../src/regression/recalibrate/apply-calibrator.ts";
import { applyRegressionMap } from "../../../src/regression/recalibrate/apply-map.ts";
import { commonQuantiles } from "../../../src/regression/recalibrate/common-losses.ts";
import { conformalShift } from "../../../src/regression/recalibrate/conformal-shifts.ts";
import { fitRegression } from "../../../src/regression/recalibrate/fit-regression.ts";
import { fitIsotonicLevels } from "../../../src/regression/recalibrate/isotonic-levels.ts";
import { regressionMethods } from "../../../src/regression/recalibrate/methods.ts";
import { openRegressionCalibrator } from "../../../src/regression/recalibrate/seal-calibrator.ts";
import { fitShiftAndScale } from "../../../src/regression/recalibrate/shift-and-scale.ts";
import { standardScores } from "../../../src/regression/recalibrate/standard-scores.ts";
import { countCase, type Departure, hundredCases, normalCase, ofForecast, origin } from "../cases.ts";

const biased: Departure = { bias: 0.5, scale: 0.6, shape: "normal" };

/** The same predictions as another kind of forecast. */
function as(kind: Forecast["kind"], predictions: RegressionPredictions): RegressionPredictions {
  const { forecast, outcomes } = predictions;
  if (forecast.kind !== "point-and-sigma") throw new Error("cases are normal forecasts");
  const { point, sigma } = forecast;
  if (kind === "point") return ofForecast({ kind, point }, outcomes);
  if (kind === "quantiles")
    return ofForecast({ kind, levels: USUAL_LEVELS, values: commonQuantiles(forecast, USUAL_LEVELS) }, outcomes);
  if (kind === "interval")
    return ofForecast(
      {
        kind,
        lower: point.map((p, i) => p - 1.6449 * sigma[i]),
        upper: point.map((p, i) => p + 1.6449 * sigma[i]),
        level: 0.9,
        point,
      },
      outcomes,
    );
  return predictions;
}

const kinds = ["point", "point-and-sigma", "quantiles", "interval"] as const;

describe("fitRegression", () => {
  it.each(kinds)("fitRegression(%s) improves forecasts that are biased and too narrow, and says so", (kind) => {
    const fit = fitRegression(as(kind, normalCase(600, biased, 1)), origin);
    expect(fit.verdict.status).toBe("improved");
    expect(fit.improvement.loss.lower).toBeGreaterThan(0);
    expect(fit.candidates.filter(({ chosen }) => chosen)).toHaveLength(1);
    expect(fit.candidates.find(({ chosen }) => chosen)?.method).toBe(fit.method);
    const fresh = as(kind, normalCase(2000, biased, 2));
    const repaired = applyRegressionCalibrator(fit.calibrator, fresh.forecast);
    const ninety = fit.after.intervals.find(({ level }) => level === 0.9)?.coverage;
    expect(Math.abs((ninety?.value ?? 0) - 0.9)).toBeLessThan(0.05);
    if (kind !== "point" && fresh.forecast.kind !== "point")
      expect(miscalibrationArea(repaired, fresh.outcomes).value).toBeLessThan(
        miscalibrationArea(fresh.forecast, fresh.outcomes).value,
      );
  });

  it.each(kinds.flatMap((kind) => regressionMethods(kind).map(({ method }) => [kind, method] as const)))(
    "fitRegression(%s, { method: %s }) makes the area smaller on new rows and never crosses",
    (kind, method) => {
      const { calibrator } = fitRegression(as(kind, normalCase(600, biased, 3)), { ...origin, method });
      expect(calibrator.method).toBe(method);
      const fresh = as(kind, normalCase(2000, biased, 4));
      const repaired = applyRegressionCalibrator(calibrator, fresh.forecast);
      if (repaired.kind === "quantiles") {
        const { data, cols } = repaired.values;
        for (let j = 1; j < data.length; j++) if (j % cols > 0) expect(data[j] >= data[j - 1]).toBe(true);
      }
      if (fresh.forecast.kind === "point") return;
      expect(miscalibrationArea(repaired, fresh.outcomes).value).toBeLessThan(
        miscalibrationArea(fresh.forecast, fresh.outcomes).value,
      );
    },
  );

  it("fitRegression(predictions, { method: isotonic }) moves the way that brings shares to their levels", () => {
    const { calibrator } = fitRegression(normalCase(4000, { bias: 0.7, scale: 1, shape: "normal" }, 5), {
      ...origin,
      method: "isotonic",
    });
    const { forecast, outcomes } = normalCase(4000, { bias: 0.7, scale: 1, shape: "normal" }, 6);
    const at = (given: Forecast, level: number): number =>
      quantileCalibrationCurve(given, outcomes).find((point) => point.level === level)?.observed.value ?? Number.NaN;
    const repaired = applyRegressionCalibrator(calibrator, forecast);
    expect(at(forecast, 0.5)).toBeGreaterThan(0.7);
    expect(Math.abs(at(repaired, 0.5) - 0.5)).toBeLessThan(0.04);
    expect(Math.abs(at(repaired, 0.9) - 0.9)).toBeLessThan(0.03);
  });

  it("fitRegression(predictions, { method: isotonic }) improves all hundred cases that it can read", () => {
    const failures: string[] = [];
    let refused = 0;
    hundredCases().forEach((departure, k) => {
      const { forecast, outcomes } = normalCase(800, departure, 2000 + k);
      try {
        const map = fitIsotonicLevels(standardScores(forecast, outcomes), USUAL_LEVELS);
        const fresh = normalCase(2000, departure, 6000 + k);
        const before = miscalibrationArea(fresh.forecast, fresh.outcomes).value;
        const after = miscalibrationArea(applyRegressionMap(map, fresh.forecast), fresh.outcomes).value;
        if (!(after < before)) failures.push(`${k}: ${before} to ${after}`);
      } catch {
        refused++;
      }
    });
    expect(failures).toEqual([]);
    expect(refused).toBeLessThanOrEqual(5);
  });

  it("fitRegression(predictions, options) leaves weightless rows out and counts a row of weight 2 twice", () => {
    const { forecast, outcomes } = normalCase(200, biased, 7);
    if (forecast.kind !== "point-and-sigma") throw new Error("cases are normal forecasts");
    const weights = outcomes.map((_, i) => i % 3);
    const rows = Uint32Array.from(outcomes.keys()).filter((i) => weights[i] > 0);
    const twice = [...rows].flatMap((i) => (weights[i] === 2 ? [i, i] : [i]));
    const pick = (values: Float64Array): Float64Array => Float64Array.from(twice, (i) => values[i]);
    const weighted = fitShiftAndScale(forecast.point, forecast.sigma, outcomes, weights);
    const repeated = fitShiftAndScale(pick(forecast.point), pick(forecast.sigma), pick(outcomes));
    expect(weighted.shift).toBeCloseTo(repeated.shift, 12);
    expect(weighted.scale).toBeCloseTo(repeated.scale, 12);
    const fit = fitRegression({ ...ofForecast(forecast, outcomes), weights }, origin);
    expect(fit.n).toBe(rows.length);
  });

  it("fitRegression(predictions, options) is the same twice, and follows times and groups", () => {
    const predictions = normalCase(400, biased, 8);
    const values = Float64Array.from({ length: 400 }, (_, i) => i);
    const timed = { ...predictions, time: { name: "week", values, kind: "number" } } as const;
    const codes = Int32Array.from({ length: 400 }, (_, i) => i % 40);
    const names = Array.from({ length: 40 }, (_, i) => String(i));
    const grouped = { ...predictions, groups: { name: "site", codes, values: names } };
    expect(fitRegression(predictions, origin)).toEqual(fitRegression(predictions, origin));
    const inTime = fitRegression(timed, origin);
    expect(inTime.validation.scheme).toBe("time");
    expect(inTime.before.n).toBe(320);
    expect(inTime.verdict.status).toBe("improved");
    expect(fitRegression(grouped, origin).validation.scheme).toBe("grouped");
  });

  it("fitRegression(few rows, options) leaves them alone, or gives single numbers a spread that it calls a guess", () => {
    const few = normalCase(8, biased, 9);
    const { method, verdict } = fitRegression(few, origin);
    expect([method, verdict.status]).toEqual(["identity", "too-few-rows"]);
    expect(fitRegression(as("point", few), origin).verdict.status).toBe("too-few-rows");
  });

  it("fitRegression(predictions, options) refuses what it cannot do, in words", () => {
    const predictions = normalCase(50, biased, 10);
    const refusal = (call: () => unknown): string => {
      try {
        call();
        return "";
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
    };
    expect(refusal(() => fitRegression(predictions, { ...origin, method: "magic" }))).toBe(
      "forecasts of kind point-and-sigma can be repaired by auto, identity, shift-and-scale, isotonic, scale-then-isotonic, got magic",
    );
    expect(refusal(() => fitRegression(as("quantiles", predictions), { ...origin, method: "quantile-shifts" }))).toBe(
      "quantile-shifts needs more rows, of which each fold leaves some out: a quantile at 0.01 that holds needs at least 99 rows, got 45",
    );
    const exact = ofForecast({ kind: "point", point: predictions.outcomes }, predictions.outcomes);
    expect(refusal(() => fitRegression(exact, { ...origin, method: "residual-sigma" }))).toContain(
      "no spread to learn from",
    );
    expect(fitRegression(exact, origin).method).toBe("identity");
  });
});

describe("conformalShift", () => {
  it("conformalShift(differences, level) is the exact rank on either side", () => {
    const differences = Float64Array.from({ length: 19 }, (_, i) => i + 1);
    expect(conformalShift(differences, 0.9)).toBe(18);
    expect(conformalShift(differences, 0.1)).toBe(2);
    expect(conformalShift(differences, 0.95)).toBe(19);
    expect(conformalShift(differences, 0.05)).toBe(1);
    expect(() => conformalShift(differences, 0.96)).toThrow("needs at least 24 rows, got 19");
  });
  it("conformalShift(differences, level) makes intervals of new rows hold at least their level on average", () => {
    const random = createRandom(11);
    let held = 0;
    const runs = 4000;
    for (let k = 0; k < runs; k++) {
      const errors = Float64Array.from({ length: 39 }, () => random.normal());
      const y = random.normal();
      if (y >= conformalShift(errors, 0.05) && y <= conformalShift(errors, 0.95)) held++;
    }
    // Ranks 2 and 38 of 39 hold with probability 36/40 exactly; 99.9 % band of Bin(4000, 0.9): 3537 to 3661.
    expect(held).toBeGreaterThanOrEqual(3537);
    expect(held).toBeLessThanOrEqual(3661);
  });
  it("a conformal scaling of the width holds its level on new rows", () => {
    const { calibrator } = fitRegression(as("interval", normalCase(999, biased, 12)), {
      ...origin,
      method: "shift-and-scale",
    });
    const fresh = as("interval", normalCase(20_000, biased, 13));
    const repaired = applyRegressionCalibrator(calibrator, fresh.forecast);
    if (repaired.kind !== "interval") throw new Error("an interval was expected");
    const { value } = intervalCoverage(repaired.lower, repaired.upper, fresh.outcomes);
    // Beta(900, 100) of the calibration set and the binomial of the test rows: four standard deviations.
    expect(Math.abs(value - 0.9)).toBeLessThan(4 * Math.hypot(0.0095, 0.0021));
  });
});

describe("fitRegression on counts", () => {
  it("fitRegression(perfect forecasts of counts) leaves them alone: a gain of the size of rounding is none", () => {
    for (const mean of [0.5, 2, 8]) expect(fitRegression(countCase(3000, mean, 5), origin).method).toBe("identity");
    const { verdict } = fitRegression(countCase(3000, 2, 5), { ...origin, method: "isotonic" });
    expect(verdict.status).not.toBe("improved");
  });
});

describe("openRegressionCalibrator", () => {
  const { calibrator } = fitRegression(as("quantiles", normalCase(300, biased, 14)), { ...origin, method: "isotonic" });

  it("openRegressionCalibrator(JSON of a calibrator) gives it back, and it applies the same", () => {
    const opened = openRegressionCalibrator(JSON.parse(JSON.stringify(calibrator)));
    expect(opened).toEqual(calibrator);
    const { forecast } = as("quantiles", normalCase(50, biased, 15));
    expect(applyRegressionCalibrator(opened, forecast)).toEqual(applyRegressionCalibrator(calibrator, forecast));
  });
  it("openRegressionCalibrator(json) refuses what was altered, and names it", () => {
    const altered = (change: Record<string, unknown>) => () => openRegressionCalibrator({ ...calibrator, ...change });
    expect(altered({ n: 5 })).toThrow("was altered after it was made");
    expect(altered({ schema: "candor.regression-calibrator/2" })).toThrow("another version of Candor made it");
    expect(altered({ map: { kind: "shift-and-scale", shift: 0, scale: 0 } })).toThrow(
      "map.scale: expected more than 0",
    );
    expect(altered({ extra: 1 })).toThrow("extra is not a field");
    expect(() => openRegressionCalibrator(null)).toThrow("this repairs no forecasts of numbers");
  });
  it("applyRegressionCalibrator(calibrator, forecast) refuses another kind and other levels", () => {
    const other = normalCase(5, biased, 16);
    expect(() => applyRegressionCalibrator(calibrator, other.forecast)).toThrow("got point-and-sigma");
    const values = { data: Float64Array.of(1, 2), rows: 1, cols: 2 };
    expect(() => applyRegressionCalibrator(calibrator, { kind: "quantiles", levels: [0.1, 0.9], values })).toThrow(
      "got 0.1, 0.9",
    );
  });
});

import { describe, expect, it } from "vitest";
import oracle from "../../../../../fixtures/regression/metrics.json" with { type: "json" };
import { matrix } from "../../../src/matrix.ts";
import {
  meanAbsoluteCalibrationError,
  rootMeanSquaredCalibrationError,
} from "../../../src/regression/metrics/calibration-error.ts";
import { forecastBias } from "../../../src/regression/metrics/forecast-bias.ts";
import { gaussianCrps } from "../../../src/regression/metrics/gaussian-crps.ts";
import { gaussianLogLoss } from "../../../src/regression/metrics/gaussian-log-loss.ts";
import { intervalCoverage } from "../../../src/regression/metrics/interval-coverage.ts";
import { intervalScore } from "../../../src/regression/metrics/interval-score.ts";
import { meanAbsoluteError } from "../../../src/regression/metrics/mean-absolute-error.ts";
import { meanWidth } from "../../../src/regression/metrics/mean-width.ts";
import { miscalibrationArea } from "../../../src/regression/metrics/miscalibration-area.ts";
import { outcomeLine } from "../../../src/regression/metrics/outcome-line.ts";
import { meanPinballLoss, pinballLoss } from "../../../src/regression/metrics/pinball-loss.ts";
import { pitTest } from "../../../src/regression/metrics/pit-test.ts";
import { quantileCrps } from "../../../src/regression/metrics/quantile-crps.ts";
import { rSquared } from "../../../src/regression/metrics/r-squared.ts";
import { rootMeanSquaredError } from "../../../src/regression/metrics/root-mean-squared-error.ts";
import { sharpness } from "../../../src/regression/metrics/sharpness.ts";
import { weightedIntervalScore } from "../../../src/regression/metrics/weighted-interval-score.ts";
import { column } from "../../../src/regression/quantile-view.ts";
import { fitShiftAndScale } from "../../../src/regression/recalibrate/shift-and-scale.ts";

const point = Float64Array.from(oracle.point);
const sigma = Float64Array.from(oracle.sigma);
const y = Float64Array.from(oracle.outcomes);
const { levels } = oracle;
const values = matrix(Float64Array.from(oracle.quantiles), y.length, levels.length);
const normal = { kind: "point-and-sigma", point, sigma } as const;
const [low, high] = [column(values, 0), column(values, 4)];

const near = (value: number, expected: number, tolerance: number): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));

describe("metrics against NumPy, SciPy and scikit-learn", () => {
  it.each([
    ["plain", {}, oracle.plain],
    ["weighted", { weights: Float64Array.from(oracle.weights) }, oracle.weighted],
  ] as const)("every metric agrees with the oracle, %s", (_, o, expected) => {
    const found: Record<keyof typeof expected, number> = {
      bias: forecastBias(point, y, o).value,
      mae: meanAbsoluteError(point, y, o).value,
      rmse: rootMeanSquaredError(point, y, o).value,
      r2: rSquared(point, y, o).value,
      slope: outcomeLine(point, y, o).slope.value,
      intercept: outcomeLine(point, y, o).intercept.value,
      crps: gaussianCrps(point, sigma, y, o).value,
      logLoss: gaussianLogLoss(point, sigma, y, o).value,
      sharpness: sharpness(sigma, o).value,
      pinball: meanPinballLoss(levels, values, y, o).value,
      pinball05: pinballLoss(low, y, 0.05, o).value,
      quantileCrps: quantileCrps(levels, values, y, o).value,
      wis: weightedIntervalScore(levels, values, y, o).score.value,
      intervalScore: intervalScore(low, high, y, 0.9, o).value,
      coverage: intervalCoverage(low, high, y, o).value,
      width: meanWidth(low, high, o).value,
      mace: meanAbsoluteCalibrationError(normal, y, o).value,
      rmsce: rootMeanSquaredCalibrationError(normal, y, o).value,
      area: miscalibrationArea(normal, y, o).value,
      areaOfIntervals: miscalibrationArea(normal, y, { ...o, convention: "interval" }).value,
      areaOfQuantiles: miscalibrationArea({ kind: "quantiles", levels, values }, y, o).value,
    };
    // The oracle's CRPS is integrated numerically, to 1e-11; the others are sums of 60 terms.
    for (const [name, value] of Object.entries(found))
      near(
        value,
        Object.entries(expected).find(([key]) => key === name)?.[1] ?? Number.NaN,
        name === "crps" ? 1e-10 : 1e-12,
      );
  });

  it("pitTest(forecast, outcomes) is Kolmogorov's distance of SciPy", () =>
    near(pitTest(normal, y).value, oracle.kolmogorov, 1e-12));

  it("fitShiftAndScale(point, sigma, outcomes) is the closed form", () => {
    const { shift, scale } = fitShiftAndScale(point, sigma, y);
    near(shift, oracle.shift, 1e-12);
    near(scale, oracle.scale, 1e-12);
  });
});

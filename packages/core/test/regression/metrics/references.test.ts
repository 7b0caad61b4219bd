import { describe, expect, it } from "vitest";
import { matrix } from "../../../src/matrix.ts";
import { areaMinimizingScale } from "../../../src/regression/metrics/area-scale.ts";
import {
  meanAbsoluteCalibrationError,
  rootMeanSquaredCalibrationError,
} from "../../../src/regression/metrics/calibration-error.ts";
import { coverageWidthCriterion } from "../../../src/regression/metrics/coverage-width-criterion.ts";
import { gaussianCrps } from "../../../src/regression/metrics/gaussian-crps.ts";
import { gaussianLogLoss } from "../../../src/regression/metrics/gaussian-log-loss.ts";
import { gaussianCheckScore, gaussianIntervalScore } from "../../../src/regression/metrics/gaussian-quantile-scores.ts";
import { intervalCoverage } from "../../../src/regression/metrics/interval-coverage.ts";
import { intervalScore } from "../../../src/regression/metrics/interval-score.ts";
import { meanWidth } from "../../../src/regression/metrics/mean-width.ts";
import { miscalibrationArea } from "../../../src/regression/metrics/miscalibration-area.ts";
import { quantileCoverage } from "../../../src/regression/metrics/quantile-coverage.ts";
import { sharpness } from "../../../src/regression/metrics/sharpness.ts";
import { weightedIntervalScore } from "../../../src/regression/metrics/weighted-interval-score.ts";
import { widthCoverageDependence } from "../../../src/regression/metrics/width-coverage-dependence.ts";
import { widthStratifiedCoverage } from "../../../src/regression/metrics/width-stratified-coverage.ts";
import { normalQuantile } from "../../../src/special/normal.ts";

const point = Float64Array.of(1, 2, 3);
const sigma = Float64Array.of(0.1, 0.5, 1);
const outcomes = Float64Array.of(1.5, 3, 2);
const forecast = { kind: "point-and-sigma", point, sigma } as const;

/** Agreement to 1e-9, relative, or to the digits that the reference prints. */
const near = (value: number, expected: number, tolerance = 1e-9): void =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));

describe("metrics of normal forecasts against Uncertainty Toolbox", () => {
  it("gaussianLogLoss is reference 15", () => near(gaussianLogLoss(point, sigma, outcomes).value, 4.920361108686675));
  it("gaussianCrps is reference 16", () => near(gaussianCrps(point, sigma, outcomes).value, 0.59080610693));
  it("gaussianCheckScore is reference 17", () =>
    near(gaussianCheckScore(point, sigma, outcomes).value, 0.29801437323836477));
  it("gaussianIntervalScore is reference 18", () =>
    near(gaussianIntervalScore(point, sigma, outcomes).value, 3.20755700861995));
  it("sharpness is reference 19", () => near(sharpness(sigma).value, 0.648074069840786));
  it("rootMeanSquaredCalibrationError is reference 20 in both conventions", () => {
    near(rootMeanSquaredCalibrationError(forecast, outcomes, { convention: "interval" }).value, 0.4165757476562379);
    near(rootMeanSquaredCalibrationError(forecast, outcomes).value, 0.30362567774902066);
  });
  it("meanAbsoluteCalibrationError is reference 21 in both conventions", () => {
    near(meanAbsoluteCalibrationError(forecast, outcomes, { convention: "interval" }).value, 0.3733333333333335);
    near(meanAbsoluteCalibrationError(forecast, outcomes).value, 0.23757575757575758);
  });
  it("miscalibrationArea is reference 22 in both conventions, named apart", () => {
    const interval = miscalibrationArea(forecast, outcomes, { convention: "interval" });
    const quantile = miscalibrationArea(forecast, outcomes);
    near(interval.value, 0.37710437710437716);
    near(quantile.value, 0.23916245791245785);
    expect([interval.spec["convention"], quantile.spec["convention"]]).toEqual(["interval", "quantile"]);
  });
  it("intervalCoverage and quantileCoverage are reference 23, whose share below looks from the other side", () => {
    const at = (level: number): Float64Array => point.map((p, i) => p + sigma[i] * normalQuantile(level));
    near(intervalCoverage(at(0.125), at(0.875), outcomes).value, 1 / 3);
    near(1 - quantileCoverage(at(0.75), outcomes).value, 2 / 3);
    [1.23263479, 3.16317394, 5.32634787].forEach((expected, i) => {
      near(at(0.99)[i], expected, 1e-8);
    });
  });
});

describe("reference 24: forecasts half a unit too low", () => {
  const rows = Array.from({ length: 100 }, (_, i) => i);
  const low = Float64Array.from(rows, (i) => i / 100);
  const wide = Float64Array.from(rows, (i) => (i + 1) / 20);
  const truth = low.map((p) => p + 0.5);
  const at = (scale: number) => ({ kind: "point-and-sigma", point: low, sigma: wide.map((s) => s * scale) }) as const;
  const options = { convention: "interval" } as const;

  it("the three calibration errors are those of the reference", () => {
    near(meanAbsoluteCalibrationError(at(1), truth, options).value, 0.24206060606060598);
    near(rootMeanSquaredCalibrationError(at(1), truth, options).value, 0.28741418862839013);
    near(miscalibrationArea(at(1), truth, options).value, 0.24426139657444004);
  });
  it("the three calibration errors at the factor of the reference are those it prints", () => {
    const scaled = at(0.33215708813773176);
    near(meanAbsoluteCalibrationError(scaled, truth, options).value, 0.06821616161616162);
    near(rootMeanSquaredCalibrationError(scaled, truth, options).value, 0.08800130087804929);
    near(miscalibrationArea(scaled, truth, options).value, 0.06886262626262629);
  });
  it("areaMinimizingScale(point, sigma, outcomes) finds an area at least as small, near that factor", () => {
    const { scale, area } = areaMinimizingScale(low, wide, truth);
    expect(area).toBeLessThanOrEqual(0.06886262626262629);
    near(miscalibrationArea(at(scale), truth, options).value, area);
    near(scale, 0.33215708813773176, 0.02);
  });
});

describe("metrics of intervals against MAPIE", () => {
  const five = Float64Array.of(5, 7.5, 9.5, 10.5, 12.5);
  const lower = Float64Array.of(4, 6, 9, 8.5, 10.5);
  const upper = Float64Array.of(6, 9, 10, 12.5, 12);
  const lower2 = Float64Array.of(4, 8, 9, 9, 10.5);
  const upper2 = Float64Array.of(7.5, 10, 10, 12, 12);

  it("intervalScore is reference 25, crossed ends put in order", () => {
    const ten = new Float64Array(4).fill(10);
    const score = intervalScore(Float64Array.of(5, 15, 12, -5), Float64Array.of(15, 25, 8, 0), ten, 0.9);
    near(score.value, 82.25, 1e-14);
  });
  it("coverageWidthCriterion is reference 26", () => {
    near(coverageWidthCriterion(lower, upper, five, 0.9, { eta: 0.01 }).value, 0.6933, 1e-4);
    const last = Float64Array.of(5, 7.5, 9.5, 10.5, 11.5);
    near(coverageWidthCriterion(lower, upper, last, 0.9, { eta: 30 }).value, 0.4787, 1e-4);
    near(coverageWidthCriterion(lower, upper, last, 0.9, { eta: 0 }).value, 0.6462, 1e-4);
  });
  it("widthStratifiedCoverage is reference 27", () => {
    const values = (bins: number, low: Float64Array, high: Float64Array): number[] =>
      widthStratifiedCoverage(low, high, five, { bins }).map(({ value }) => value);
    expect(values(2, lower, upper)).toEqual([2 / 3, 1]);
    expect(values(2, lower2, upper2)).toEqual([1 / 3, 1]);
    expect(values(3, lower, upper)).toEqual([0.5, 1, 1]);
    expect(values(3, lower2, upper2)).toEqual([0.5, 0.5, 1]);
  });
  it("widthCoverageDependence is reference 27", () => {
    near(widthCoverageDependence(lower, upper, five).value, 0.16829506, 1e-7);
    near(widthCoverageDependence(lower2, upper2, five).value, 0.3052798, 1e-7);
  });
  it("meanWidth is reference 27", () => {
    near(meanWidth(lower, upper).value, 2.3, 1e-14);
    near(meanWidth(lower2, upper2).value, 2.2, 1e-14);
  });
});

describe("metrics of intervals against puncc", () => {
  it("intervalCoverage and meanWidth are reference 30: average coverage error -2/15, sharpness 7/6", () => {
    const [lower, upper] = [Float64Array.of(0, 2.5, 2), Float64Array.of(1, 3, 4)];
    const coverage = intervalCoverage(lower, upper, Float64Array.of(1, 2, 3)).value;
    near(coverage - 0.8, 2 / 3 - 0.8);
    near(meanWidth(lower, upper).value, 7 / 6);
  });
});

describe("weightedIntervalScore", () => {
  it("weightedIntervalScore(levels, values, outcomes) is alpha/2 times the interval score for one interval", () => {
    const values = matrix(Float64Array.of(1, 3), 1, 2);
    const { score, dispersion, underprediction } = weightedIntervalScore([0.1, 0.9], values, Float64Array.of(4));
    near(score.value, 0.1 * (2 + 10 * 1), 1e-14);
    near(dispersion.value, 0.2, 1e-14);
    near(underprediction.value, 1, 1e-14);
  });
  it("weightedIntervalScore(levels, values, outcomes) refuses levels without partner", () => {
    expect(() => weightedIntervalScore([0.1, 0.8], matrix(Float64Array.of(1, 3), 1, 2), Float64Array.of(4))).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });
});

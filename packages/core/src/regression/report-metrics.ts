import type { Estimate, SampleOptions } from "../estimate.ts";
import { proportionEstimate } from "../intervals/proportion.ts";
import { checkSample } from "../intervals/sample.ts";
import type { Matrix } from "../matrix.ts";
import { weighted } from "../metrics/weighted.ts";
import { centralInterval, mainLevel } from "./central-intervals.ts";
import type { Forecast } from "./forecasts.ts";
import { meanAbsoluteCalibrationError, rootMeanSquaredCalibrationError } from "./metrics/calibration-error.ts";
import { forecastBias } from "./metrics/forecast-bias.ts";
import { gaussianCrps } from "./metrics/gaussian-crps.ts";
import { gaussianLogLoss } from "./metrics/gaussian-log-loss.ts";
import { gaussianCheckScore } from "./metrics/gaussian-quantile-scores.ts";
import { meanAbsoluteError } from "./metrics/mean-absolute-error.ts";
import { meanWidth } from "./metrics/mean-width.ts";
import { expectedMiscalibrationArea, miscalibrationArea } from "./metrics/miscalibration-area.ts";
import { outcomeLine } from "./metrics/outcome-line.ts";
import { meanPinballLoss } from "./metrics/pinball-loss.ts";
import { pitTest } from "./metrics/pit-test.ts";
import { quantileCrps } from "./metrics/quantile-crps.ts";
import { rSquared } from "./metrics/r-squared.ts";
import { rootMeanSquaredError } from "./metrics/root-mean-squared-error.ts";
import { sharpness } from "./metrics/sharpness.ts";
import { weightedIntervalScore } from "./metrics/weighted-interval-score.ts";
import { orNull } from "./or-null.ts";
import { levelPairs, pointOf, quantileView } from "./quantile-view.ts";
import type { RegressionReport } from "./regression-report.ts";

type Metrics = RegressionReport["metrics"];

/** The metrics that a kind of forecast has; the others are null. */
export function reportMetrics(forecast: Forecast, outcomes: Float64Array, options: SampleOptions): Metrics {
  return {
    ...pointMetrics(pointOf(forecast), outcomes, options),
    ...scores(forecast, outcomes, options),
    ...intervalScores(forecast, outcomes, options),
    ...calibration(forecast, outcomes, options),
  };
}

function pointMetrics(
  point: Float64Array | undefined,
  outcomes: Float64Array,
  options: SampleOptions,
): Pick<Metrics, "bias" | "mae" | "rmse" | "r2"> & Record<string, Estimate | null> {
  if (!point) return { bias: null, mae: null, rmse: null, r2: null };
  return {
    bias: forecastBias(point, outcomes, options),
    mae: meanAbsoluteError(point, outcomes, options),
    rmse: rootMeanSquaredError(point, outcomes, options),
    r2: orNull(() => rSquared(point, outcomes, options)),
    r2Correlation: orNull(() => rSquared(point, outcomes, { ...options, convention: "correlation" })),
    outcomeLineSlope: orNull(() => outcomeLine(point, outcomes, options).slope),
    outcomeLineIntercept: orNull(() => outcomeLine(point, outcomes, options).intercept),
  };
}

function scores(
  forecast: Forecast,
  outcomes: Float64Array,
  options: SampleOptions,
): Pick<Metrics, "crps" | "negativeLogLikelihood" | "pinball" | "sharpness"> {
  const width = (): Estimate | null => {
    const level = mainLevel(forecast);
    const interval = level === undefined ? undefined : centralInterval(forecast, level);
    if (!interval) return null;
    const estimate = meanWidth(interval.lower, interval.upper, options);
    return { ...estimate, spec: { ...estimate.spec, central: interval.level } };
  };
  if (forecast.kind === "point-and-sigma") {
    const { point, sigma } = forecast;
    return {
      crps: gaussianCrps(point, sigma, outcomes, options),
      negativeLogLikelihood: gaussianLogLoss(point, sigma, outcomes, options),
      pinball: gaussianCheckScore(point, sigma, outcomes, options),
      sharpness: sharpness(sigma, options),
    };
  }
  const view = quantileView(forecast);
  return {
    crps: forecast.kind === "quantiles" ? quantileCrps(forecast.levels, forecast.values, outcomes, options) : null,
    negativeLogLikelihood: null,
    pinball: view ? meanPinballLoss(view.levels, view.values, outcomes, options) : null,
    sharpness: view ? width() : null,
  };
}

function intervalScores(
  forecast: Forecast,
  outcomes: Float64Array,
  options: SampleOptions,
): Pick<Metrics, "weightedIntervalScore" | "wisDispersion" | "wisOverprediction" | "wisUnderprediction"> &
  Record<string, Estimate | null> {
  const none = { weightedIntervalScore: null, wisDispersion: null, wisOverprediction: null, wisUnderprediction: null };
  if (forecast.kind !== "quantiles") return none;
  const { levels, values } = forecast;
  const crossedRows = crossed(values, options);
  const pairs = 2 * levelPairs(levels).length;
  if (pairs + (levels.includes(0.5) ? 1 : 0) !== levels.length) return { ...none, crossedRows };
  const { score, dispersion, overprediction, underprediction } = weightedIntervalScore(
    levels,
    values,
    outcomes,
    options,
  );
  return {
    weightedIntervalScore: score,
    wisDispersion: dispersion,
    wisOverprediction: overprediction,
    wisUnderprediction: underprediction,
    crossedRows,
  };
}

/** Share of rows in which a higher level has a lower quantile. */
function crossed({ data, rows, cols }: Matrix, options: SampleOptions): Estimate {
  const sample = checkSample(rows, options);
  const sums = new Float64Array(1);
  for (let i = 0; i < rows; i++) {
    let j = i * cols + 1;
    while (j < (i + 1) * cols && data[j] >= data[j - 1]) j++;
    if (j < (i + 1) * cols) sums[0] += sample.weights ? sample.weights[i] : 1;
  }
  const spec = { metric: "crossed-rows", scale: "share of rows whose quantiles are out of order", ...weighted(sample) };
  return proportionEstimate(sums[0] / sample.totalWeight, spec, sample.n, sample.effectiveN, sample.level);
}

function calibration(
  forecast: Forecast,
  outcomes: Float64Array,
  options: SampleOptions,
): Pick<
  Metrics,
  "miscalibrationArea" | "meanAbsoluteCalibrationError" | "rootMeanSquaredCalibrationError" | "pitTest"
> &
  Record<string, Estimate | null> {
  if (forecast.kind === "point")
    return {
      miscalibrationArea: null,
      meanAbsoluteCalibrationError: null,
      rootMeanSquaredCalibrationError: null,
      pitTest: null,
    };
  const area = miscalibrationArea(forecast, outcomes, options);
  const expected = expectedMiscalibrationArea(area.effectiveN);
  return {
    miscalibrationArea: area,
    miscalibrationAreaOfIntervals: orNull(() =>
      miscalibrationArea(forecast, outcomes, { ...options, convention: "interval" }),
    ),
    expectedMiscalibrationArea: {
      ...area,
      value: expected,
      lower: expected,
      upper: expected,
      interval: "none",
      spec: { metric: "expected-miscalibration-area", of: "a perfect forecast at this n" },
    },
    meanAbsoluteCalibrationError: meanAbsoluteCalibrationError(forecast, outcomes, options),
    rootMeanSquaredCalibrationError: rootMeanSquaredCalibrationError(forecast, outcomes, options),
    pitTest: pitTest(forecast, outcomes, options),
  };
}

import { centralInterval, mainLevel } from "./central-intervals.ts";
import type { Forecast } from "./forecasts.ts";
import { gaussianCrpsRows } from "./metrics/gaussian-crps.ts";
import { isInside } from "./metrics/interval-coverage.ts";
import { pinballRows } from "./metrics/pinball-loss.ts";
import { pitRanges, pitValues } from "./metrics/pit.ts";
import { column, pointOf } from "./quantile-view.ts";

/** What each row says of a forecast, for groups of rows. */
export interface RegressionRows {
  /** forecast − outcome; of the middle of the main interval where there is no point. */
  readonly error: Float64Array;
  /** What the error is of, for its spec. */
  readonly errorOf: string;
  /** 1 where the interval nearest to 90 % holds the outcome; null where there is none. */
  readonly inside: Float64Array | null;
  readonly insideLevel: number | null;
  readonly crps: Float64Array | null;
  /** Whether that is the exact CRPS of a normal forecast, or twice the mean pinball loss over the levels. */
  readonly crpsMetric: "crps" | "quantile-crps";
  /** Middle of the range of the probability integral transform; null for forecasts of a single number. */
  readonly pit: Float64Array | null;
}

/** Row-wise evidence of a checked forecast. */
export function regressionRows(forecast: Forecast, outcomes: Float64Array): RegressionRows {
  const level = mainLevel(forecast);
  const interval = level === undefined ? undefined : centralInterval(forecast, level);
  const point = pointOf(forecast);
  const middle =
    point ?? (interval ? interval.lower.map((low, i) => (low + interval.upper[i]) / 2) : nearest(forecast));
  return {
    error: outcomes.map((y, i) => middle[i] - y),
    errorOf: point
      ? forecast.kind === "quantiles"
        ? "median"
        : "point"
      : interval
        ? "middle of the interval"
        : "quantile",
    inside: interval ? outcomes.map((y, i) => (isInside(interval.lower[i], interval.upper[i], y) ? 1 : 0)) : null,
    insideLevel: interval ? interval.level : null,
    crps: crpsRows(forecast, outcomes),
    crpsMetric: forecast.kind === "quantiles" ? "quantile-crps" : "crps",
    pit: forecast.kind === "point" ? null : pitValues(pitRanges(forecast, outcomes)),
  };
}

function crpsRows(forecast: Forecast, outcomes: Float64Array): Float64Array | null {
  if (forecast.kind === "point-and-sigma") return gaussianCrpsRows(forecast.point, forecast.sigma, outcomes);
  if (forecast.kind !== "quantiles") return null;
  return pinballRows(forecast.levels, forecast.values, outcomes).map((loss) => 2 * loss);
}

/** The quantile whose level is nearest to ½. */
function nearest(forecast: Forecast): Float64Array {
  if (forecast.kind !== "quantiles") return new Float64Array(0);
  const off = forecast.levels.map((level) => Math.abs(level - 0.5));
  return column(forecast.values, off.indexOf(Math.min(...off)));
}

import { pick } from "../kernels/pick.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import type { Forecast, RegressionPredictions } from "./forecasts.ts";

/** The forecasts of the given rows. */
export function selectForecast(forecast: Forecast, rows: Uint32Array): Forecast {
  if (forecast.kind === "point") return { kind: "point", point: pick(forecast.point, rows) };
  if (forecast.kind === "point-and-sigma")
    return { kind: "point-and-sigma", point: pick(forecast.point, rows), sigma: pick(forecast.sigma, rows) };
  if (forecast.kind === "interval") {
    const { lower, upper, level, point } = forecast;
    const chosen = point ? pick(point, rows) : null;
    return { kind: "interval", lower: pick(lower, rows), upper: pick(upper, rows), level, point: chosen };
  }
  const { levels, values } = forecast;
  const { cols } = values;
  const data = new Float64Array(rows.length * cols);
  for (let k = 0; k < rows.length; k++) data.set(values.data.subarray(rows[k] * cols, (rows[k] + 1) * cols), k * cols);
  return { kind: "quantiles", levels, values: { data, rows: rows.length, cols } };
}

/** The given rows with everything that goes with them. */
export function selectPredictions(predictions: RegressionPredictions, rows: Uint32Array): RegressionPredictions {
  const { weights, groups, time } = predictions;
  const column = (given: SegmentColumn): SegmentColumn => ({
    ...given,
    codes: Int32Array.from(rows, (row) => given.codes[row]),
  });
  return {
    task: "regression",
    rows: rows.length,
    forecast: selectForecast(predictions.forecast, rows),
    outcomes: pick(predictions.outcomes, rows),
    ...(weights ? { weights: pick(weights, rows) } : {}),
    segments: predictions.segments.map(column),
    ...(groups ? { groups: column(groups) } : {}),
    ...(time ? { time: { ...time, values: pick(time.values, rows) } } : {}),
  };
}

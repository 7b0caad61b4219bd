import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { normalQuantile } from "../../special/normal.ts";
import type { Forecast } from "../forecasts.ts";
import type { RegressionMap } from "../regression-calibrator.ts";
import { readQuantiles, rowReader } from "./standard-scores.ts";

/**
 * What a map makes of a checked forecast. Quantiles and ends of intervals come out in order.
 *
 * @throws {InputError} `incompatible` where the map does not read such forecasts
 */
export function applyRegressionMap(map: RegressionMap, forecast: Forecast): Forecast {
  switch (map.kind) {
    case "identity":
      return forecast;
    case "shift-and-scale":
      return shiftAndScale(forecast, map.shift, map.scale);
    case "levels":
      return readAt(forecast, map.levels, map.from);
    case "quantile-shifts":
      return shiftQuantiles(forecast, map.levels, map.shifts);
    case "chain":
      return map.maps.reduce<Forecast>((made, step) => applyRegressionMap(step, made), forecast);
  }
}

function shiftAndScale(forecast: Forecast, shift: number, scale: number): Forecast {
  if (forecast.kind === "quantiles") {
    const { levels, values } = forecast;
    return { kind: "quantiles", levels, values: sortedRows(scaledRows(levels, values, shift, scale)) };
  }
  if (forecast.kind === "interval") {
    const { lower, upper, level, point } = forecast;
    const end = (low: number, high: number, sign: number): number =>
      (low + high) / 2 + shift + (sign * scale * Math.abs(high - low)) / 2;
    return {
      kind: "interval",
      lower: lower.map((low, i) => end(low, upper[i], -1)),
      upper: lower.map((low, i) => end(low, upper[i], 1)),
      level,
      point: point ? point.map((p) => p + shift) : null,
    };
  }
  const point = forecast.point.map((p) => p + shift);
  const sigma =
    forecast.kind === "point" ? new Float64Array(point.length).fill(scale) : forecast.sigma.map((s) => s * scale);
  return { kind: "point-and-sigma", point, sigma };
}

/** Rows moved and stretched about their medians, which are read between levels where ½ is none. */
function scaledRows(levels: readonly number[], { data, rows, cols }: Matrix, shift: number, scale: number): Matrix {
  const moved = new Float64Array(data.length);
  const reader = rowReader(levels);
  for (let i = 0; i < rows; i++) {
    reader.load(data, i * cols);
    const middle = reader.valueAt(0);
    for (let j = i * cols; j < (i + 1) * cols; j++) moved[j] = middle + shift + scale * (data[j] - middle);
  }
  return { data: moved, rows, cols };
}

function readAt(forecast: Forecast, levels: readonly number[], from: readonly number[]): Forecast {
  const scores = Float64Array.from(from, (level) => normalQuantile(level));
  if (forecast.kind === "quantiles")
    return { kind: "quantiles", levels, values: readQuantiles(forecast.levels, forecast.values, scores) };
  if (forecast.kind !== "point-and-sigma")
    throw new InputError("incompatible", `a map of levels does not read forecasts of kind ${forecast.kind}`);
  const { point, sigma } = forecast;
  const cols = scores.length;
  const data = new Float64Array(point.length * cols);
  for (let i = 0; i < point.length; i++)
    for (let k = 0; k < cols; k++) data[i * cols + k] = point[i] + sigma[i] * scores[k];
  return { kind: "quantiles", levels, values: { data, rows: point.length, cols } };
}

function shiftQuantiles(forecast: Forecast, levels: readonly number[], shifts: readonly number[]): Forecast {
  if (forecast.kind === "interval") {
    const { lower, upper, level, point } = forecast;
    const [down, up] = shifts;
    const low = lower.map((end, i) => Math.min(end, upper[i]) + down);
    const high = upper.map((end, i) => Math.max(end, lower[i]) + up);
    return {
      kind: "interval",
      lower: low.map((end, i) => Math.min(end, high[i])),
      upper: high.map((end, i) => Math.max(end, low[i])),
      level,
      point,
    };
  }
  if (forecast.kind === "point-and-sigma")
    throw new InputError("incompatible", "shifts of quantiles do not read forecasts of kind point-and-sigma");
  const cols = shifts.length;
  const rows = forecast.kind === "point" ? forecast.point.length : forecast.values.rows;
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i++)
    for (let k = 0; k < cols; k++)
      data[i * cols + k] =
        (forecast.kind === "point" ? forecast.point[i] : forecast.values.data[i * cols + k]) + shifts[k];
  return { kind: "quantiles", levels, values: sortedRows({ data, rows, cols }) };
}

/** Puts every row in ascending order, in place. */
function sortedRows(values: Matrix): Matrix {
  const { data, rows, cols } = values;
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    for (let k = start + 1; k < start + cols; k++) {
      const value = data[k];
      let j = k;
      while (j > start && data[j - 1] > value) {
        data[j] = data[j - 1];
        j--;
      }
      data[j] = value;
    }
  }
  return values;
}

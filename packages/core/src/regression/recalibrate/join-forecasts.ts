import type { Forecast } from "../forecasts.ts";
import { commonQuantiles } from "./common-losses.ts";

/** Forecasts of some of the rows. */
export interface ForecastPart {
  /** Positions in the whole. */
  readonly rows: Uint32Array;
  readonly forecast: Forecast;
}

/** One forecast of all rows from parts that hold each row once; as quantiles at `levels` where the kinds differ. */
export function joinForecasts(parts: readonly ForecastPart[], rows: number, levels: readonly number[]): Forecast {
  const kinds = new Set(parts.map(({ forecast }) => forecast.kind));
  const gather = (of: (forecast: Forecast) => Float64Array, cols = 1): Float64Array => {
    const all = new Float64Array(rows * cols);
    for (const part of parts) {
      const values = of(part.forecast);
      part.rows.forEach((row, k) => {
        for (let j = 0; j < cols; j++) all[row * cols + j] = values[k * cols + j];
      });
    }
    return all;
  };
  const none = new Float64Array(0);
  const [first] = parts;
  const kind = kinds.size === 1 ? first.forecast.kind : "quantiles";
  if (kind === "quantiles") {
    const data = gather((forecast) => commonQuantiles(forecast, levels).data, levels.length);
    return { kind, levels, values: { data, rows, cols: levels.length } };
  }
  const point = (): Float64Array =>
    gather((forecast) => (forecast.kind === "quantiles" ? none : (forecast.point ?? none)));
  if (kind === "point") return { kind, point: point() };
  if (kind === "point-and-sigma")
    return { kind, point: point(), sigma: gather((forecast) => ("sigma" in forecast ? forecast.sigma : none)) };
  const { forecast } = first;
  return {
    kind,
    lower: gather((part) => (part.kind === "interval" ? part.lower : none)),
    upper: gather((part) => (part.kind === "interval" ? part.upper : none)),
    level: forecast.kind === "interval" ? forecast.level : 0,
    point: forecast.kind === "interval" && forecast.point ? point() : null,
  };
}

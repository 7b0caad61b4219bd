import { InputError } from "../../errors.ts";
import type { Matrix } from "../../matrix.ts";
import { normalQuantile } from "../../special/normal.ts";
import type { Forecast } from "../forecasts.ts";
import { pinballRows } from "../metrics/pinball-loss.ts";
import { USUAL_LEVELS } from "../metrics/quantile-curve.ts";
import { quantileView } from "../quantile-view.ts";

/** The levels on which forecasts of this kind and what is made of them are compared. */
export function commonLevels(forecast: Forecast): readonly number[] {
  return quantileView(forecast)?.levels ?? USUAL_LEVELS;
}

/** A forecast as quantiles at the common levels. A single number is the same at all of them. */
export function commonQuantiles(forecast: Forecast, levels: readonly number[]): Matrix {
  const view = quantileView(forecast);
  if (view) {
    if (view.levels.some((level, k) => level !== levels[k]) || view.levels.length !== levels.length)
      throw new InputError("incompatible", `expected quantiles at ${levels.join(", ")}, got ${view.levels.join(", ")}`);
    return view.values;
  }
  const cols = levels.length;
  const z = Float64Array.from(levels, (level) => normalQuantile(level));
  const point = forecast.kind === "point" || forecast.kind === "point-and-sigma" ? forecast.point : new Float64Array(0);
  const data = new Float64Array(point.length * cols);
  for (let i = 0; i < point.length; i++) {
    const sigma = forecast.kind === "point-and-sigma" ? forecast.sigma[i] : 0;
    for (let k = 0; k < cols; k++) data[i * cols + k] = point[i] + sigma * z[k];
  }
  return { data, rows: point.length, cols };
}

/** Twice the mean pinball loss over the common levels, of each row: the quantile form of the CRPS. */
export function commonLosses(forecast: Forecast, outcomes: Float64Array, levels: readonly number[]): Float64Array {
  return pinballRows(levels, commonQuantiles(forecast, levels), outcomes).map((loss) => 2 * loss);
}

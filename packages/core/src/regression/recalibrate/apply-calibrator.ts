import { InputError } from "../../errors.ts";
import { checkForecast } from "../check-forecast.ts";
import type { Forecast } from "../forecasts.ts";
import { quantileView } from "../quantile-view.ts";
import type { RegressionCalibrator } from "../regression-calibrator.ts";
import { applyRegressionMap } from "./apply-map.ts";

/**
 * Forecasts as a fitted repair makes them. Quantiles and ends of intervals come out in order.
 *
 * @param calibrator of `openRegressionCalibrator` or `fitRegression`
 * @param forecast of the kind, and at the levels, that it was fitted on; may have no rows
 * @returns point and sigma where a point gains one; quantiles where levels are read anew; else the kind that came
 * @throws {InputError} `incompatible` for another kind or other levels; `shape-mismatch`, `not-finite`, `out-of-range` for
 *   forecasts that are not sound
 */
export function applyRegressionCalibrator(calibrator: RegressionCalibrator, forecast: Forecast): Forecast {
  if (forecast.kind !== calibrator.forecast)
    throw new InputError(
      "incompatible",
      `the calibrator repairs forecasts of kind ${calibrator.forecast}, got ${forecast.kind}`,
    );
  const rows =
    forecast.kind === "quantiles"
      ? forecast.values.rows
      : forecast.kind === "interval"
        ? forecast.lower.length
        : forecast.point.length;
  const levels = forecast.kind === "quantiles" ? forecast.levels : (quantileView(forecast)?.levels ?? []);
  if (levels.length !== calibrator.levels.length || levels.some((level, k) => level !== calibrator.levels[k]))
    throw new InputError(
      "incompatible",
      `the calibrator was fitted at the levels ${calibrator.levels.join(", ")}, got ${levels.join(", ")}`,
    );
  if (rows > 0) checkForecast(forecast, new Float64Array(rows));
  return applyRegressionMap(calibrator.map, forecast);
}

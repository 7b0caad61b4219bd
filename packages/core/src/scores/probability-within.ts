import { InputError } from "../errors.ts";
import type { Forecast } from "../regression/forecasts.ts";
import { pointOf, quantileView } from "../regression/quantile-view.ts";
import { erf } from "../special/erf.ts";

/**
 * The probability, as the forecast states it, that what comes is off by no more than a tolerance.
 *
 * A standard deviation is that of a normal distribution around the forecast. Quantiles (an interval is two of them) are joined
 * by straight lines, crossing ones in order; what lies beyond the outermost two is not counted, so the result is at most the
 * difference of their levels.
 *
 * @param tolerance > 0, in the unit of the forecast
 * @returns n probabilities in [0, 1]
 * @throws {InputError} `incompatible` for a forecast alone, or quantiles that leave the middle open; `out-of-range`
 */
export function probabilityWithin(forecast: Forecast, tolerance: number): Float64Array {
  if (!(tolerance > 0 && tolerance < Infinity))
    throw new InputError("out-of-range", `the tolerance must be a finite number above 0, got ${tolerance}`);
  if (forecast.kind === "point-and-sigma") {
    const { sigma } = forecast;
    return sigma.map((sd) => erf(tolerance / (sd * Math.SQRT2)));
  }
  const view = quantileView(forecast);
  if (view === undefined)
    throw new InputError(
      "incompatible",
      "within needs a standard deviation, quantiles or an interval, got a forecast alone",
    );
  const { levels, values } = view;
  const centre = forecastCentre(forecast);
  const result = new Float64Array(values.rows);
  const row = new Float64Array(values.cols);
  for (let i = 0; i < result.length; i++) {
    for (let k = 0; k < values.cols; k++) row[k] = values.data[i * values.cols + k];
    row.sort();
    const above = levelAt(row, levels, centre[i] + tolerance, "up to");
    const below = levelAt(row, levels, centre[i] - tolerance, "below");
    result[i] = Math.max(0, above - below);
  }
  return result;
}

/**
 * The number that a forecast stands for: its point, else the quantile at ½, by straight lines between the nearest two.
 *
 * @throws {InputError} `incompatible` where all quantiles lie on one side of ½
 */
export function forecastCentre(forecast: Forecast): Float64Array {
  const point = pointOf(forecast);
  if (point !== undefined) return point;
  const view = quantileView(forecast);
  const upper = view === undefined ? -1 : view.levels.findIndex((level) => level >= 0.5);
  if (view === undefined || upper < 1)
    throw new InputError(
      "incompatible",
      "a score of forecasts needs a quantile at 0.5, or quantiles on both sides of it",
    );
  const { levels, values } = view;
  const share = (0.5 - levels[upper - 1]) / (levels[upper] - levels[upper - 1]);
  const centre = new Float64Array(values.rows);
  const row = new Float64Array(values.cols);
  for (let i = 0; i < centre.length; i++) {
    for (let k = 0; k < values.cols; k++) row[k] = values.data[i * values.cols + k];
    row.sort();
    centre[i] = row[upper - 1] + share * (row[upper] - row[upper - 1]);
  }
  return centre;
}

/** The level at which x lies between ascending quantiles, no lower than the first and no higher than the last. */
function levelAt(row: Float64Array, levels: readonly number[], x: number, side: "up to" | "below"): number {
  let k = 0;
  while (k < row.length && (side === "up to" ? row[k] <= x : row[k] < x)) k++;
  if (k === 0) return levels[0];
  if (k === row.length) return levels[row.length - 1];
  const width = row[k] - row[k - 1];
  const share = width > 0 ? (x - row[k - 1]) / width : 0;
  return levels[k - 1] + Math.min(1, Math.max(0, share)) * (levels[k] - levels[k - 1]);
}

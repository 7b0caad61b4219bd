import { InputError } from "../errors.ts";
import { centralInterval, mainLevel } from "../regression/central-intervals.ts";
import type { Forecast } from "../regression/forecasts.ts";
import { forecastCentre, probabilityWithin } from "./probability-within.ts";
import type { ForecastScoreName } from "./score-family.ts";

/** What is forecast, in words of the user. */
const kinds: Readonly<Record<Forecast["kind"], string>> = {
  point: "a forecast alone",
  "point-and-sigma": "a forecast with its standard deviation",
  quantiles: "quantiles",
  interval: "an interval",
};

/**
 * One score of the family for every forecast of a number.
 *
 * @param tolerance > 0, in the unit of the forecast; only `within` depends on it
 * @returns n values in the range of the score, larger is surer
 * @throws {InputError} `incompatible` where the forecast does not have what the score reads
 */
export function forecastScore(name: ForecastScoreName, forecast: Forecast, tolerance: number): Float64Array {
  if (name === "within") return probabilityWithin(forecast, tolerance);
  if (name === "sd") {
    if (forecast.kind !== "point-and-sigma") throw cannot(name, "a standard deviation (--sigma)", forecast);
    return forecast.sigma.map((sd) => -sd);
  }
  const level = forecast.kind === "point-and-sigma" ? undefined : mainLevel(forecast);
  const interval = level === undefined ? undefined : centralInterval(forecast, level);
  if (interval === undefined) throw cannot(name, "an interval, or two quantiles of levels τ and 1 − τ", forecast);
  const { lower, upper } = interval;
  return lower.map((low, i) => Math.min(0, low - upper[i]));
}

/**
 * 1 where a forecast is off by no more than the tolerance, else 0. The forecast is its point, else the quantile at ½, by
 * straight lines between the nearest two, which for an interval is its middle.
 *
 * @throws {InputError} `incompatible` where quantiles leave the middle open; `shape-mismatch`, `not-finite`
 */
export function forecastIsNear(forecast: Forecast, outcomes: Float64Array, tolerance: number): Uint8Array {
  const centre = forecastCentre(forecast);
  if (centre.length !== outcomes.length)
    throw new InputError("shape-mismatch", `there are ${centre.length} forecasts but ${outcomes.length} outcomes`);
  const near = new Uint8Array(outcomes.length);
  for (let i = 0; i < near.length; i++) {
    const distance = Math.abs(outcomes[i] - centre[i]);
    if (Number.isNaN(distance)) throw new InputError("not-finite", `the outcome at row ${i} is ${outcomes[i]}`, i);
    near[i] = distance <= tolerance ? 1 : 0;
  }
  return near;
}

function cannot(name: string, needed: string, { kind }: Forecast): InputError {
  return new InputError("incompatible", `${name} needs ${needed}, got ${kinds[kind]}`);
}

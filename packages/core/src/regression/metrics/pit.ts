import { InputError } from "../../errors.ts";
import type { Random } from "../../random/random.ts";
import { normalCdf } from "../../special/normal.ts";
import { checkForecast } from "../check-forecast.ts";
import type { Forecast } from "../forecasts.ts";
import { quantileView } from "../quantile-view.ts";
import { rowCounts } from "./row-counts.ts";

/** What a forecast says of the probability integral transform (PIT) of each outcome: that it is in [lower, upper]. */
export interface PitRanges {
  readonly lower: Float64Array;
  /** The same array as `lower` where the PIT is known exactly. */
  readonly upper: Float64Array;
}

/**
 * The range of the probability that a forecast gives to a number up to the outcome. A normal forecast knows it exactly;
 * quantiles know the levels on both sides of the outcome, wider apart where it equals one of them.
 *
 * @param forecast normal, quantiles or interval
 * @throws {InputError} `incompatible` for forecasts of a single number; `empty`, `shape-mismatch`, `not-finite`,
 *   `out-of-range`
 *
 * Source: Dawid (1984), JRSS A 147; for steps: Czado, Gneiting and Held (2009), Biometrics 65.
 */
export function pitRanges(forecast: Forecast, outcomes: Float64Array): PitRanges {
  checkForecast(forecast, outcomes);
  if (forecast.kind === "point-and-sigma") {
    const { point, sigma } = forecast;
    const values = outcomes.map((y, i) => normalCdf((y - point[i]) / sigma[i]));
    return { lower: values, upper: values };
  }
  const view = quantileView(forecast);
  if (!view) throw new InputError("incompatible", "a forecast of a single number gives no probabilities");
  const { below, atOrBelow } = rowCounts(view.values, outcomes);
  const edges = Float64Array.from([0, ...view.levels, 1]);
  return {
    lower: Float64Array.from(below, (count) => edges[count]),
    upper: Float64Array.from(atOrBelow, (count) => edges[count + 1]),
  };
}

/**
 * One number in [0, 1] per outcome, uniform where the forecast is right.
 *
 * @param ranges of `pitRanges`
 * @param random draws the place inside a range, which makes the values exactly uniform under the forecast; without it they
 *   are the middles
 */
export function pitValues({ lower, upper }: PitRanges, random?: Random): Float64Array {
  if (lower === upper) return lower.slice();
  return lower.map((low, i) => low + (random ? random.uniform() : 0.5) * (upper[i] - low));
}

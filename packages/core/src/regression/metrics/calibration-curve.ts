import { InputError } from "../../errors.ts";
import type { CheckedSample } from "../../intervals/sample.ts";
import { normalCdf } from "../../special/normal.ts";
import { checkForecast } from "../check-forecast.ts";
import type { Forecast } from "../forecasts.ts";
import { levelPairs, quantileView } from "../quantile-view.ts";
import { rowCounts } from "./row-counts.ts";

/**
 * What is held against its level: the share of outcomes below each quantile (`quantile`), which sees bias and scale, or
 * inside each central interval (`interval`), which a bias can hide from.
 */
export type CurveConvention = "quantile" | "interval";

/** A calibration curve as positions: outcome i is first covered by level `grid[position[i]]`, by none at grid.length. */
export interface CurvePositions {
  readonly grid: Float64Array;
  readonly position: Uint32Array;
}

/**
 * Where each outcome meets the levels of a forecast.
 *
 * @param points levels of the grid for a normal forecast, evenly spaced from 0 to 1, both included; other forecasts have
 *   levels of their own
 * @throws {InputError} `incompatible` for forecasts without uncertainty, or without central intervals where they are asked
 *   for; what `checkForecast` throws
 */
export function curvePositions(
  forecast: Forecast,
  outcomes: Float64Array,
  convention: CurveConvention,
  points: number,
): CurvePositions {
  if (convention !== "quantile" && convention !== "interval")
    throw new InputError(
      "unknown-option",
      `convention must be "quantile" or "interval", got ${JSON.stringify(convention)}`,
    );
  if (!(Number.isInteger(points) && points >= 3 && points <= 10_000))
    throw new InputError("out-of-range", `points must be an integer from 3 to 10000, got ${points}`);
  checkForecast(forecast, outcomes);
  if (forecast.kind === "point-and-sigma")
    return gaussianPositions(forecast.point, forecast.sigma, outcomes, convention, points);
  const view = quantileView(forecast);
  if (!view) throw new InputError("incompatible", "a forecast of a single number has no levels to be calibrated");
  const { below, atOrBelow } = rowCounts(view.values, outcomes);
  if (convention === "quantile") return { grid: Float64Array.from(view.levels), position: below };
  const pairs = levelPairs(view.levels);
  if (pairs.length === 0)
    throw new InputError("incompatible", `no two of the levels ${view.levels.join(", ")} make a central interval`);
  const position = below.map((less, i) => {
    const found = pairs.findIndex(({ lower, upper }) => atOrBelow[i] > lower && less <= upper);
    return found < 0 ? pairs.length : found;
  });
  return { grid: Float64Array.from(pairs, ({ level }) => level), position };
}

function gaussianPositions(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  convention: CurveConvention,
  points: number,
): CurvePositions {
  const last = points - 1;
  const grid = Float64Array.from({ length: points }, (_, k) => k / last);
  const position = new Uint32Array(outcomes.length);
  for (let i = 0; i < position.length; i++) {
    const z = (outcomes[i] - point[i]) / sigma[i];
    const u = convention === "quantile" ? normalCdf(z) : 1 - 2 * normalCdf(-Math.abs(z));
    let k = Math.ceil(u * last);
    if (k > 0 && u <= grid[k - 1]) k--;
    else if (u > grid[k]) k++;
    position[i] = k;
  }
  return { grid, position };
}

/** Share of the weight covered at each level of the grid. */
export function observedShares({ grid, position }: CurvePositions, sample: CheckedSample): Float64Array {
  const mass = new Float64Array(grid.length + 1);
  const { weights } = sample;
  for (let i = 0; i < position.length; i++) mass[position[i]] += weights ? weights[i] : 1;
  const observed = new Float64Array(grid.length);
  let sum = 0;
  for (let k = 0; k < grid.length; k++) {
    sum += mass[k];
    observed[k] = sum / sample.totalWeight;
  }
  return observed;
}

/** Row-wise effects on Σ_k slope_k · observed_k: what an interval of a function of the curve is made of. */
export function curveInfluence(
  { grid, position }: CurvePositions,
  observed: Float64Array,
  slope: Float64Array,
): Float64Array {
  const from = new Float64Array(grid.length + 1);
  let centre = 0;
  for (let k = grid.length - 1; k >= 0; k--) {
    from[k] = from[k + 1] + slope[k];
    centre += slope[k] * observed[k];
  }
  const influence = new Float64Array(position.length);
  for (let i = 0; i < influence.length; i++) influence[i] = from[position[i]] - centre;
  return influence;
}

import type { CheckedSample } from "../intervals/sample.ts";
import type { CentralInterval } from "./central-intervals.ts";
import type { Forecast } from "./forecasts.ts";
import { curvePositions, observedShares } from "./metrics/calibration-curve.ts";
import { rowCounts } from "./metrics/row-counts.ts";
import { quantileView } from "./quantile-view.ts";

/**
 * The number between two shares that is nearest to what was promised.
 *
 * Outcomes that equal a quantile, as counts do, can be on either side of it: a quantile of them is right where its level
 * lies between the share below it and the share at or below it.
 */
export function nearestShare(promised: number, without: number, within: number): number {
  return Math.min(within, Math.max(promised, without));
}

/** Shares of the outcomes up to each level of a quantile or interval forecast, ties on the side that suits the level. */
export function suitedShares(forecast: Forecast, outcomes: Float64Array, sample: CheckedSample): Float64Array {
  const positions = curvePositions(forecast, outcomes, "quantile", 100);
  const within = observedShares(positions, sample);
  const view = quantileView(forecast);
  if (!view) return within;
  const { atOrBelow } = rowCounts(view.values, outcomes);
  const without = observedShares({ grid: positions.grid, position: atOrBelow }, sample);
  return within.map((share, k) => nearestShare(positions.grid[k], without[k], share));
}

/** Share of the outcomes below a point of their row. */
export function shareBelow(point: Float64Array, outcomes: Float64Array, sample: CheckedSample): number {
  const { weights, totalWeight } = sample;
  let sum = 0;
  for (let i = 0; i < outcomes.length; i++) if (outcomes[i] < point[i]) sum += weights ? weights[i] : 1;
  return sum / totalWeight;
}

/** Share of the outcomes inside an interval of their row, the ends left out. */
export function shareWithin({ lower, upper }: CentralInterval, outcomes: Float64Array, sample: CheckedSample): number {
  const { weights, totalWeight } = sample;
  let sum = 0;
  for (let i = 0; i < outcomes.length; i++)
    if (outcomes[i] > lower[i] && outcomes[i] < upper[i]) sum += weights ? weights[i] : 1;
  return sum / totalWeight;
}

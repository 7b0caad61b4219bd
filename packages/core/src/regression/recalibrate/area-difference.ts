import type { Estimate, SampleOptions } from "../../estimate.ts";
import { estimateFromInfluence } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import type { Forecast } from "../forecasts.ts";
import { curveInfluence, curvePositions, observedShares } from "../metrics/calibration-curve.ts";
import { areaOf } from "../metrics/miscalibration-area.ts";
import { commonQuantiles } from "./common-losses.ts";

/**
 * Miscalibration area of one forecast minus that of another on the same rows and the same levels; positive where the
 * second is better. Null where either says nothing of its uncertainty.
 */
export function areaDifference(
  before: Forecast,
  after: Forecast,
  outcomes: Float64Array,
  levels: readonly number[],
  options: SampleOptions,
): Estimate | null {
  if (before.kind === "point" || after.kind === "point") return null;
  const sample = checkSample(outcomes.length, options);
  const [first, second] = [before, after].map((forecast) => {
    const quantiles = { kind: "quantiles", levels, values: commonQuantiles(forecast, levels) } as const;
    const positions = curvePositions(quantiles, outcomes, "quantile", 100);
    const observed = observedShares(positions, sample);
    const { value, slope } = areaOf(positions.grid, observed);
    return { value, influence: curveInfluence(positions, observed, slope) };
  });
  const influence = first.influence.map((effect, i) => effect - second.influence[i]);
  const spec = {
    metric: "miscalibration-area",
    difference: "before - after",
    convention: "quantile",
    grid: `${levels.length} levels`,
    ...weighted(sample),
  };
  return estimateFromInfluence(first.value - second.value, influence, spec, { ...options, kind: "approximate" });
}

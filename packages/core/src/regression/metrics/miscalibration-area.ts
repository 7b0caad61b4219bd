import type { Estimate } from "../../estimate.ts";
import { estimateFromInfluence } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import type { Forecast } from "../forecasts.ts";
import { curveInfluence, curvePositions, observedShares } from "./calibration-curve.ts";
import { type CalibrationErrorOptions, gridSpec } from "./calibration-error.ts";

/**
 * Area between the calibration curve and the diagonal. The curve runs straight between the levels, so that the area is
 * exact where it crosses the diagonal too; a forecast whose levels do not reach 0 and 1 has its curve end there.
 *
 * @param forecast normal, quantiles or interval
 * @returns in [0, ½], lower is better. Biased upwards: `expectedMiscalibrationArea` is what a perfect forecast shows. The
 *   interval, from the influence function, is `approximate` and does not hold near 0
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `incompatible` for
 *   forecasts without uncertainty, or without central intervals where they are asked for
 *
 * Source: Tran et al. (2020), Machine Learning: Science and Technology 1; both conventions as in Uncertainty Toolbox (MIT).
 */
export function miscalibrationArea(
  forecast: Forecast,
  outcomes: Float64Array,
  options: CalibrationErrorOptions = {},
): Estimate {
  const { convention = "quantile", points = 100 } = options;
  const positions = curvePositions(forecast, outcomes, convention, points);
  const sample = checkSample(outcomes.length, options);
  const observed = observedShares(positions, sample);
  const { value, slope } = areaOf(positions.grid, observed);
  const influence = curveInfluence(positions, observed, slope);
  const spec = {
    metric: "miscalibration-area",
    convention,
    grid: gridSpec(forecast, points),
    curve: "linear between levels",
    ...weighted(sample),
  };
  return estimateFromInfluence(value, influence, spec, { ...options, min: 0, max: 0.5, kind: "approximate" });
}

/**
 * The miscalibration area that a perfect forecast shows on average with n outcomes: √(2/π)·(π/8)/√n, the mean of the area
 * under a Brownian bridge.
 *
 * @param effectiveN independent outcomes, > 0
 */
export function expectedMiscalibrationArea(effectiveN: number): number {
  return Math.sqrt(Math.PI / 32 / effectiveN);
}

/** The area and its slope in each observed share. */
export function areaOf(grid: Float64Array, observed: Float64Array): { value: number; slope: Float64Array } {
  const slope = new Float64Array(grid.length);
  let value = 0;
  for (let k = 0; k <= grid.length; k++) {
    const from = k === 0 ? 0 : grid[k - 1];
    const to = k === grid.length ? 1 : grid[k];
    const width = to - from;
    if (width === 0) continue;
    const left = k === 0 ? 0 : observed[k - 1] - from;
    const right = k === grid.length ? 0 : observed[k] - to;
    const a = Math.abs(left);
    const b = Math.abs(right);
    const crosses = left * right < 0;
    const sum = a + b;
    value += (width / 2) * (crosses ? (a * a + b * b) / sum : sum);
    const ofLeft = crosses ? 1 - (2 * b * b) / (sum * sum) : 1;
    const ofRight = crosses ? 1 - (2 * a * a) / (sum * sum) : 1;
    if (k > 0) slope[k - 1] += (width / 2) * ofLeft * Math.sign(left);
    if (k < grid.length) slope[k] += (width / 2) * ofRight * Math.sign(right);
  }
  return { value, slope };
}

import type { Estimate, SampleOptions } from "../../estimate.ts";
import { estimateFromInfluence } from "../../intervals/mean.ts";
import { checkSample } from "../../intervals/sample.ts";
import { weighted } from "../../metrics/weighted.ts";
import type { Forecast } from "../forecasts.ts";
import { type CurveConvention, curveInfluence, curvePositions, observedShares } from "./calibration-curve.ts";

/** Options of calibration errors of forecasts of numbers. */
export interface CalibrationErrorOptions extends SampleOptions {
  /** What is held against its level: quantiles or central intervals. Default `quantile`. */
  readonly convention?: CurveConvention;
  /** Levels of the grid for a normal forecast, evenly spaced from 0 to 1, both included. Default 100. */
  readonly points?: number;
}

/** The grid as a spec tells it. */
export function gridSpec(forecast: Forecast, points: number): string {
  return forecast.kind === "point-and-sigma" ? `${points} levels from 0 to 1` : "levels of the forecast";
}

/**
 * Mean over levels of |observed share − level| (MACE).
 *
 * @param forecast normal, quantiles or interval
 * @returns in [0, 1], lower is better. Biased upwards by about 0.3/√n for a perfect forecast; the interval, from the
 *   influence function, is `approximate` and does not hold near 0
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`, `unknown-option`; `incompatible` for
 *   forecasts without uncertainty, or without central intervals where they are asked for
 *
 * Source: Kuleshov, Fenner and Ermon (2018), ICML; Chung et al. (2021), "Uncertainty Toolbox", for both conventions.
 */
export function meanAbsoluteCalibrationError(
  forecast: Forecast,
  outcomes: Float64Array,
  options: CalibrationErrorOptions = {},
): Estimate {
  return calibrationError(forecast, outcomes, options, "mean-absolute-calibration-error", (gaps) => {
    const count = gaps.length;
    let sum = 0;
    for (const gap of gaps) sum += Math.abs(gap);
    return { value: sum / count, slope: gaps.map((gap) => Math.sign(gap) / count) };
  });
}

/**
 * Root of the mean over levels of (observed share − level)² (RMSCE).
 *
 * @param forecast normal, quantiles or interval
 * @returns in [0, 1], lower is better; bias, interval and errors as for `meanAbsoluteCalibrationError`
 * @throws {InputError} as `meanAbsoluteCalibrationError`
 *
 * Source: as for `meanAbsoluteCalibrationError`.
 */
export function rootMeanSquaredCalibrationError(
  forecast: Forecast,
  outcomes: Float64Array,
  options: CalibrationErrorOptions = {},
): Estimate {
  return calibrationError(forecast, outcomes, options, "root-mean-squared-calibration-error", (gaps) => {
    const count = gaps.length;
    let sum = 0;
    for (const gap of gaps) sum += gap * gap;
    const value = Math.sqrt(sum / count);
    return { value, slope: gaps.map((gap) => (value > 0 ? gap / (count * value) : 0)) };
  });
}

function calibrationError(
  forecast: Forecast,
  outcomes: Float64Array,
  options: CalibrationErrorOptions,
  metric: string,
  measure: (gaps: Float64Array) => { value: number; slope: Float64Array },
): Estimate {
  const { convention = "quantile", points = 100 } = options;
  const positions = curvePositions(forecast, outcomes, convention, points);
  const sample = checkSample(outcomes.length, options);
  const observed = observedShares(positions, sample);
  const { value, slope } = measure(observed.map((share, k) => share - positions.grid[k]));
  const influence = curveInfluence(positions, observed, slope);
  const spec = { metric, convention, grid: gridSpec(forecast, points), ...weighted(sample) };
  return estimateFromInfluence(value, influence, spec, { ...options, min: 0, max: 1, kind: "approximate" });
}

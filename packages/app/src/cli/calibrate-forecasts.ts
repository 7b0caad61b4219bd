import { applyRegressionCalibrator, type Forecast, InputError, type RegressionCalibrator } from "@candor/core";
import { BadInput, type InputOptions } from "@candor/input";

/** The level of the central interval whose lower end is at the first of two levels. */
export function intervalLevel(levels: readonly number[]): number {
  return Number((1 - 2 * (levels[0] ?? 0.05)).toPrecision(12));
}

/** The flags with what the calibrator knows of the forecasts it was fitted on: how often an interval is meant to hold. */
export function readingFor({ forecast, levels }: RegressionCalibrator, input: InputOptions): InputOptions {
  return forecast === "interval" && input.intervalLevel === undefined
    ? { ...input, intervalLevel: intervalLevel(levels) }
    : input;
}

/**
 * Forecasts as a calibrator makes them.
 *
 * @param file for messages
 * @throws {BadInput} when they are not of the kind, or at the levels, that it was fitted on
 */
export function calibrateForecasts(calibrator: RegressionCalibrator, forecast: Forecast, file: string): Forecast {
  try {
    return applyRegressionCalibrator(calibrator, forecast);
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

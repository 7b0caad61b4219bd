import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { checkSample } from "../../intervals/sample.ts";
import { checkColumns, checkSigma } from "../check-forecast.ts";
import type { CurveConvention } from "./calibration-curve.ts";
import { miscalibrationArea } from "./miscalibration-area.ts";

/** The factor of sigma with the least miscalibration area. */
export interface AreaScale {
  readonly scale: number;
  readonly area: number;
}

/** Options of `areaMinimizingScale`. */
export interface AreaScaleOptions extends SampleOptions {
  /** Default `interval`. */
  readonly convention?: CurveConvention;
}

const STEPS = 200;
const ROUNDS = 5;

/**
 * The factor by which all sigmas are multiplied for the least miscalibration area, as Uncertainty Toolbox looks for it. The
 * area is a step function of the factor with many flat stretches, and blind to sharpness: `fitRegression` uses proper scores
 * instead.
 *
 * @param point n means
 * @param sigma n standard deviations > 0
 * @returns the middle of the flat stretch found; the best of 200 factors spaced evenly in their logarithm, five times, each
 *   time between the neighbours of the best
 * @throws {InputError} `empty`, `shape-mismatch`, `not-finite`, `out-of-range`; `incompatible` where every forecast is
 *   exactly right
 */
export function areaMinimizingScale(
  point: Float64Array,
  sigma: Float64Array,
  outcomes: Float64Array,
  options: AreaScaleOptions = {},
): AreaScale {
  const { convention = "interval" } = options;
  const rows = checkColumns({ point, sigma, outcomes });
  checkSigma(sigma);
  checkSample(rows, options);
  let least = Infinity;
  let most = 0;
  for (let i = 0; i < rows; i++) {
    const size = Math.abs(outcomes[i] - point[i]) / sigma[i];
    if (size > most) most = size;
    if (size > 0 && size < least) least = size;
  }
  if (most === 0) throw new InputError("incompatible", "every forecast is exactly right: no factor of sigma is best");
  const areaAt = (scale: number): number =>
    miscalibrationArea({ kind: "point-and-sigma", point, sigma: sigma.map((s) => s * scale) }, outcomes, {
      ...options,
      convention,
    }).value;
  let low = Math.log(least / 3);
  let high = Math.log(most * 100);
  let best = { scale: 1, area: Infinity };
  for (let round = 0; round < ROUNDS; round++) {
    const step = (high - low) / STEPS;
    const areas = Array.from({ length: STEPS + 1 }, (_, k) => areaAt(Math.exp(low + k * step)));
    const area = Math.min(...areas);
    const first = areas.indexOf(area);
    let last = first;
    while (last < STEPS && areas[last + 1] === area) last++;
    if (area < best.area) best = { scale: Math.exp(low + ((first + last) / 2) * step), area };
    const start = low;
    low = start + Math.max(0, first - 1) * step;
    high = start + Math.min(STEPS, last + 1) * step;
  }
  return best;
}

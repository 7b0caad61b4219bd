import { InputError } from "../../errors.ts";
import type { SampleOptions } from "../../estimate.ts";
import { proportionEstimate } from "../../intervals/proportion.ts";
import { checkSample } from "../../intervals/sample.ts";
import type { Matrix } from "../../matrix.ts";
import { weighted } from "../../metrics/weighted.ts";
import { checkForecast, checkLevels } from "../check-forecast.ts";
import type { Forecast } from "../forecasts.ts";
import { quantileView } from "../quantile-view.ts";
import type { LevelCoverage } from "../regression-report.ts";
import { pitRanges } from "./pit.ts";

/** Levels at which a normal forecast is looked at: those of the forecast hubs. */
export const USUAL_LEVELS: readonly number[] = [
  0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
  0.975, 0.99,
];

/** Options of `quantileCalibrationCurve`. */
export interface QuantileCurveOptions extends SampleOptions {
  /** Levels at which a normal forecast is looked at, ascending in (0, 1). Default: 23 from 0.01 to 0.99. */
  readonly levels?: readonly number[];
}

/**
 * Share of outcomes at or below each forecast quantile, with Wilson intervals: on the diagonal for a perfect forecast.
 *
 * @param forecast normal, quantiles or interval; rows that cross are taken as they are
 * @throws {InputError} `incompatible` for forecasts of a single number; `empty`, `shape-mismatch`, `not-finite`,
 *   `out-of-range`
 *
 * Source: Kuleshov, Fenner and Ermon (2018), ICML, section 3.
 */
export function quantileCalibrationCurve(
  forecast: Forecast,
  outcomes: Float64Array,
  options: QuantileCurveOptions = {},
): LevelCoverage[] {
  checkForecast(forecast, outcomes);
  if (forecast.kind === "point-and-sigma") {
    const { levels = USUAL_LEVELS } = options;
    checkLevels(levels);
    const sample = checkSample(outcomes.length, options);
    const mass = new Float64Array(levels.length + 1);
    const { lower } = pitRanges(forecast, outcomes);
    const at = Float64Array.from(levels);
    for (let i = 0; i < lower.length; i++) {
      let k = 0;
      while (k < at.length && lower[i] > at[k]) k++;
      mass[k] += sample.weights ? sample.weights[i] : 1;
    }
    const spec = { metric: "quantile-coverage", scale: "share of outcomes <= quantile", ...weighted(sample) };
    let sum = 0;
    return levels.map((level, k) => {
      sum += mass[k];
      const share = sum / sample.totalWeight;
      return { level, observed: proportionEstimate(share, spec, sample.n, sample.effectiveN, sample.level) };
    });
  }
  const view = quantileView(forecast);
  if (!view) throw new InputError("incompatible", "a forecast of a single number has no quantiles");
  const sample = checkSample(outcomes.length, options);
  const covered = coveredWeights(view.values, outcomes, sample.weights);
  const spec = { metric: "quantile-coverage", scale: "share of outcomes <= quantile", ...weighted(sample) };
  return view.levels.map((level, k) => ({
    level,
    observed: proportionEstimate(covered[k] / sample.totalWeight, spec, sample.n, sample.effectiveN, sample.level),
  }));
}

/** Weight of the outcomes at or below each column. */
function coveredWeights(
  { data, cols }: Matrix,
  outcomes: Float64Array,
  weights: Float64Array | undefined,
): Float64Array {
  const covered = new Float64Array(cols);
  for (let i = 0; i < outcomes.length; i++) {
    const weight = weights ? weights[i] : 1;
    const y = outcomes[i];
    for (let k = 0; k < cols; k++) if (y <= data[i * cols + k]) covered[k] += weight;
  }
  return covered;
}

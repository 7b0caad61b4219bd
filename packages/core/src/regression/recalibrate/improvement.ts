import { type MeanAndError, pairedEstimate, pairedMean } from "../../calibration/choose/paired-mean.ts";
import type { Estimate, SampleOptions, Spec } from "../../estimate.ts";
import type { Forecast, RegressionPredictions } from "../forecasts.ts";
import { areaDifference } from "./area-difference.ts";
import { commonLosses } from "./common-losses.ts";
import { dependent } from "./dependent-rows.ts";

/** What a repair changes on rows that it was not fitted on. */
export interface Improvement {
  /** Mean loss of the forecasts as they are, and repaired. */
  readonly before: number;
  readonly after: number;
  /** Loss before minus after: positive is better. */
  readonly gain: MeanAndError;
  readonly loss: Estimate;
  /** Miscalibration area before minus after. */
  readonly area: Estimate | null;
}

/** Loss and miscalibration area of forecasts minus those of the repaired ones, on the same rows. */
export function improvementOf(
  held: RegressionPredictions,
  repaired: Forecast,
  levels: readonly number[],
  level: number,
): Improvement {
  const { forecast, outcomes, weights, rows } = held;
  const plain: SampleOptions = { level, ...(weights ? { weights } : {}) };
  const was = commonLosses(forecast, outcomes, levels);
  const is = commonLosses(repaired, outcomes, levels);
  const everyRow = dependent(
    held,
    Uint32Array.from({ length: rows }, (_, i) => i),
  );
  const spec: Spec = {
    metric: "quantile-crps",
    difference: "before - after",
    levels: levels.length,
    ...(weights ? { weighted: true } : {}),
  };
  const gain = pairedMean((row) => was[row] - is[row], everyRow);
  return {
    before: pairedMean((row) => was[row], everyRow).mean,
    after: pairedMean((row) => is[row], everyRow).mean,
    gain,
    loss: pairedEstimate(gain, rows, spec, { level }),
    area: areaDifference(forecast, repaired, outcomes, levels, plain),
  };
}

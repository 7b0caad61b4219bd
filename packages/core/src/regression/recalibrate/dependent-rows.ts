import type { DependentRows } from "../../calibration/choose/paired-mean.ts";
import type { RegressionPredictions } from "../forecasts.ts";

/** Rows with what makes them depend on each other, as paired means read them. */
export function dependent({ weights, groups }: RegressionPredictions, rows: Uint32Array): DependentRows {
  return { rows, weights, merged: undefined, groups: groups?.codes };
}

import { pick } from "../../kernels/pick.ts";
import type { CalibrationData } from "../calibration-data.ts";

/** What all data have in common, of the given rows. Segments, groups and time are left out: fits do not read them. */
export function subsetBase(
  data: CalibrationData,
  rows: Uint32Array,
): Pick<CalibrationData, "rows" | "weights" | "merged" | "segments" | "classNames"> {
  const { weights, merged, classNames } = data;
  return {
    rows: rows.length,
    segments: [],
    classNames,
    ...(weights ? { weights: pick(weights, rows) } : {}),
    ...(merged
      ? { merged: { counts: pick(merged.counts, rows), squaredWeights: pick(merged.squaredWeights, rows) } }
      : {}),
  };
}

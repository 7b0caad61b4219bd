import type { Matrix } from "../matrix.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import { type CalibratedClasses, calibrateClasses, calibrateScores } from "./apply-calibrator.ts";
import type { Calibrator } from "./calibrator.ts";

/** Calibrated values of some rows. */
export interface CalibratedValues {
  /** Probability of the positive class, of being correct, or of the predicted class. */
  readonly confidences: Float64Array;
  /** Of several classes. */
  readonly classes: CalibratedClasses | undefined;
}

/**
 * What a calibrator of any kind makes of rows of scores.
 *
 * @param values one score per row, or one value per class in the order of the calibrator
 * @param segments columns in the order of those that the calibrator has corrections for, whatever they are called
 * @throws {InputError} as `calibrateScores` and `calibrateClasses`
 */
export function calibrateValues(
  calibrator: Calibrator,
  values: Matrix,
  segments: readonly SegmentColumn[] = [],
): CalibratedValues {
  const columns = calibrator.segments?.columns ?? [];
  const named = columns.flatMap((name, s) => (segments[s] === undefined ? [] : [{ ...segments[s], name }]));
  if (!("clip" in calibrator))
    return { confidences: calibrateScores(calibrator, values.data, named), classes: undefined };
  const classes = calibrateClasses(calibrator, values, named);
  return { confidences: classes.confidence, classes };
}

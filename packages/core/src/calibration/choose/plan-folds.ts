import { InputError } from "../../errors.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { FoldPlan } from "./cross-fit.ts";
import { assignFolds, foldScheme, mostFolds } from "./folds.ts";

/** Below so many rows ten folds are made: a fit on four fifths of few rows says too little of one on all. */
const FEW_ROWS = 200;

/**
 * Folds for these data: those asked for, else 10 below 200 rows and 5 from there on; fewer where rows, groups or times are fewer.
 *
 * @throws {InputError} `too-few` where the rows cannot be split in two; `out-of-range`
 */
export function planFolds(
  data: CalibrationData,
  options: { readonly folds?: number; readonly seed: number },
): FoldPlan {
  const { folds: wanted = data.rows < FEW_ROWS ? 10 : 5, seed } = options;
  const scheme = foldScheme(data);
  const most = mostFolds(data);
  if (most < 2) {
    const what = scheme === "time" ? "different times" : scheme === "grouped" ? "groups" : "rows";
    throw new InputError(
      "too-few",
      `a calibrator is checked on rows held out: at least 2 ${what} are needed, got ${most}`,
    );
  }
  const folds = Math.min(wanted, most);
  return { scheme, folds, fold: assignFolds(data, { folds, seed }) };
}

import type { BinaryCalibrator, Calibrator } from "../calibrator.ts";

/** Whether a calibrator reads one score per row (`calibrateScores`), not one per class (`calibrateClasses`). */
export function isBinaryCalibrator(calibrator: Calibrator): calibrator is BinaryCalibrator {
  return calibrator.scoreKind === "probability" || calibrator.scoreKind === "confidence";
}

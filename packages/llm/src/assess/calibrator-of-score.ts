import { type Calibrator, sealCalibrator } from "@candor/core";

/** The calibrator with the name of the score that it is of: `assess` and `candor apply` refuse to apply it to another. */
export function calibratorOfScore({ fingerprint: _, ...calibrator }: Calibrator, score: string): Calibrator {
  return sealCalibrator({ ...calibrator, spec: { ...calibrator.spec, scoreName: score } });
}

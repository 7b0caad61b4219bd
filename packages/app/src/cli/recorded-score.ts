import type { Calibrator } from "@candor/core";
import type { InputOptions } from "@candor/input";

/** Input of a calibrator that records which score it is of: that column is the confidence unless a flag says otherwise. */
export function withRecordedScore(input: InputOptions, calibrator: Calibrator | null | undefined): InputOptions {
  const scoreName = calibrator?.spec["scoreName"];
  return typeof scoreName === "string" ? { ...input, scoreName } : input;
}

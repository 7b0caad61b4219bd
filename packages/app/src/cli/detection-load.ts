import type { DetectionData } from "@candor/core";
import { type BoxFile, type DetectionOptions, type DetectionSet, readDetections } from "../input/index.ts";
import type { CliContext } from "./context.ts";
import { calibrateDetections, type DetectionCalibrator } from "./detection-calibrator.ts";
import { createProgress } from "./progress.ts";
import { UsageError } from "./usage-error.ts";

/** Detections in memory. */
export interface LoadedDetections extends DetectionSet {
  /** As they came, where a calibrator changed them. */
  readonly raw?: DetectionData;
  readonly opened: BoxFile;
}

/**
 * Reads detections with whatever goes with them; `use` gets them while the file is open.
 *
 * @param calibrator applied to the scores before anything is matched
 */
export async function withDetections<Result>(
  file: string | undefined,
  options: DetectionOptions,
  calibrator: DetectionCalibrator | undefined,
  context: CliContext,
  use: (loaded: LoadedDetections, say: (what: string) => void) => Promise<Result>,
): Promise<Result> {
  if (file === undefined) throw new UsageError("no file of detections, expected one before the flags");
  const progress = createProgress(context.stderr);
  try {
    const { set, opened } = await readDetections(file, options, {
      signal: context.signal,
      stdin: context.stdin,
      onProgress: (fraction, rows) => progress.update("reading", fraction, rows),
    });
    try {
      const loaded = calibrator === undefined ? set : { ...set, data: calibrated(set.data, calibrator), raw: set.data };
      return await use({ ...loaded, opened }, (what) => progress.update(what, undefined));
    } finally {
      await opened.close();
    }
  } finally {
    progress.clear();
  }
}

function calibrated(data: DetectionData, calibrator: DetectionCalibrator): DetectionData {
  return { ...data, detections: { ...data.detections, score: calibrateDetections(data, calibrator) } };
}

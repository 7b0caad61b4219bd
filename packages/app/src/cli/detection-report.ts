import { type DetectionDocument, detectionReport } from "@candor/core";
import type { InputOptions } from "@candor/input";
import { renderDetectionHtml } from "../render/html/detection.ts";
import { renderDetection } from "../render/terminal/detection.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { readDetectionCalibrator } from "./detection-calibrator.ts";
import { type DetectionFlags, detectionOptions } from "./detection-flags.ts";
import { withDetections } from "./detection-load.ts";
import type { MadeReport } from "./regression-report.ts";
import { terminalOptions } from "./terminal-options.ts";

type Flags = DetectionFlags &
  InputOptions & {
    readonly level: number;
    readonly calibrator?: string;
    readonly versus?: string;
    readonly approximate?: boolean;
    readonly compareScores?: true;
    readonly population?: string;
    readonly rows?: string;
  };

/** The report on a file of detections. */
export async function makeDetectionReport(
  file: string | undefined,
  flags: Flags,
  context: CliContext,
): Promise<MadeReport> {
  const { iou, maxDets, level, by } = flags;
  const options = detectionOptions(flags, [
    [flags.versus, "--versus"],
    [flags.approximate, "--approximate"],
    [by, "--by"],
    [flags.compareScores, "--compare-scores"],
    [flags.population, "--population"],
    [flags.rows, "--rows"],
  ]);
  const calibrator = flags.calibrator === undefined ? undefined : await readDetectionCalibrator(flags.calibrator);
  const document: DetectionDocument = await withDetections(file, options, calibrator, context, async (loaded, say) => {
    say("computing");
    const { source, data } = loaded;
    const notes =
      calibrator === undefined ? source.notes : [...source.notes, `scores as calibrated by ${calibrator.method}`];
    return context.whileBusy(() =>
      detectionReport(data, {
        version,
        level,
        source: { ...source, notes },
        ...(iou === undefined ? {} : { iou }),
        ...(maxDets === undefined ? {} : { maxDets }),
      }),
    );
  });
  return {
    json: JSON.stringify(document),
    html: () => renderDetectionHtml(document),
    terminal: () => renderDetection(document, terminalOptions(context)),
  };
}

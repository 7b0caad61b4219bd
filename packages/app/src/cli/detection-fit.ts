import {
  type BoxCalibrator,
  type Calibrator,
  calibrationData,
  detectionPredictions,
  detectionRows,
  type FitDocument,
  fitBoxCalibrator,
  fitDocument,
  matchDetections,
  sealCalibrator,
} from "@candor/core";
import type { InputOptions } from "@candor/input";
import { renderBoxCalibrator } from "../render/terminal/detection.ts";
import { version } from "../version.ts";
import type { CliContext } from "./context.ts";
import { detectionColumns } from "./detection-calibrator.ts";
import { type DetectionFlags, detectionOptions } from "./detection-flags.ts";
import { type LoadedDetections, withDetections } from "./detection-load.ts";
import { GateFailed } from "./gate-failed.ts";
import { terminalOptions } from "./terminal-options.ts";
import { writeWhole } from "./write-file.ts";

/** How detections are calibrated. */
export interface DetectionFitRequest {
  readonly file: string | undefined;
  readonly input: DetectionFlags & InputOptions;
  readonly method: string;
  readonly folds: number | undefined;
  readonly seed: number;
  readonly level: number;
  readonly created: string;
  readonly more: readonly (readonly [value: unknown, flag: string])[];
}

/** What a reader of the intervals of a fit has to know. */
const BY_DETECTION =
  "log loss and Brier score count images; intervals of ECE, accuracy and shares count detections, and are too narrow where those of an image are alike (candor report --calibrator counts images everywhere)";

/** Name of the method that reads place and size. */
export const BOX_METHOD = "box";

/** What was learnt from: each detection that counts, right or wrong. */
function learntFrom({ data }: LoadedDetections, { iou = 0.5, maxDets = 100, by = [] }: DetectionFlags & InputOptions) {
  detectionColumns(data, by);
  const rows = detectionRows(data, matchDetections(data, { thresholds: [iou], maxDets }));
  return { rows, predictions: detectionPredictions(data, rows, by) };
}

/** The calibrator with a record of what a detection was right by. */
function ofDetections(
  { fingerprint: _, ...calibrator }: Calibrator,
  { iou = 0.5, maxDets = 100 }: DetectionFlags,
): Calibrator {
  return sealCalibrator({ ...calibrator, spec: { ...calibrator.spec, task: "detection", iou, maxDets } });
}

/** Fits a calibrator to detections: of their scores, by segments where asked for, or of score, place and size. */
export function computeDetectionFit(
  request: DetectionFitRequest,
  context: CliContext,
): Promise<
  | { readonly kind: "scores"; readonly document: FitDocument }
  | { readonly kind: "box"; readonly calibrator: BoxCalibrator }
> {
  const { file, input, method, folds, seed, level, created, more } = request;
  const options = detectionOptions(input, more);
  return withDetections(file, options, undefined, context, async (loaded, say) => {
    say("fitting");
    const { rows, predictions } = learntFrom(loaded, input);
    const { source } = loaded;
    if (method === BOX_METHOD) {
      const { iou = 0.5, maxDets = 100 } = input;
      const how = {
        version,
        created,
        name: source.name,
        seed,
        level,
        iou,
        maxDets,
        ...(folds === undefined ? {} : { folds }),
      };
      return { kind: "box", calibrator: context.whileBusy(() => fitBoxCalibrator(rows, how)) };
    }
    const document = context.whileBusy(() =>
      fitDocument(calibrationData(predictions), {
        version,
        name: source.name,
        created,
        source: {
          name: source.name,
          rows: source.rows,
          skipped: source.skipped,
          columns: source.columns,
          notes: [BY_DETECTION, ...source.notes],
          approximate: false,
        },
        method,
        seed,
        level,
        ...(folds === undefined ? {} : { folds }),
      }),
    );
    return { kind: "scores", document: { ...document, calibrator: ofDetections(document.calibrator, input) } };
  });
}

/** Writes a calibrator of score, place and size, unless the scores are worse after it. */
export async function writeBoxFit(
  calibrator: BoxCalibrator,
  {
    out,
    json,
    anyway,
  }: { readonly out: string | undefined; readonly json: string | true | undefined; readonly anyway: boolean },
  context: CliContext,
): Promise<void> {
  const isRefused = calibrator.evidence !== null && calibrator.evidence.improvement.upper < 0 && !anyway;
  const document = `${JSON.stringify(calibrator, undefined, 1)}\n`;
  const files = [
    ...(out === undefined || isRefused ? [] : [{ path: out, content: document }]),
    ...(typeof json === "string" ? [{ path: json, content: document }] : []),
  ];
  context.signal.throwIfAborted();
  await writeWhole(files);
  const next =
    out === undefined
      ? "nothing was kept: -o cal.json writes the calibrator"
      : `next: candor apply ${out} DETECTIONS -o calibrated.json`;
  const closing = [...files.map(({ path }) => `wrote ${path}`), ...(isRefused ? [] : [next])].join("\n");
  context.stdout.write(
    json === true
      ? `${JSON.stringify(calibrator)}\n`
      : `${renderBoxCalibrator(calibrator, terminalOptions(context))}\n${closing}\n`,
  );
  if (isRefused)
    throw new GateFailed(
      `${out === undefined ? "" : `${out} was not written: `}the scores are worse after this method (--anyway writes it)`,
    );
}

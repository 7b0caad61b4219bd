import { readFile } from "node:fs/promises";
import {
  applyBoxCalibrator,
  type BoxCalibrator,
  boxSizeCodes,
  boxSizes,
  type Calibrator,
  calibrateScores,
  type DetectionData,
  detectionSegments,
  InputError,
  openBoxCalibrator,
  relativeBoxes,
  type SegmentColumn,
} from "@candor/core";
import { BadInput, nameList, printable } from "@candor/input";
import { readCalibrator } from "./read-calibrator.ts";
import { schemaOf } from "./read-policy.ts";

/** What can calibrate detections: a calibrator of scores, or one of score, place and size. */
export type DetectionCalibrator = Calibrator | BoxCalibrator;

/** Whether a file says that it holds a calibrator of score, place and size. */
export async function isBoxCalibratorFile(path: string): Promise<boolean> {
  return (await schemaOf(path))?.startsWith("candor.box-calibrator/") ?? false;
}

/** Whether a calibrator was fitted to detections. */
export function isOfDetections(calibrator: DetectionCalibrator): boolean {
  return calibrator.schema === "candor.box-calibrator/1" || calibrator.spec["task"] === "detection";
}

/**
 * The calibrator in a file, of either kind.
 *
 * @throws {BadInput} when it cannot be read, is none, or was altered
 */
export async function readDetectionCalibrator(path: string): Promise<DetectionCalibrator> {
  if (!(await isBoxCalibratorFile(path))) return readCalibrator(path);
  const file = printable(path, 200);
  try {
    return openBoxCalibrator(JSON.parse((await readFile(path, "utf8")).replace(/^\ufeff/, "")));
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

/** Segments of all detections that a calibrator or a policy reads. */
export function detectionColumns(
  { detections, classNames, units }: DetectionData,
  columns: readonly string[],
): SegmentColumn[] {
  return columns.map((name): SegmentColumn => {
    if (name === "box_size")
      return { name, codes: boxSizeCodes(detections.width, detections.height, units), values: boxSizes };
    if (name === "class") return { name, codes: detections.category, values: classNames };
    throw new BadInput(`no segment ${printable(name)} of detections, expected ${nameList(detectionSegments)} (--by)`);
  });
}

/**
 * Calibrated scores of all detections.
 *
 * @throws {BadInput} for a calibrator of something else, and where places are needed and not known
 */
export function calibrateDetections(data: DetectionData, calibrator: DetectionCalibrator): Float64Array {
  const { score } = data.detections;
  if (calibrator.schema === "candor.box-calibrator/1") {
    const box = relativeBoxes(
      data,
      Uint32Array.from({ length: score.length }, (_, i) => i),
    );
    if (box === null)
      throw new BadInput(
        "the calibrator reads places and sizes, expected the width and height of each image: --images FILE or --ground-truth FILE",
      );
    return applyBoxCalibrator(calibrator, score, box);
  }
  if ("clip" in calibrator || calibrator.scoreKind !== "confidence")
    throw new BadInput(
      `the calibrator reads ${calibrator.scoreKind}, expected one that was fitted with --ground-truth`,
    );
  return calibrateScores(calibrator, score, detectionColumns(data, calibrator.segments?.columns ?? []));
}

import type { ConfidencePredictions } from "../report/predictions.ts";
import { boxSizes } from "./area-ranges.ts";
import type { DetectionData } from "./boxes.ts";
import type { DetectionRows } from "./detection-rows.ts";

/** Columns that detections can be segmented by. */
export const detectionSegments: readonly ("box_size" | "class")[] = ["box_size", "class"];

/**
 * Detections with outcomes as predictions with a confidence: what calibrators, decisions and reports read.
 *
 * @param by names of `detectionSegments` to keep as segments
 * @returns rows in the order of `rows`; the image is the group, so that folds hold out whole images
 */
export function detectionPredictions(
  { imageNames, classNames }: DetectionData,
  rows: DetectionRows,
  by: readonly string[] = [],
): ConfidencePredictions {
  const segments = {
    box_size: { name: "box_size", codes: rows.size, values: boxSizes },
    class: { name: "class", codes: rows.category, values: classNames },
  };
  return {
    task: "confidence",
    rows: rows.rows,
    confidences: rows.scores,
    correct: rows.right,
    segments: detectionSegments.filter((name) => by.includes(name)).map((name) => segments[name]),
    groups: { name: "image", codes: rows.image, values: imageNames },
    classNames: [],
  };
}

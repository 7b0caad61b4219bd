import { InputError } from "../errors.ts";
import { boxSizeCodes } from "./area-ranges.ts";
import type { DetectionData } from "./boxes.ts";
import { type DetectionMatches, outcomes } from "./match-detections.ts";

/** Place and size of boxes relative to their image, each in [0, 1]; what lies outside of the image is cut off. */
export interface RelativeBoxes {
  /** Centre. */
  readonly cx: Float64Array;
  readonly cy: Float64Array;
  readonly width: Float64Array;
  readonly height: Float64Array;
}

/** Detections that count, as rows of scores with outcomes. */
export interface DetectionRows {
  readonly rows: number;
  /** Number of each detection in the data. */
  readonly detection: Uint32Array;
  /** In [0, 1]. */
  readonly scores: Float64Array;
  /** 1 where it found a true box. */
  readonly right: Uint8Array;
  /** Overlap with the box found, 0 for none. */
  readonly overlap: Float64Array;
  readonly image: Int32Array;
  readonly images: number;
  readonly category: Int32Array;
  /** Index into `boxSizes`. */
  readonly size: Int32Array;
  /** Null where the boxes are in pixels and the sizes of the images unknown. */
  readonly box: RelativeBoxes | null;
}

/**
 * Boxes relative to their images; null where boxes are in pixels and the sizes of the images unknown.
 *
 * @param chosen numbers of detections
 */
export function relativeBoxes(
  { detections, imageSizes, units }: DetectionData,
  chosen: Uint32Array,
): RelativeBoxes | null {
  if (units === "pixels" && imageSizes === null) return null;
  const { length } = chosen;
  const box = {
    cx: new Float64Array(length),
    cy: new Float64Array(length),
    width: new Float64Array(length),
    height: new Float64Array(length),
  };
  const cut = (value: number): number => Math.min(1, Math.max(0, value));
  for (let k = 0; k < length; k++) {
    const d = chosen[k];
    const image = detections.image[d];
    const wide = units === "pixels" && imageSizes !== null ? imageSizes.width[image] : 1;
    const high = units === "pixels" && imageSizes !== null ? imageSizes.height[image] : 1;
    box.cx[k] = cut((detections.x[d] + detections.width[d] / 2) / wide);
    box.cy[k] = cut((detections.y[d] + detections.height[d] / 2) / high);
    box.width[k] = cut(detections.width[d] / wide);
    box.height[k] = cut(detections.height[d] / high);
  }
  return box;
}

/**
 * The detections that count at one threshold of overlap, in the order of the data. Ignored ones, those beyond `maxDets`
 * included, are left out.
 *
 * @param threshold position in `matches.thresholds`
 * @throws {InputError} `out-of-range` for a score outside [0, 1], which is no probability, and for an unknown threshold
 */
export function detectionRows(data: DetectionData, matches: DetectionMatches, threshold = 0): DetectionRows {
  const { detections, units } = data;
  const n = detections.image.length;
  if (!(Number.isInteger(threshold) && threshold >= 0 && threshold < matches.thresholds.length))
    throw new InputError(
      "out-of-range",
      `there are ${matches.thresholds.length} thresholds, got position ${threshold}`,
    );
  const offset = threshold * n;
  let rows = 0;
  for (let d = 0; d < n; d++) if (matches.outcome[offset + d] !== outcomes.ignored) rows++;
  const detection = new Uint32Array(rows);
  let filled = 0;
  for (let d = 0; d < n; d++) if (matches.outcome[offset + d] !== outcomes.ignored) detection[filled++] = d;
  const bad = detection.find((d) => !(detections.score[d] >= 0 && detections.score[d] <= 1));
  if (bad !== undefined)
    throw new InputError(
      "out-of-range",
      `the score ${detections.score[bad]} of detection ${bad} is not in [0, 1]`,
      bad,
    );
  const sizes = boxSizeCodes(detections.width, detections.height, units);
  return {
    rows,
    detection,
    scores: Float64Array.from(detection, (d) => detections.score[d]),
    right: Uint8Array.from(detection, (d) => matches.outcome[offset + d]),
    overlap: Float64Array.from(detection, (d) => (matches.outcome[offset + d] === 1 ? matches.overlap[offset + d] : 0)),
    image: Int32Array.from(detection, (d) => detections.image[d]),
    images: data.imageNames.length,
    category: Int32Array.from(detection, (d) => detections.category[d]),
    size: Int32Array.from(detection, (d) => sizes[d]),
    box: relativeBoxes(data, detection),
  };
}

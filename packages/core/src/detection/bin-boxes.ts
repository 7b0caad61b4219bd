import { InputError } from "../errors.ts";
import { equalWidthBin, equalWidthEdges } from "../kernels/bins.ts";
import type { DetectionRows } from "./detection-rows.ts";

/** What detections are binned by, beside their score. */
export type BoxDimension = "cx" | "cy" | "width" | "height";

/** Bins of detections: by score, and by as many measures of the box as are named. */
export interface BoxBins {
  /** Bin of each row. */
  readonly index: Int32Array;
  /** Number of bins, empty ones included. */
  readonly bins: number;
  /** Bins of each dimension, the score first. */
  readonly perDimension: number;
}

/** Küppers et al. take 20 bins for the score alone, 8 in three dimensions and 5 in five. */
export function defaultBins(dimensions: readonly BoxDimension[]): number {
  return dimensions.length === 0 ? 20 : dimensions.length <= 2 ? 8 : 5;
}

/** A grid of more bins than this says nothing. */
const MOST_BINS = 1e6;

/**
 * The bin of every row: equal widths on [0, 1] in every dimension, [lo, hi), the last bin with 1.
 *
 * @throws {InputError} `out-of-range` for a number of bins that is no whole number ≥ 1 or too large; `incompatible` where places
 *   are asked for and unknown
 */
export function binBoxes(
  { rows, scores, box }: DetectionRows,
  dimensions: readonly BoxDimension[],
  bins: number,
): BoxBins {
  if (!(Number.isSafeInteger(bins) && bins >= 1 && bins ** (dimensions.length + 1) <= MOST_BINS))
    throw new InputError(
      "out-of-range",
      `bins must be a whole number >= 1 and at most ${MOST_BINS} in all, got ${bins}`,
    );
  if (dimensions.length > 0 && box === null)
    throw new InputError("incompatible", "places and sizes in pixels need the width and height of each image");
  const columns = [scores, ...dimensions.flatMap((name) => (box === null ? [] : [box[name]]))];
  const edges = equalWidthEdges(bins);
  const index = new Int32Array(rows);
  for (const column of columns)
    for (let i = 0; i < rows; i++) index[i] = index[i] * bins + equalWidthBin(column[i], bins, edges, "left-closed");
  return { index, bins: bins ** columns.length, perDimension: bins };
}

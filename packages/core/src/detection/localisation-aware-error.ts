import { InputError } from "../errors.ts";
import type { Spec } from "../estimate.ts";
import { equalWidthBin, equalWidthEdges } from "../kernels/bins.ts";
import { createRandom, type Random } from "../random/random.ts";
import { clusteredGaps } from "./clustered-gaps.ts";
import { type DetectionError, errorOf, floorOf } from "./detection-calibration-error.ts";
import type { DetectionRows } from "./detection-rows.ts";

/** Options of `localisationAwareError`. */
export interface LocalisationErrorOptions {
  /** Bins of the score. Default 25. */
  readonly bins?: number;
  /** Threshold of overlap of the matches, for the spec. */
  readonly iou?: number;
  readonly level?: number;
  readonly draws?: number;
  readonly random?: Random;
}

/**
 * Localisation-aware calibration error (LaECE): by how much scores differ from precision × mean overlap, averaged over the
 * classes that have detections.
 *
 * A score is right in this sense if it says how well a box will sit, not only whether it finds something. Precision times the mean
 * overlap of right ones is the mean over all detections of the overlap, 0 for wrong ones; that mean is what bins compare with.
 *
 * @param rows detections with outcomes; Oksuz et al. match at an overlap of 0.1
 * @returns value Σ over classes of D-ECE against the overlap, over the number of classes, in [0, 1]
 * @throws {InputError} `empty` without rows; `out-of-range`
 *
 * Source: Oksuz, Joy & Dokania (2023), "Towards building self-aware object detectors via reliable uncertainty quantification
 * and calibration", CVPR, eq. 7.
 */
export function localisationAwareError(rows: DetectionRows, options: LocalisationErrorOptions = {}): DetectionError {
  const { bins = 25, iou, level = 0.95, draws = 200, random = createRandom(20230611) } = options;
  if (rows.rows === 0) throw new InputError("empty", "a calibration error needs detections that count, got none");
  if (!(level > 0 && level < 1)) throw new InputError("out-of-range", `level must be in (0, 1), got ${level}`);
  if (!(Number.isSafeInteger(bins) && bins >= 1))
    throw new InputError("out-of-range", `bins must be a whole number >= 1, got ${bins}`);
  const edges = equalWidthEdges(bins);
  const counts = new Float64Array(rows.category.reduce((most, c) => Math.max(most, c), 0) + 1);
  for (let i = 0; i < rows.rows; i++) counts[rows.category[i]]++;
  const place = new Int32Array(counts.length);
  let classes = 0;
  for (let c = 0; c < counts.length; c++) if (counts[c] > 0) place[c] = classes++;
  const bin = new Int32Array(rows.rows);
  for (let i = 0; i < bin.length; i++)
    bin[i] = place[rows.category[i]] * bins + equalWidthBin(rows.scores[i], bins, edges, "left-closed");
  const gaps = clusteredGaps({
    stated: rows.scores,
    observed: rows.overlap,
    bin,
    bins: classes * bins,
    image: rows.image,
    weights: Float64Array.from(rows.category, (c) => rows.rows / counts[c] / classes),
    minimumRows: 1,
  });
  const spec: Spec = {
    metric: "laece",
    norm: "l1",
    bins,
    binning: "equal-width",
    edges: "left-closed",
    observed: "overlap of right ones",
    averaged: "classes",
    classes,
    clustered: "images",
    ...(iou === undefined ? {} : { iou }),
  };
  const made = errorOf(gaps, spec, level);
  const floor = floorOf(gaps, made.error.value, spec, level, draws, random);
  return { ...made, floor, counted: 1, bins: gaps.used.length };
}

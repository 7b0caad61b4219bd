/** Boxes as columns: box i has its left upper corner at (x[i], y[i]). All columns have the same length. */
export interface Boxes {
  /** Index of the image of each box, in [0, images). */
  readonly image: Int32Array;
  /** Index of the class of each box, in [0, classes). */
  readonly category: Int32Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  /** > 0. */
  readonly width: Float64Array;
  /** > 0. */
  readonly height: Float64Array;
}

/** Boxes of a detector. */
export interface DetectedBoxes extends Boxes {
  /** Any finite number for average precision; in [0, 1] where it is read as a probability. */
  readonly score: Float64Array;
}

/** Boxes that are there. */
export interface TrueBoxes extends Boxes {
  /** What a box counts as in ranges of area: that of the object where it is known, else of the box; ≥ 0. */
  readonly area: Float64Array;
  /** 1 for a region of many objects: it may take many detections, which then count for nothing. */
  readonly crowd: Uint8Array;
  /** 1 for a box that counts for nothing, nor does the detection that it takes; crowd regions are ignored, too. */
  readonly ignore: Uint8Array;
}

/** Detections and truth of the same images, with one unit of length. */
export interface DetectionData {
  /** Names of the images that were looked at, those without any box included. */
  readonly imageNames: readonly string[];
  readonly classNames: readonly string[];
  /** Width and height of each image in the unit of the boxes; null where they are not known. */
  readonly imageSizes: { readonly width: Float64Array; readonly height: Float64Array } | null;
  /** `pixels`, or `relative` to the width and height of the image. */
  readonly units: "pixels" | "relative";
  readonly detections: DetectedBoxes;
  readonly truths: TrueBoxes;
}

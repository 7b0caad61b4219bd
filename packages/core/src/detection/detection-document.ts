import type { Estimate } from "../estimate.ts";
import type { ReliabilityBin } from "../report/document.ts";
import type { DetectionData } from "./boxes.ts";
import type { AveragePrecisions, ClassAveragePrecision } from "./coco-average-precision.ts";
import type { CutoffCurve } from "./cutoff-curve.ts";
import type { DetectionError } from "./detection-calibration-error.ts";
import type { DetectionGroup } from "./detection-groups.ts";

/** Where detections and truth came from. */
export interface DetectionSourceRecord {
  readonly name: string;
  readonly groundTruth: string | null;
  readonly rows: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly columns: Readonly<Record<string, string>>;
  readonly notes: readonly string[];
}

/** Reliability of the boxes of one size. */
export interface SizeReliability {
  readonly name: string;
  readonly n: number;
  readonly bins: readonly ReliabilityBin[];
}

/** How far scores can be read as probabilities. */
export interface DetectionCalibration {
  readonly meanScore: number;
  /** Share of the detections that count which are right. */
  readonly precision: Estimate;
  /** Mean score − precision. */
  readonly gap: Estimate;
  readonly ece: DetectionError;
  /** Over score, cx and cy; null where the sizes of images are not known or detections are too few. */
  readonly byPosition: DetectionError | null;
  /** Over score, width and height. */
  readonly byShape: DetectionError | null;
  /** Over score, place and shape. */
  readonly byBox: DetectionError | null;
  /** Localisation-aware, from matches at `laeceIou`. */
  readonly laece: DetectionError;
  readonly reliability: readonly ReliabilityBin[];
  readonly reliabilityBySize: readonly SizeReliability[];
}

/** A class with everything known of it. */
export interface ClassDetections extends DetectionGroup {
  readonly truths: number;
  readonly ap: ClassAveragePrecision["ap"];
  readonly ap50: ClassAveragePrecision["ap50"];
}

/** The report on detections. Plain JSON. */
export interface DetectionDocument {
  readonly schema: "candor.detection/1";
  readonly version: string;
  readonly source: DetectionSourceRecord;
  readonly images: number;
  /** Detections read, and those that count at `iou`: not ignored, and among the best of their image and class. */
  readonly detections: number;
  readonly n: number;
  /** True boxes that count, and ignored ones. */
  readonly truths: number;
  readonly ignoredTruths: number;
  readonly classes: number;
  readonly units: DetectionData["units"];
  /** Overlap from which a detection is right. */
  readonly iou: number;
  readonly laeceIou: number;
  readonly maxDets: number;
  readonly level: number;
  readonly averagePrecision: Omit<AveragePrecisions, "perClass">;
  /** Null without true boxes that count. */
  readonly cutoffs: CutoffCurve | null;
  /** Null without detections that count. */
  readonly calibration: DetectionCalibration | null;
  readonly sizes: readonly DetectionGroup[];
  readonly perClass: readonly ClassDetections[];
  readonly verdict: {
    /** `calibrated` where the error is within what a perfect detector shows. */
    readonly status: "calibrated" | "not-calibrated" | "unknown";
    /** One plain sentence. */
    readonly sentence: string;
  };
  readonly warnings: readonly string[];
}

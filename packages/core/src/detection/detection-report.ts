import { InputError } from "../errors.ts";
import { wilson } from "../intervals/proportion.ts";
import { boxSizes } from "./area-ranges.ts";
import type { BoxDimension } from "./bin-boxes.ts";
import type { DetectionData } from "./boxes.ts";
import { clusteredReliability } from "./clustered-reliability.ts";
import { cocoAveragePrecision } from "./coco-average-precision.ts";
import { cutoffCurve, effectiveRows } from "./cutoff-curve.ts";
import { type DetectionError, detectionCalibrationError } from "./detection-calibration-error.ts";
import type {
  ClassDetections,
  DetectionCalibration,
  DetectionDocument,
  DetectionSourceRecord,
  SizeReliability,
} from "./detection-document.ts";
import { type DetectionGroup, detectionGroups } from "./detection-groups.ts";
import { type DetectionRows, detectionRows } from "./detection-rows.ts";
import { localisationAwareError } from "./localisation-aware-error.ts";
import { matchDetections } from "./match-detections.ts";

/** Options of `detectionReport`. */
export interface DetectionReportOptions {
  readonly version: string;
  readonly source: DetectionSourceRecord;
  /** Overlap from which a detection is right, in (0, 1]. Default 0.5. */
  readonly iou?: number;
  /** Overlap of matches for LaECE. Default 0.1, as its authors use. */
  readonly laeceIou?: number;
  /** Detections that count in each image and class. Default 100. */
  readonly maxDets?: number;
  readonly level?: number;
  /** Resamples behind the intervals of average precision. Default as `cocoAveragePrecision`. */
  readonly resamples?: number;
}

/** Bins of the reliability diagram of all detections, and of those of one size. */
const BINS = 15;
const SIZE_BINS = 10;

/** Share of detections that bins have to keep, or the error over place and size says little. */
const ENOUGH_KEPT = 0.5;

/**
 * The report on detections against the truth: average precision, precision and recall at every cutoff, calibration over score, place
 * and size, per size and per class. Every interval counts images, not detections, as the independent units.
 *
 * @param data detections and truth; scores in [0, 1]
 * @returns a `candor.detection/1`; the same data give the same document
 * @throws {InputError} as `matchDetections` and `detectionRows`; `out-of-range` for options
 */
export function detectionReport(data: DetectionData, options: DetectionReportOptions): DetectionDocument {
  const { version, source, iou = 0.5, laeceIou = 0.1, maxDets = 100, level = 0.95, resamples } = options;
  for (const [name, value] of [
    ["iou", iou],
    ["laeceIou", laeceIou],
  ] as const)
    if (!(value > 0 && value <= 1)) throw new InputError("out-of-range", `${name} must be in (0, 1], got ${value}`);
  const thresholds = [...new Set([laeceIou, iou])].sort((a, b) => a - b);
  const matches = matchDetections(data, { thresholds, maxDets });
  const at = thresholds.indexOf(iou);
  const rows = detectionRows(data, matches, at);
  const located = iou === laeceIou ? rows : detectionRows(data, matches, thresholds.indexOf(laeceIou));
  const truths = matches.counted.reduce((sum, one) => sum + one, 0);
  const { perClass, ...precisions } = cocoAveragePrecision(data, {
    maxDets,
    level,
    ...(resamples === undefined ? {} : { resamples }),
  });
  const sizes = rows.rows === 0 ? [] : detectionGroups(rows, rows.size, boxSizes, { level });
  const classes = rows.rows === 0 ? [] : detectionGroups(rows, rows.category, data.classNames, { level });
  const calibration =
    rows.rows === 0 || located.rows === 0 ? null : calibrationOf(rows, located, sizes, iou, laeceIou, level);
  const byName = new Map(perClass.map((one) => [one.name, one]));
  return {
    schema: "candor.detection/1",
    version,
    source,
    images: data.imageNames.length,
    detections: data.detections.image.length,
    n: rows.rows,
    truths,
    ignoredTruths: data.truths.image.length - truths,
    classes: data.classNames.length,
    units: data.units,
    iou,
    laeceIou,
    maxDets,
    level,
    averagePrecision: precisions,
    cutoffs: truths === 0 ? null : cutoffCurve(data, matches, { threshold: at, level }),
    calibration,
    sizes,
    perClass: classes.map((group): ClassDetections => {
      const own = byName.get(group.name);
      return { ...group, truths: own?.truths ?? 0, ap: own?.ap ?? null, ap50: own?.ap50 ?? null };
    }),
    verdict: verdictOf(calibration, sizes, iou),
    warnings: warningsOn(data, rows, calibration, sizes, classes, maxDets),
  };
}

function calibrationOf(
  rows: DetectionRows,
  located: DetectionRows,
  sizes: readonly DetectionGroup[],
  iou: number,
  laeceIou: number,
  level: number,
): DetectionCalibration {
  const over = (dimensions: readonly BoxDimension[]): DetectionError | null => {
    if (rows.box === null) return null;
    try {
      const found = detectionCalibrationError(rows, { dimensions, level });
      return found.counted >= ENOUGH_KEPT ? found : null;
    } catch (error) {
      if (InputError.is(error) && error.code === "too-few") return null;
      throw error;
    }
  };
  const all = detectionGroups(rows, new Int32Array(rows.rows), ["all"], { level, bins: BINS })[0];
  return {
    meanScore: all.meanScore,
    precision: precisionEstimate(rows, level, iou),
    gap: all.gap,
    ece: detectionCalibrationError(rows, { level }),
    byPosition: over(["cx", "cy"]),
    byShape: over(["width", "height"]),
    byBox: over(["cx", "cy", "width", "height"]),
    laece: localisationAwareError(located, { level, iou: laeceIou }),
    reliability: clusteredReliability(rows, null, BINS, level),
    reliabilityBySize: sizes.map(({ name, n }): SizeReliability => {
      const code = boxSizes.indexOf(name);
      const own = Uint32Array.from({ length: rows.rows }, (_, i) => i).filter((i) => rows.size[i] === code);
      return { name, n, bins: clusteredReliability(rows, own, SIZE_BINS, level) };
    }),
  };
}

function precisionEstimate(rows: DetectionRows, level: number, iou: number): DetectionCalibration["precision"] {
  const kept = new Float64Array(rows.images);
  const right = new Float64Array(rows.images);
  let total = 0;
  for (let i = 0; i < rows.rows; i++) {
    kept[rows.image[i]]++;
    right[rows.image[i]] += rows.right[i];
    total += rows.right[i];
  }
  const value = total / rows.rows;
  let spread = 0;
  let squares = 0;
  for (let i = 0; i < rows.images; i++) {
    spread += (right[i] - value * kept[i]) ** 2;
    squares += kept[i] ** 2;
  }
  const images = (rows.rows * rows.rows) / squares;
  const correction = rows.images > 1 ? rows.images / (rows.images - 1) : 1;
  const n = effectiveRows(value, (correction * spread) / (rows.rows * rows.rows), rows.rows, images);
  const spec = { metric: "detection-precision", iou, clustered: "images" };
  return { value, ...wilson(value, n, level), level, n: rows.rows, effectiveN: n, interval: "asymptotic", spec };
}

/** A percentage to one decimal. */
function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function verdictOf(
  calibration: DetectionCalibration | null,
  sizes: readonly DetectionGroup[],
  iou: number,
): DetectionDocument["verdict"] {
  if (calibration === null) return { status: "unknown", sentence: "There are no detections that count." };
  const { ece, gap, meanScore, precision } = calibration;
  const size = `scores are off by ${percent(ece.error.value)} on average, a perfect detector would show ${percent(ece.floor.value)} here`;
  if (ece.error.effectiveN < 20)
    return { status: "unknown", sentence: `Too few images have detections to tell: ${size}.` };
  const [worst] = sizes
    .filter(({ flagged }) => flagged)
    .toSorted((a, b) => Math.abs(b.gap.value) - Math.abs(a.gap.value));
  if (ece.floor.pValue > 0.05 && worst !== undefined)
    return {
      status: "not-calibrated",
      sentence: `Right over all boxes together, and wrong by their size: scores of ${worst.name} boxes say ${percent(worst.meanScore)}, and ${percent(worst.precision)} are right; all together ${size}.`,
    };
  if (ece.floor.pValue > 0.05)
    return {
      status: "calibrated",
      sentence: `No sign that the scores are not probabilities of being right at an overlap of ${iou}: ${size}.`,
    };
  const direction =
    gap.lower > 0
      ? `The detector promises too much: its scores say ${percent(meanScore)}, and ${percent(precision.value)} are right`
      : gap.upper < 0
        ? `The detector promises too little: its scores say ${percent(meanScore)}, and ${percent(precision.value)} are right`
        : "The scores are right on average and wrong in parts";
  return { status: "not-calibrated", sentence: `${direction}; ${size}.` };
}

function warningsOn(
  { imageNames, detections }: DetectionData,
  rows: DetectionRows,
  calibration: DetectionCalibration | null,
  sizes: readonly DetectionGroup[],
  classes: readonly DetectionGroup[],
  maxDets: number,
): string[] {
  const warnings: string[] = [];
  const list = (groups: readonly DetectionGroup[]): string => {
    const names = groups.toSorted((a, b) => Math.abs(b.gap.value) - Math.abs(a.gap.value)).map(({ name }) => name);
    return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
  };
  const flaggedSizes = sizes.filter(({ flagged }) => flagged);
  if (flaggedSizes.length > 0)
    warnings.push(`Boxes of these sizes are off: ${list(flaggedSizes)}. At most 5 % of such flags are false alarms.`);
  const flaggedClasses = classes.filter(({ flagged }) => flagged);
  if (flaggedClasses.length > 0)
    warnings.push(
      `${flaggedClasses.length} of ${classes.length} classes are off: ${list(flaggedClasses)}. At most 5 % of such flags are false alarms.`,
    );
  if (imageNames.length < 100)
    warnings.push(`There are only ${imageNames.length} images, which are what the intervals count.`);
  const lowest = rows.scores.reduce((low, score) => Math.min(low, score), 1);
  if (calibration !== null && lowest >= 0.05)
    warnings.push(
      `No detection has a score below ${lowest.toFixed(2)}: average precision and recall are lower than with all of them.`,
    );
  if (rows.rows < detections.image.length)
    warnings.push(
      `${detections.image.length - rows.rows} detections count for nothing: ignored regions, or beyond the best ${maxDets} of their image and class.`,
    );
  return warnings;
}

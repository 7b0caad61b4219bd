import { InputError } from "../errors.ts";
import { pairwiseSum } from "../kernels/pairwise-sum.ts";
import { remember } from "../kernels/remember.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { columnsByName } from "../report/columns-by-name.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import { applyBinaryMap } from "./apply-binary.ts";
import { applyMulticlassMap } from "./apply-multiclass.ts";
import type { BinaryCalibrator, MulticlassCalibrator, SegmentMaps } from "./calibrator.ts";
import { firstLargest } from "./multiclass/keep-order.ts";
import { logitsFromProbabilities } from "./multiclass/logits-from-probabilities.ts";
import type { MulticlassMap } from "./multiclass-map.ts";
import { combineColumns } from "./segments/combine-columns.ts";

/** Calibrated probabilities per class, and what they predict. */
export interface CalibratedClasses {
  /** n × K; each row sums to 1 up to rounding. */
  readonly probabilities: Matrix;
  /** n class indices. */
  readonly predictions: Int32Array;
  /** The probability of the predicted class. */
  readonly confidence: Float64Array;
}

/** Position of each correction by the values of its segment. */
const correctionsByValues = remember(
  (maps: readonly { readonly values: readonly string[] }[]) =>
    new Map(maps.map((correction, m) => [JSON.stringify(correction.values), m])),
);

/** The rows of each correction, ascending; rows of segments that are not listed are in none. */
function rowsOfCorrections<FittedMap>(
  { columns, maps }: SegmentMaps<FittedMap>,
  given: readonly SegmentColumn[],
  rows: number,
): Int32Array[] {
  const { codes, values } = combineColumns(columnsByName(columns, given, "the calibrator has corrections by"), rows);
  const listed = correctionsByValues(maps);
  const correctionOf = Int32Array.from(values, (segment) => listed.get(JSON.stringify(segment)) ?? -1);
  const counts = new Int32Array(maps.length);
  for (let i = 0; i < rows; i++) if (correctionOf[codes[i]] >= 0) counts[correctionOf[codes[i]]]++;
  const result = Array.from(counts, (count) => new Int32Array(count));
  counts.fill(0);
  for (let i = 0; i < rows; i++) {
    const m = correctionOf[codes[i]];
    if (m >= 0) result[m][counts[m]++] = i;
  }
  return result;
}

function takeValues(values: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) taken[i] = values[rows[i]];
  return taken;
}

/**
 * The calibrated probability of every score, corrected for its segment where the calibrator has a correction.
 *
 * @param calibrator from a fit or `openCalibrator`
 * @param scores n probabilities or confidences, in [0, 1]
 * @param segments columns of n codes; those that the calibrator's segments name are found by name, others are ignored
 * @returns n numbers in [0, 1]
 * @throws {InputError} `out-of-range` with the row; `incompatible` where a column of segments is missing;
 * `shape-mismatch`, `out-of-range` for a column that does not fit
 */
export function calibrateScores(
  calibrator: BinaryCalibrator,
  scores: Float64Array,
  segments: readonly SegmentColumn[] = [],
): Float64Array {
  const corrected = calibrator.segments === null ? [] : rowsOfCorrections(calibrator.segments, segments, scores.length);
  const result = applyBinaryMap(calibrator.map, scores);
  corrected.forEach((rows, m) => {
    const map = calibrator.segments?.maps[m].map;
    if (map === undefined || rows.length === 0) return;
    const values = takeValues(result, rows);
    applyBinaryMap(map, values, values);
    for (let i = 0; i < rows.length; i++) result[rows[i]] = values[i];
  });
  return result;
}

function takeRows({ data, cols }: Matrix, rows: Int32Array): Matrix {
  const taken = new Float64Array(rows.length * cols);
  for (let i = 0; i < rows.length; i++) taken.set(data.subarray(rows[i] * cols, (rows[i] + 1) * cols), i * cols);
  return { data: taken, rows: rows.length, cols };
}

/** Each row of probabilities divided by its sum. */
function normalized({ data, rows, cols }: Matrix): Matrix {
  const result = new Float64Array(data.length);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const total = pairwiseSum(data, start, start + cols);
    for (let j = start; j < start + cols; j++) result[j] = data[j] / total;
  }
  return { data: result, rows, cols };
}

function checkValues({ scoreKind, classNames }: MulticlassCalibrator, { data, rows, cols }: Matrix): void {
  if (cols !== classNames.length)
    throw new InputError(
      "shape-mismatch",
      `the calibrator is for ${classNames.length} classes, got rows of ${cols} ${scoreKind}`,
    );
  if (scoreKind === "logits") return;
  for (let i = 0; i < rows; i++) {
    let total = 0;
    for (let j = i * cols; j < (i + 1) * cols; j++) total += data[j];
    if (total === 0) throw new InputError("not-normalised", `the probabilities of row ${i} are all 0`, i);
  }
}

/** Whether a map leaves the predicted class as it was, whatever its probabilities say. */
function keepsPrediction(map: MulticlassMap): boolean {
  if (map.kind === "chain") return map.maps.every(keepsPrediction);
  if (map.kind === "linear") return typeof map.scale === "number" && map.scale > 0 && map.bias === null;
  return map.kind === "identity" || map.kind === "top-label" || map.kind === "argmax-preserving";
}

/** The values whose first largest a map keeps: `argmax-preserving` tells logits apart whose probabilities round to the same. */
function decidingValues(map: MulticlassMap, logits: Matrix): Float64Array {
  if (map.kind === "chain") return decidingValues(map.maps[0], logits);
  return map.kind === "argmax-preserving" ? logits.data : softmax(logits).data;
}

/** The rows of `values`, mapped; identity gives probabilities back as they came. */
function mapRows(map: MulticlassMap, logits: Matrix, values: Matrix | null): CalibratedClasses {
  const probabilities = map.kind === "identity" && values ? normalized(values) : applyMulticlassMap(map, logits);
  const { data, rows, cols } = probabilities;
  const simple = map.kind === "identity" || map.kind === "linear";
  const deciding = !simple && keepsPrediction(map) ? decidingValues(map, logits) : data;
  const predictions = new Int32Array(rows);
  const confidence = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const start = i * cols;
    const top = firstLargest(deciding, start, start + cols);
    predictions[i] = top - start;
    confidence[i] = data[top];
  }
  return { probabilities, predictions, confidence };
}

/**
 * The calibrated probabilities of every row, corrected for its segment where the calibrator has a correction, and the
 * class they predict.
 *
 * @param calibrator from a fit or `openCalibrator`
 * @param values n × K: finite logits, or probabilities in [0, 1] of any sum above 0, as `calibrator.scoreKind` says
 * @param segments columns of n codes; those that the calibrator's segments name are found by name, others are ignored
 * @returns probabilities n × K; the predicted class is the first largest probability, but for maps that keep the
 * prediction (`top-label`, `argmax-preserving`, also in chains) it is that of the input; `confidence` is its probability
 * @throws {InputError} `shape-mismatch` for another number of classes; `out-of-range`, `not-finite`, `not-normalised`
 * with the row; `incompatible` where a column of segments is missing
 */
export function calibrateClasses(
  calibrator: MulticlassCalibrator,
  values: Matrix,
  segments: readonly SegmentColumn[] = [],
): CalibratedClasses {
  checkValues(calibrator, values);
  const { map, clip } = calibrator;
  const logits = clip === null ? values : logitsFromProbabilities(values, clip);
  const corrected = calibrator.segments === null ? [] : rowsOfCorrections(calibrator.segments, segments, values.rows);
  const result = mapRows(map, logits, clip === null ? null : values);
  corrected.forEach((rows, m) => {
    const correction = calibrator.segments?.maps[m].map;
    if (correction === undefined || rows.length === 0) return;
    const part = mapRows({ kind: "chain", maps: [map, correction] }, takeRows(logits, rows), null);
    const { cols } = values;
    for (let i = 0; i < rows.length; i++) {
      result.probabilities.data.set(part.probabilities.data.subarray(i * cols, (i + 1) * cols), rows[i] * cols);
      result.predictions[rows[i]] = part.predictions[i];
      result.confidence[rows[i]] = part.confidence[i];
    }
  });
  return result;
}

import {
  type Calibrator,
  calibrateValues,
  checkCompatible,
  InputError,
  type Matrix,
  type Predictions,
  type ScoreKind,
} from "@candor/core";
import { BadInput } from "@candor/input";
import { inverseOrder, matchClasses, reorderColumns } from "./match-classes.ts";

/** Turns predictions into those that a calibrator makes of them. */
export interface PredictionCalibrator {
  /**
   * The same rows with calibrated probabilities, and without the columns that only the calibrator needed.
   *
   * @throws {BadInput} when the scores or the classes are not those of the calibrator
   */
  calibrate(predictions: Predictions): Predictions;
  /** What was done, in sentences. */
  notes(): readonly string[];
}

/**
 * Applies a calibrator to batches of one file.
 *
 * @param by columns that the user wants to see as segments: others are dropped
 * @param file for messages
 */
export function predictionCalibrator(
  calibrator: Calibrator,
  by: readonly string[],
  columns: Readonly<Record<string, string>>,
  file: string,
): PredictionCalibrator {
  const wanted = new Set(by.map((name) => name.toLowerCase()));
  const notes = [
    `scores calibrated by ${calibrator.method} (fitted on ${calibrator.n.toLocaleString("en")} rows of ${calibrator.data.name}, fingerprint ${shortFingerprint(calibrator)})`,
  ];
  let checked = false;
  let order: Int32Array | undefined;

  const check = (predictions: Predictions) => {
    if (checked) return;
    checked = true;
    checkKind(calibrator, kindOf(predictions, columns), predictions, file);
    if (predictions.task !== "multiclass") return;
    const { classNames, probabilities } = predictions;
    const areNumbers = classNames.every((name, k) => name === String(k));
    const match = matchClasses(calibrator.classNames, areNumbers ? undefined : classNames, probabilities.cols, file);
    order = match.order;
    if (match.note !== undefined) notes.push(match.note);
  };

  return {
    calibrate(predictions) {
      check(predictions);
      const segments = (calibrator.segments?.columns ?? []).map((name) => {
        const found = predictions.segments.find((column) => column.name.toLowerCase() === name.toLowerCase());
        if (found === undefined) throw new TypeError(`the segments ${name} were not read`);
        return found;
      });
      const kept = {
        ...predictions,
        segments: predictions.segments.filter((column) => wanted.has(column.name.toLowerCase())),
      };
      switch (kept.task) {
        case "binary":
          return {
            ...kept,
            probabilities: calibrateValues(calibrator, asMatrix(kept.probabilities), segments).confidences,
          };
        case "confidence":
          return {
            ...kept,
            confidences: calibrateValues(calibrator, asMatrix(kept.confidences), segments).confidences,
          };
        case "multiclass": {
          const { logProbabilities: _, logits, probabilities: given, ...rest } = kept;
          const values = calibrator.scoreKind === "logits" ? (logits ?? given) : given;
          const ordered = order === undefined ? values : reorderColumns(values, order);
          const { classes } = calibrateValues(calibrator, ordered, segments);
          if (classes === undefined) throw new TypeError("a calibrator of several classes gave one number per row");
          const { probabilities } = classes;
          return {
            ...rest,
            probabilities: order === undefined ? probabilities : reorderColumns(probabilities, inverseOrder(order)),
          };
        }
      }
    },
    notes: () => notes,
  };
}

/** The first digits of a fingerprint, enough to tell calibrators apart by eye. */
function shortFingerprint({ fingerprint }: Calibrator): string {
  return fingerprint.slice(0, "sha256:".length + 12);
}

function asMatrix(data: Float64Array): Matrix {
  return { data, rows: data.length, cols: 1 };
}

function kindOf({ task }: Predictions, columns: Readonly<Record<string, string>>): ScoreKind {
  if (task === "multiclass") return columns["logits"] === undefined ? "probabilities" : "logits";
  return task === "binary" ? "probability" : "confidence";
}

function checkKind(calibrator: Calibrator, scoreKind: ScoreKind, { classNames }: Predictions, file: string): void {
  const isWide = scoreKind === "probabilities" || scoreKind === "logits";
  try {
    checkCompatible(calibrator, { scoreKind, classNames: isWide ? calibrator.classNames : classNames });
  } catch (cause) {
    if (InputError.is(cause)) throw new BadInput(`${file}: ${cause.message}`, { file, cause });
    throw cause;
  }
}

import { topLabel } from "../metrics/ranking/top-label.ts";
import { codeGroups } from "./code-groups.ts";
import type { GroupSample } from "./group-report.ts";
import { type PairSample, selectRows } from "./pair-sample.ts";
import type { Predictions, SegmentColumn } from "./predictions.ts";
import { timeGroups } from "./time-groups.ts";

/** The rows of every value of a segment column that occurs. */
export function segmentGroups(column: SegmentColumn, calibration: PairSample, confidence: PairSample): GroupSample[] {
  return codeGroups(column.codes, column.values.length).flatMap((rows, code) =>
    rows.length === 0 ? [] : [groupOf(column.name, column.values[code], rows, calibration, confidence)],
  );
}

/** The rows that the model assigned to every class: when it says this class, can its confidence be trusted? */
export function predictedClassGroups(predictions: Predictions, confidence: PairSample): GroupSample[] {
  if (predictions.task === "confidence") return [];
  const predicted =
    predictions.task === "multiclass"
      ? topLabel(predictions.probabilities).predicted
      : called(predictions.probabilities);
  return codeGroups(predicted, predictions.classNames.length).flatMap((rows, k) =>
    rows.length === 0 ? [] : [groupOf("predicted class", predictions.classNames[k], rows, confidence, confidence)],
  );
}

/** 1 where a probability is at least a half. */
function called(probabilities: Float64Array): Int32Array {
  const predicted = new Int32Array(probabilities.length);
  for (let i = 0; i < predicted.length; i++) predicted[i] = probabilities[i] >= 0.5 ? 1 : 0;
  return predicted;
}

/** The rows of every stretch of time. */
export function periodGroups(predictions: Predictions, calibration: PairSample, confidence: PairSample): GroupSample[] {
  const { time } = predictions;
  if (time === undefined) return [];
  return timeGroups(time).map(({ name, rows }) => groupOf(time.name, name, rows, calibration, confidence));
}

function groupOf(
  by: string,
  name: string,
  rows: Uint32Array,
  calibration: PairSample,
  confidence: PairSample,
): GroupSample {
  const selected = selectRows(calibration, rows);
  return {
    by,
    name,
    calibration: selected,
    confidence: confidence === calibration ? selected : selectRows(confidence, rows),
  };
}

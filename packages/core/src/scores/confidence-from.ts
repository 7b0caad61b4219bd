import { InputError } from "../errors.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import type { RegressionPredictions } from "../regression/forecasts.ts";
import { confidencePairs } from "../report/pair-sample.ts";
import type { BinaryPredictions, ConfidencePredictions, MulticlassPredictions } from "../report/predictions.ts";
import { type ClassOutputs, classScore } from "./class-score.ts";
import { forecastIsNear, forecastScore } from "./forecast-score.ts";
import { mapScore } from "./map-score.ts";
import { isForecastScore, type ScoreChoice, scoreMember } from "./score-choice.ts";

/** Rows whose outputs a score can be computed from. */
export type OutputRows = BinaryPredictions | MulticlassPredictions | RegressionPredictions;

/** The same rows as a confidence and whether the prediction was right. */
export interface ConfidenceRows {
  /** As the score is, larger is surer. */
  readonly scores: Float64Array;
  /** 1 where the top class is the true one, or the forecast near enough. */
  readonly correct: Uint8Array;
}

/**
 * One score of the family for rows with outcomes.
 *
 * @param rows logits are used where they were kept; binary rows count as two classes, and ½ as the positive one
 * @throws {InputError} `incompatible` where the rows do not have what the score reads
 */
export function scoreRows(rows: OutputRows, { name, tolerance }: ScoreChoice): ConfidenceRows {
  if (rows.task === "regression") {
    if (!isForecastScore(name) || tolerance === null)
      throw new InputError("incompatible", `${name} is a score of classes, got forecasts of a number`);
    return {
      scores: forecastScore(name, rows.forecast, tolerance),
      correct: forecastIsNear(rows.forecast, rows.outcomes, tolerance),
    };
  }
  if (isForecastScore(name))
    throw new InputError("incompatible", `${name} is a score of forecasts of a number, got scores of classes`);
  const { outcomes: correct } = confidencePairs(rows);
  if (rows.task === "multiclass") return { scores: classScore(name, outputsOf(rows)), correct };
  if (name === "sigmoid") return { scores: confidencePairs(rows).probabilities, correct };
  return { scores: classScore(name, { probabilities: bothClasses(rows.probabilities) }), correct };
}

/**
 * Rows as those of a confidence: the score, taken into [0, 1] by its fixed map, and whether the prediction was right.
 *
 * @returns the same rows in the same order, with their weights, segments, groups and times
 * @throws {InputError} as `scoreRows`
 */
export function confidenceFrom(rows: OutputRows, choice: ScoreChoice): ConfidencePredictions {
  const { scores, correct } = scoreRows(rows, choice);
  const { weights, segments, groups, time } = rows;
  const insidePValues = rows.task === "regression" ? undefined : rows.insidePValues;
  return {
    task: "confidence",
    rows: rows.rows,
    classNames: [],
    segments,
    ...(weights ? { weights } : {}),
    ...(groups ? { groups } : {}),
    ...(time ? { time } : {}),
    ...(insidePValues ? { insidePValues } : {}),
    confidences: mapScore(scores, scoreMember(choice.name).map, classesOf(rows)),
    correct,
  };
}

/** Logits and probabilities of rows of classes. */
export function outputsOf({ logits, probabilities }: MulticlassPredictions): ClassOutputs {
  return { probabilities, ...(logits ? { logits } : {}) };
}

/**
 * Outputs without outcomes as confidences, as `confidenceFrom` makes them, and the class that each is about.
 *
 * @param values n × K, or n × 1 probabilities of the positive class
 * @throws {InputError} `incompatible` where the score needs something else
 */
export function confidencesOf(
  values: Matrix,
  kind: "logits" | "probabilities" | "probability",
  choice: ScoreChoice,
): { readonly confidences: Float64Array; readonly predicted: Int32Array } {
  const { name } = choice;
  if (isForecastScore(name))
    throw new InputError("incompatible", `${name} is a score of forecasts of a number, got ${kind} of classes`);
  if (kind === "probability") {
    const predicted = Int32Array.from(values.data, (p) => (p >= 0.5 ? 1 : 0));
    if (name === "sigmoid") return { confidences: values.data.map((p) => Math.max(p, 1 - p)), predicted };
    return { confidences: confidencesOf(bothClasses(values.data), "probabilities", choice).confidences, predicted };
  }
  const outputs = kind === "logits" ? { logits: values, probabilities: softmax(values) } : { probabilities: values };
  const { predicted } = topLabel(values);
  return { confidences: mapScore(classScore(name, outputs), scoreMember(name).map, values.cols), predicted };
}

function classesOf(rows: OutputRows): number {
  return rows.task === "multiclass" ? rows.probabilities.cols : 2;
}

function bothClasses(positive: Float64Array): Matrix {
  const data = new Float64Array(2 * positive.length);
  for (let i = 0; i < positive.length; i++) {
    data[2 * i] = 1 - positive[i];
    data[2 * i + 1] = positive[i];
  }
  return { data, rows: positive.length, cols: 2 };
}

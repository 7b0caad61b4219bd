import type { Estimate, SampleOptions, Spec } from "../../estimate.ts";
import { meanEstimate } from "../../intervals/mean.ts";
import { matrix } from "../../matrix.ts";
import { expectedCalibrationError, type LabelRule } from "../../metrics/calibration/binned-calibration-error.ts";
import { smoothEce } from "../../metrics/calibration/smooth-ece.ts";
import { accuracy } from "../../metrics/ranking/accuracy.ts";
import { brierScore } from "../../metrics/scores/brier-score.ts";
import { brierScoreMulticlass } from "../../metrics/scores/brier-score-multiclass.ts";
import { logLoss } from "../../metrics/scores/log-loss.ts";
import { logLossMulticlass } from "../../metrics/scores/log-loss-multiclass.ts";
import { calibrationPairs, confidencePairs, type PairSample, sampleOptions } from "../../report/pair-sample.ts";
import type { Predictions } from "../../report/predictions.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { FitScores } from "../fit-document.ts";
import { type DependentRows, pairedEstimate, pairedMean } from "./paired-mean.ts";
import { type RowEvidence, rowLogLoss } from "./row-evidence.ts";

/** Predictions of some rows, with what happened. */
export function predictionsOf(data: CalibrationData, probabilities: Float64Array): Predictions {
  const { rows, classNames, weights } = data;
  const base = { rows, segments: [], classNames, ...(weights ? { weights } : {}) };
  if ("labels" in data)
    return {
      ...base,
      task: "multiclass",
      probabilities: matrix(probabilities, rows, data.logits.cols),
      labels: data.labels,
    };
  return data.scoreKind === "confidence"
    ? { ...base, task: "confidence", confidences: probabilities, correct: data.outcomes }
    : { ...base, task: "binary", probabilities, outcomes: data.outcomes };
}

/** What calibration is measured on, with the counts behind merged rows. */
export function pairsOf(predictions: Predictions, { merged }: CalibrationData): PairSample {
  return { ...calibrationPairs(predictions), ...(merged ? { merged } : {}) };
}

/**
 * How good predictions of held-out rows are.
 *
 * @param data the rows in question
 * @param evidence at the positions of `sample.rows`
 * @returns estimates at `level`; the intervals of log loss and Brier score are clustered by group where there are groups
 */
export function fitScores(
  data: CalibrationData,
  probabilities: Float64Array,
  evidence: RowEvidence,
  sample: DependentRows,
  level: number,
): FitScores {
  const predictions = predictionsOf(data, probabilities);
  const pairs = pairsOf(predictions, data);
  const options: SampleOptions = { ...sampleOptions(pairs), level };
  const label: LabelRule =
    predictions.task === "binary" ? "positive-class" : predictions.task === "confidence" ? "confidence" : "top-label";
  const top = { ...confidencePairs(predictions), ...sampleOptions(pairs) };
  const losses = proper(predictions, pairs, options);
  const clustered = (estimate: Estimate, value: (row: number) => number): Estimate =>
    sample.groups === undefined
      ? estimate
      : pairedEstimate(pairedMean(value, sample), estimate.n, clusteredSpec(estimate.spec), { level, min: 0 });
  return {
    logLoss: clustered(losses.logLoss, (row) => rowLogLoss(evidence.truth[row])),
    brier: clustered(losses.brier, (row) => evidence.brier[row]),
    ece: expectedCalibrationError(pairs.probabilities, pairs.outcomes, { ...options, label }),
    smoothEce: smoothEce(pairs.probabilities, pairs.outcomes, options),
    accuracy: accuracy(top.outcomes, options),
    meanConfidence: meanEstimate(
      top.probabilities,
      { metric: "mean-confidence", label: "top-label" },
      { ...options, min: 0, max: 1 },
    ),
  };
}

/** Log loss and Brier score before minus after on the same rows. */
export function improvementOf(
  before: RowEvidence,
  after: RowEvidence,
  sample: DependentRows,
  n: number,
  level: number,
): { readonly logLoss: Estimate; readonly brier: Estimate } {
  const estimate = (metric: string, value: (row: number) => number): Estimate => {
    const spec = { metric, direction: "before - after", validation: "held out" };
    const mean = pairedMean(value, sample);
    return pairedEstimate(mean, n, sample.groups === undefined ? spec : clusteredSpec(spec), { level });
  };
  return {
    logLoss: estimate("log-loss-improvement", (row) => rowLogLoss(before.truth[row]) - rowLogLoss(after.truth[row])),
    brier: estimate("brier-improvement", (row) => before.brier[row] - after.brier[row]),
  };
}

function clusteredSpec(spec: Spec): Spec {
  return { ...spec, clustered: true };
}

function proper(
  predictions: Predictions,
  { probabilities, outcomes }: PairSample,
  options: SampleOptions,
): { readonly logLoss: Estimate; readonly brier: Estimate } {
  if (predictions.task === "multiclass")
    return {
      logLoss: logLossMulticlass(predictions.probabilities, predictions.labels, options),
      brier: brierScoreMulticlass(predictions.probabilities, predictions.labels, options),
    };
  return {
    logLoss: logLoss(probabilities, outcomes, options),
    brier: brierScore(probabilities, outcomes, options),
  };
}

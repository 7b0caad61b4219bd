import type { SampleOptions } from "../estimate.ts";
import { matrix } from "../matrix.ts";
import { classwiseCalibrationError } from "../metrics/calibration/classwise-calibration-error.ts";
import { brierScore } from "../metrics/scores/brier-score.ts";
import { brierScoreMulticlass } from "../metrics/scores/brier-score-multiclass.ts";
import { logLoss } from "../metrics/scores/log-loss.ts";
import { logLossFromLogProbabilities, logLossMulticlass } from "../metrics/scores/log-loss-multiclass.ts";
import { NO_LABEL_YET, type SelectedLabelsReport } from "../selected-labels/document.ts";
import { type SelectedReportInput, selectedLabelsReport } from "../selected-labels/selected-report.ts";
import { assembleReport, type ExactScores } from "./build-report.ts";
import type { ProbabilityReport, ReportDocument, VersusReport } from "./document.ts";
import { calibrationPairs, confidencePairs, type PairSample } from "./pair-sample.ts";
import type { Predictions } from "./predictions.ts";
import { periodGroups, predictedClassGroups, segmentGroups } from "./row-groups.ts";

/** Options of `report`. */
export interface ReportOptions {
  /** Version of Candor, recorded in the document. */
  readonly version: string;
  readonly source: ReportDocument["source"];
  readonly versus?: VersusReport | null;
  /** Nominal coverage of every interval. Default 0.95. */
  readonly level?: number;
  /** Of rows selected to be labelled: what the model said of all rows that they were selected from. Default: not known. */
  readonly population?: SelectedReportInput["population"];
  /** Of rows selected to be labelled: wanted width of the interval of the accuracy. Default: none. */
  readonly width?: number;
}

/**
 * The whole report on predictions held in memory.
 *
 * @throws {InputError} when the predictions cannot be scored
 */
export function report(predictions: Predictions, options: ReportOptions): ProbabilityReport {
  const { version, source, versus = null, level = 0.95 } = options;
  const calibration = calibrationPairs(predictions);
  const confidence = predictions.task === "binary" ? confidencePairs(predictions) : calibration;
  const selected = selectedPart(predictions, { calibration, confidence }, options);
  const made = assembleReport({
    version,
    task: predictions.task,
    source,
    weighted: predictions.weights !== undefined,
    classNames: predictions.classNames,
    calibration,
    confidence,
    scores: exactScores(predictions, level),
    segments: predictions.segments.map((column) => segmentGroups(column, calibration, confidence)),
    classes: predictedClassGroups(predictions, confidence),
    periods: periodGroups(predictions, calibration, confidence),
    versus,
    level,
  });
  return selected === undefined ? made : { ...made, selectedLabels: selected };
}

/** What labels of selected rows say of all rows. */
function selectedPart(
  { propensities }: Predictions,
  { calibration, confidence }: { readonly calibration: PairSample; readonly confidence: PairSample },
  { source, level = 0.95, population, width }: ReportOptions,
): SelectedLabelsReport | undefined {
  if (propensities === undefined || propensities.every((p) => p === 1)) return undefined;
  const labels = ({ probabilities: confidences, outcomes }: PairSample) => ({ confidences, outcomes, propensities });
  return selectedLabelsReport({
    accuracy: labels(confidence),
    calibration: labels(calibration),
    unlabelled: source.skipped.find(({ reason }) => reason === NO_LABEL_YET)?.count ?? 0,
    level,
    ...(population === undefined ? {} : { population }),
    ...(width === undefined ? {} : { width }),
  });
}

function exactScores(predictions: Predictions, level: number): ExactScores {
  const options: SampleOptions = { level, ...(predictions.weights ? { weights: predictions.weights } : {}) };
  if (predictions.task === "multiclass") {
    const { probabilities, logProbabilities, labels } = predictions;
    return {
      brier: brierScoreMulticlass(probabilities, labels, options),
      logLoss: logProbabilities
        ? logLossFromLogProbabilities(logProbabilities, labels, options)
        : logLossMulticlass(probabilities, labels, options),
      classwiseEce: classwiseCalibrationError(probabilities, labels, options),
    };
  }
  const { probabilities, outcomes } = calibrationPairs(predictions);
  const brier = brierScore(probabilities, outcomes, options);
  const loss = logLoss(probabilities, outcomes, options);
  if (predictions.task === "confidence") return { brier, logLoss: loss, classwiseEce: null };
  const both = new Float64Array(2 * probabilities.length);
  for (let i = 0; i < probabilities.length; i++) {
    both[2 * i] = 1 - probabilities[i];
    both[2 * i + 1] = probabilities[i];
  }
  const classwiseEce = classwiseCalibrationError(
    matrix(both, probabilities.length, 2),
    new Int32Array(outcomes),
    options,
  );
  return { brier, logLoss: loss, classwiseEce };
}

import { applyBinaryMap } from "../calibration/apply-binary.ts";
import { fitVennAbers } from "../calibration/binary/venn-abers.ts";
import type { BinaryCalibrationData } from "../calibration/calibration-data.ts";
import { heldOutFolds, rowsWhere, trainingRows } from "../calibration/choose/cross-fit.ts";
import { assignFolds, foldScheme } from "../calibration/choose/folds.ts";
import type { Estimate } from "../estimate.ts";
import { pick } from "../kernels/pick.ts";
import { brierScore } from "../metrics/scores/brier-score.ts";
import { logLoss } from "../metrics/scores/log-loss.ts";
import type { SegmentColumn, TimeColumn } from "../report/predictions.ts";

const FOLDS = 5;

/** Whether predictions were right, and how rows are held out. */
export interface JudgedRows {
  /** 0 or 1. */
  readonly correct: Uint8Array;
  readonly weights?: Float64Array;
  /** Rows of a group are held out together. */
  readonly groups?: SegmentColumn;
  /** Rows are predicted from those before them. */
  readonly time?: TimeColumn;
}

/**
 * How good the probabilities are that a score can be turned into: Venn–Abers maps, each row judged by that of the other folds.
 * They depend on nothing but the order of the score, so that scores of any scale are compared alike.
 *
 * @param confidences n scores in [0, 1]
 * @throws {InputError} `too-few` where the rows, groups or times are fewer than the folds
 */
export function crossFittedQuality(
  confidences: Float64Array,
  { correct, weights, groups, time }: JudgedRows,
  { seed, level }: { readonly seed: number; readonly level: number },
): { readonly logLoss: Estimate; readonly brier: Estimate } {
  const data: BinaryCalibrationData = {
    scoreKind: "confidence",
    rows: confidences.length,
    scores: confidences,
    outcomes: correct,
    segments: [],
    classNames: [],
    ...(weights ? { weights } : {}),
    ...(groups ? { groups } : {}),
    ...(time ? { time } : {}),
  };
  const scheme = foldScheme(data);
  const plan = { scheme, folds: FOLDS, fold: assignFolds(data, { folds: FOLDS, seed }) };
  const probabilities = new Float64Array(confidences.length);
  for (const held of heldOutFolds(plan)) {
    const rows = trainingRows(plan, held);
    const fitted = fitVennAbers(pick(confidences, rows), outcomesAt(correct, rows), weightsAt(weights, rows));
    const judged = rowsWhere(plan, (fold) => fold === held);
    const made = applyBinaryMap(fitted.map, pick(confidences, judged));
    for (let k = 0; k < judged.length; k++) probabilities[judged[k]] = made[k];
  }
  const judged = rowsWhere(plan, (fold) => scheme !== "time" || fold > 0);
  const options = { level, ...weightsAt(weights, judged) };
  const stated = pick(probabilities, judged);
  const outcomes = outcomesAt(correct, judged);
  const spec = { calibrated: "venn-abers", folds: FOLDS, seed, scheme };
  const loss = logLoss(stated, outcomes, options);
  const brier = brierScore(stated, outcomes, options);
  return {
    logLoss: { ...loss, interval: "approximate", spec: { ...loss.spec, ...spec } },
    brier: { ...brier, interval: "approximate", spec: { ...brier.spec, ...spec } },
  };
}

function outcomesAt(correct: Uint8Array, rows: Uint32Array): Uint8Array {
  const outcomes = new Uint8Array(rows.length);
  for (let k = 0; k < rows.length; k++) outcomes[k] = correct[rows[k]];
  return outcomes;
}

function weightsAt(weights: Float64Array | undefined, rows: Uint32Array): { readonly weights?: Float64Array } {
  return weights ? { weights: pick(weights, rows) } : {};
}

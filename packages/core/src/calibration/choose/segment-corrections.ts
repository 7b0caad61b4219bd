import { type Matrix, matrix } from "../../matrix.ts";
import type { LabelRule } from "../../metrics/calibration/binned-calibration-error.ts";
import type { SegmentColumn } from "../../report/predictions.ts";
import type { BinaryMap } from "../binary-map.ts";
import type { CalibrationData } from "../calibration-data.ts";
import type { SegmentMaps } from "../calibrator.ts";
import type { AuditResult, SegmentFit } from "../fit-document.ts";
import type { MulticlassMap } from "../multiclass-map.ts";
import { auditSegments } from "../segments/audit.ts";
import { fitBinarySegments } from "../segments/fit-binary-segments.ts";
import { fitMulticlassSegments } from "../segments/fit-multiclass-segments.ts";
import type { SegmentOptions } from "../segments/segment-results.ts";
import type { FoldPlan } from "./cross-fit.ts";
import { pairsOf, predictionsOf } from "./fit-scores.ts";
import { rowLogLoss } from "./row-evidence.ts";

/** Held-out predictions after corrections per segment. */
export interface SegmentCorrections {
  /** rows × width probabilities. */
  readonly predicted: Float64Array;
  readonly binary: SegmentMaps<BinaryMap> | null;
  readonly multiclass: SegmentMaps<MulticlassMap> | null;
  readonly results: readonly SegmentFit[];
  readonly audit: readonly AuditResult[];
}

/** Probabilities below this count as this where their logarithm is taken. */
const LEAST = 1e-300;

/**
 * Corrects held-out predictions segment by segment, each fold by corrections that were fitted on the others, and audits
 * what comes out. Corrections that do not lower the log loss of the folds they did not see are dropped: segments that differ
 * in the groups at hand may not differ in others.
 *
 * @param held the rows held out
 * @param rows their positions in the data that `columns` and `plan` are of
 * @param predicted what the pooled map gives for them
 * @param before what there was before any calibration
 * @param columns the segments; without any, nothing is corrected and nothing audited
 * @param groups one code per row of the data: the audit counts rows of a group as dependent
 */
export function segmentCorrections(
  held: CalibrationData,
  rows: Uint32Array,
  { predicted, before }: { readonly predicted: Float64Array; readonly before: Float64Array },
  columns: readonly SegmentColumn[],
  plan: FoldPlan,
  level: number,
  groups?: Int32Array,
): SegmentCorrections {
  if (columns.length === 0) return { predicted, binary: null, multiclass: null, results: [], audit: [] };
  const own = columns.map((column) => ({ ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) }));
  const folds = Int32Array.from(rows, (row) => plan.fold[row]);
  const isOneFold = folds.every((fold) => fold === folds[0]);
  const { weights, merged } = held;
  const label: LabelRule = held.scoreKind === "probability" ? "positive-class" : "top-label";
  const sample = { ...(weights ? { weights } : {}), ...(merged ? { merged } : {}), level, label };
  const heldOut = isOneFold ? {} : { heldOut: { folds, inTime: plan.scheme === "time" } };
  const fits = segmentFits(held, { predicted, before }, own, { ...sample, ...heldOut });
  const isFound = fits.binary !== null || fits.multiclass !== null;
  const isKept = isFound && (isOneFold || logLossGain(held, predicted, fits.predicted) > 0);
  const after = isKept ? fits.predicted : predicted;
  const { probabilities, outcomes } = pairsOf(predictionsOf(held, after), held);
  const clusters = groups ? { groups: Int32Array.from(rows, (row) => groups[row]) } : {};
  const audit = auditSegments(probabilities, outcomes, own, { ...sample, ...clusters });
  if (isKept || !isFound) return { ...fits, predicted: after, audit };
  return { predicted, binary: null, multiclass: null, results: fits.results.map(uncorrected), audit };
}

/** Weighted sum of log loss before minus after. */
function logLossGain(held: CalibrationData, before: Float64Array, after: Float64Array): number {
  let gain = 0;
  const lossOf = (predicted: Float64Array, i: number): number => {
    if ("labels" in held) return rowLogLoss(predicted[i * held.logits.cols + held.labels[i]]);
    return rowLogLoss(held.outcomes[i] === 1 ? predicted[i] : 1 - predicted[i]);
  };
  for (let i = 0; i < held.rows; i++)
    gain += (held.weights ? held.weights[i] : 1) * (lossOf(before, i) - lossOf(after, i));
  return gain;
}

function uncorrected(result: SegmentFit): SegmentFit {
  return { ...result, gapOwn: result.gapPooled, logLossOwn: result.logLossPooled, shrinkage: 0 };
}

function segmentFits(
  held: CalibrationData,
  { predicted, before }: { readonly predicted: Float64Array; readonly before: Float64Array },
  columns: readonly SegmentColumn[],
  options: SegmentOptions,
): Omit<SegmentCorrections, "audit"> {
  if (!("labels" in held)) {
    const { outcomes } = held;
    const fits = fitBinarySegments({ pooled: predicted, outcomes, columns, before }, options);
    return { predicted: fits.after, binary: listed(fits.maps), multiclass: null, results: fits.results };
  }
  const { labels, rows, logits } = held;
  const logs = (values: Float64Array): Matrix =>
    matrix(
      values.map((p) => Math.log(Math.max(LEAST, p))),
      rows,
      logits.cols,
    );
  const fits = fitMulticlassSegments({ pooled: logs(predicted), labels, columns, before: logs(before) }, options);
  const after = fits.after.data.map(Math.exp);
  return { predicted: after, binary: null, multiclass: listed(fits.maps), results: fits.results };
}

/** Null where no segment differs. */
function listed<FittedMap>(maps: SegmentMaps<FittedMap>): SegmentMaps<FittedMap> | null {
  return maps.maps.length > 0 ? maps : null;
}

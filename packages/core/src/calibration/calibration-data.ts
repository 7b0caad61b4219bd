import type { MergedRows } from "../estimate.ts";
import type { Matrix } from "../matrix.ts";
import type { SegmentColumn, TimeColumn } from "../report/predictions.ts";

interface CalibrationDataBase {
  readonly rows: number;
  readonly weights?: Float64Array;
  readonly merged?: MergedRows;
  /** One code per row: rows of a group stay in one fold. */
  readonly groups?: SegmentColumn;
  /** Set for folds in order of time: a fold is predicted by what came before it. */
  readonly time?: TimeColumn;
  readonly segments: readonly SegmentColumn[];
  readonly classNames: readonly string[];
}

/** One score per row and whether it was positive, or correct. */
export interface BinaryCalibrationData extends CalibrationDataBase {
  readonly scoreKind: "probability" | "confidence";
  /** In [0, 1]. */
  readonly scores: Float64Array;
  /** 0 or 1. */
  readonly outcomes: Uint8Array;
}

/** One score per class and row, and the true class. */
export interface MulticlassCalibrationData extends CalibrationDataBase {
  readonly scoreKind: "probabilities" | "logits";
  /** rows × classes: the logits as they came, or ln(max(p, clip)) of the probabilities. */
  readonly logits: Matrix;
  /** Null for logits. */
  readonly clip: number | null;
  readonly labels: Int32Array;
}

/** Scores with outcomes, in the form that fits read. */
export type CalibrationData = BinaryCalibrationData | MulticlassCalibrationData;

import type { Matrix } from "../matrix.ts";

/** A column that splits the rows into groups. */
export interface SegmentColumn {
  readonly name: string;
  /** One code per row, an index into `values`. */
  readonly codes: Int32Array;
  readonly values: readonly string[];
}

/** When each row happened. */
export interface TimeColumn {
  readonly name: string;
  /** One number per row: milliseconds since 1970-01-01 UTC for dates, any number otherwise. */
  readonly values: Float64Array;
  readonly kind: "date" | "number";
}

/** How likely a row like the training data scores as unlike it as each row does. */
export interface InsidePValues {
  readonly name: string;
  /** One per row, in [0, 1]; small says outside. */
  readonly values: Float64Array;
}

interface PredictionsBase {
  readonly rows: number;
  /** One weight per row, ≥ 0; absent means all equal. */
  readonly weights?: Float64Array;
  /** Probability of each row of being labelled, where rows were selected; `weights` hold one over it already. */
  readonly propensities?: Float64Array;
  /** Which row of a population each row is, where that was asked for. */
  readonly rowIds?: readonly (string | null)[];
  readonly segments: readonly SegmentColumn[];
  /** Which rows belong together, so that validation does not separate them. */
  readonly groups?: SegmentColumn;
  readonly time?: TimeColumn;
  readonly classNames: readonly string[];
  /** Conformal p-values of each row's being inside, for policies that demand one. */
  readonly insidePValues?: InsidePValues;
}

/** Probability of the positive class, and whether it was positive. `classNames` is [negative, positive]. */
export interface BinaryPredictions extends PredictionsBase {
  readonly task: "binary";
  /** In [0, 1]. */
  readonly probabilities: Float64Array;
  /** 0 or 1. */
  readonly outcomes: Uint8Array;
}

/** One probability per class and the true class. */
export interface MulticlassPredictions extends PredictionsBase {
  readonly task: "multiclass";
  /** rows × classes, each row sums to 1. */
  readonly probabilities: Matrix;
  /** Natural log of the probabilities, exact from logits, where logits were given. */
  readonly logProbabilities?: Matrix;
  /** The logits as they were given, where a reader was asked to keep them: log-softmax loses the shift of a row. */
  readonly logits?: Matrix;
  /** Class indices in [0, classes). */
  readonly labels: Int32Array;
}

/** A confidence, and whether the prediction it belongs to was correct. */
export interface ConfidencePredictions extends PredictionsBase {
  readonly task: "confidence";
  /** In [0, 1]. */
  readonly confidences: Float64Array;
  /** 0 or 1. */
  readonly correct: Uint8Array;
}

/** Checked predictions with outcomes: what every report, fit and decision starts from. */
export type Predictions = BinaryPredictions | MulticlassPredictions | ConfidencePredictions;

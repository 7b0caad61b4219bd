import type { CalibratedClasses } from "../calibration/apply-calibrator.ts";
import { calibrateValues } from "../calibration/calibrate-values.ts";
import type { Calibrator } from "../calibration/calibrator.ts";
import { softmax } from "../kernels/softmax.ts";
import type { Matrix } from "../matrix.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import type { SegmentColumn } from "../report/predictions.ts";
import { decide, type ScoredRows } from "./decide.ts";
import type { PolicyDocument } from "./policy.ts";

/** What a policy makes of rows of scores. */
export interface AppliedPolicy {
  /** Probability of the positive class, of being correct, or of the predicted class; calibrated where a calibrator is. */
  readonly confidences: Float64Array;
  /** Of several classes. */
  readonly classes: Pick<CalibratedClasses, "probabilities" | "predictions"> | undefined;
  /** 0 act, 1 review, 2 abstain. */
  readonly codes: Uint8Array;
  /** Cost matrices only: the class a row is treated as where the code is 0, else −1. */
  readonly treatedAs: Int32Array | null;
}

/** The columns that a calibrator has corrections by, in its order, however their names are written. */
function calibratorColumns(calibrator: Calibrator, given: readonly SegmentColumn[]): SegmentColumn[] {
  return (calibrator.segments?.columns ?? []).flatMap(
    (name) => given.find((column) => column.name.toLowerCase() === name.toLowerCase()) ?? [],
  );
}

/** Scores that need no calibrator: probabilities as they came, or those that logits stand for. */
function asTheyAre({ scoreKind }: PolicyDocument, values: Matrix): Pick<AppliedPolicy, "confidences" | "classes"> {
  if (scoreKind === "probability" || scoreKind === "confidence")
    return { confidences: values.data, classes: undefined };
  const probabilities = scoreKind === "logits" ? softmax(values) : values;
  const { confidence, predicted } = topLabel(probabilities);
  return { confidences: confidence, classes: { predictions: predicted, probabilities } };
}

/**
 * What a policy makes of every row of scores, by way of a calibrator.
 *
 * @param policy from `openPolicy`
 * @param values what `policy.scoreKind` says: one score per row, or one value per class in the order of its classes; ≥ 1 row
 * @param segments columns that the calibrator or the rule reads, found by name
 * @param calibrator default: the policy's own; null where the scores are used as they are
 * @param insidePValues p-value of each row's being inside, for a policy that demands one
 * @throws {InputError} as `calibrateValues` and `decide`
 */
export function applyPolicy(
  policy: PolicyDocument,
  values: Matrix,
  segments: readonly SegmentColumn[] = [],
  calibrator: Calibrator | null = policy.calibrator,
  insidePValues?: Float64Array,
): AppliedPolicy {
  const { confidences, classes } =
    calibrator === null
      ? asTheyAre(policy, values)
      : calibrateValues(calibrator, values, calibratorColumns(calibrator, segments));
  const scored: ScoredRows = {
    rows: values.rows,
    segments,
    ...(insidePValues === undefined ? {} : { insidePValues }),
    ...(classes !== undefined
      ? { probabilities: classes.probabilities }
      : policy.scoreKind === "probability"
        ? { positive: confidences }
        : { confidence: confidences }),
  };
  const { codes, classes: treatedAs } = decide(policy.rule, scored);
  return { confidences, classes, codes, treatedAs };
}

import { combineColumns } from "../calibration/segments/combine-columns.ts";
import { InputError } from "../errors.ts";
import { remember } from "../kernels/remember.ts";
import type { Matrix } from "../matrix.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import { columnsByName } from "../report/columns-by-name.ts";
import type { Predictions, SegmentColumn } from "../report/predictions.ts";
import { checkCostMatrix } from "./check-costs.ts";
import { leastCostActions } from "./least-cost.ts";
import { reviewOutside } from "./outside-rows.ts";
import type { Decision, DecisionRule, DecisionScore, Thresholds } from "./policy.ts";

/** What each code of `Decisions.codes` stands for. */
export const decisionNames: readonly Decision[] = ["act", "review", "abstain"];

/** Calibrated scores without outcomes; a rule needs those that it reads. */
export interface ScoredRows {
  readonly rows: number;
  /** Probability that the prediction made is right, in [0, 1]. Default: from `positive` or `probabilities`. */
  readonly confidence?: Float64Array;
  /** Probability of the positive class, in [0, 1]. */
  readonly positive?: Float64Array;
  /** rows × classes. */
  readonly probabilities?: Matrix;
  readonly segments?: readonly SegmentColumn[];
  /** P-value of each row's being inside, for rules that demand one. */
  readonly insidePValues?: Float64Array;
}

/** One decision per row. */
export interface Decisions {
  /** 0 act, 1 review, 2 abstain. */
  readonly codes: Uint8Array;
  /** Least-cost rules only: the class a row is treated as where the code is 0, else −1. */
  readonly classes: Int32Array | null;
}

/** The scores of predictions, without their outcomes. */
export function scoredRows(predictions: Predictions): ScoredRows {
  const { rows, segments, insidePValues } = predictions;
  const all = { rows, segments, ...(insidePValues === undefined ? {} : { insidePValues: insidePValues.values }) };
  if (predictions.task === "binary") return { ...all, positive: predictions.probabilities };
  if (predictions.task === "multiclass") return { ...all, probabilities: predictions.probabilities };
  return { ...all, confidence: predictions.confidences };
}

/**
 * The score that thresholds are compared with.
 *
 * @returns binary confidence is max(p, 1 − p), of many classes the largest probability
 * @throws {InputError} `incompatible` where the rows lack it
 */
function scoresOf({ confidence, positive, probabilities }: ScoredRows, on: DecisionScore): Float64Array {
  if (on === "positive") {
    if (positive) return positive;
    throw new InputError(
      "incompatible",
      "the policy reads the probability of the positive class, which these rows lack",
    );
  }
  if (confidence) return confidence;
  if (positive) return positive.map((p) => (p >= 0.5 ? p : 1 - p));
  if (probabilities) return topLabel(probabilities).confidence;
  throw new InputError("incompatible", "the policy reads a confidence, which these rows lack");
}

/** Thresholds of each segment by its values. */
const thresholdsByValues = remember(
  (segments: readonly { readonly values: readonly string[]; readonly thresholds: Thresholds }[]) =>
    new Map(segments.map((segment) => [JSON.stringify(segment.values), segment.thresholds])),
);

/**
 * What to do with each row.
 *
 * @param rule from a policy
 * @param rows calibrated scores, as the rule reads them
 * @returns one code per row; where neither threshold applies, or the row is outside where the rule demands one inside, review
 * @throws {InputError} `out-of-range` with the row for a score or p-value outside [0, 1]; `shape-mismatch`; `incompatible`
 *   where the rows lack the scores, classes, columns or p-values that the rule reads
 */
export function decide(rule: DecisionRule, rows: ScoredRows): Decisions {
  const decisions = decideScores(rule, rows);
  if (rule.inDistribution !== undefined) reviewOutside(decisions, rows.insidePValues, rule.inDistribution);
  return decisions;
}

function decideScores(rule: DecisionRule, rows: ScoredRows): Decisions {
  if (rule.kind === "least-cost") return leastCostDecisions(rule.matrix, rows);
  const scores = scoresOf(rows, rule.on);
  if (scores.length !== rows.rows)
    throw new InputError("shape-mismatch", `there are ${rows.rows} rows but ${scores.length} scores`);
  checkScores(scores);
  const codes = new Uint8Array(scores.length);
  if (rule.kind === "threshold") {
    applyThresholds(scores, rule.thresholds, codes);
    return { codes, classes: null };
  }
  const columns = columnsByName(rule.columns, rows.segments ?? [], "the policy decides by");
  const { codes: segmentOf, values } = combineColumns(columns, scores.length);
  const listed = thresholdsByValues(rule.segments);
  const thresholds = values.map((segment) => listed.get(JSON.stringify(segment)) ?? rule.thresholds);
  const act = Float64Array.from(thresholds, (own) => own.act ?? Infinity);
  const abstain = Float64Array.from(thresholds, (own) => own.abstain ?? -Infinity);
  for (let i = 0; i < scores.length; i++) {
    const s = segmentOf[i];
    codes[i] = scores[i] >= act[s] ? 0 : scores[i] < abstain[s] ? 2 : 1;
  }
  return { codes, classes: null };
}

/** Fills in the codes of checked scores. */
export function applyThresholds(scores: Float64Array, { act, abstain }: Thresholds, codes: Uint8Array): void {
  const from = act ?? Infinity;
  const below = abstain ?? -Infinity;
  for (let i = 0; i < scores.length; i++) codes[i] = scores[i] >= from ? 0 : scores[i] < below ? 2 : 1;
}

function leastCostDecisions(
  matrix: Extract<DecisionRule, { kind: "least-cost" }>["matrix"],
  rows: ScoredRows,
): Decisions {
  checkCostMatrix(matrix);
  const actions = leastCostActions(matrix, classProbabilities(rows));
  const classes = matrix.classNames.length;
  const codes = new Uint8Array(actions.length);
  const treated = new Int32Array(actions.length);
  for (let i = 0; i < actions.length; i++) {
    codes[i] = Math.max(0, actions[i] - classes + 1);
    treated[i] = actions[i] < classes ? actions[i] : -1;
  }
  return { codes, classes: treated };
}

/** Probabilities per class; of binary rows [1 − p, p]. */
export function classProbabilities({ positive, probabilities }: ScoredRows): Matrix {
  if (probabilities) return probabilities;
  if (!positive)
    throw new InputError("incompatible", "a cost matrix needs a probability per class, which these rows lack");
  const data = new Float64Array(2 * positive.length);
  for (let i = 0; i < positive.length; i++) {
    data[2 * i] = 1 - positive[i];
    data[2 * i + 1] = positive[i];
  }
  return { data, rows: positive.length, cols: 2 };
}

/** @throws {InputError} `out-of-range` with the row of the first score outside [0, 1] */
export function checkScores(scores: Float64Array): void {
  for (let i = 0; i < scores.length; i++)
    if (!(scores[i] >= 0 && scores[i] <= 1))
      throw new InputError("out-of-range", `expected a score in [0, 1], got ${scores[i]} at row ${i}`, i);
}

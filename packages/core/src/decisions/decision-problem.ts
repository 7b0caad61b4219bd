import { InputError } from "../errors.ts";
import { type CheckedSample, checkSample } from "../intervals/sample.ts";
import { topLabel } from "../metrics/ranking/top-label.ts";
import { confidencePairs } from "../report/pair-sample.ts";
import type { Predictions } from "../report/predictions.ts";
import { reviewCost } from "./cost-thresholds.ts";
import { checkScores, classProbabilities, scoredRows } from "./decide.ts";
import { outsideRows } from "./outside-rows.ts";
import type { CostMatrix, Costs, DecisionScore, InDistributionDemand } from "./policy.ts";

/** Labelled rows, and what each action on each truth means: all that outcomes of decisions are computed from. */
export interface DecisionProblem {
  readonly rows: number;
  /** Truth of each row, in [0, truths): for thresholds 1 where acting is right, else the class. */
  readonly truth: Uint8Array | Int32Array;
  readonly truths: number;
  /** 0 act, 1 review, 2 abstain for each action: for thresholds the action itself. */
  readonly kinds: Uint8Array;
  /** truths × actions: 1 where acting so is right. */
  readonly right: Uint8Array;
  /** truths × actions; null where no costs were given. */
  readonly costs: Float64Array | null;
  /** Whether truth 1 is the positive class, of which a recall is reported. */
  readonly hasRecall: boolean;
  readonly sample: CheckedSample;
}

/** A problem with one score per row. */
export interface ScoredProblem extends DecisionProblem {
  readonly on: DecisionScore;
  readonly scores: Float64Array;
  readonly truth: Uint8Array;
  /** 1 for rows that are reviewed whatever their score; absent where none is. */
  readonly outside?: Uint8Array;
}

/** Cost of each decision where acting is wrong and where it is right: rows wrong, right; columns act, review, abstain. */
export function costTable(costs: Costs): Float64Array {
  const review = costs.review === null ? 0 : reviewCost(costs);
  const abstain = costs.abstain ?? 0;
  return Float64Array.of(costs.error, review, abstain, 0, review, abstain + costs.missed);
}

function sampleOf({ rows, weights }: Predictions, level: number): CheckedSample {
  return checkSample(rows, { level, ...(weights ? { weights } : {}) });
}

/**
 * Predictions as a problem of thresholds.
 *
 * @param on `positive` for binary predictions only
 * @param costs for the cost of outcomes; null without
 * @param demand rows from outside are reviewed whatever their score; default: none is
 * @throws {InputError} `empty`, `out-of-range`, `incompatible`
 */
export function scoredProblem(
  predictions: Predictions,
  on: DecisionScore,
  costs: Costs | null,
  level: number,
  demand?: InDistributionDemand,
): ScoredProblem {
  if (on === "positive" && predictions.task !== "binary")
    throw new InputError(
      "incompatible",
      `a policy on the positive class needs binary predictions, got ${predictions.task} ones`,
    );
  const sample = sampleOf(predictions, level);
  const pairs =
    on === "positive" && predictions.task === "binary"
      ? { probabilities: predictions.probabilities, outcomes: predictions.outcomes }
      : confidencePairs(predictions);
  checkScores(pairs.probabilities);
  return {
    rows: predictions.rows,
    truth: pairs.outcomes,
    truths: 2,
    kinds: Uint8Array.of(0, 1, 2),
    right: Uint8Array.of(0, 0, 0, 1, 0, 0),
    costs: costs === null ? null : costTable(costs),
    hasRecall: on === "positive",
    sample,
    on,
    scores: pairs.probabilities,
    ...(demand === undefined
      ? {}
      : { outside: outsideRows(predictions.insidePValues?.values, predictions.rows, demand) }),
  };
}

/**
 * Predictions as a problem of a cost matrix: the actions are the classes, then review, then abstain.
 *
 * @throws {InputError} `incompatible` for predictions without classes, or with others than the matrix has
 */
export function matrixProblem(predictions: Predictions, matrix: CostMatrix, level: number): DecisionProblem {
  const { classNames } = matrix;
  if (predictions.task === "confidence")
    throw new InputError("incompatible", "a cost matrix needs a probability per class, got confidences");
  const given = predictions.classNames;
  const at = classNames.findIndex((name, k) => name !== given[k]);
  if (given.length !== classNames.length || at >= 0)
    throw new InputError(
      "incompatible",
      `the cost matrix is for the classes ${classNames.join(", ")}; the predictions have ${given.join(", ")}`,
      at >= 0 ? at : undefined,
    );
  const classes = classNames.length;
  const actions = classes + 2;
  const kinds = new Uint8Array(actions);
  kinds[classes] = 1;
  kinds[classes + 1] = 2;
  const right = new Uint8Array(classes * actions);
  const costs = new Float64Array(classes * actions);
  for (let k = 0; k < classes; k++) {
    right[k * actions + k] = 1;
    for (let j = 0; j < classes; j++) costs[k * actions + j] = matrix.costs[k][j];
    costs[k * actions + classes] = matrix.review ?? 0;
    costs[k * actions + classes + 1] = matrix.abstain ?? 0;
  }
  const truth = predictions.task === "binary" ? predictions.outcomes : predictions.labels;
  const sample = sampleOf(predictions, level);
  return { rows: predictions.rows, truth, truths: classes, kinds, right, costs, hasRecall: false, sample };
}

/** The likeliest class of each row, as actions of a `matrixProblem`. */
export function likeliestActions(predictions: Predictions): Int32Array {
  return topLabel(classProbabilities(scoredRows(predictions))).predicted;
}

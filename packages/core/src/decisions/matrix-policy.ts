import type { Predictions } from "../report/predictions.ts";
import { outsideWarnings } from "./assemble-policy.ts";
import { binaryCostRegions } from "./binary-cost-regions.ts";
import { classProbabilities, scoredRows } from "./decide.ts";
import { type DecisionProblem, likeliestActions, matrixProblem } from "./decision-problem.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { leastCostActions } from "./least-cost.ts";
import { ABOVE_ALL, nextUp } from "./next-up.ts";
import { type Actions, expectedOutcome, pairedSaving } from "./outcome.ts";
import { outsideRows } from "./outside-rows.ts";
import type { CostMatrix, PolicyAlternative, Thresholds } from "./policy.ts";
import type { ResolvedOptions } from "./policy-options.ts";
import { segmentOutcomes } from "./segment-outcomes.ts";
import { reportedSegments, rowsBySegment, segmentWarnings } from "./segment-rows.ts";
import { matrixVerdict } from "./verdict-sentence.ts";
import { costText } from "./words.ts";

/** Of two classes, where the probability of the positive one is enough for treating a row as positive, or as negative. */
export function matrixThresholds(matrix: CostMatrix): Thresholds {
  if (matrix.classNames.length !== 2) return { act: null, abstain: null };
  const regions = binaryCostRegions(matrix);
  const positive = regions.find(({ choice }) => choice === "positive");
  const negative = regions.find(({ choice }) => choice === "negative");
  const act = positive === undefined ? null : positive.from === 0 ? 0 : nextUp(positive.from);
  return { act, abstain: negative === undefined ? null : negative.to === 1 ? ABOVE_ALL : negative.to };
}

/** The policy of a cost matrix: the cheapest choice for each row. */
export function matrixPolicy(predictions: Predictions, matrix: CostMatrix, options: ResolvedOptions): DerivedPolicy {
  const { level, by } = options.choices;
  const problem = matrixProblem(predictions, matrix, level);
  const probabilities = classProbabilities(scoredRows(predictions));
  const actions = leastCostActions(matrix, probabilities);
  const outside =
    options.inDistribution && outsideRows(predictions.insidePValues?.values, predictions.rows, options.inDistribution);
  if (outside !== undefined) reviewActions(actions, matrix, outside);
  const expected = expectedOutcome(problem, actions);
  const alternatives = alternativesTo(predictions, problem, matrix, actions);
  const segments = rowsBySegment(predictions, by);
  const subject = { on: options.choices.on, positive: undefined, expected, alternatives };
  return {
    rule: {
      kind: "least-cost",
      matrix,
      ...(options.inDistribution === undefined ? {} : { inDistribution: options.inDistribution }),
    },
    thresholds: matrixThresholds(matrix),
    expected,
    alternatives,
    certificate: null,
    perSegment: segmentOutcomes(problem, actions, reportedSegments(segments), {}),
    missingLabels: null,
    curve: [],
    capacityCurve: [],
    verdict: matrixVerdict(subject),
    warnings: [
      ...promiseWarning(probabilities.data, problem, actions, expected.cost),
      ...(options.choices.fittedHere
        ? ["The scores were fitted on these very rows: expect higher costs on others."]
        : []),
      ...outsideWarnings(outside, options),
      ...segmentWarnings(segments),
    ],
  };
}

/** Sends rows from outside to review. */
export function reviewActions(actions: Int32Array, { classNames }: CostMatrix, outside: Uint8Array): void {
  for (let i = 0; i < actions.length; i++) if (outside[i] === 1) actions[i] = classNames.length;
}

function alternativesTo(
  predictions: Predictions,
  problem: DecisionProblem,
  matrix: CostMatrix,
  actions: Actions,
): PolicyAlternative[] {
  const classes = matrix.classNames.length;
  const constant = (action: number): Int32Array => new Int32Array(problem.rows).fill(action);
  const ways: { name: string; actions: Int32Array }[] = [
    { name: "act on all", actions: likeliestActions(predictions) },
    ...(matrix.review === null ? [] : [{ name: "review all", actions: constant(classes) }]),
    ...(matrix.abstain === null ? [] : [{ name: "abstain on all", actions: constant(classes + 1) }]),
  ];
  return ways.map((way) => ({
    name: way.name,
    expected: expectedOutcome(problem, way.actions),
    saving: pairedSaving(problem, actions, way.actions),
  }));
}

/** What is said where the probabilities promise another cost than the outcomes show. */
function promiseWarning(
  probabilities: Float64Array,
  { truths, kinds, costs, sample, rows }: DecisionProblem,
  actions: Actions,
  cost: { readonly value: number; readonly lower: number; readonly upper: number } | null,
): string[] {
  if (costs === null || cost === null) return [];
  const { weights, totalWeight } = sample;
  const sums = new Float64Array(1);
  for (let i = 0; i < rows; i++) {
    const w = (weights ? weights[i] : 1) / totalWeight;
    for (let t = 0; t < truths; t++)
      sums[0] += w * probabilities[i * truths + t] * costs[t * kinds.length + actions[i]];
  }
  const rounding = 1e-9 * Math.max(...costs.map(Math.abs));
  if (sums[0] >= cost.lower - rounding && sums[0] <= cost.upper + rounding) return [];
  return [
    `The probabilities promise a cost of ${costText(sums[0])} a row, the outcomes show ${costText(cost.value)} (${costText(cost.lower)} to ${costText(cost.upper)}): a cost matrix needs calibrated probabilities, fit a calibrator first.`,
  ];
}

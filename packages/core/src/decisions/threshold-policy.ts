import { InputError } from "../errors.ts";
import { argsort } from "../kernels/argsort.ts";
import type { Predictions } from "../report/predictions.ts";
import {
  assemble,
  codesOf,
  generalWarnings,
  ruleOf,
  type ThresholdOptions,
  type ThresholdWork,
} from "./assemble-policy.ts";
import { BY_HAND, byHandVerdict, checkByHand, checkPriced } from "./by-hand.ts";
import { capacityCurve } from "./capacity-curve.ts";
import { capacityShare, checkCosts } from "./check-costs.ts";
import { emptyRegions } from "./cost-thresholds.ts";
import { type ScoredProblem, scoredProblem } from "./decision-problem.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { heldOutDecisions } from "./held-out-decisions.ts";
import type { OutcomeOptions } from "./outcome.ts";
import { completeThresholds, thresholdsFromScores } from "./plan-thresholds.ts";
import type { Thresholds } from "./policy.ts";
import { type RankedRows, rankRows, sortRows } from "./ranked-rows.ts";
import { riskPolicy } from "./risk-policy.ts";
import { rowsByCombination, rowsBySegment } from "./segment-rows.ts";
import { checkTarget, isTarget, tuneThreshold } from "./targets.ts";
import { capacityVerdict, costVerdict, type Subject, targetVerdict } from "./verdict-sentence.ts";
import { emptySentence, percent } from "./words.ts";

/** A policy on one score, for every objective but a cost matrix. */
export function thresholdPolicy(predictions: Predictions, options: ThresholdOptions, dataHash: string): DerivedPolicy {
  const { objective, choices } = options;
  const costs = objective.kind === "costs" ? objective.costs : options.costs;
  if (costs) checkCosts(costs);
  const problem = scoredProblem(predictions, choices.on, costs, choices.level, options.inDistribution);
  const order = insideOrder(problem);
  const sorted = sortRows(problem, order);
  const work: ThresholdWork = {
    predictions,
    options,
    problem,
    order,
    sorted,
    ranked: rankRows(sorted),
    costs,
    dataHash,
    segments: (choices.perSegment ? rowsByCombination : rowsBySegment)(predictions, choices.by),
  };
  if (objective.kind === "risk") return riskPolicy(work, objective);
  if (objective.kind === "thresholds") return policyByHand(work, objective.thresholds);
  return isTarget(objective) ? tunedPolicy(work) : plannedPolicy(work);
}

/** Row numbers by ascending score, without those that are reviewed whatever their score. */
function insideOrder({ scores, outside, sample: { weights } }: ScoredProblem): Uint32Array {
  const order = argsort(scores);
  if (outside === undefined) return order;
  const inside = order.filter((row) => outside[row] === 0);
  if (!inside.some((row) => weights === undefined || weights[row] > 0))
    throw new InputError("too-few", "every row is outside at this level, so there is none to decide by its score");
  return inside;
}

/** Of thresholds set by hand: what they lead to on these rows, and no bound on it. */
function policyByHand(work: ThresholdWork, thresholds: Thresholds): DerivedPolicy {
  const { problem, options, costs } = work;
  checkByHand(thresholds);
  const rule = ruleOf(options, thresholds);
  const { subject, ...parts } = assemble(work, {
    rule,
    thresholds,
    actions: codesOf(problem, thresholds),
    outcome: { notes: { validation: "same-rows" } },
  });
  if (costs) checkPriced(costs, subject.expected);
  return {
    ...parts,
    verdict: byHandVerdict(thresholds, options.capacity, subject),
    warnings: [BY_HAND, ...generalWarnings(work)],
  };
}

/** Of costs and capacities: thresholds that look at the scores alone. */
function plannedPolicy(work: ThresholdWork): DerivedPolicy {
  const { problem, ranked, costs, options } = work;
  const { objective, capacity } = options;
  const share = capacity ? capacityShare(capacity) : null;
  const thresholds = thresholdsFromScores(ranked, share, costs);
  const outcome: OutcomeOptions = capacity ? { kind: "asymptotic" } : {};
  const rule = ruleOf(options, thresholds);
  const { subject, ...parts } = assemble(work, { rule, thresholds, actions: codesOf(problem, thresholds), outcome });
  const empty = objective.kind === "costs" ? emptySentence(emptyRegions(thresholds)) : "";
  return {
    ...parts,
    capacityCurve: capacity
      ? capacityCurve(ranked, capacity, (part) => thresholdsFromScores(ranked, Math.min(1, part), costs), costs)
      : [],
    verdict: capacity ? capacityVerdict(capacity, thresholds, subject) : costVerdict(thresholds, subject),
    warnings: [
      ...(empty === "" || capacity ? [] : [empty]),
      ...(costs ? promiseWarnings(work, thresholds, subject) : []),
      ...generalWarnings(work),
    ],
  };
}

/** Of precision, recall and F-beta: a threshold found on outcomes, judged on held-out rows. Of coverage: by scores alone. */
function tunedPolicy(work: ThresholdWork): DerivedPolicy {
  const { problem, order, sorted, ranked, options, predictions, costs } = work;
  const { objective, choices, capacity } = options;
  if (!isTarget(objective)) throw new TypeError(`${objective.kind} is no target`);
  checkTarget(objective);
  const tuned = tuneThreshold(ranked, objective);
  const tune = (rows: RankedRows): Thresholds =>
    completeThresholds(tuneThreshold(rows, objective).threshold, rows, options);
  const thresholds = tune(ranked);
  const isReached = tuned.threshold !== null;
  const readsOutcomes = objective.kind !== "coverage";
  const heldOut =
    isReached && readsOutcomes
      ? heldOutDecisions(problem, order, sorted, tune, choices.seed, predictions.groups)
      : null;
  const validation = heldOut ? "cross-validated" : "same-rows";
  const rule = ruleOf(options, thresholds);
  const { subject, ...parts } = assemble(work, {
    rule,
    thresholds,
    actions: heldOut ?? codesOf(problem, thresholds),
    outcome: readsOutcomes ? { kind: "approximate", notes: { validation } } : { kind: "asymptotic" },
  });
  const warning = heldOut
    ? "The threshold was chosen on these rows; what it leads to is estimated on five folds, each decided by a threshold chosen on the others."
    : "The threshold was chosen on these few rows and judged on the same ones: expect it to do worse on others.";
  return {
    ...parts,
    capacityCurve: capacity
      ? capacityCurve(
          ranked,
          capacity,
          (share) =>
            completeThresholds(tuned.threshold, ranked, {
              ...options,
              capacity: { ...capacity, reviews: share * capacity.volume },
            }),
          costs,
        )
      : [],
    verdict: targetVerdict(objective, tuned, subject, heldOut !== null),
    warnings: [...(isReached && readsOutcomes ? [warning] : []), ...generalWarnings(work)],
  };
}

/** What is said where the scores promise other errors than the outcomes show: thresholds from costs believe the scores. */
function promiseWarnings({ problem }: ThresholdWork, thresholds: Thresholds, { expected }: Subject): string[] {
  const { scores, sample } = problem;
  if (expected.error === null) return [];
  const codes = codesOf(problem, thresholds);
  const { weights } = sample;
  const sums = new Float64Array(2);
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] !== 0) continue;
    const w = weights ? weights[i] : 1;
    sums[0] += w;
    sums[1] += w * (1 - scores[i]);
  }
  const promised = sums[1] / sums[0];
  const { value, lower, upper } = expected.error;
  if (promised >= lower && promised <= upper) return [];
  return [
    `The scores promise ${percent(promised)} errors among the rows acted on, the outcomes show ${percent(value)} (${percent(lower)} to ${percent(upper)}): thresholds from costs need calibrated scores, fit a calibrator first.`,
  ];
}

import { meanEstimate } from "../intervals/mean.ts";
import { argsort } from "../kernels/argsort.ts";
import type { Predictions } from "../report/predictions.ts";
import { capacityCurve } from "./capacity-curve.ts";
import { capacityShare, checkCosts } from "./check-costs.ts";
import { emptyRegions } from "./cost-thresholds.ts";
import { applyThresholds } from "./decide.ts";
import { type ScoredProblem, scoredProblem } from "./decision-problem.ts";
import { heldOutDecisions } from "./held-out-decisions.ts";
import type { DerivedPolicy } from "./make-policy.ts";
import { type Actions, expectedOutcome, type OutcomeOptions, pairedSaving } from "./outcome.ts";
import { completeThresholds, thresholdsFromScores } from "./plan-thresholds.ts";
import type { Costs, DecisionRule, Objective, PolicyAlternative, Thresholds } from "./policy.ts";
import { policyCurve } from "./policy-curve.ts";
import type { ResolvedOptions } from "./policy-options.ts";
import { type RankedRows, rankRows } from "./ranked-rows.ts";
import { riskPolicy } from "./risk-policy.ts";
import { segmentOutcomes } from "./segment-outcomes.ts";
import { rowsBySegment } from "./segment-rows.ts";
import { checkTarget, isTarget, tuneThreshold } from "./targets.ts";
import { capacityVerdict, costVerdict, type Subject, targetVerdict } from "./verdict-sentence.ts";
import { emptySentence, percent } from "./words.ts";

/** Options of a policy on one score. */
export interface ThresholdOptions extends ResolvedOptions {
  readonly objective: Exclude<Objective, { kind: "cost-matrix" }>;
}

/** Everything that is computed once for a policy on one score. */
export interface ThresholdWork {
  readonly predictions: Predictions;
  readonly options: ThresholdOptions;
  readonly problem: ScoredProblem;
  /** Row numbers by ascending score. */
  readonly order: Uint32Array;
  readonly ranked: RankedRows;
  /** Of outcomes: the objective's own, or those given beside it. */
  readonly costs: Costs | null;
  readonly dataHash: string;
}

/** A policy on one score, for every objective but a cost matrix. */
export function thresholdPolicy(predictions: Predictions, options: ThresholdOptions, dataHash: string): DerivedPolicy {
  const { objective, choices } = options;
  const costs = objective.kind === "costs" ? objective.costs : options.costs;
  if (costs) checkCosts(costs);
  const problem = scoredProblem(predictions, choices.on, costs, choices.level);
  const order = argsort(problem.scores);
  const work: ThresholdWork = {
    predictions,
    options,
    problem,
    order,
    ranked: rankRows(problem, order),
    costs,
    dataHash,
  };
  if (objective.kind === "risk") return riskPolicy(work, objective);
  return isTarget(objective) ? tunedPolicy(work) : plannedPolicy(work);
}

/** Name of the positive class, for policies on it. */
function positiveName({ predictions, options }: ThresholdWork): string | undefined {
  return options.choices.on === "positive" ? predictions.classNames[1] : undefined;
}

/** Codes of all rows under thresholds. */
export function codesOf({ scores }: ScoredProblem, thresholds: Thresholds): Uint8Array {
  const codes = new Uint8Array(scores.length);
  applyThresholds(scores, thresholds, codes);
  return codes;
}

/** The part of the document that follows from a rule and its decisions. */
export function assemble(
  work: ThresholdWork,
  {
    rule,
    thresholds,
    actions,
    outcome,
  }: {
    readonly rule: DecisionRule;
    readonly thresholds: Thresholds;
    /** Of each row: by the rule, or by rules tuned without the row. */
    readonly actions: Actions;
    readonly outcome: OutcomeOptions;
  },
): Omit<DerivedPolicy, "verdict" | "warnings"> & { readonly subject: Subject } {
  const { problem, ranked, costs, predictions, options } = work;
  const { on, by } = options.choices;
  const expected = expectedOutcome(problem, actions, outcome);
  const alternatives = alternativesTo(work, actions, outcome);
  return {
    rule,
    thresholds,
    expected,
    alternatives,
    certificate: null,
    perSegment: segmentOutcomes(problem, actions, rowsBySegment(predictions, by), outcome),
    missingLabels: null,
    curve: policyCurve(problem, ranked, costs),
    capacityCurve: [],
    subject: { on, positive: positiveName(work), expected, alternatives },
  };
}

function alternativesTo(work: ThresholdWork, actions: Actions, outcome: OutcomeOptions): PolicyAlternative[] {
  const { problem, costs, options } = work;
  const { current } = options.choices;
  const constant = (code: number): Uint8Array => new Uint8Array(problem.rows).fill(code);
  const ways: { name: string; codes: Uint8Array }[] = [{ name: "act on all", codes: constant(0) }];
  if (costs === null || costs.review !== null) ways.push({ name: "review all", codes: constant(1) });
  if (costs !== null && costs.abstain !== null) ways.push({ name: "abstain on all", codes: constant(2) });
  if (current !== null) ways.push({ name: "current threshold", codes: codesOf(problem, current) });
  return ways.map(({ name, codes }) => ({
    name,
    expected: expectedOutcome(problem, codes),
    saving: pairedSaving(problem, actions, codes, outcome),
  }));
}

/** Of costs and capacities: thresholds that look at the scores alone. */
function plannedPolicy(work: ThresholdWork): DerivedPolicy {
  const { problem, ranked, costs, options } = work;
  const { objective, capacity } = options;
  const share = capacity ? capacityShare(capacity) : null;
  const thresholds = thresholdsFromScores(ranked, share, costs);
  const outcome: OutcomeOptions = capacity ? { kind: "asymptotic" } : {};
  const rule: DecisionRule = { kind: "threshold", on: options.choices.on, thresholds };
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
      ...fittedWarnings(work),
    ],
  };
}

/** Of precision, recall, F-beta and coverage: a threshold found on outcomes, judged on held-out rows. */
function tunedPolicy(work: ThresholdWork): DerivedPolicy {
  const { problem, order, ranked, options, predictions, costs } = work;
  const { objective, choices, capacity } = options;
  if (!isTarget(objective)) throw new TypeError(`${objective.kind} is no target`);
  checkTarget(objective);
  const tuned = tuneThreshold(ranked, objective);
  const tune = (rows: RankedRows): Thresholds =>
    completeThresholds(tuneThreshold(rows, objective).threshold, rows, options);
  const thresholds = tune(ranked);
  const heldOut = heldOutDecisions(problem, order, tune, choices.seed, predictions.groups);
  const validation = heldOut ? "cross-validated" : "same-rows";
  const rule: DecisionRule = { kind: "threshold", on: choices.on, thresholds };
  const { subject, ...parts } = assemble(work, {
    rule,
    thresholds,
    actions: heldOut ?? codesOf(problem, thresholds),
    outcome: { kind: "approximate", notes: { validation } },
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
    warnings: [warning, ...fittedWarnings(work)],
  };
}

/** What is said where the scores promise other errors than the outcomes show: thresholds from costs believe the scores. */
function promiseWarnings({ problem }: ThresholdWork, thresholds: Thresholds, { expected }: Subject): string[] {
  const { scores, sample } = problem;
  if (expected.error === null) return [];
  const codes = codesOf(problem, thresholds);
  const acted: number[] = [];
  for (let i = 0; i < codes.length; i++) if (codes[i] === 0 && (sample.weights?.[i] ?? 1) > 0) acted.push(i);
  const { weights } = sample;
  const promised = meanEstimate(
    Float64Array.from(acted, (i) => 1 - scores[i]),
    { metric: "promised-error" },
    weights ? { weights: Float64Array.from(acted, (i) => weights[i]) } : {},
  ).value;
  const { value, lower, upper } = expected.error;
  if (promised >= lower && promised <= upper) return [];
  return [
    `The scores promise ${percent(promised)} errors among the rows acted on, the outcomes show ${percent(value)} (${percent(lower)} to ${percent(upper)}): thresholds from costs need calibrated scores, fit a calibrator first.`,
  ];
}

/** What is said where the scores have seen these rows. */
export function fittedWarnings({ options }: ThresholdWork): string[] {
  return options.choices.fittedHere ? ["The scores were fitted on these very rows: expect more errors on others."] : [];
}

import type { Predictions } from "../report/predictions.ts";
import { capacityShare } from "./check-costs.ts";
import { applyThresholds } from "./decide.ts";
import type { ScoredProblem } from "./decision-problem.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { type Actions, expectedOutcome, type OutcomeOptions, pairedSaving } from "./outcome.ts";
import type { Costs, DecisionRule, Objective, PolicyAlternative, Thresholds } from "./policy.ts";
import { policyCurve } from "./policy-curve.ts";
import type { ResolvedOptions } from "./policy-options.ts";
import type { RankedRows, SortedRows } from "./ranked-rows.ts";
import type { CertifiedRisk } from "./risk-certificate.ts";
import { segmentOutcomes } from "./segment-outcomes.ts";
import { reportedSegments, type SegmentRows, segmentWarnings } from "./segment-rows.ts";
import type { Subject } from "./verdict-sentence.ts";
import { countText, percentGiven } from "./words.ts";

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
  /** The rows in that order. */
  readonly sorted: SortedRows;
  readonly ranked: RankedRows;
  /** Of outcomes: the objective's own, or those given beside it. */
  readonly costs: Costs | null;
  readonly dataHash: string;
  /** All of them: values of each column, or of all columns together where each such segment has thresholds of its own. */
  readonly segments: readonly SegmentRows[];
}

/** Name of the positive class, for policies on it. */
function positiveName({ predictions, options }: ThresholdWork): string | undefined {
  return options.choices.on === "positive" ? predictions.classNames[1] : undefined;
}

/** Codes of all rows under thresholds. */
export function codesOf({ scores, outside }: ScoredProblem, thresholds: Thresholds): Uint8Array {
  const codes = new Uint8Array(scores.length);
  applyThresholds(scores, thresholds, codes);
  if (outside) for (let i = 0; i < codes.length; i++) if (outside[i] === 1) codes[i] = 1;
  return codes;
}

/** The rule of thresholds for all rows. */
export function ruleOf({ choices, inDistribution }: ThresholdOptions, thresholds: Thresholds): DecisionRule {
  return {
    kind: "threshold",
    on: choices.on,
    thresholds,
    ...(inDistribution === undefined ? {} : { inDistribution }),
  };
}

/** The part of the document that follows from a rule and its decisions. */
export function assemble(
  work: ThresholdWork,
  {
    rule,
    thresholds,
    actions,
    outcome,
    certificates = [],
  }: {
    readonly rule: DecisionRule;
    readonly thresholds: Thresholds;
    /** Of each row: by the rule, or by rules tuned without the row. */
    readonly actions: Actions;
    readonly outcome: OutcomeOptions;
    /** Of the segments that are reported; default: none. */
    readonly certificates?: readonly CertifiedRisk[];
  },
): Omit<DerivedPolicy, "verdict" | "warnings"> & { readonly subject: Subject } {
  const { problem, ranked, costs, segments, options } = work;
  const { on } = options.choices;
  const expected = expectedOutcome(problem, actions, outcome);
  const alternatives = alternativesTo(work, actions, outcome);
  return {
    rule,
    thresholds,
    expected,
    alternatives,
    certificate: null,
    perSegment: segmentOutcomes(problem, actions, reportedSegments(segments), outcome, certificates),
    missingLabels: null,
    curve: policyCurve(problem, ranked, costs),
    capacityCurve: [],
    subject: { on, positive: positiveName(work), expected, alternatives },
  };
}

/** What is in use today looks at scores alone. */
function currentCodes({ scores }: ScoredProblem, thresholds: Thresholds): Uint8Array {
  const codes = new Uint8Array(scores.length);
  applyThresholds(scores, thresholds, codes);
  return codes;
}

function alternativesTo(work: ThresholdWork, actions: Actions, outcome: OutcomeOptions): PolicyAlternative[] {
  const { problem, costs, options } = work;
  const { current } = options.choices;
  const canReviewAll = options.capacity === null || capacityShare(options.capacity) === 1;
  const constant = (code: number): Uint8Array => new Uint8Array(problem.rows).fill(code);
  const ways: { name: string; codes: Uint8Array }[] = [{ name: "act on all", codes: constant(0) }];
  if (canReviewAll && (costs === null || costs.review !== null)) ways.push({ name: "review all", codes: constant(1) });
  if (costs !== null && costs.abstain !== null) ways.push({ name: "abstain on all", codes: constant(2) });
  if (current !== null) ways.push({ name: "current threshold", codes: currentCodes(problem, current) });
  return ways.map(({ name, codes }) => ({
    name,
    expected: expectedOutcome(problem, codes),
    saving: pairedSaving(problem, actions, codes, outcome),
  }));
}

/** What is said of every policy on one score: that its scores have seen these rows, or that segments are left out. */
export function generalWarnings({ options, segments, problem }: ThresholdWork): string[] {
  const fitted = "The scores were fitted on these very rows: expect more errors on others.";
  return [
    ...(options.choices.fittedHere ? [fitted] : []),
    ...outsideWarnings(problem.outside, options),
    ...segmentWarnings(segments),
  ];
}

/** How many rows the demand sends to review. */
export function outsideWarnings(
  outside: Uint8Array | undefined,
  { inDistribution }: Pick<ResolvedOptions, "inDistribution">,
): string[] {
  if (outside === undefined || inDistribution === undefined) return [];
  const count = outside.reduce((sum, one) => sum + one, 0);
  return [
    `${countText(count)} of ${countText(outside.length)} rows have a p-value of ${percentGiven(inDistribution.level)} or less (${inDistribution.column}): they are reviewed whatever their score, which all numbers here count.`,
  ];
}

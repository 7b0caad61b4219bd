import { canonicalJson } from "../calibration/artefact/canonical-json.ts";
import { InputError } from "../errors.ts";
import type { Predictions } from "../report/predictions.ts";
import { checkPredictions } from "./check-predictions.ts";
import { classProbabilities, decide, scoredRows } from "./decide.ts";
import { type DecisionProblem, matrixProblem, scoredProblem } from "./decision-problem.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { leastCostActions } from "./least-cost.ts";
import { derivePolicy, policyDataHash } from "./make-policy.ts";
import { reviewActions } from "./matrix-policy.ts";
import { type Actions, expectedOutcome } from "./outcome.ts";
import { outsideRows } from "./outside-rows.ts";
import type { PolicyChoices, PolicyDocument } from "./policy.ts";
import { unevenWeights } from "./risk-certificate.ts";
import { actionsOf, problemOf, rowsByCombination } from "./segment-rows.ts";
import type { VerificationAnswer, VerificationDocument } from "./verification.ts";
import { answerOfNumbers, comparedNumbers } from "./verify-numbers.ts";
import { type ActedRows, answerOfRisk, oneSided } from "./verify-risk.ts";

/** Options of `verifyPolicy`. */
export interface VerifyOptions {
  /** Version of Candor, recorded in the document. Default: that of the policy. */
  readonly version?: string;
}

/**
 * Whether a policy keeps what it promises.
 *
 * On the rows it was made from (known by their hash) everything is derived again and has to come out the same. On other
 * rows the rule is applied as it stands. A risk target is broken where the lower bound of the error (Clopper–Pearson, by
 * betting where they weigh differently) exceeds it, and holds where the upper bound does not, each `sure`, with thresholds per segment in every segment. A policy without
 * one is broken where its error or cost, or what its objective is about, is worse than promised beyond the uncertainty of
 * both: at a level of 0.95 rows like those it was made from are called so in 2 to 6 of 100 samples.
 *
 * @param policy from `makePolicy` or `openPolicy`
 * @param predictions with outcomes, calibrated by the policy's calibrator where it has one
 * @throws {InputError} `incompatible` for predictions of another task or other classes, or without the columns the rule
 *   reads; `empty`, `shape-mismatch`, `not-finite`, `out-of-range` for rows that cannot be counted
 */
export function verifyPolicy(
  policy: PolicyDocument,
  predictions: Predictions,
  options: VerifyOptions = {},
): VerificationDocument {
  checkSameKind(policy, predictions);
  checkPredictions(predictions);
  const { objective } = policy;
  const dataHash = policyDataHash(predictions, policy);
  const sameData = policy.dataHash === dataHash;
  const { problem, actions } = decided(policy, predictions);
  const found = expectedOutcome(problem, actions);
  const acted = actedRows(problem, actions);
  const { accepted, errors } = acted;
  const risk = objective.kind === "risk" ? objective : null;
  const bounds = risk ? oneSided(acted, risk.sure) : { lower: null, upper: null };
  const known = knownSegments(policy, predictions);
  const { inDistribution: _, ...resolved } = policy;
  const demand = policy.rule.inDistribution;
  const asked = { ...resolved, choices: known, ...(demand === undefined ? {} : { inDistribution: demand }) };
  const derived = sameData ? derivePolicy(predictions, asked, dataHash) : null;
  const missing = known.by.length < policy.choices.by.length;
  const differences = derived ? differencesOf(policy, derived, missing) : [];
  const numbers = sameData ? [] : comparedNumbers(policy, found);
  const answer = derived
    ? answerOfSame(policy, differences, missing)
    : risk
      ? answerOfRisk(
          policy.certificate,
          risk,
          predictions.rows,
          acted,
          actedBySegment(policy, predictions, problem, actions),
        )
      : answerOfNumbers(numbers, acted.accepted);
  return {
    schema: "candor.verification/1",
    version: options.version ?? policy.version,
    fingerprint: policy.fingerprint,
    objective,
    ...answer,
    sameData,
    dataHash,
    n: problem.sample.n,
    effectiveN: problem.sample.effectiveN,
    rederived: derived?.certificate ?? null,
    differences,
    maxError: risk?.maxError ?? null,
    sure: risk?.sure ?? null,
    accepted,
    errors,
    ...bounds,
    found,
    numbers,
  };
}

function checkSameKind({ task, classNames }: PolicyDocument, predictions: Predictions): void {
  if (task !== predictions.task)
    throw new InputError("incompatible", `the policy is for ${task} predictions, these are ${predictions.task} ones`);
  if (task !== "confidence" && classNames.join("\n") !== predictions.classNames.join("\n"))
    throw new InputError(
      "incompatible",
      `the policy is for the classes ${classNames.join(", ")}; the predictions have ${predictions.classNames.join(", ")}`,
    );
}

function decided(
  { rule, objective, costs, choices: { on, level } }: PolicyDocument,
  predictions: Predictions,
): { problem: DecisionProblem; actions: Actions } {
  const rows = scoredRows(predictions);
  const demand = rule.inDistribution;
  if (rule.kind === "least-cost") {
    const actions = leastCostActions(rule.matrix, classProbabilities(rows));
    if (demand !== undefined) reviewActions(actions, rule.matrix, outsideRows(rows.insidePValues, rows.rows, demand));
    return { problem: matrixProblem(predictions, rule.matrix, level), actions };
  }
  const own = objective.kind === "costs" ? objective.costs : costs;
  return { problem: scoredProblem(predictions, on, own, level, demand), actions: decide(rule, rows).codes };
}

/** Rows acted on and errors among them; rows that weigh nothing are absent. */
function actedRows(problem: DecisionProblem, actions: Actions): ActedRows {
  const { rows, truth, kinds, right } = problem;
  const { weights } = problem.sample;
  const isActed = (i: number): boolean => kinds[actions[i]] === 0 && (weights === undefined || weights[i] > 0);
  const isRight = (i: number): 0 | 1 => (right[truth[i] * kinds.length + actions[i]] === 1 ? 1 : 0);
  let accepted = 0;
  let errors = 0;
  for (let i = 0; i < rows; i++) {
    if (!isActed(i)) continue;
    accepted++;
    errors += 1 - isRight(i);
  }
  const uneven = unevenWeights(problem);
  if (uneven === undefined) return { accepted, errors };
  const acted = Uint32Array.from({ length: rows }, (_, i) => i).filter(isActed);
  const own = Float64Array.from(acted, (i) => uneven[i]);
  if (own.every((weight) => weight === own[0])) return { accepted, errors };
  const largest = uneven.reduce((a, b) => Math.max(a, b), 0);
  return { accepted, errors, weighing: { right: Uint8Array.from(acted, isRight), weights: own, largest } };
}

/** The same in each segment of thresholds per segment; empty for other rules. */
function actedBySegment(
  { rule }: PolicyDocument,
  predictions: Predictions,
  problem: DecisionProblem,
  actions: Actions,
): (ActedRows & { readonly name: string })[] {
  if (rule.kind !== "threshold-per-segment") return [];
  return rowsByCombination(predictions, rule.columns).map(({ name, rows }) => ({
    name,
    ...actedRows(problemOf(problem, rows), actionsOf(actions, rows)),
  }));
}

const PARTS = [
  "rule",
  "thresholds",
  "expected",
  "alternatives",
  "certificate",
  "perSegment",
  "missingLabels",
  "curve",
  "capacityCurve",
  "verdict",
  "warnings",
] as const;

/** Choices without the columns that are only reported and that these rows lack. */
function knownSegments({ choices }: PolicyDocument, { segments }: Predictions): PolicyChoices {
  if (choices.perSegment) return choices;
  return { ...choices, by: choices.by.filter((name) => segments.some((column) => column.name === name)) };
}

/**
 * Names of the parts of the document that were derived otherwise.
 *
 * @param isMissing a column of segments is missing, so that these, and what is said of them, cannot be compared
 */
export function differencesOf(policy: PolicyDocument, derived: DerivedPolicy, isMissing: boolean): string[] {
  return PARTS.filter((part) => !(isMissing && (part === "perSegment" || part === "warnings"))).filter(
    (part) => canonicalJson(policy[part]) !== canonicalJson(derived[part]),
  );
}

/** The answer on the rows that a policy was made from. */
export function answerOfSame(
  { certificate, verdict }: PolicyDocument,
  differences: readonly string[],
  isMissing: boolean,
): VerificationAnswer {
  if (differences.length > 0)
    return {
      status: "broken",
      sentence: `Derived again from the same rows, the policy comes out otherwise: ${differences.join(", ")}.`,
      moreRows: null,
    };
  if (certificate !== null && !certificate.certified)
    return {
      status: "not-shown",
      sentence: `Derived again from the same rows, with the same result: ${verdict.sentence}`,
      moreRows: null,
    };
  return {
    status: "holds",
    sentence: `Derived again from the rows it was made from, the policy comes out the same to the last digit${
      isMissing ? "; its segments were not compared, because their column is missing" : ""
    }.`,
    moreRows: null,
  };
}

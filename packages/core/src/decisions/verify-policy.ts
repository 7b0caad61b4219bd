import { canonicalJson } from "../calibration/artefact/canonical-json.ts";
import { InputError } from "../errors.ts";
import type { Estimate } from "../estimate.ts";
import type { Predictions } from "../report/predictions.ts";
import { regularizedBetaInverse } from "../special/regularized-beta.ts";
import { classProbabilities, decide, scoredRows } from "./decide.ts";
import { type DecisionProblem, matrixProblem, scoredProblem } from "./decision-problem.ts";
import type { DerivedPolicy } from "./derived-policy.ts";
import { leastCostActions } from "./least-cost.ts";
import { derivePolicy, policyDataHash } from "./make-policy.ts";
import { type Actions, expectedOutcome } from "./outcome.ts";
import type { ExpectedOutcome, PolicyChoices, PolicyDocument } from "./policy.ts";
import { checkEqualWeights } from "./risk-certificate.ts";
import type { VerificationDocument, VerifiedNumber } from "./verification.ts";
import { aboutText, costText, countText, percent, percentGiven } from "./words.ts";

/** Options of `verifyPolicy`. */
export interface VerifyOptions {
  /** Version of Candor, recorded in the document. Default: that of the policy. */
  readonly version?: string;
}

type Answer = Pick<VerificationDocument, "status" | "sentence" | "moreRows">;

/**
 * Whether a policy keeps what it promises.
 *
 * On the rows it was made from (known by their hash) everything is derived again and has to come out the same. On other
 * rows the rule is applied as it stands. A risk target is broken where the lower Clopper–Pearson bound of the error exceeds
 * it, and holds where the upper bound does not, each `sure`; a policy without one is broken where its error or cost is worse
 * than promised beyond the uncertainty of both.
 *
 * @param policy from `makePolicy` or `openPolicy`
 * @param predictions with outcomes, calibrated by the policy's calibrator where it has one
 * @throws {InputError} `incompatible` for predictions of another task or other classes, or without the columns the rule
 *   reads; `empty`
 */
export function verifyPolicy(
  policy: PolicyDocument,
  predictions: Predictions,
  options: VerifyOptions = {},
): VerificationDocument {
  checkSameKind(policy, predictions);
  const { objective } = policy;
  const dataHash = policyDataHash(predictions, policy);
  const sameData = policy.dataHash === dataHash;
  const { problem, actions } = decided(policy, predictions);
  const found = expectedOutcome(problem, actions);
  const { accepted, errors } = counted(problem, actions);
  const risk = objective.kind === "risk" ? objective : null;
  if (risk) checkEqualWeights(problem);
  const bounds = risk ? oneSided(errors, accepted, risk.sure) : { lower: null, upper: null };
  const known = knownSegments(policy, predictions);
  const derived = sameData ? derivePolicy(predictions, { ...policy, choices: known }, dataHash) : null;
  const missing = known.by.length < policy.choices.by.length;
  const differences = derived ? differencesOf(policy, derived, missing) : [];
  const numbers = sameData ? [] : comparedNumbers(policy, found);
  const answer = derived
    ? answerOfSame(policy, differences, missing)
    : risk
      ? answerOfRisk(policy, risk, accepted, errors, predictions.rows)
      : answerOfNumbers(numbers, accepted);
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
  if (predictions.rows === 0) throw new InputError("empty", "at least one row is needed, got none");
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
  if (rule.kind === "least-cost")
    return {
      problem: matrixProblem(predictions, rule.matrix, level),
      actions: leastCostActions(rule.matrix, classProbabilities(rows)),
    };
  const own = objective.kind === "costs" ? objective.costs : costs;
  return { problem: scoredProblem(predictions, on, own, level), actions: decide(rule, rows).codes };
}

/** Rows acted on and errors among them; rows that weigh nothing are absent. */
function counted({ rows, truth, kinds, right, sample: { weights } }: DecisionProblem, actions: Actions) {
  let accepted = 0;
  let errors = 0;
  for (let i = 0; i < rows; i++) {
    if (kinds[actions[i]] !== 0 || (weights !== undefined && weights[i] === 0)) continue;
    accepted++;
    errors += 1 - right[truth[i] * kinds.length + actions[i]];
  }
  return { accepted, errors };
}

/** Clopper–Pearson bounds, each of which holds with probability `sure` by itself. */
function oneSided(errors: number, accepted: number, sure: number): { lower: number; upper: number } {
  return {
    lower: errors === 0 ? 0 : regularizedBetaInverse(1 - sure, errors, accepted - errors + 1),
    upper: errors === accepted ? 1 : regularizedBetaInverse(sure, errors + 1, accepted - errors),
  };
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

/** @param isMissing a column of segments is missing, so that these, and what is said of them, cannot be compared */
function differencesOf(policy: PolicyDocument, derived: DerivedPolicy, isMissing: boolean): string[] {
  return PARTS.filter((part) => !(isMissing && (part === "perSegment" || part === "warnings"))).filter(
    (part) => canonicalJson(policy[part]) !== canonicalJson(derived[part]),
  );
}

function answerOfSame(
  { certificate, verdict }: PolicyDocument,
  differences: readonly string[],
  isMissing: boolean,
): Answer {
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

function answerOfRisk(
  { certificate }: PolicyDocument,
  { maxError, sure }: { readonly maxError: number; readonly sure: number },
  accepted: number,
  errors: number,
  rows: number,
): Answer {
  const bound = `at most ${percentGiven(maxError)}`;
  if (certificate === null || !certificate.certified)
    return {
      status: "not-shown",
      sentence: `Not certified: the policy acts on no row, ${bound} wrong was not shown.`,
      moreRows: null,
    };
  if (accepted === 0)
    return {
      status: "not-shown",
      sentence: "The policy acts on none of these rows, so they tell nothing of its errors.",
      moreRows: null,
    };
  const { lower, upper } = oneSided(errors, accepted, sure);
  const seen = `${countText(errors)} of ${countText(accepted)} rows acted on are wrong (${percent(errors / accepted)})`;
  if (lower > maxError)
    return {
      status: "broken",
      sentence: `Broken: ${seen}, at least ${percent(lower)} with ${percentGiven(sure)} certainty where ${bound} was certified.`,
      moreRows: null,
    };
  if (upper <= maxError)
    return {
      status: "holds",
      sentence: `Holds on these rows: ${seen}, at most ${percent(upper)} with ${percentGiven(sure)} certainty.`,
      moreRows: null,
    };
  const needed = acceptedThatTell(errors / accepted, maxError, sure, accepted);
  const moreRows = needed === null ? null : Math.ceil(((needed - accepted) * rows) / accepted);
  const more =
    moreRows === null
      ? "no number of rows tells at such an error rate"
      : `about ${aboutText(moreRows)} more rows with this share of errors would tell`;
  return {
    status: "not-shown",
    sentence: `These rows do not tell: ${seen}, ${bound} is neither shown nor refuted; ${more}.`,
    moreRows,
  };
}

/** No search goes beyond this many rows. */
const MOST_ROWS = 1e9;

/** The fewest rows acted on that show, or refute, the bound at a given error rate. */
function acceptedThatTell(rate: number, maxError: number, sure: number, from: number): number | null {
  if (rate === maxError) return null;
  const tells = (n: number): boolean => {
    const { lower, upper } = oneSided(rate < maxError ? Math.ceil(rate * n) : Math.floor(rate * n), n, sure);
    return rate < maxError ? upper <= maxError : lower > maxError;
  };
  let high = from;
  while (!tells(high)) {
    if (high > MOST_ROWS) return null;
    high *= 2;
  }
  let low = from;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (tells(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The promised number against the one found, taken from different rows: the interval of the difference puts the distances
 * of both ends together as standard errors would be.
 */
function compare(name: VerifiedNumber["name"], promised: Estimate | null, found: Estimate | null): VerifiedNumber[] {
  if (promised === null || found === null) return [];
  const value = found.value - promised.value;
  const lower = value - Math.hypot(found.value - found.lower, promised.upper - promised.value);
  const upper = value + Math.hypot(found.upper - found.value, promised.value - promised.lower);
  const room = promised.upper - promised.lower;
  const isMoreBetter = name === "recall" || name === "coverage";
  const isBroken = isMoreBetter ? upper < 0 : lower > 0;
  const isShown = isMoreBetter ? found.lower >= promised.lower - room : found.upper <= promised.upper + room;
  const status = isBroken ? "broken" : isShown ? "holds" : "not-shown";
  return [{ name, promised, found, difference: { value, lower, upper }, status }];
}

/** Error and cost, and what the objective is about. */
function comparedNumbers({ expected, objective, capacity }: PolicyDocument, found: ExpectedOutcome): VerifiedNumber[] {
  if (expected === null) return [];
  const { kind } = objective;
  const numbers = (name: VerifiedNumber["name"]) => compare(name, expected[name], found[name]);
  return [
    ...numbers("error"),
    ...numbers("cost"),
    ...(kind === "recall" || kind === "f-beta" ? numbers("recall") : []),
    ...(kind === "coverage" ? numbers("coverage") : []),
    ...(capacity ? numbers("reviewVolume") : []),
  ];
}

const NUMBER_WORDS: Readonly<Record<VerifiedNumber["name"], string>> = {
  error: "error among rows acted on",
  cost: "cost a row",
  recall: "recall",
  coverage: "share of rows acted on",
  reviewVolume: "share of rows reviewed",
};

function numberText({ name, promised, found }: VerifiedNumber): string {
  const text = name === "cost" ? costText : percent;
  const range = `${text(found.lower)} to ${text(found.upper)}`;
  return `the ${NUMBER_WORDS[name]} is ${text(found.value)} (${range}), promised were ${text(promised.value)}`;
}

function answerOfNumbers(numbers: readonly VerifiedNumber[], accepted: number): Answer {
  if (numbers.length === 0)
    return {
      status: "not-shown",
      sentence:
        accepted === 0
          ? "The policy acts on none of these rows and promises no cost, so there is nothing to compare."
          : "The policy was made without rows and promises no figures, so there is nothing to compare.",
      moreRows: null,
    };
  const broken = numbers.filter(({ status }) => status === "broken");
  if (broken.length > 0)
    return { status: "broken", sentence: `Broken: ${broken.map(numberText).join("; ")}.`, moreRows: null };
  const open = numbers.filter(({ status }) => status === "not-shown");
  if (open.length > 0)
    return {
      status: "not-shown",
      sentence: `These rows are too few to tell: ${open.map(numberText).join("; ")}.`,
      moreRows: null,
    };
  return { status: "holds", sentence: `As promised: ${numbers.map(numberText).join("; ")}.`, moreRows: null };
}

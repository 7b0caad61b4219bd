import { nearestName, printable } from "@candor/input";
import {
  confidenceNames,
  type DocumentJudgement,
  type LlmEntry,
  parseStatedConfidence,
  type ScoreName,
  scoreNames,
} from "@candor/llm";
import { UsageError } from "./usage-error.ts";

/** A score that entries are ranked, reported and calibrated by. */
export interface ChosenScore {
  /** As the user names it. */
  readonly name: string;
  /** The larger, the surer; perplexity and entropies are the other way round. */
  readonly growsWithConfidence: boolean;
  /** In [0, 1], so that it can be calibrated. */
  readonly isConfidence: boolean;
  /** Null where the entry does not have it; `agreement` is not known before all entries are. */
  readonly valueOf: (entry: LlmEntry) => number | null;
  /** Smallest and largest possible value, where that is known. */
  readonly boundsOf: (entry: LlmEntry) => readonly [number, number] | null;
  /** Why an entry does not have it. */
  readonly reasonOf: (entry: LlmEntry) => string;
}

const furtherNames = ["judge", "judged", "decision", "agreement", "stated"] as const;

function isScoreName(name: string): name is ScoreName {
  return scoreNames.some((known) => known === name);
}

/** Whether a score can be called so. */
export function isScore(name: string): boolean {
  return isScoreName(name) || furtherNames.some((known) => known === name) || name.startsWith("$");
}

/** Names of scores for messages and help. */
export const scoreList: string = [...confidenceNames, ...furtherNames, "a path such as $.total"].join(", ");

function traceScore(name: ScoreName): ChosenScore {
  return {
    name,
    growsWithConfidence: !["perplexity", "meanEntropy", "maxEntropy"].includes(name),
    isConfidence: confidenceNames.some((known) => known === name),
    valueOf: ({ scores }) => scores[name],
    boundsOf: ({ bounds }) => bounds[name] ?? null,
    reasonOf: ({ reasons }) => reasons[name] ?? "not known",
  };
}

/** The probability of a field of a JSON answer, or of the arguments of its tool calls; of a repeated key the last. */
function fieldScore(path: string): ChosenScore {
  const find = ({ fields, toolCalls }: LlmEntry) =>
    [...fields, ...toolCalls.flatMap((call) => call.fields)].findLast((field) => field.path === path);
  return {
    name: path,
    growsWithConfidence: true,
    isConfidence: true,
    valueOf: (entry) => find(entry)?.probability ?? null,
    boundsOf: (entry) => find(entry)?.bounds ?? null,
    reasonOf: (entry) =>
      find(entry) === undefined ? "the answer has no such field" : "a token of the field has no log-probability",
  };
}

/** The probability of a decision model's answer; of several answers without a name the least sure one. */
function decisionScore(answer: string | undefined): ChosenScore {
  return {
    name: "decision",
    growsWithConfidence: true,
    isConfidence: true,
    valueOf: ({ answers }) => {
      const meant = answer === undefined ? answers : answers.filter(({ name }) => name === answer);
      const known = meant.flatMap(({ probability }) => (probability === null ? [] : [probability]));
      return known.length === 0 ? null : Math.min(...known);
    },
    boundsOf: () => null,
    reasonOf: ({ answers }) => {
      if (answers.length === 0) return "no answer of a decision model";
      return answer === undefined ? "the decision model gave no probability" : "no such answer with a probability";
    },
  };
}

const judgeScore: ChosenScore = {
  name: "judge",
  growsWithConfidence: true,
  isConfidence: true,
  valueOf: ({ judgement }) => judgement?.probability ?? null,
  boundsOf: ({ judgement }) => judgement?.bounds ?? null,
  reasonOf: ({ judgement }) => judgement?.reason ?? "no verdict",
};

/** Of what was judged: the probability of yes, or the expected score moved to 0 to 1. */
const judgedScore: ChosenScore = {
  name: "judged",
  growsWithConfidence: true,
  isConfidence: true,
  valueOf: ({ judgement }) => (judgement === null ? null : judgedValue(judgement)),
  boundsOf: ({ judgement }) =>
    judgement?.kind === "boolean" ? (judgement.candidates.find(({ value }) => value === true)?.bounds ?? null) : null,
  reasonOf: ({ judgement }) =>
    judgement?.kind === "choice" ? "a choice is neither yes nor no" : (judgement?.reason ?? "no verdict"),
};

/** What the answer itself says of how sure the model is: read only where it is asked for, and no evidence of anything. */
const statedScore: ChosenScore = {
  name: "stated",
  growsWithConfidence: true,
  isConfidence: true,
  valueOf: ({ text }) => parseStatedConfidence(text, { labelled: true }).value,
  boundsOf: () => null,
  reasonOf: () => "the answer states no confidence",
};

const agreementScore: ChosenScore = {
  name: "agreement",
  growsWithConfidence: true,
  isConfidence: true,
  valueOf: () => null,
  boundsOf: () => null,
  reasonOf: () => "no other answer to the same question",
};

/** The number that `judged` is; null where the verdict has none. */
export function judgedValue({ kind, candidates, expected }: DocumentJudgement): number | null {
  if (kind === "boolean") return candidates.find(({ value }) => value === true)?.probability ?? null;
  const [low, high] = [candidates[0]?.value, candidates.at(-1)?.value];
  if (typeof low !== "number" || typeof high !== "number" || expected === null) return null;
  return Math.min(1, Math.max(0, (expected - low) / (high - low)));
}

/**
 * The score that is meant.
 *
 * @param name as given by the user; undefined for the default: the judge's where there is one, else what the entries have
 * @param answer of a decision model with several questions: which one
 * @throws {UsageError} for a name that no score has
 */
export function chooseScore(
  name: string | undefined,
  { judge, answer }: { readonly judge: boolean; readonly answer: string | undefined },
): ChosenScore {
  if (name === undefined) return judge ? judgeScore : defaultScore(answer);
  if (name.startsWith("$")) return fieldScore(name);
  if (isScoreName(name)) return traceScore(name);
  if (name === "decision") return decisionScore(answer);
  if (name === "agreement") return agreementScore;
  if (name === "stated") return statedScore;
  if (name === "judge" || name === "judged") {
    if (!judge) throw new UsageError(`--score ${name} needs --judge too: what kind of verdict to read`);
    return name === "judge" ? judgeScore : judgedScore;
  }
  const near = nearestName(name, [...scoreNames, ...furtherNames]);
  const meant = near === undefined ? "" : ` (did you mean ${near}?)`;
  throw new UsageError(`no score is called ${printable(name)}${meant}, expected ${scoreList}`);
}

/** Of tokens the length-normalised probability; of decision models, which give no tokens, their own. */
function defaultScore(answer: string | undefined): ChosenScore {
  const ofTokens = traceScore("lengthNormalised");
  const ofDecisions = decisionScore(answer);
  const pick = (entry: LlmEntry) => (entry.answers.length > 0 ? ofDecisions : ofTokens);
  return {
    ...ofTokens,
    valueOf: (entry) => pick(entry).valueOf(entry),
    boundsOf: (entry) => pick(entry).boundsOf(entry),
    reasonOf: (entry) => pick(entry).reasonOf(entry),
  };
}

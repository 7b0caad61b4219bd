import { applyStackToRow, InputError, type Stack } from "@candor/core";
import type { Evidence } from "../evidence/evidence.ts";
import { evidenceOf } from "../evidence/evidence-of.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import { noScore } from "../sampling/no-score.ts";
import type { Score } from "../scores/score.ts";
import { scoreTrace, type TraceScores } from "../scores/score-trace.ts";
import type { DecisionAnswer, Trace } from "../trace/trace.ts";
import type { AssessOptions, WeakestPart } from "./assessment.ts";
import { findWeakest } from "./find-weakest.ts";
import { sampleAgreement } from "./sample-agreement.ts";
import type { Subject } from "./subject.ts";

/** A raw confidence with what it rests on. */
export interface RawScore {
  readonly name: string;
  readonly score: Score;
  readonly evidence: Evidence;
  readonly weakest: WeakestPart | null;
}

function nothing(reason: string): Evidence {
  return {
    kind: "none",
    n: 0,
    logprobs: null,
    topK: null,
    flags: [],
    sentence: `${reason} There is no confidence.`,
  };
}

function ofAnswer({ name, type, value, probability }: DecisionAnswer): RawScore {
  const label = type === "refusal" ? "decision" : `decision.${type}`;
  if (probability === null) {
    const reason =
      type === "refusal"
        ? "The model refused to answer."
        : "The answer of the decision model came without a probability.";
    return { name: label, score: noScore(0, reason), evidence: nothing(reason), weakest: null };
  }
  const question = name === null ? "" : ` to ${JSON.stringify(name)}`;
  return {
    name: label,
    score: { value: probability, bounds: [probability, probability], n: 1, reason: null },
    evidence: {
      kind: "decision",
      n: 1,
      logprobs: null,
      topK: null,
      flags: [],
      sentence: `The decision model's own probability of its answer${question}.`,
    },
    weakest: { kind: "answer", path: name, text: String(value), start: -1, end: -1, probability },
  };
}

function ofField(trace: Trace, path: string): Omit<RawScore, "evidence"> {
  const field = fieldsOf(trace).findLast((each) => each.path === path);
  const name = path;
  if (field === undefined) return { name, score: noScore(0, `The answer has no field ${path}.`), weakest: null };
  const { probability, bounds, tokens, json, start, end } = field;
  const reason = probability !== null ? null : `The tokens of the field ${path} do not determine its probability.`;
  const score = { value: probability, bounds, n: tokens.length, reason };
  const weakest: WeakestPart | null =
    probability === null ? null : { kind: "field", path, text: json, start, end, probability };
  return { name, score, weakest };
}

/** Scores of the trace and those given beside, as the stack names them. */
function stackInputs(stack: Stack, scores: TraceScores | null, given: AssessOptions["scores"]): Map<string, Score> {
  const inputs = new Map<string, Score>();
  const own = new Map<string, Score>(scores === null ? [] : Object.entries(scores));
  for (const { name } of stack.scores) {
    if (given !== undefined && Object.hasOwn(given, name)) {
      const value = given[name] ?? null;
      const bounds = value === null ? null : ([value, value] as const);
      inputs.set(name, { value, bounds, n: 1, reason: value === null ? `${name} is missing.` : null });
      continue;
    }
    const score = own.get(name);
    if (score !== undefined) inputs.set(name, score);
  }
  return inputs;
}

function ofStack(stack: Stack, scores: TraceScores | null, given: AssessOptions["scores"]): Score {
  const inputs = stackInputs(stack, scores, given);
  const at = (pick: (score: Score, up: boolean) => number | null): ReturnType<typeof applyStackToRow> => {
    const row: Record<string, number | null> = {};
    for (const { name, direction } of stack.scores) {
      const score = inputs.get(name);
      if (score !== undefined) row[name] = score.value === null ? null : pick(score, direction === "up");
    }
    return applyStackToRow(stack, row);
  };
  const { probability, reason, contributions } = at(({ value }) => value);
  if (probability === null) return noScore(0, reason ?? "The stack gives no probability.");
  const lower = at(({ value, bounds }, up) => (bounds === null ? value : bounds[up ? 0 : 1])).probability;
  const upper = at(({ value, bounds }, up) => (bounds === null ? value : bounds[up ? 1 : 0])).probability;
  const n = contributions.filter(({ value }) => value !== null).length;
  return {
    value: probability,
    bounds: [lower ?? probability, upper ?? probability],
    n,
    reason: null,
  };
}

/** @throws {InputError} `out-of-range` for a score outside [0, 1], `not-finite` */
function checkScore(name: string, { value, bounds }: Score): void {
  for (const number of [value, ...(bounds ?? [])])
    if (number !== null && !(number >= 0 && number <= 1))
      throw new InputError("out-of-range", `${name}: expected a confidence in [0, 1], got ${number}`);
}

/**
 * The raw confidence of what is assessed.
 *
 * @throws {InputError} `out-of-range` for a score outside [0, 1]
 */
export function rawScore(subject: Subject, options: AssessOptions): RawScore {
  const { score = "lengthNormalised", stack, field } = options;
  const name = nameOf(options);
  if (subject.kind === "nothing")
    return { name, score: noScore(0, subject.reason), evidence: nothing(subject.reason), weakest: null };
  const trace = subject.kind === "trace" ? subject.trace : null;
  const weakest = trace && findWeakest(trace);
  if (typeof score === "object") {
    checkScore(name, score.score);
    return { ...score, weakest };
  }
  if (stack !== undefined) {
    const result = ofStack(stack, trace && scoreTrace(trace), options.scores);
    return { name, score: result, evidence: stackEvidence(result, trace, options.evidence), weakest };
  }
  if (subject.kind === "answer") return ofAnswer(subject.answer);
  if (options.samples !== undefined)
    return { ...sampleAgreement(subject.trace, options.samples, options.equivalence), weakest };
  const evidence = evidenceOf(subject.trace);
  if (field !== undefined) return { ...ofField(subject.trace, field), evidence };
  const value = typeof score === "function" ? score(subject.trace) : scoreTrace(subject.trace)[score];
  checkScore(name, value);
  return { name, score: value, evidence, weakest };
}

function stackEvidence(score: Score, trace: Trace | null, given: Evidence | undefined): Evidence {
  if (score.value === null) return nothing(score.reason ?? "The stack gives no probability.");
  if (given !== undefined) return given;
  const own = trace === null ? null : evidenceOf(trace);
  const flags = own?.flags ?? [];
  const logprobs = own?.logprobs ?? null;
  const sentence = `${score.n === 1 ? "1 score" : `${score.n} scores`} together.`;
  const kind = own !== null && own.kind === "logprobs" ? "logprobs" : "judge";
  return { kind, n: score.n, logprobs, topK: own?.topK ?? null, flags, sentence };
}

/** The name under which a calibrator knows the score; of a function its own name. */
export function nameOf({ score = "lengthNormalised", field, stack, samples }: AssessOptions): string {
  if (samples !== undefined) return "agreement";
  if (stack !== undefined) return "stack";
  if (typeof score === "object") return score.name;
  if (field !== undefined) return field;
  return typeof score === "function" ? score.name || "score" : score;
}

import { InputError } from "@candor/core";
import type { Evidence } from "../evidence/evidence.ts";
import { evidenceOf } from "../evidence/evidence-of.ts";
import { parseStatedConfidence } from "../evidence/parse-stated-confidence.ts";
import { argumentsOf } from "../fields/arguments-of.ts";
import type { Field } from "../fields/field.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import type { Score } from "../scores/score.ts";
import { type ScoreName, scoreNames } from "../scores/score-names.ts";
import { scoreTrace } from "../scores/score-trace.ts";
import type { Token } from "../trace/token.ts";
import type { LlmResponse, ToolCall, Trace } from "../trace/trace.ts";
import type { DocumentField, DocumentJudgement, DocumentToken, LlmEntry, OwnValue } from "./llm-document.ts";

/** What is known of a response beside itself. */
export interface EntryContext {
  /** Where it stood, counted from 1. */
  readonly line: number;
  /** The user's own id; null for the provider's. */
  readonly id: string | null;
  readonly columns: Readonly<Record<string, OwnValue>>;
  readonly correct: boolean | null;
  /** Whether a confidence that the answer states counts as evidence where there is no other. Default false. */
  readonly stated?: boolean;
  /** Reads a verdict from each answer; left out where none is asked for. */
  readonly judge?: (trace: Trace) => DocumentJudgement;
}

function tokenOf({ text, logprob, logprobBound, start, end, channel, top }: Token): DocumentToken {
  return {
    text,
    logprob,
    probability: logprob === null ? null : Math.exp(logprob),
    ...(logprobBound === null ? {} : { bound: Math.exp(logprobBound) }),
    start,
    end,
    channel,
    top: top.map((one) => ({ text: one.text, probability: one.logprob === null ? null : Math.exp(one.logprob) })),
  };
}

function fieldOf(field: Field): DocumentField {
  const { path, value, json, probability, bounds, quoteProbability, separatorProbability, alternatives, flags } = field;
  return { path, value, json, probability, bounds, quoteProbability, separatorProbability, alternatives, flags };
}

/** The arguments of a tool call, where they are JSON; a call that was cut off has none. */
function callFields(call: ToolCall, { tokens }: Trace): readonly Field[] {
  try {
    return argumentsOf(call, tokens);
  } catch (error) {
    if (InputError.is(error)) return [];
    throw error;
  }
}

type EntryScores = Pick<LlmEntry, "scores" | "bounds" | "reasons">;

function scoresOf(scored: Readonly<Record<ScoreName, Score>>): EntryScores {
  const scores: Partial<Record<ScoreName, number | null>> = {};
  const bounds: Partial<Record<ScoreName, readonly [number, number]>> = {};
  const reasons: Partial<Record<ScoreName, string>> = {};
  for (const name of scoreNames) {
    const { value, bounds: range, reason } = scored[name];
    const isNumber = value !== null && Number.isFinite(value);
    scores[name] = isNumber ? value : null;
    if (range !== null && range[0] < range[1] && Number.isFinite(range[1])) bounds[name] = range;
    if (!isNumber) reasons[name] = reason ?? "too large for a number";
  }
  return { scores: complete(scores), bounds, reasons };
}

function complete(scores: Partial<Record<ScoreName, number | null>>): Record<ScoreName, number | null> {
  const {
    sequence = null,
    lengthNormalised = null,
    perplexity = null,
    minToken = null,
    minWindow = null,
    meanEntropy = null,
    maxEntropy = null,
    meanMargin = null,
    minMargin = null,
    firstToken = null,
    decisionToken = null,
  } = scores;
  const tokens = { minToken, minWindow, firstToken, decisionToken };
  return { sequence, lengthNormalised, perplexity, ...tokens, meanEntropy, maxEntropy, meanMargin, minMargin };
}

function noScores(reason: string): EntryScores {
  return {
    scores: complete({}),
    bounds: {},
    reasons: Object.fromEntries(scoreNames.map((name) => [name, reason])),
  };
}

/** What an answer rests on; where that is nothing, the confidence that it states itself. */
function evidenceOrStated(trace: Trace): Evidence {
  const evidence = evidenceOf(trace);
  if (evidence.kind !== "none" || parseStatedConfidence(trace.text, { labelled: true }).value === null) return evidence;
  return { ...evidence, kind: "verbalised", n: 1, sentence: "Rests on the confidence that the answer itself states." };
}

/** The answer of a choice: what it said, or refused to say. */
function traceEntry(trace: Trace, { line, id, columns, correct, stated = false, judge }: EntryContext): LlmEntry {
  const { index, provider, format, model, text, refusal, finish, tokens, flags } = trace;
  return {
    line,
    id: id ?? trace.id,
    index,
    provider,
    format,
    model,
    text,
    refusal,
    finish,
    tokens: tokens.map(tokenOf),
    evidence: stated ? evidenceOrStated(trace) : evidenceOf(trace),
    ...scoresOf(scoreTrace(trace)),
    fields: fieldsOf(trace).map(fieldOf),
    flags,
    toolCalls: trace.toolCalls.map((call) => ({ ...call, fields: callFields(call, trace).map(fieldOf) })),
    answers: [],
    fault: null,
    columns,
    correct,
    judgement: judge === undefined ? null : judge(trace),
    assessment: null,
  };
}

function decisionEvidence({ answers }: LlmResponse): Evidence {
  const n = answers.filter(({ probability }) => probability !== null).length;
  const sentence =
    n === 0
      ? "The decision model gave no probability: no confidence."
      : `Rests on the decision model's own probability of ${n === 1 ? "its answer" : `${n} answers`}, uncalibrated.`;
  return { kind: n > 0 ? "decision" : "none", n, logprobs: null, topK: null, flags: [], sentence };
}

/** A response without choices: the answers of a decision model, an error, or nothing. */
function otherEntry(response: LlmResponse, { line, id, columns, correct }: EntryContext): LlmEntry {
  const { provider, format, model, answers, fault } = response;
  const failed = fault !== null;
  const nothing = failed ? "the provider answered with an error" : "the response holds no answer";
  const none = { kind: "none", n: 0, logprobs: null, topK: null, flags: [] } as const;
  const sentence = `${nothing.charAt(0).toUpperCase()}${nothing.slice(1)}: no confidence.`;
  return {
    line,
    id: id ?? response.id,
    index: 0,
    provider,
    format,
    model,
    text: "",
    refusal: null,
    finish: null,
    tokens: [],
    evidence: answers.length > 0 ? decisionEvidence(response) : { ...none, sentence },
    ...noScores(answers.length > 0 ? "a decision model gives no tokens" : nothing),
    fields: [],
    flags: [],
    toolCalls: [],
    answers,
    fault,
    columns,
    correct,
    judgement: null,
    assessment: null,
  };
}

/**
 * The entries of a response: one per answer, or one for a decision model's answers or an error.
 *
 * @param response as `fromResponse` or `fromStream` read it
 * @param context where it stood and what stood beside it
 */
export function makeEntries(response: LlmResponse, context: EntryContext): readonly LlmEntry[] {
  if (response.choices.length === 0) return [otherEntry(response, context)];
  return response.choices.map((trace) => traceEntry(trace, context));
}

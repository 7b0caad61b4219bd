import { InputError } from "@candor/core";
import { fromResponse } from "../adapters/from-response.ts";
import { type AssessOptions, assess } from "../assess/assess.ts";
import type { WeakestPart } from "../assess/assessment.ts";
import { findWeakest } from "../assess/find-weakest.ts";
import { argumentsOf } from "../fields/arguments-of.ts";
import type { Field } from "../fields/field.ts";
import { fieldFlagSentence } from "../fields/field-flag-sentence.ts";
import { fieldsOf } from "../fields/fields-of.ts";
import { scoreMeaning } from "../scores/score-meaning.ts";
import { scoreNames } from "../scores/score-names.ts";
import { flagSentence } from "../trace/flag-sentence.ts";
import type { Channel } from "../trace/token.ts";
import type { ToolCall, Trace } from "../trace/trace.ts";
import type { AnswerChannel, AnswerDocument, AnswerField, AnswerScore, AnswerToken } from "./answer-document.ts";
import type { LlmEntry } from "./llm-document.ts";
import { makeEntries } from "./make-entries.ts";
import { textSpans } from "./text-spans.ts";

/** Calls of tools that are shown: each is looked for among all tokens, and an answer could hold thousands. */
const shownCalls = 64;

/** Which part of a response is meant, as `assess` takes it. */
export type InspectOptions = Pick<AssessOptions, "field" | "index" | "question"> & {
  readonly score?: Extract<AssessOptions["score"], string>;
};

function fieldOf(field: Field): AnswerField {
  const { path, json, probability, bounds, quoteProbability, separatorProbability, alternatives, tokens, flags } =
    field;
  const notes = flags.map((flag) => ({ flag, sentence: fieldFlagSentence(flag) }));
  return { path, json, probability, bounds, quoteProbability, separatorProbability, alternatives, tokens, notes };
}

function argumentFields(call: ToolCall, { tokens }: Trace): readonly Field[] {
  try {
    return argumentsOf(call, tokens);
  } catch (error) {
    if (InputError.is(error)) return [];
    throw error;
  }
}

/** A text with its tokens, whose indices are those among all tokens. */
function channelOf(channel: Channel, text: string | null, { tokens }: LlmEntry): readonly AnswerChannel[] {
  if (text === null || text === "") return [];
  const own: number[] = [];
  for (const [i, token] of tokens.entries()) if (token.channel === channel) own.push(i);
  const spans = textSpans(
    text,
    own.flatMap((i) => tokens[i] ?? []),
  );
  const placed = spans?.map((span) => ({ ...span, tokens: span.tokens.flatMap((i) => own[i] ?? []) }));
  return [{ channel, text, spans: placed ?? null }];
}

function tokenOf({ text, probability, bound, channel, top }: LlmEntry["tokens"][number]): AnswerToken {
  return { text, probability, ...(bound === undefined ? {} : { bound }), channel, top };
}

/** The tokens of the weakest part: of its field, or those that lie in it. */
function weakestOf(
  weakest: WeakestPart | null,
  fields: readonly Field[],
  { tokens }: LlmEntry,
): AnswerDocument["weakest"] {
  if (weakest === null) return null;
  const { kind, path, text, start, end, probability } = weakest;
  const own: number[] = [];
  if (kind === "tokens" && start >= 0)
    for (const [i, token] of tokens.entries())
      if (token.channel === "content" && token.start >= start && token.end <= end && token.end > token.start)
        own.push(i);
  const ofField = kind === "field" ? (fields.findLast((field) => field.path === path)?.tokens ?? []) : own;
  return { kind, path, text, probability, tokens: ofField };
}

function scoresOf({ scores, bounds, reasons }: LlmEntry): readonly AnswerScore[] {
  return scoreNames.map((name) => ({
    name,
    meaning: scoreMeaning(name),
    value: scores[name],
    bounds: bounds[name] ?? null,
    reason: scores[name] === null ? (reasons[name] ?? null) : null,
  }));
}

/**
 * One answer of a response, with everything a person needs to see where it is sure and where it is not.
 *
 * @param body parsed JSON of a provider, in any known `WireFormat`, or a list of events
 * @param options which answer, and which score or field of it is its raw confidence; as they were given to `assess`
 * @throws {InputError} `incompatible` for a shape that is not known; `out-of-range` for an answer that the response does not
 *   have; as `assess` says of its options
 */
export function inspectAnswer(body: unknown, options: InspectOptions = {}): AnswerDocument {
  const response = fromResponse(body);
  const { index = 0 } = options;
  const assessed = assess(response, options);
  const trace = response.choices[index];
  const calls = trace?.toolCalls.slice(0, shownCalls) ?? [];
  const only = trace === undefined ? response : { ...response, choices: [{ ...trace, toolCalls: calls }] };
  const [entry] = makeEntries(only, { line: 1, id: null, columns: {}, correct: null });
  if (entry === undefined) throw new InputError("incompatible", "the response has no answer");
  const fields = trace === undefined ? [] : fieldsOf(trace);
  const { name, value, bounds } = assessed.score;
  const { kind, n, topK, sentence } = assessed.evidence;
  return {
    schema: "candor.answer/1",
    index,
    answers: response.choices.length,
    provider: entry.provider,
    format: entry.format,
    model: entry.model,
    finish: entry.finish,
    evidence: { kind, n, topK, sentence },
    confidence: {
      name,
      meaning: scoreMeaning(name),
      value,
      bounds: bounds !== null && bounds[0] < bounds[1] ? bounds : null,
      reason: value === null ? assessed.reason : null,
    },
    channels: [
      ...channelOf("content", entry.text, entry),
      ...channelOf("refusal", entry.refusal, entry),
      ...channelOf("reasoning", trace?.reasoning ?? null, entry),
    ],
    tokens: entry.tokens.map(tokenOf),
    fields: fields.map(fieldOf),
    toolCalls: calls.map((call) => ({
      name: call.name,
      arguments: call.arguments,
      fields: trace === undefined ? [] : argumentFields(call, trace).map(fieldOf),
    })),
    moreToolCalls: (trace?.toolCalls.length ?? 0) - calls.length,
    scores: scoresOf(entry),
    weakest: weakestOf(trace === undefined ? assessed.weakest : findWeakest(trace), fields, entry),
    questions: entry.answers,
    fault: entry.fault,
    notes: entry.flags.map((flag) => ({ flag, sentence: flagSentence(flag) })),
  };
}

import { InputError } from "@candor/core";
import { type Assessment, type AssessOptions, prepareAssess } from "../assess/assess.ts";
import type { Capabilities } from "../evidence/capabilities.ts";
import { type LlmResponse, type LogprobStatus, type Trace, type TraceFlag, tokensOf } from "../trace/trace.ts";
import { createRefusalMemory, type RefusalMemory } from "./refusal-memory.ts";

/** What wrappers add to an answer: what `assess` says of it. Plain JSON. */
export type Confidence = Assessment;

/** Options of every wrapper: what `assess` is told of each answer, and how log-probabilities are asked for. */
export interface ConfidenceOptions extends Omit<AssessOptions, "index"> {
  /**
   * Alternatives per token to ask for, a whole number from 0 to 20. Default: what the score needs. That is 5, which every server
   * that gives any gives, for margins, entropies, fields, functions and answers that have to be JSON; else 0, or 1 from servers that
   * may take 0 for none at all. Without alternatives nothing bounds a token whose log-probability is a placeholder.
   */
  readonly topK?: number;
  /**
   * What is known of models: those that are known to give no log-probabilities are not asked, and refusals are observed. Default:
   * a store of this wrapper's own, which starts from documentation.
   */
  readonly capabilities?: Capabilities;
}

/** The options, checked, with their defaults. */
export interface Settings {
  readonly memory: RefusalMemory;
  readonly assess: (trace: Trace) => Confidence;
  /**
   * Alternatives per token to ask for.
   *
   * @param wantsJson whether the answer has to be JSON, whose fields are told apart by alternatives
   * @param least that the server takes for a wish for log-probabilities
   */
  readonly topKFor: (wantsJson: boolean, least: number) => number;
}

/** An answer of one token, to try options on. */
const trial: Trace = {
  provider: "openai-compatible",
  format: "chat-completions",
  model: null,
  id: null,
  index: 0,
  text: "a",
  refusal: null,
  reasoning: null,
  toolCalls: [],
  tokens: [
    {
      text: "a",
      bytes: [97],
      id: null,
      logprob: -1,
      logprobBound: null,
      top: [],
      channel: "content",
      start: 0,
      end: 1,
    },
  ],
  logprobs: "present",
  basis: "unknown",
  topK: 0,
  finish: "stop",
  flags: [],
};

/**
 * Options checked once, so that a wrong one shows where the wrapper is made and not in the middle of an answer.
 *
 * @throws {InputError} `out-of-range` for a `topK` that is no whole number from 0 to 20; what `assess` says of its own
 */
export function settingsOf({ topK, capabilities, ...options }: ConfidenceOptions): Settings {
  if (topK !== undefined && !(Number.isInteger(topK) && topK >= 0 && topK <= 20))
    throw new InputError("out-of-range", `topK must be a whole number from 0 to 20, got ${topK}`);
  const assess = prepareAssess(options);
  if (typeof options.score !== "function") assess(trial);
  const needs = needsAlternatives(options);
  return {
    memory: createRefusalMemory(capabilities),
    assess: (trace) => {
      try {
        return assess(trace);
      } catch (error) {
        const why = InputError.is(error) ? error.message : "the score failed on this answer";
        return prepareAssess(withoutScore(options, why))(trace);
      }
    },
    topKFor: (wantsJson, least) => topK ?? (needs || wantsJson ? 5 : least),
  };
}

/**
 * The answer is the caller's, whatever becomes of its confidence: a score of the caller's that throws, or is none, must not cost
 * it. What strangers throw may quote anything, so it is not repeated.
 */
function withoutScore(
  { score: _, field: __, stack: ___, samples: ____, ...rest }: ConfidenceOptions,
  why: string,
): AssessOptions {
  const reason = `The confidence could not be worked out: ${why}.`;
  const score = { value: null, bounds: null, n: 0, reason };
  const evidence = { kind: "none", n: 0, logprobs: null, topK: null, flags: [], sentence: reason } as const;
  return { ...rest, score: { name: "", score, evidence } };
}

const ofAlternatives: ReadonlySet<string> = new Set(["meanEntropy", "maxEntropy", "meanMargin", "minMargin"]);

/** Whether the raw confidence is made of more than the tokens' own log-probabilities; a function's may be. */
function needsAlternatives({ score, field, stack }: ConfidenceOptions): boolean {
  if (typeof score === "function" || field !== undefined) return true;
  if (stack !== undefined) return stack.scores.some(({ name }) => ofAlternatives.has(name));
  return typeof score === "string" && ofAlternatives.has(score);
}

/**
 * The confidence of one answer of a response; null where there is no such answer.
 *
 * @param why the answer has no log-probabilities, where that was known before it came
 */
export function confidenceOf(
  response: LlmResponse,
  position: number,
  { assess }: Settings,
  why: LogprobStatus | null,
): Confidence | null {
  const found = response.choices[position];
  return found === undefined ? null : assess(withoutScraps(explained(found, why)));
}

const flags: Readonly<Partial<Record<LogprobStatus, TraceFlag>>> = {
  rejected: "logprobs-rejected",
  "not-streamed": "logprobs-not-streamed",
};

/** What was known before belongs to the answer that then came without log-probabilities. */
function explained(trace: Trace, why: LogprobStatus | null): Trace {
  if (why === null || trace.logprobs === "present" || trace.logprobs === "partial") return trace;
  const flag = flags[why];
  return { ...trace, logprobs: why, flags: flag === undefined ? trace.flags : [...new Set([...trace.flags, flag])] };
}

/** Where tokens were lost on the way, those that are left say nothing of the whole answer. */
function withoutScraps(trace: Trace): Trace {
  if (!trace.flags.includes("tokens-differ-from-text")) return trace;
  const held = tokensOf(trace, "content").reduce((length, { text }) => length + text.length, 0);
  if (held >= trace.text.length) return trace;
  return { ...trace, tokens: trace.tokens.filter(({ channel }) => channel !== "content"), logprobs: "absent", topK: 0 };
}

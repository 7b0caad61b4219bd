import { InputError } from "@candor/core";
import type { Evidence } from "../evidence/evidence.ts";
import { evidenceOf } from "../evidence/evidence-of.ts";
import { scoreTrace } from "../scores/score-trace.ts";
import type { LlmResponse, Trace } from "../trace/trace.ts";
import { createRejections, type Rejections } from "./rejections.ts";

/** What wrappers add to an answer; plain JSON. */
export interface Confidence {
  readonly probability: number | null;
  readonly evidence: Evidence;
}

/** Options of every wrapper. */
export interface ConfidenceOptions {
  /** Alternatives per token to ask for, 0 to 20. Default 5. */
  readonly topK?: number;
  /** Which models refused log-probabilities. Default: a memory of this wrapper's own. */
  readonly rejections?: Rejections;
}

/** The options, checked, with their defaults. */
export interface Settings {
  readonly topK: number;
  readonly rejections: Rejections;
}

/**
 * Options checked once, so that a wrong one shows where the wrapper is made and not in the middle of an answer.
 *
 * @throws {InputError} `out-of-range` for a `topK` that is no whole number from 0 to 20, and whatever `assess` says of its own
 */
export function settingsOf(options: ConfidenceOptions): Settings {
  const { topK = 5, rejections = createRejections() } = options;
  if (!Number.isInteger(topK) || topK < 0 || topK > 20)
    throw new InputError("out-of-range", `topK must be a whole number from 0 to 20, got ${topK}`);
  return { topK, rejections };
}

/** The confidence of one answer of a response; null where there is no such answer. */
export function confidenceOf(
  response: LlmResponse,
  position: number,
  _settings: Settings,
  refused: boolean,
): Confidence | null {
  const found = response.choices[position];
  if (found === undefined) return null;
  const trace = refused ? markedRefused(found) : found;
  return { probability: scoreTrace(trace).lengthNormalised.value, evidence: evidenceOf(trace) };
}

/** The server's refusal belongs to the answer that then came without log-probabilities. */
function markedRefused(trace: Trace): Trace {
  if (trace.logprobs === "present" || trace.logprobs === "partial") return trace;
  return { ...trace, logprobs: "rejected", flags: [...new Set([...trace.flags, "logprobs-rejected" as const])] };
}

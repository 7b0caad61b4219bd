import type { LogprobStatus, Trace, TraceFlag } from "../trace/trace.ts";

/** What a confidence rests on, best first. */
export type EvidenceKind =
  /** Log-probabilities of the tokens of the answer itself. */
  | "logprobs"
  /** The probability of a decision model. */
  | "decision"
  /** Probability mass of a judge's verdict (P(True), boolean, choice, scale). */
  | "judge"
  /** Agreement among several answers to the same question. */
  | "samples"
  /** A number or words that the model stated. */
  | "verbalised"
  /** Nothing: no confidence. */
  | "none";

/** What a confidence rests on, said beside it. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** Tokens, samples or statements it rests on. */
  readonly n: number;
  readonly logprobs: LogprobStatus | null;
  readonly topK: number | null;
  readonly flags: readonly TraceFlag[];
  /** One plain sentence. */
  readonly sentence: string;
}

/** What goes to a model: the lowest common denominator of every provider's chat. Content is never logged. */
export interface Ask {
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
  /** Logprobs wanted: number of alternatives per token, 0 for none. */
  readonly topK: number;
  /** Undefined: the model's own. */
  readonly temperature?: number;
  readonly maxTokens?: number;
}

/** Calls a model. The user writes it, or a wrapper makes it; Candor never opens a connection of its own. */
export type AskModel = (ask: Ask, signal: AbortSignal) => Promise<Trace>;

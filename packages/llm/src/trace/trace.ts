import type { Provider, WireFormat } from "./provider.ts";
import type { Channel, Token } from "./token.ts";

/** What is odd about an answer's evidence; `flagSentence` says each in words. */
export type TraceFlag =
  /** The bytes of the tokens do not make up the text; positions of tokens are unknown. */
  | "tokens-differ-from-text"
  /** Tokens at an end (stop sequence, special token, trimmed space) are not in the text. */
  | "text-trimmed"
  /** Markers of the tokenizer (Ġ, ▁, <0x0A>) were read as what they stand for. */
  | "markers-decoded"
  /** A character was split over tokens and its bytes were restored from the text or from escapes. */
  | "bytes-restored"
  /** The text has U+FFFD where the tokens have bytes of a character that was never completed. */
  | "replaced-in-text"
  /** Numbers of tokens (`token_id:123`) came in place of their texts; texts are known only where bytes came too. */
  | "numbered-tokens"
  /** −9999, −Infinity or a probability of 0 stood where a log-probability should; only an upper bound is known. */
  | "sentinel-logprobs"
  /** A positive log-probability: rounding (read as 0) or a sentinel (read as unknown). */
  | "positive-logprobs"
  /** Some tokens have no log-probability. */
  | "partial-logprobs"
  /** Log-probabilities were asked for, the request was accepted, and none came. */
  | "logprobs-ignored"
  /** The server refused to give log-probabilities. */
  | "logprobs-rejected"
  /** This server gives none while it streams. */
  | "logprobs-not-streamed"
  /** Arguments of tool calls carry no log-probabilities here. */
  | "tool-calls-without-logprobs"
  /** Reasoning tokens were not returned, or not with log-probabilities: the scores are of the visible answer alone. */
  | "reasoning-unseen"
  /** Reasoning stood inside the content (`<think>`); its tokens were moved to their channel. */
  | "reasoning-in-content"
  /** A generated token is not among its own top alternatives. */
  | "chosen-not-in-top"
  /** Several tokens came with the alternatives of the first; those of the others were dropped. */
  | "alternatives-repeated"
  /** Entries that are no token (no text, no object) were left out. */
  | "malformed-entries"
  /** The answer ended at the token limit. */
  | "truncated"
  /** The stream ended before its end was announced. */
  | "interrupted"
  /** A content filter ended or changed the answer. */
  | "filtered";

/** Whether an answer has token log-probabilities, and if not, why. */
export type LogprobStatus = "present" | "partial" | "absent" | "ignored" | "rejected" | "unsupported" | "not-streamed";

/** What the log-probabilities are of, where the server documents it: before or after temperature, penalties and masks. */
export type LogprobBasis = "raw" | "processed" | "unknown";

/** A call of a tool that the model asks for. */
export interface ToolCall {
  readonly id: string | null;
  readonly name: string;
  /** The arguments as they came: JSON text. */
  readonly arguments: string;
}

/** Tokens that were paid for; null where the provider does not say. */
export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly reasoningTokens: number | null;
}

/** One answer of a model, and the evidence that came with it. */
export interface Trace {
  readonly provider: Provider;
  readonly format: WireFormat;
  readonly model: string | null;
  /** The provider's id of the response. */
  readonly id: string | null;
  /** Position among the answers of one response. */
  readonly index: number;
  /** What the user sees; empty for a refusal or a mere tool call. */
  readonly text: string;
  readonly refusal: string | null;
  readonly reasoning: string | null;
  readonly toolCalls: readonly ToolCall[];
  /** All generated tokens that came, of every channel, in the order they were generated. */
  readonly tokens: readonly Token[];
  readonly logprobs: LogprobStatus;
  readonly basis: LogprobBasis;
  /** The most alternatives any token came with. */
  readonly topK: number;
  /** Why it ended, in the provider's word. */
  readonly finish: string | null;
  readonly flags: readonly TraceFlag[];
}

/** The answer to one typed question of a decision model. */
export interface DecisionAnswer {
  readonly name: string | null;
  readonly type: "predicate" | "choice" | "score" | "refusal";
  /** The likeliest option, or the expected score; null for a refusal. */
  readonly value: string | boolean | number | null;
  /** Of `value`: the model's own, uncalibrated, in [0, 1]; null for a refusal and where none was given. */
  readonly probability: number | null;
  /** Of every option, as given. */
  readonly probabilities: readonly { readonly value: string | boolean | number; readonly probability: number }[];
  /** The provider's statistic of how peaked the distribution is; not a probability of being right. Null where absent. */
  readonly peakedness: number | null;
  /** Share of the next-token mass on the offered options, in [0, 1]; null where absent. */
  readonly optionMass: number | null;
}

/** An error that the provider sent in place of an answer. Messages of providers may quote content: never log them. */
export interface ProviderFault {
  readonly status: number | null;
  readonly code: string | null;
  readonly message: string;
}

/** One response of a provider: one answer or several, or the answers of a decision model. */
export interface LlmResponse {
  readonly provider: Provider;
  readonly format: WireFormat;
  readonly model: string | null;
  readonly id: string | null;
  /** By index; empty for decision models and errors. */
  readonly choices: readonly Trace[];
  /** Of decision models; empty otherwise. */
  readonly answers: readonly DecisionAnswer[];
  readonly usage: Usage | null;
  readonly fault: ProviderFault | null;
}

/** The tokens of one channel, in order. */
export function tokensOf(trace: Trace, channel: Channel): readonly Token[] {
  return trace.tokens.filter((token) => token.channel === channel);
}

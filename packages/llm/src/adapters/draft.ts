import type { Provider, WireFormat } from "../trace/provider.ts";
import type { Channel } from "../trace/token.ts";
import type { DecisionAnswer, LogprobBasis, ProviderFault, TraceFlag, Usage } from "../trace/trace.ts";

/** An alternative as a provider wrote it, unchecked. */
export interface RawAlternative {
  readonly text: unknown;
  readonly bytes: unknown;
  readonly id: unknown;
  /** Natural logarithm, or whatever stood in its place. */
  readonly logprob: unknown;
}

/** A token as a provider wrote it, unchecked; `assemble` checks it and lays it on the text. */
export interface RawToken extends RawAlternative {
  readonly top: readonly RawAlternative[];
  readonly channel: Channel;
}

/** What a reader knows of one answer so far. Streams append to it; nothing is ever overwritten. */
export interface ChoiceDraft {
  readonly index: number;
  text: string;
  refusal: string | null;
  reasoning: string | null;
  readonly toolCalls: { id: string | null; name: string; arguments: string }[];
  readonly tokens: RawToken[];
  finish: string | null;
  /** True once a place for log-probabilities was seen, even an empty or null one. */
  logprobsSeen: boolean;
  readonly flags: Set<TraceFlag>;
}

/** What a reader knows of a response so far. */
export interface ResponseDraft {
  provider: Provider;
  readonly format: WireFormat;
  model: string | null;
  id: string | null;
  readonly choices: ChoiceDraft[];
  readonly answers: DecisionAnswer[];
  usage: Usage | null;
  fault: ProviderFault | null;
  basis: LogprobBasis;
  /** True where the response was streamed. */
  streamed: boolean;
  /** True once the end was announced (a finish reason, `[DONE]`, `done: true`); always true of whole responses. */
  ended: boolean;
}

/** Any object of parsed JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Reads one wire format. One file each; the only code that knows the format's field names. */
export interface Adapter {
  readonly format: WireFormat;
  /** Whether a whole response has this shape. */
  readonly matches: (body: JsonObject) => boolean;
  /** Whether one event of a stream has this shape. */
  readonly matchesEvent: (event: JsonObject) => boolean;
  /** @throws {InputError} `incompatible` saying which field was expected, for a body that `matches` but cannot be read */
  readonly read: (body: JsonObject) => ResponseDraft;
  /** Takes one parsed event into the draft; the first event gets a draft from `open`. */
  readonly open: () => ResponseDraft;
  readonly push: (draft: ResponseDraft, event: JsonObject) => void;
}

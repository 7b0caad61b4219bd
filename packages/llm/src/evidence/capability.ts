import type { Provider } from "../trace/provider.ts";

/** What is known of one ability: `unknown` means that it has to be tried. */
export type Known = "yes" | "no" | "unknown";

/** Which model on which server. */
export interface CapabilityKey {
  readonly provider: Provider;
  readonly model: string | null;
  /** Host or address, where the same model is offered by servers that differ (Gemini's two, a gateway). */
  readonly endpoint?: string;
}

/** What evidence a model on a server gives. */
export interface Capability {
  /** Log-probabilities of the tokens of a whole answer. */
  readonly logprobs: Known;
  /** The same while it streams. */
  readonly streamed: Known;
  /** The same of the arguments of tool calls. */
  readonly toolCalls: Known;
  /** Whether it reasons before it answers. */
  readonly reasoning: Known;
  /** The most alternatives per token that may be asked for; null where not known. */
  readonly maxTopK: number | null;
  /** `observed` once an answer or a refusal of this server said so; `documented` from the table; `none` before either. */
  readonly source: "none" | "documented" | "observed";
  /** One plain sentence: why. Never text of a provider. */
  readonly sentence: string;
}

/** The name under which a key is stored. */
export function capabilityName(key: CapabilityKey): string {
  return JSON.stringify([key.provider, key.model, key.endpoint ?? null]);
}

/** What is known of a model that nothing is known of. */
export const unknownCapability: Capability = {
  logprobs: "unknown",
  streamed: "unknown",
  toolCalls: "unknown",
  reasoning: "unknown",
  maxTopK: null,
  source: "none",
  sentence: "nothing is known of this model yet: ask once with log-probabilities",
};

import type { Provider, WireFormat } from "./provider.ts";

/** What the caller knows about a response that the response itself does not say. */
export interface ReadOptions {
  /** Who answered; taken from the response where not given. */
  readonly provider?: Provider;
  /** The shape of the response; recognised where not given. */
  readonly format?: WireFormat;
  /** Given where log-probabilities were asked for: with how many alternatives per token. Without it none are missed. */
  readonly requested?: { readonly topK: number };
}

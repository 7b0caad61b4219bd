/** Which part of an answer a token belongs to. */
export type Channel = "content" | "refusal" | "reasoning" | "tool";

/** A token that could have stood in a place. */
export interface Alternative {
  /** As it reads; `token_id:123` where the server told only its number. */
  readonly text: string;
  /** Its bytes as the provider gave them; null where it gave none or wrong ones. */
  readonly bytes: readonly number[] | null;
  readonly id: number | null;
  /** Natural logarithm, finite and ≤ 0; null where the provider gave no number that means one. */
  readonly logprob: number | null;
}

/** A token that was generated. No sentinel (−9999, +1, null, −Infinity) is ever a `logprob`. */
export interface Token {
  /**
   * As it reads where it stands; a token that is part of a character has the replacement character, and one
   * of which the server told only its number reads `token_id:123`.
   */
  readonly text: string;
  /** Its bytes; null where the provider gave none and the text does not determine them. */
  readonly bytes: readonly number[] | null;
  readonly id: number | null;
  /** Natural logarithm, finite and ≤ 0; null where unknown. */
  readonly logprob: number | null;
  /**
   * The largest natural logarithm that an unknown `logprob` can have: a token that is not among the top alternatives is at
   * most as likely as the least likely of them, and has at most what they leave of 1. Null where `logprob` is known, or where
   * nothing is known.
   */
  readonly logprobBound: number | null;
  /** Without sentinels, in descending order of `logprob`; the token itself is among them where the provider listed it. */
  readonly top: readonly Alternative[];
  readonly channel: Channel;
  /** Byte offsets into the UTF-8 of the channel's text; −1 where the tokens could not be laid on the text. */
  readonly start: number;
  readonly end: number;
}

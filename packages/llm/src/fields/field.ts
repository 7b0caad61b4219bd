/** A value of a JSON answer that a model considered in this place. */
export interface FieldAlternative {
  /** As it would stand in the JSON: `5`, `"Friday"`, `null`; a beginning has no closing quote: `"Fri`, `[`. */
  readonly json: string;
  /**
   * Probability of the value, or where only its beginning is known, of that beginning: the tokens it shares with the answer's
   * value times the one at which it differs, summed over spellings (`6`, ` 6`, `6}`). In [0, 1].
   */
  readonly probability: number;
  /** True where the value is complete; false where only its beginning is known. */
  readonly complete: boolean;
}

/** What is odd about a field; `fieldFlagSentence` says each in words. */
export type FieldFlag =
  /** The answer ended inside it. */
  | "incomplete"
  /** The same key stands in this object more than once; parsers keep the last. */
  | "duplicate-key"
  /** A token of the value also carries quotes, separators or a neighbour, so its mass cannot be told apart. */
  | "shared-token"
  /** A number that JavaScript cannot hold exactly; `json` has all digits. */
  | "inexact-number"
  /** A token of the value has no log-probability. */
  | "unknown-token"
  /**
   * The token behind it would have continued the value with 0.05 or more (`100` then `0` beside `,`): `probability` is of what
   * stands there so far, and the lower bound also of its end.
   */
  | "may-go-on"
  /** No token is known to lie here: arguments of tool calls mostly, and tokens that differ from the text. */
  | "no-tokens";

/** One leaf (or empty container) of a JSON answer. */
export interface Field {
  /** JSONPath (RFC 9535): `$`, `$.name`, `$.items[2].price`, `$["odd key"]`. */
  readonly path: string;
  /**
   * The parsed value, as `JSON.parse` gives it: a number that does not fit is rounded, beyond 1.8e308 to ±Infinity. Of an
   * incomplete string the text so far, of an incomplete number its digits so far, of an incomplete literal the only one it can be.
   */
  readonly value: string | number | boolean | null | readonly never[] | Readonly<Record<string, never>>;
  /** Exactly as it stands in the answer, quotes and escapes included. */
  readonly json: string;
  /** Byte offsets of `json` in the UTF-8 of the answer. */
  readonly start: number;
  readonly end: number;
  /**
   * Probability of the value given all before, in [0, 1]: the product over its tokens; null where one is unknown. A token that
   * also carries punctuation, and the only token of a value, count with all their known alternatives that say the same value.
   */
  readonly probability: number | null;
  /**
   * What the probability can be. Lower: the tokens as they came, times the share that ends the value where it `may-go-on`. Upper: shared tokens with every alternative that may say the
   * same value, the unseen tail included; unknown tokens with their bound. Both are `probability` where neither occurs.
   */
  readonly bounds: readonly [number, number];
  /** Product over the tokens that are quotes of this value only, 1 where there is none; null where one is unknown. */
  readonly quoteProbability: number | null;
  /**
   * Product over the tokens that are structure only (keys, `:`, `,`, spaces, brackets, quotes joined with these), 1 where there
   * is none; null where one is unknown. A field has the structure before it; the token that closes its string; the last field
   * all that follows. Each token of the answer is counted once, save one that carries several values.
   */
  readonly separatorProbability: number | null;
  /** The tokens of the value (not of its quotes and separators): indices into the tokens that were given. */
  readonly tokens: readonly number[];
  /** Most probable first, at most ten, the field's own value among them; empty where no alternatives came. */
  readonly alternatives: readonly FieldAlternative[];
  readonly flags: readonly FieldFlag[];
}

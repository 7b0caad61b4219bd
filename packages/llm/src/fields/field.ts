/** A value of a JSON answer that a model considered in this place. */
export interface FieldAlternative {
  /** As it would stand in the JSON: `5`, `"Friday"`, `null`. */
  readonly json: string;
  /** Probability of the whole value where the tokens determine it, else of its first differing token; in [0, 1]. */
  readonly probability: number;
  /** True where the value is complete; false where only its beginning is known. */
  readonly complete: boolean;
}

/** What is odd about a field. */
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
  | "unknown-token";

/** One leaf (or empty container) of a JSON answer. */
export interface Field {
  /** JSONPath: `$`, `$.name`, `$.items[2].price`, `$["odd key"]`. */
  readonly path: string;
  /** The parsed value; the partial text of an incomplete string. A number that does not fit has its nearest double. */
  readonly value: string | number | boolean | null | readonly never[] | Readonly<Record<string, never>>;
  /** Exactly as it stands in the answer, quotes and escapes included. */
  readonly json: string;
  /** Byte offsets of `json` in the UTF-8 of the answer. */
  readonly start: number;
  readonly end: number;
  /** Probability of the value's tokens given all before, in [0, 1]; null where a token is unknown. */
  readonly probability: number | null;
  /** Bounds where a token is shared or unknown; equal to `probability` twice where neither is. */
  readonly bounds: readonly [number, number];
  /** Product over the tokens that are quotes only, and over those that are separators (`:`, `,`, spaces, brackets) only. */
  readonly quoteProbability: number | null;
  readonly separatorProbability: number | null;
  /** Indices into the tokens that were given. */
  readonly tokens: readonly number[];
  readonly alternatives: readonly FieldAlternative[];
  readonly flags: readonly FieldFlag[];
}

import type { CodeLanguage } from "./code-tokens.ts";
import type { DecimalMark } from "./read-amount.ts";
import type { DateOrder } from "./read-date.ts";

/** What answers are compared as. */
export type EquivalenceKind =
  /** The narrowest of the kinds below that both answers have. */
  | "auto"
  /** Numbers and quantities, by exact value, units converted. */
  | "number"
  /** Dates and times. */
  | "date"
  /** Amounts of a currency. */
  | "money"
  /** Elements in order. */
  | "list"
  /** Elements in any order, each counted once. */
  | "set"
  /** Tokens of code, without whitespace and comments. */
  | "code"
  /** Normalised text. */
  | "text"
  /** JSON by value. */
  | "json"
  /** The caller's own relation or key. */
  | "custom";

/** When two answers are the same. */
export interface Equivalence {
  readonly isAsync: false;
  readonly kind: EquivalenceKind;
  /** True where equal answers of an equal answer are equal: then, and only then, there are keys. */
  readonly isTransitive: boolean;
  /** True where the answers mean the same. Always true of an answer and itself; the same either way round. */
  readonly equal: (a: string, b: string) => boolean;
  /** The same for equal answers, different for others; null where the relation has no such key (tolerances, callbacks). */
  readonly key: (answer: string) => string | null;
}

/** When two answers are the same, as a model sees it. */
export interface AsyncEquivalence {
  readonly isAsync: true;
  readonly kind: "embedding" | "entailment";
  readonly isTransitive: false;
  /** Resolves to true where the answers mean the same. Always true of an answer and itself; the same either way round. */
  readonly equal: (a: string, b: string, signal?: AbortSignal) => Promise<boolean>;
}

/** Options of `createEquivalence`. */
export interface EquivalenceOptions {
  /** Default `auto`. */
  readonly kind?: EquivalenceKind;
  /**
   * Whether the short answer is taken out of a longer one (`finalAnswer`). Default true; never for `code`. `value`: besides, of
   * a sentence that holds exactly one number, the number with its unit (`The hospital is 5 miles away`), unless it is qualified.
   */
  readonly extract?: boolean | "value";
  /** Numbers are equal within this share of the larger magnitude, ≥ 0. Default 0. */
  readonly relativeTolerance?: number;
  /** Numbers are equal within this distance, ≥ 0, in the base unit (metre, kilogram, second, kelvin, …). Default 0. */
  readonly absoluteTolerance?: number;
  /** Default `point`: 1,000.5. */
  readonly decimal?: DecimalMark;
  /** Unit or currency that a bare number has, such as `km` or `EUR`. Default none: `5 km` and `5` differ. */
  readonly assume?: string;
  /** What `$` and "dollars" are, as an ISO code. Default `USD`. */
  readonly dollar?: string;
  /** How `03/04/2024` is read. Default `unknown`. */
  readonly dateOrder?: DateOrder;
  /** Whether upper and lower case differ in text. Default false. */
  readonly caseSensitive?: boolean;
  /** What the elements of a list or set are compared as. Default `auto`. */
  readonly elements?: "auto" | "number" | "date" | "money" | "text";
  /** Language of code without a tagged fence. Default: Python where a line opens a block, else only plain comments go. */
  readonly language?: CodeLanguage;
  /** For `custom`: true where both mean the same. Asked both ways round; one "no" is enough. */
  readonly equal?: (a: string, b: string) => boolean;
  /** For `custom`: the same string for equal answers. */
  readonly key?: (answer: string) => string;
}

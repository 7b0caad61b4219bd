import { printable } from "../show.ts";
import { isMissingText } from "./missing-text.ts";

/** What a label can turn out to be besides a class index ≥ 0. */
export const labelState = { unknown: -1, missing: -2 } as const;

type Pair = readonly [negative: string, positive: string];

const pairs: readonly Pair[] = [
  ["0", "1"],
  ["false", "true"],
  ["f", "t"],
  ["no", "yes"],
  ["n", "y"],
  ["negative", "positive"],
  ["neg", "pos"],
  ["-", "+"],
  ["-1", "1"],
  ["off", "on"],
  ["absent", "present"],
];

const correctPairs: readonly Pair[] = [
  ...pairs.slice(0, 5),
  ["incorrect", "correct"],
  ["wrong", "correct"],
  ["wrong", "right"],
  ["fail", "pass"],
];

/** Whether two labels name the same class: `1` and `1.0`, `Yes` and `yes`. */
export function isSameLabel(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

/** A label as it is compared: numbers without needless digits, words in lower case. */
function plain(text: string): string {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed !== "" && Number.isInteger(value) ? String(value === 0 ? 0 : value) : trimmed.toLowerCase();
}

function isDigit(label: string): boolean {
  return ["0", "1"].includes(plain(label));
}

/**
 * Tells the positive class from the negative one. Without a named positive class only pairs that everybody reads in
 * the same way are understood: 0/1, false/true, no/yes, negative/positive, -1/1 and a few more.
 */
export class BinaryLabels {
  readonly #positive: string | undefined;
  /** Names that 0 and 1 stand for as well. */
  readonly #named: Pair | undefined;
  #hasDigits = false;
  #candidates: readonly Pair[];
  #seen: [negative: string | undefined, positive: string | undefined] = [undefined, undefined];
  #negativePlain: string | undefined;

  /**
   * @param role `correct` also understands wrong/right and its kin, and knows no -1
   * @param positive the value that is the positive class, as the user wrote it
   * @param named both classes, negative first, where something names them: they and 0 and 1 are then understood
   */
  constructor(role: "label" | "correct", positive?: string, named: readonly string[] = []) {
    this.#positive = positive;
    const [negative, own] = named;
    if (role === "label" && negative !== undefined && own !== undefined && !isDigit(negative) && !isDigit(own))
      this.#named = [negative, own];
    this.#candidates = role === "label" ? pairs : correctPairs;
  }

  /** 0 for the negative class, 1 for the positive one, else a `labelState`. */
  classify(text: string): number {
    const named = this.#fromNamed(plain(text));
    if (named >= 0) return named;
    const result =
      this.#positive === undefined ? this.#fromPairs(plain(text)) : this.#fromPositive(text, this.#positive);
    if (result === labelState.unknown && isMissingText(text)) return labelState.missing;
    if (result >= 0) this.#seen[result] ??= text.trim();
    return result;
  }

  /** A name that is known, or the digit that stands for it. */
  #fromNamed(label: string): number {
    if (this.#named === undefined) return labelState.unknown;
    if (isDigit(label)) {
      this.#hasDigits = true;
      return Number(label);
    }
    return this.#named.findIndex((name) => plain(name) === label);
  }

  #fromPositive(text: string, positive: string): number {
    if (text === positive || plain(text) === plain(positive)) return 1;
    if (isMissingText(text)) return labelState.missing;
    this.#negativePlain ??= plain(text);
    return plain(text) === this.#negativePlain ? 0 : labelState.unknown;
  }

  #fromPairs(label: string): number {
    const fitting = this.#candidates.filter((pair) => pair.includes(label));
    if (fitting.length === 0) return labelState.unknown;
    this.#candidates = fitting;
    return fitting[0]![1] === label ? 1 : 0;
  }

  /** Names of the negative and the positive class: from what was seen so far, then from what is known of them. */
  names([knownNegative, knownPositive]: readonly string[] = []): [string, string] {
    if (this.#named !== undefined && this.#seen.every((name) => name === undefined)) return [...this.#named];
    const [negative = knownNegative, positive = knownPositive] = this.#seen;
    if (this.#positive !== undefined) return [negative ?? `not ${this.#positive}`, positive ?? this.#positive];
    const pair = this.#candidates[0]!;
    return [negative ?? pair[0], positive ?? pair[1]];
  }

  /** What is expected of a label, in words. */
  expectation(): string {
    const [negative, positive] = this.names();
    if (this.#named !== undefined) return `${this.#named.join(" or ")}, or 0 or 1`;
    const decided = this.#seen.some((name) => name !== undefined);
    if (!decided) return "0 or 1 (or true or false, yes or no and the like)";
    return `${negative} or ${positive}`;
  }

  /** What was read as something else, in sentences. */
  notes(): string[] {
    return this.#named !== undefined && this.#hasDigits
      ? [`labels 0 and 1 are read as ${this.#named.map((name) => printable(name)).join(" and ")}`]
      : [];
  }

  /** Nothing has been understood so far. */
  get isUndecided(): boolean {
    return this.#positive === undefined && this.#named === undefined && this.#seen.every((name) => name === undefined);
  }
}

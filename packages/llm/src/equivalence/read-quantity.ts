import { add, multiply, type Rational } from "./rational.ts";
import { type AmountRead, type DecimalMark, readAmount } from "./read-amount.ts";
import { type Unit, unitOf } from "./units.ts";

/** A number in the base unit of what it measures. */
export interface Quantity {
  /** `length`, `mass`, …; `number` for a bare number or a share; `of apple` for counted things. */
  readonly dimension: string;
  readonly amount: Rational;
  /** True where neither a unit nor a percent sign stood with it. */
  readonly isBare: boolean;
}

const HEDGE = /^(?:[~≈]|(?:about|approximately|approx\.?|roughly|around|circa|exactly) )\s*/i;
const NO_NOUN = new Set([
  "or",
  "and",
  "to",
  "of",
  "in",
  "at",
  "by",
  "is",
  "a",
  "an",
  "the",
  "not",
  "than",
  "times",
  "per",
]);

/** The amount of a unit in the base unit of its dimension; shares are plain numbers. */
export function inBase(amount: Rational, unit: Unit): Quantity {
  const dimension = unit.dimension === "share" ? "number" : unit.dimension;
  return { dimension, amount: multiply(add(amount, unit.shift), unit.factor), isBare: false };
}

/** `5 ft 10 in`, `1 hour and 30 minutes`: parts of one dimension add up. */
function readParts(first: AmountRead, mark: DecimalMark): Quantity | null {
  const split = /^([^\d]+?)[, ]+(?:and )?(?=\d)(.+)$/u.exec(first.rest) ?? /^(')(\d.*)$/u.exec(first.rest);
  if (split === null) return null;
  const unit = unitOf(split[1] ?? "");
  const other = readQuantity(split[2] ?? "", mark);
  if (unit === null || other === null || unit.dimension === "temperature") return null;
  const one = inBase(first.amount, unit);
  if (one.dimension !== other.dimension || one.dimension === "number" || other.amount.num < 0n) return null;
  return first.amount.num < 0n ? null : { ...one, amount: add(one.amount, other.amount) };
}

/**
 * Reads a number, with or without a unit, where the whole text is one: `1,000`, `5 km`, `50 %`, `six apples`.
 *
 * A unit outside the table counts things: `5 apples` is five of apple, which is not the number 5. Words such as `about` are
 * dropped; `more than 5`, ranges and comparisons are no numbers.
 *
 * @param text as `prepareText` and `plainMath` leave it
 * @returns null where it is not one number
 */
export function readQuantity(text: string, mark: DecimalMark): Quantity | null {
  const plain = text.replace(HEDGE, "").replace(/(\d ?h(?:rs?|ours?)? ?\d+ ?)m$/u, "$1min");
  const read = readAmount(plain, mark);
  if (read === null) return null;
  const rest = read.rest;
  if (rest === "") return { dimension: "number", amount: read.amount, isBare: true };
  const unit = unitOf(rest) ?? (rest.endsWith(".") ? unitOf(rest.slice(0, -1)) : null);
  if (unit !== null) return inBase(read.amount, unit);
  const parts = readParts(read, mark);
  if (parts !== null) return parts;
  const noun = rest.toLowerCase();
  if (!read.spaced || !/^\p{L}{3,}$/u.test(noun) || NO_NOUN.has(noun)) return null;
  return { dimension: `of ${/[^s]s$/.test(noun) ? noun.slice(0, -1) : noun}`, amount: read.amount, isBare: false };
}

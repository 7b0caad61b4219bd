import type { MoneyOptions } from "./read-money.ts";
import { readMoney } from "./read-money.ts";
import { readQuantity } from "./read-quantity.ts";
import { unitOf } from "./units.ts";

/** Words that make of a number something else than an answer of its own. */
const QUALIFIED =
  /\b(?:not|never|no|nor|cannot|without|more|less|fewer|least|most|over|under|above|below|between|or|if|whether|unless|maybe|wrong|incorrect|minimum|maximum|before|after|except|than|nicht|kein\p{L}*|ob|wenn|oder|pas|ou|si|não|non|nie|jamais|nunca|mehr|weniger|plus|moins|más|menos)\b|n't\b|[<>≤≥±=?]/iu;

/** Directly around a number: ordinals, eras, roots, variables and ranks are something else than the number. */
const BEHIND_OTHER = /^(?:st|nd|rd|th)\b|^ ?(?:BCE?|CE|AD|B\.C\.|A\.D\.)(?!\p{L})|^\+|^!(?!\s|$)/u;

const BEFORE_OTHER = /(?:√ ?\(?|\\sqrt\{|#|\b(?:AD|No\.) )$/u;

const NUMBER = /(?<![\p{L}\d.,/:^-])(?:(?:[A-Z]{1,3})?[$€£¥₹] ?)?-?(?:\d[\d,]*)?\.?\d+(?:\/\d+)?/gu;

/**
 * The number, with its unit or currency, of a sentence that holds exactly one: `5 miles` of "The hospital is 5 miles away".
 *
 * A sentence with words that qualify the number (`not 5`, `more than 5`, `if`, `5 or`) gives nothing: it is compared as text. So
 * does one with several numbers, or with numbers in words only.
 *
 * @param text as `prepareText` leaves it, at most 400 characters
 * @returns the part of the text that is the value; null where there is none
 */
export function soleValue(text: string, options: MoneyOptions): string | null {
  if (QUALIFIED.test(text) || (text.match(/\d[\d,.]*/gu) ?? []).length !== 1) return null;
  const match = Array.from(text.matchAll(NUMBER))[0];
  if (match === undefined) return null;
  const before = /\b[A-Z]{3} $/u.exec(text.slice(0, match.index))?.[0] ?? "";
  const behind = text.slice(match.index + match[0].length);
  if (BEHIND_OTHER.test(behind) || BEFORE_OTHER.test(text.slice(0, match.index))) return null;
  const symbol = /^ ?(\p{Ll}{1,2}\p{Lu}\p{L}?)(?!\p{L})/u.exec(behind)?.[1];
  if (symbol !== undefined && unitOf(symbol) === null) return null;
  if (/^ ?\p{L}(?![\p{L}\d/²³^'°])/u.test(behind) && unitOf(behind.trim().slice(0, 1)) === null) return null;
  if (
    /^\s?[A-Z]{3}\b/u.test(behind) &&
    /[$€£¥₹]/u.test(match[0]) &&
    readMoney(`${match[0]}${behind.slice(0, 4)}`, options) === null
  )
    return null;
  const words = (/^ ?[^\s.,;:!)]+(?: [^\s.,;:!)]+){0,3}/u.exec(behind)?.[0] ?? "").split(/(?<=\S)(?= )/u);
  for (let count = words.length; count >= 0; count--) {
    const span = `${match[0]}${words.slice(0, count).join("")}`;
    for (const candidate of before === "" ? [span] : [`${before}${span}`, span]) {
      if (readMoney(candidate, options) !== null) return candidate;
      const quantity = readQuantity(candidate, options.decimal);
      if (quantity === null) continue;
      if (!quantity.dimension.startsWith("of ") || /s$/iu.test(candidate)) return candidate;
    }
  }
  return null;
}

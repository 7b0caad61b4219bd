import { readNumberWords, SCALES } from "./number-words.ts";
import { decimal, multiply, negate, type Rational, rational } from "./rational.ts";

/** How decimals are marked: `1,000.5` or `1.000,5`. */
export type DecimalMark = "point" | "comma";

/** A number read off the beginning of a text. */
export interface AmountRead {
  readonly amount: Rational;
  /** What stands behind it, trimmed. */
  readonly rest: string;
  /** Whether a space stood before the rest. */
  readonly spaced: boolean;
}

/** Digits in groups (of three; of two before the last in Indian style) or in one run, then decimals. */
const NUMERALS: Readonly<Record<DecimalMark, RegExp>> = {
  point:
    /^(?:(\d{1,3}(?:([,'_ ])\d{3}(?:\2\d{3})*)|\d{1,2}(?:,\d{2})+,\d{3})(?![\d]|[,'_]\d)|(\d+))?(?:\.(\d+))?(?:[eE]([+-]?\d+)(?![\w.]))?/,
  comma: /^(?:(\d{1,3}(?:([.'_ ])\d{3}(?:\2\d{3})*))(?![\d]|[.'_]\d)|(\d+))?(?:,(\d+))?(?:[eE]([+-]?\d+)(?![\w,]))?/,
};

const POWER = /^ ?[x×*·] ?10\^([+-]?\d+)(?!\d)/;
const FRACTION = /^(?:(\d+) )?([1-9]\d*) ?\/ ?([1-9]\d*)(?![\d/.,]|\/)/;
const SUFFIXES: ReadonlyMap<string, bigint> = new Map([
  ["k", 1_000n],
  ["K", 1_000n],
  ["M", 1_000_000n],
  ["mn", 1_000_000n],
  ["B", 1_000_000_000n],
  ["bn", 1_000_000_000n],
  ["T", 1_000_000_000_000n],
]);

function readNumeral(text: string, mark: DecimalMark): { amount: Rational; rest: string } | null {
  const fraction = FRACTION.exec(text);
  if (fraction !== null) {
    const [all, whole = "0", num = "0", den = "1"] = fraction;
    if (all.length > 100) return null;
    return {
      amount: rational(BigInt(whole) * BigInt(den) + BigInt(num), BigInt(den)),
      rest: text.slice(all.length),
    };
  }
  if (/^10\^[+-]?\d+(?!\d)/.test(text)) return readNumeral(`1×${text}`, mark);
  const match = NUMERALS[mark].exec(text);
  if (match === null || match[0] === "") return null;
  const [all, grouped, , run, part, exponent] = match;
  const whole = grouped === undefined ? (run ?? "") : grouped.replace(/\D/gu, "");
  const rest = text.slice(all.length);
  const power = exponent === undefined ? POWER.exec(rest) : null;
  const scale = exponent ?? power?.[1] ?? "0";
  const amount = decimal(`${whole}${part === undefined ? "" : `.${part}`}e${scale}`);
  return amount === null ? null : { amount, rest: power === null ? rest : rest.slice(power[0].length) };
}

/**
 * Reads a number off the beginning: numerals with or without groups, decimals, `1e3`, `3 × 10^8`, `1/2`, `1 1/2`, English
 * words (`one hundred`), and what multiplies it: `3.5 million`, and attached `5k`, `5M`, `5bn`.
 *
 * `M`, `K` and `B` multiply only where they touch the number: `5M` is five million, `5 m` five metres, `5 K` five kelvin.
 * A leading zero makes no fraction (`03/04` may be a date).
 *
 * @param text as `prepareText` leaves it
 * @returns null where no number begins
 */
export function readAmount(text: string, mark: DecimalMark): AmountRead | null {
  const signed = /^(?:([+-])(?=[\d.,])|(minus|negative) )?(.*)$/isu.exec(text);
  const [, sign = "", word, body = ""] = signed ?? [];
  const numeral = readNumeral(body, mark);
  let amount: Rational;
  let rest: string;
  if (numeral !== null) ({ amount, rest } = numeral);
  else {
    const words = readNumberWords(body.toLowerCase());
    const value = words === null ? null : decimal(words.numeral);
    if (words === null || value === null) return null;
    amount = value;
    rest = words.rest === "" ? "" : ` ${body.slice(body.length - words.rest.length)}`;
  }
  const suffix = numeral === null ? null : /^(k|K|M|mn|B|bn|T)(?![\p{L}\d/^])/u.exec(rest);
  if (suffix !== null) {
    amount = multiply(amount, rational(SUFFIXES.get(suffix[0]) ?? 1n));
    rest = rest.slice(suffix[0].length);
  } else if (numeral !== null) {
    for (let scale = scaleOf(rest); scale !== null; scale = scaleOf(rest)) {
      amount = multiply(amount, rational(scale.by));
      rest = scale.rest;
    }
  }
  if (sign === "-" || word !== undefined) amount = negate(amount);
  return { amount, rest: rest.trim(), spaced: rest === "" || /^\s/u.test(rest) };
}

function scaleOf(rest: string): { by: bigint; rest: string } | null {
  const match = /^[ -]?(dozen|hundred|thousand|million|billion|trillion)(?!\p{L})/iu.exec(rest);
  if (match === null) return null;
  const by = SCALES.get((match[1] ?? "").toLowerCase());
  return by === undefined ? null : { by, rest: rest.slice(match[0].length) };
}

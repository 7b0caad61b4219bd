import { add, multiply, negate, type Rational, rational } from "./rational.ts";
import { type DecimalMark, readAmount } from "./read-amount.ts";

/** An amount of a currency. */
export interface Money {
  /** ISO 4217. */
  readonly currency: string;
  readonly amount: Rational;
}

const CODES = new Set(
  "USD EUR GBP JPY CNY INR KRW RUB TRY ILS THB VND UAH NGN CHF PLN SEK NOK DKK CZK HUF AUD CAD NZD HKD SGD BRL MXN ZAR".split(
    " ",
  ),
);
const SYMBOLS: ReadonlyMap<string, string> = new Map([
  ["US$", "USD"],
  ["AU$", "AUD"],
  ["A$", "AUD"],
  ["CA$", "CAD"],
  ["C$", "CAD"],
  ["NZ$", "NZD"],
  ["HK$", "HKD"],
  ["S$", "SGD"],
  ["R$", "BRL"],
  ["$", "dollar"],
  ["€", "EUR"],
  ["£", "GBP"],
  ["¥", "JPY"],
  ["₹", "INR"],
  ["₩", "KRW"],
  ["₽", "RUB"],
  ["₺", "TRY"],
  ["₪", "ILS"],
  ["฿", "THB"],
  ["₫", "VND"],
  ["₴", "UAH"],
  ["₦", "NGN"],
]);
const WORDS: ReadonlyMap<string, string> = new Map([
  ["dollar", "dollar"],
  ["dollars", "dollar"],
  ["bucks", "dollar"],
  ["us dollar", "USD"],
  ["us dollars", "USD"],
  ["u.s. dollars", "USD"],
  ["euro", "EUR"],
  ["euros", "EUR"],
  ["pounds sterling", "GBP"],
  ["british pounds", "GBP"],
  ["yen", "JPY"],
  ["japanese yen", "JPY"],
  ["yuan", "CNY"],
  ["rupee", "INR"],
  ["rupees", "INR"],
  ["swiss francs", "CHF"],
  ["swiss franc", "CHF"],
  ["canadian dollars", "CAD"],
  ["australian dollars", "AUD"],
]);
const SYMBOL = /^(?:US|AU|A|CA|C|NZ|HK|S|R)?\$|^[€£¥₹₩₽₺₪฿₫₴₦]/u;

/** How money is read. */
export interface MoneyOptions {
  readonly decimal: DecimalMark;
  /** What `$` and "dollars" mean: an ISO code. */
  readonly dollar: string;
  /** Whether `pounds` are money (kind `money`) or a mass (kind `auto`). */
  readonly pounds: boolean;
}

/** The ISO code of a currency's name, code or symbol; null where there is none. */
export function currencyOf(name: string, { dollar, pounds }: Pick<MoneyOptions, "dollar" | "pounds">): string | null {
  const upper = name.toUpperCase();
  const word = name.toLowerCase();
  const found = CODES.has(upper) ? upper : (SYMBOLS.get(upper) ?? WORDS.get(word) ?? null);
  if (found === null) return pounds && /^pounds?$/.test(word) ? "GBP" : null;
  return found === "dollar" ? dollar : found;
}

const CENT = rational(1n, 100n);

function afterAmount(text: string, options: MoneyOptions): Money | null {
  const read = readAmount(text, options.decimal);
  if (read === null || read.rest === "") return null;
  if (/^(?:¢|cents?)$/i.test(read.rest)) return { currency: options.dollar, amount: multiply(read.amount, CENT) };
  const parts = /^(\D+?),? and (.+ cents?)$/i.exec(read.rest);
  if (parts !== null) {
    const currency = currencyOf(parts[1] ?? "", options);
    const small = afterAmount(parts[2] ?? "", options);
    if (currency === null || small?.currency !== currency || read.amount.num < 0n || small.amount.num < 0n) return null;
    return { currency, amount: add(read.amount, small.amount) };
  }
  const currency = currencyOf(read.rest, options);
  return currency === null ? null : { currency, amount: read.amount };
}

/**
 * Reads an amount of money where the whole text is one: `$3.5 million`, `USD 3,500,000`, `5 €`, `-$5`, `($5)`, `50 cents`.
 *
 * @param text as `prepareText` leaves it
 * @returns null where it is not an amount with a currency
 */
export function readMoney(text: string, options: MoneyOptions): Money | null {
  const plain = text.replace(/^(?:[~≈]|(?:about|approximately|roughly|around) )\s*/i, "");
  const accounting = /^\(([^()]+)\)$/u.exec(plain);
  if (accounting !== null) {
    const inside = readMoney(accounting[1] ?? "", options);
    return inside !== null && inside.amount.num > 0n && SYMBOL.test(accounting[1] ?? "")
      ? { currency: inside.currency, amount: negate(inside.amount) }
      : null;
  }
  const [, minus = "", body = ""] = /^(-?)(.*)$/su.exec(plain) ?? [];
  const before = SYMBOL.exec(body)?.[0] ?? /^[A-Z]{3}(?=[ \d-])/u.exec(body)?.[0];
  if (before === undefined) return afterAmount(plain, options);
  const currency = currencyOf(before, options);
  const read = readAmount(body.slice(before.length).trimStart(), options.decimal);
  if (currency === null || read === null) return null;
  if (read.rest !== "" && currencyOf(read.rest, { ...options, dollar: currency }) !== currency) return null;
  if (minus !== "" && read.amount.num < 0n) return null;
  return { currency, amount: minus === "" ? read.amount : negate(read.amount) };
}

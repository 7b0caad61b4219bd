import { type CodeLanguage, codeKey, fencedBlock, languageOf } from "./code-tokens.ts";
import { finalAnswer } from "./final-answer.ts";
import { bulletedLines, separatedParts } from "./list-elements.ts";
import { normaliseText } from "./normalise-text.ts";
import { plainMath, prepareText } from "./prepare-text.ts";
import type { Rational } from "./rational.ts";
import type { DecimalMark } from "./read-amount.ts";
import { type DateOrder, readDate } from "./read-date.ts";
import { type ExactJson, readJson } from "./read-json.ts";
import { currencyOf, readMoney } from "./read-money.ts";
import { inBase, readQuantity } from "./read-quantity.ts";
import { soleValue } from "./sole-value.ts";
import { unitOf } from "./units.ts";

/** What an answer was read as. */
export type AnswerValue =
  | { readonly kind: "number" | "money"; readonly unit: string; readonly amount: Rational }
  | { readonly kind: "date" | "code" | "text"; readonly key: string }
  | { readonly kind: "list" | "set"; readonly items: readonly AnswerValue[] }
  | { readonly kind: "json"; readonly json: ExactJson };

/** The kinds that are read from text. */
export type ReadKind = "auto" | "number" | "date" | "money" | "list" | "set" | "code" | "text" | "json";

/** How answers are read; `EquivalenceOptions` with its defaults filled in. */
export interface Reading {
  readonly kind: ReadKind;
  readonly extract: boolean | "value";
  readonly decimal: DecimalMark;
  readonly assume: string | null;
  readonly dollar: string;
  readonly dateOrder: DateOrder;
  readonly caseSensitive: boolean;
  readonly elements: "auto" | "number" | "date" | "money" | "text";
  readonly language: CodeLanguage | null;
}

function textValue(text: string, reading: Reading): AnswerValue {
  return { kind: "text", key: normaliseText(text, reading) };
}

/** Without emphasis, quotes and backticks around the whole, and without the full stop of a sentence. */
function unwrapped(text: string): string {
  let plain = text;
  for (;;) {
    if (/^__[a-z0-9_]+__$/u.test(plain)) return plain;
    const inner = /^(\*\*|__|[*_"'`])(?=\S)([^*_"'`\n]*[^*_"'`\s])\1$/u.exec(plain)?.[2] ?? plain;
    const shorter = inner.replace(/(?<=[^.\s])\.$/u, "").trim();
    if (shorter === plain) return plain;
    plain = shorter;
  }
}

function moneyValue(plain: string, reading: Reading): AnswerValue | null {
  const money = readMoney(plain, {
    decimal: reading.decimal,
    dollar: reading.dollar,
    pounds: reading.kind === "money",
  });
  return money === null ? null : { kind: "money", unit: money.currency, amount: money.amount };
}

function dateValue(plain: string, reading: Reading): AnswerValue | null {
  const key = readDate(plain, reading.dateOrder);
  return key === null ? null : { kind: "date", key };
}

function numberValue(plain: string, reading: Reading): AnswerValue | null {
  const quantity = readQuantity(plain, reading.decimal);
  if (quantity === null) return null;
  if (quantity.isBare && reading.assume !== null) {
    const unit = unitOf(reading.assume);
    if (unit !== null) {
      const { dimension, amount } = inBase(quantity.amount, unit);
      return { kind: "number", unit: dimension, amount };
    }
    const currency = currencyOf(reading.assume, { dollar: reading.dollar, pounds: true });
    if (currency !== null) return { kind: "money", unit: currency, amount: quantity.amount };
  }
  return { kind: "number", unit: quantity.dimension, amount: quantity.amount };
}

function atomValue(json: ExactJson, reading: Reading): AnswerValue {
  if (json.kind === "number") return { kind: "number", unit: "number", amount: json.amount };
  if (json.kind === "array") return { kind: "list", items: json.items.map((item) => atomValue(item, reading)) };
  if (json.kind === "object") return { kind: "json", json };
  return typeof json.value === "string"
    ? simpleValue(json.value, { ...reading, kind: reading.elements })
    : textValue(`${json.value}`, reading);
}

/** Longer texts are no number, date or amount of money. */
const LONGEST_VALUE = 400;

type Reader = (plain: string, reading: Reading) => AnswerValue | null;

const FIRST: ReadonlyMap<ReadKind, Reader> = new Map([
  ["number", numberValue],
  ["date", dateValue],
  ["money", moneyValue],
]);

/** A value without parts: money, date, number or text, in this order or as the kind says first. */
function simpleValue(text: string, reading: Reading): AnswerValue {
  if (reading.kind === "text") return textValue(text, reading);
  if (text.length > LONGEST_VALUE) return textValue(text, reading);
  const plain = unwrapped(plainMath(prepareText(text)));
  const readers = [moneyValue, dateValue, numberValue];
  const first = FIRST.get(reading.kind);
  for (const reader of first === undefined ? readers : [first, ...readers]) {
    const value = reader(plain, reading);
    if (value !== null) return value;
  }
  return textValue(unwrapped(prepareText(text)), reading);
}

function elementValues(parts: readonly string[], reading: Reading): readonly AnswerValue[] {
  return parts.map((part) => simpleValue(part, { ...reading, kind: reading.elements }));
}

function listItems(text: string, reading: Reading): readonly AnswerValue[] {
  const json = readJson(text);
  if (json?.kind === "array") return json.items.map((item) => atomValue(item, reading));
  const plain = unwrapped(prepareText(text));
  if (/^(?:\[\s*\]|\{\s*\}|)$/u.test(plain)) return [];
  return elementValues(bulletedLines(plain) ?? separatedParts(plain) ?? [plain], reading);
}

/** In `auto`, a list is bulleted lines, brackets, or numbers, dates or amounts between commas. */
function autoList(text: string, reading: Reading): AnswerValue | null {
  const plain = prepareText(text);
  const bullets = bulletedLines(plain);
  if (bullets !== null) return { kind: "list", items: elementValues(bullets, reading) };
  const parts = separatedParts(plain);
  if (parts === null || parts.length === 0) return null;
  const items = elementValues(parts, reading);
  if (/^\[[\s\S]*\]$/u.test(plain)) return { kind: "list", items };
  return items.length > 1 && !plain.startsWith("{") && items.every((item) => item.kind !== "text")
    ? { kind: "list", items }
    : null;
}

function autoValue(text: string, reading: Reading): AnswerValue {
  const fence = fencedBlock(text);
  const body = fence?.body ?? text;
  if (/^\s*[[{]/u.test(body)) {
    const json = readJson(body);
    if (json !== null) return atomValue(json, reading);
  }
  if (fence !== null) return codeValue(text, reading);
  const simple = simpleValue(text, reading);
  return simple.kind === "text" ? (autoList(text, reading) ?? simple) : simple;
}

function codeValue(text: string, reading: Reading): AnswerValue {
  const fence = fencedBlock(text);
  const body = fence?.body ?? text;
  const json = fence?.tag === "json" ? readJson(body) : null;
  if (json !== null) return { kind: "json", json };
  const language = reading.language ?? languageOf(fence?.tag ?? "", body);
  return { kind: "code", key: codeKey(body, language) };
}

/** Reads an answer as the kind asked for; one that is not of this kind is read as in `auto`. */
export function answerValue(answer: string, reading: Reading): AnswerValue {
  if (reading.kind === "code") return codeValue(answer, reading);
  const text = reading.extract ? finalAnswer(answer) : answer;
  switch (reading.kind) {
    case "list":
    case "set":
      return { kind: reading.kind, items: listItems(fencedBlock(text)?.body ?? text, reading) };
    case "text":
      return textValue(unwrapped(prepareText(text)), reading);
    case "json": {
      const json = readJson(fencedBlock(text)?.body ?? text);
      return json === null ? autoValue(text, { ...reading, kind: "auto" }) : { kind: "json", json };
    }
    default: {
      const value = autoValue(text, reading);
      const isSentence = reading.extract === "value" && value.kind === "text" && text.length <= LONGEST_VALUE;
      const pounds = reading.kind === "money";
      const { decimal, dollar } = reading;
      const sole = isSentence ? soleValue(prepareText(text), { decimal, dollar, pounds }) : null;
      return sole === null ? value : simpleValue(sole, reading);
    }
  }
}

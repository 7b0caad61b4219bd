import type { RawAlternative } from "../adapters/draft.ts";
import { cleanLogprob, isPlainLogprob } from "./clean-logprob.ts";
import type { Alternative } from "./token.ts";
import { unescapedBytes } from "./token-forms.ts";
import { tokenNumber } from "./token-number.ts";
import type { TraceFlag } from "./trace.ts";
import { decodeBytes, encodeText } from "./utf8.ts";

/** What a token is, apart from how likely it is. */
export interface Spelling {
  readonly text: string;
  readonly bytes: readonly number[] | null;
  readonly id: number | null;
}

const noAlternatives: readonly Alternative[] = [];
const noFlags = new Set<TraceFlag>();

/** The array where every element is a byte, else null; null too where it is empty and the text is not. */
export function byteArray(value: unknown, text: string): readonly number[] | null {
  if (!isArray(value) || (value.length === 0 && text !== "")) return null;
  return allBytes(value) ? value : null;
}

function isArray(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function allBytes(values: readonly unknown[]): values is readonly number[] {
  for (let i = 0; i < values.length; i++) {
    const byte = values[i];
    if (typeof byte !== "number" || (byte & 0xff) !== byte) return false;
  }
  return true;
}

/** Whether bytes hold U+FFFD, which stands for other bytes. */
function hasReplacement(bytes: readonly number[]): boolean {
  for (let i = 2; i < bytes.length; i++)
    if (bytes[i] === 0xbd && bytes[i - 1] === 0xbf && bytes[i - 2] === 0xef) return true;
  return false;
}

/** The bytes where they say more than the text does: null where they hold U+FFFD. */
export function trustedBytes(bytes: readonly number[] | null): readonly number[] | null {
  return bytes === null || hasReplacement(bytes) ? null : bytes;
}

/** The whole number that a provider gave as the token's; null where it gave none. */
function idOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

function sameBytes(a: ArrayLike<number> | null, b: ArrayLike<number> | null): boolean {
  if (a === null || b === null || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two spellings are the same token: "unknown" where only U+FFFD can be compared. */
export function sameToken(a: Spelling, b: Spelling): "yes" | "no" | "unknown" {
  if (a.id !== null && b.id !== null) return a.id === b.id ? "yes" : "no";
  if (a.text !== b.text) return "no";
  if (!a.text.includes("\ufffd")) return "yes";
  if (a.bytes === null || b.bytes === null) return "unknown";
  return sameBytes(a.bytes, b.bytes) ? "yes" : "no";
}

/**
 * What a provider's entry says of a token: bytes spelled as `bytes:\xe2\x80` are bytes, and `token_id:123` is an id, whose text is
 * that of the bytes beside it. Bytes that merely spell `token_id:123` itself are none.
 *
 * @param given the text, as it came
 * @param bytes checked
 */
export function readSpelling(given: string, bytes: readonly number[] | null, id: unknown): Spelling {
  const number = tokenNumber(given);
  if (number === null) {
    const known = bytes ?? spelledBytes(given);
    return { text: readableText(given, known), bytes: known, id: idOf(id) };
  }
  const own = bytes === null || sameBytes(bytes, encodeText(given)) ? null : bytes;
  return { text: own === null ? given : decodeBytes(own), bytes: own, id: idOf(id) ?? number };
}

/** Bytes of legacy completions' `bytes:\xe2\x80`, which is no text that a model would write. */
function spelledBytes(text: string): readonly number[] | null {
  return text.startsWith("bytes:\\x") ? (unescapedBytes(text)[0] ?? null) : null;
}

/** Text of a token whose bytes are known and whose text spells them as `\xf0\x9f`. */
function readableText(text: string, bytes: readonly number[] | null): string {
  if (bytes === null || !text.includes("\\x")) return text;
  return unescapedBytes(text).some((form) => sameBytes(form, bytes)) ? decodeBytes(bytes) : text;
}

/** Marks of the texts of one list: texts that are equal have the same mark. One table for all lists, never cleared. */
const marks = new Int32Array(1024);
let list = 0;

function nextList(): void {
  if (list === 0x3fff_ffff) {
    marks.fill(0);
    list = 0;
  }
  list++;
}

/** Whether a text with the same mark came before in this list. */
function isMarked(text: string): boolean {
  const { length } = text;
  const mark =
    length === 0 ? 0 : (length * 961 + text.charCodeAt(length - 1) * 31 + text.charCodeAt(length >> 1)) & 1023;
  if (marks[mark] === list) return true;
  marks[mark] = list;
  return false;
}

/** Whether a list needs no cleaning: then it is kept as it is, without a copy. */
function isCleanTop(raw: readonly RawAlternative[]): raw is readonly Alternative[] {
  nextList();
  let last = 0;
  for (let i = 0; i < raw.length; i++) {
    const entry = raw[i];
    if (entry === undefined) return false;
    const { text, bytes, id, logprob } = entry;
    if (typeof text !== "string" || !isPlainLogprob(logprob) || logprob > last) return false;
    if (id !== null && idOf(id) === null) return false;
    if (bytes === null ? isSpelledOut(text) : !isPlain(text, bytes)) return false;
    last = logprob;
    if (isMarked(text)) for (let j = 0; j < i; j++) if (raw[j]?.text === text) return false;
  }
  return true;
}

/** Whether a text says bytes or an id in other words. */
function isSpelledOut(text: string): boolean {
  return text.startsWith("bytes:") || tokenNumber(text) !== null;
}

/** Whether bytes are the trusted ones of a text that stands for itself. */
function isPlain(text: string, bytes: unknown): boolean {
  const given = byteArray(bytes, text);
  if (given === null || tokenNumber(text) !== null) return false;
  // An escape has more characters than bytes, so ASCII of the same length has none.
  if (given.length === text.length && isAscii(given)) return true;
  return !hasReplacement(given) && !text.includes("\\x");
}

function isAscii(bytes: readonly number[]): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0x80) >= 0x80) return false;
  return true;
}

/**
 * The alternatives of a token without placeholders, sorted and each of them once.
 *
 * @param raw as the reader found them; returned as they are where nothing is to be cleaned
 * @param flags gets `malformed-entries` and `positive-logprobs`
 */
export function cleanTop(raw: readonly RawAlternative[], flags: Set<TraceFlag>): readonly Alternative[] {
  if (raw.length === 0) return noAlternatives;
  if (isCleanTop(raw)) return raw;
  const top: Alternative[] = [];
  let sorted = true;
  let last = 0;
  for (let i = 0; i < raw.length; i++) {
    const entry = raw[i];
    if (entry === undefined) continue;
    const given = entry.text;
    if (typeof given !== "string") {
      flags.add("malformed-entries");
      continue;
    }
    const value = entry.logprob;
    const logprob = cleanLogprob(value, typeof value === "number" && value > 0 ? flags : noFlags);
    if (logprob === null) continue;
    const { text, bytes, id } = readSpelling(given, trustedBytes(byteArray(entry.bytes, given)), entry.id);
    if (logprob > last) sorted = false;
    last = logprob;
    top.push({ text, bytes, id, logprob });
  }
  if (!sorted) top.sort((a, b) => (b.logprob ?? 0) - (a.logprob ?? 0));
  return withoutDuplicates(top);
}

function withoutDuplicates(top: Alternative[]): readonly Alternative[] {
  let kept = 0;
  for (let i = 0; i < top.length; i++) {
    const entry = top[i];
    if (entry === undefined) continue;
    let first = true;
    for (let j = 0; j < kept && first; j++) {
      const earlier = top[j];
      if (earlier !== undefined && earlier.text === entry.text && sameToken(entry, earlier) === "yes") first = false;
    }
    if (first) top[kept++] = entry;
  }
  top.length = kept;
  return top;
}

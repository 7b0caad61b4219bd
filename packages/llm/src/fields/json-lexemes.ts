import { InputError } from "@candor/core";

/** Bytes that JSON gives a meaning. */
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;

/** What a string, number or literal looks like in bytes, up to `to`. */
export interface Lexeme {
  /** After its last byte; of one that is wrong, the byte that is. */
  readonly end: number;
  /** False where the bytes end before it does. */
  readonly complete: boolean;
  /** What should have stood at `end`; null where nothing is wrong. No error is thrown: alternatives are often wrong. */
  readonly expected: string | null;
}

const whole = (end: number): Lexeme => ({ end, complete: true, expected: null });
const open = (end: number): Lexeme => ({ end, complete: false, expected: null });
const wrong = (end: number, expected: string): Lexeme => ({ end, complete: false, expected });

const escapes = new Set([...'"\\/bfnrtu'].map((letter) => letter.charCodeAt(0)));
const literals = { t: bytesOf("true"), f: bytesOf("false"), n: bytesOf("null") };

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** True for the four bytes that JSON calls white space. */
export function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

/** True for a byte with which a number begins. */
export function startsNumber(byte: number): boolean {
  return byte === MINUS || isDigit(byte);
}

/** The first byte at or after `from` that is no white space, or `to`. */
export function skipSpace(bytes: Uint8Array, from: number, to: number = bytes.length): number {
  let at = from;
  while (at < to && isSpace(bytes[at])) at++;
  return at;
}

/** The refusal of a byte: where it stands, what was expected, what stands there. */
export function unexpected(bytes: Uint8Array, at: number, expected: string): InputError {
  const end = Math.min(bytes.length, at + 12);
  const shown = JSON.stringify(new TextDecoder().decode(bytes.subarray(at, end)));
  return new InputError("incompatible", `byte ${at} of the JSON: expected ${expected}, got ${shown}`, at);
}

/** The string that begins with the quote at `from`. */
export function scanString(bytes: Uint8Array, from: number, to: number = bytes.length): Lexeme {
  let at = from + 1;
  while (at < to) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return whole(at + 1);
    if (byte < 0x20) return wrong(at, "a character of a string (control characters must be escaped)");
    at += 1;
    if (byte !== BACKSLASH || at >= to) continue;
    const letter = bytes[at] ?? 0;
    if (!escapes.has(letter)) return wrong(at, 'one of "\\/bfnrtu after a backslash');
    at += 1;
    if (letter !== 0x75) continue;
    for (const stop = at + 4; at < stop && at < to; at++)
      if (!isHex(bytes[at] ?? 0)) return wrong(at, "four hexadecimal digits after \\u");
  }
  return open(to);
}

/**
 * The number that begins at `from`. At the end of the bytes it is complete where its grammar is; whether more digits could come
 * is for the caller to say.
 */
export function scanNumber(bytes: Uint8Array, from: number, to: number = bytes.length): Lexeme {
  const first = bytes[from] === MINUS ? from + 1 : from;
  let at = skipDigits(bytes, first, to);
  if (at === first) return digitMissing(at, to);
  if (bytes[first] === 0x30 && at > first + 1) return wrong(first + 1, "no digit after a leading zero");
  if (at < to && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction, to);
    if (at === fraction) return digitMissing(at, to);
  }
  if (at < to && (bytes[at] === 0x65 || bytes[at] === 0x45)) {
    const signed = at + 1 < to && (bytes[at + 1] === 0x2b || bytes[at + 1] === MINUS);
    const exponent = signed ? at + 2 : at + 1;
    at = skipDigits(bytes, exponent, to);
    if (at === exponent) return digitMissing(at, to);
  }
  return whole(at);
}

function skipDigits(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && isDigit(bytes[at])) at++;
  return at;
}

function digitMissing(at: number, to: number): Lexeme {
  return at >= to ? open(to) : wrong(at, "a digit");
}

/** The `true`, `false` or `null` that begins at `from`, or null where none of them does. */
export function scanLiteral(
  bytes: Uint8Array,
  from: number,
  to: number = bytes.length,
): (Lexeme & { readonly value: boolean | null }) | null {
  const first = bytes[from];
  const word = first === 0x74 ? literals.t : first === 0x66 ? literals.f : first === 0x6e ? literals.n : null;
  if (word === null) return null;
  const value = first === 0x74 ? true : first === 0x66 ? false : null;
  for (let i = 1; i < word.length; i++) {
    if (from + i >= to) return { ...open(to), value };
    if (bytes[from + i] !== word[i]) return { ...wrong(from, "true, false or null"), value };
  }
  return { ...whole(from + word.length), value };
}

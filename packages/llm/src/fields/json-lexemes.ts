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

/** Where a lexeme ends, and whether it is whole: false where the bytes end before it does. */
export interface Lexeme {
  readonly end: number;
  readonly complete: boolean;
}

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

/** The first byte at or after `from` that is no white space. */
export function skipSpace(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isSpace(bytes[at])) at++;
  return at;
}

/** The refusal of a byte: where it stands, what was expected, what stands there. */
export function unexpected(bytes: Uint8Array, at: number, expected: string): InputError {
  const end = Math.min(bytes.length, at + 12);
  const shown = JSON.stringify(new TextDecoder().decode(bytes.subarray(at, end)));
  return new InputError("incompatible", `byte ${at} of the JSON: expected ${expected}, got ${shown}`, at);
}

/**
 * The string that begins with the quote at `from`.
 *
 * @throws {InputError} `incompatible` for a control character or an escape that JSON does not have
 */
export function scanString(bytes: Uint8Array, from: number): Lexeme {
  let at = from + 1;
  while (at < bytes.length) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return { end: at + 1, complete: true };
    if (byte < 0x20) throw unexpected(bytes, at, "a character of a string (control characters must be escaped)");
    at += 1;
    if (byte !== BACKSLASH || at >= bytes.length) continue;
    const letter = bytes[at] ?? 0;
    if (!escapes.has(letter)) throw unexpected(bytes, at, 'one of "\\/bfnrtu after a backslash');
    at += 1;
    if (letter !== 0x75) continue;
    for (const stop = at + 4; at < stop && at < bytes.length; at++)
      if (!isHex(bytes[at] ?? 0)) throw unexpected(bytes, at, "four hexadecimal digits after \\u");
  }
  return { end: bytes.length, complete: false };
}

/**
 * The number that begins at `from`. At the end of the bytes it is complete where its grammar is; whether more digits could come
 * is for the caller to say.
 *
 * @throws {InputError} `incompatible` where a digit is missing or a zero leads
 */
export function scanNumber(bytes: Uint8Array, from: number): Lexeme {
  let at = bytes[from] === MINUS ? from + 1 : from;
  const digits = (): boolean => {
    if (at >= bytes.length) return false;
    if (!isDigit(bytes[at])) throw unexpected(bytes, at, "a digit");
    while (isDigit(bytes[at])) at++;
    return true;
  };
  const first = at;
  if (!digits()) return { end: at, complete: false };
  if (bytes[first] === 0x30 && at > first + 1) throw unexpected(bytes, first + 1, "no digit after a leading zero");
  if (bytes[at] === 0x2e) {
    at += 1;
    if (!digits()) return { end: at, complete: false };
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    at += 1;
    if (bytes[at] === 0x2b || bytes[at] === MINUS) at += 1;
    if (!digits()) return { end: at, complete: false };
  }
  return { end: at, complete: true };
}

/**
 * The `true`, `false` or `null` that begins at `from`, or null where none of them does.
 *
 * @throws {InputError} `incompatible` where it begins like one and goes on otherwise
 */
export function scanLiteral(bytes: Uint8Array, from: number): (Lexeme & { value: true | false | null }) | null {
  const first = bytes[from];
  const word = first === 0x74 ? literals.t : first === 0x66 ? literals.f : first === 0x6e ? literals.n : null;
  if (word === null) return null;
  const value = first === 0x74 ? true : first === 0x66 ? false : null;
  for (let i = 1; i < word.length; i++) {
    if (from + i >= bytes.length) return { end: bytes.length, complete: false, value };
    if (bytes[from + i] !== word[i]) throw unexpected(bytes, from, "true, false or null");
  }
  return { end: from + word.length, complete: true, value };
}

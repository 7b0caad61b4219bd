import { InputError } from "@candor/core";
import type { Alternative, Token } from "../trace/token.ts";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isSpace,
  type Lexeme,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
  startsNumber,
} from "./json-lexemes.ts";
import { unescapeString } from "./json-values.ts";
import type { Leaf } from "./scan-json.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The value that an alternative would make. */
export interface Candidate {
  /** Equal for the same value. */
  readonly key: string;
  readonly json: string;
  readonly complete: boolean;
}

/** What an alternative says of a value: the same, too little to tell, another one, or nothing that JSON allows here. */
export type Verdict = "same" | "undecided" | "impossible" | Candidate;

/** The bytes of a token or an alternative; null where they are not known. */
export function bytesOf(token: Pick<Alternative, "bytes" | "text">): Uint8Array | null {
  if (token.bytes !== null) return Uint8Array.from(token.bytes);
  return token.text.includes("\uFFFD") ? null : encoder.encode(token.text);
}

/** True where an alternative is the token itself. */
export function isChosen(alternative: Alternative, token: Token): boolean {
  if (alternative.bytes === null || token.bytes === null) return alternative.text === token.text;
  const own = token.bytes;
  return alternative.bytes.length === own.length && alternative.bytes.every((byte, i) => byte === own[i]);
}

/** A place in an answer where a token decides something of a value. */
export interface Place {
  readonly bytes: Uint8Array;
  readonly leaf: Leaf;
  /** Of the token. */
  readonly start: number;
  readonly end: number;
  /** Where the value before this one ends: white space in it is its own. */
  readonly previousEnd: number;
  /** Of the answer's value, from `valueKey`. */
  readonly key: string | null;
}

/** What equal values have in common; null where the bytes are no whole value. */
export function valueKey(bytes: Uint8Array): string | null {
  return readCandidate(bytes)?.key ?? null;
}

/**
 * What the answer's value would be, had the alternative come in place of the token. White space between values does not matter;
 * the same structure must come before the value.
 */
export function consider(place: Place, alternative: Uint8Array): Verdict {
  const { bytes, leaf, start, end } = place;
  let rest = alternative;
  if (start <= leaf.start) {
    const after = skipStructure(place, alternative);
    if (after === null) return "impossible";
    rest = alternative.subarray(after);
  }
  const before = start > leaf.start ? bytes.subarray(leaf.start, start) : bytes.subarray(0, 0);
  const value = new Uint8Array(before.length + rest.length);
  value.set(before);
  value.set(rest, before.length);
  if (value.length === 0) return "undecided";

  const own = bytes.subarray(leaf.start, leaf.end);
  const candidate = readCandidate(value);
  if (candidate === null) return "impossible";
  const { end: length, complete, key, json } = candidate;
  if (complete && leaf.complete) return key === place.key ? "same" : { key, json, complete };
  const shared = commonLength(value.subarray(0, length), own);
  const ownPart = Math.min(end, leaf.end) - leaf.start;
  const agrees = leaf.complete ? shared === length : true;
  if (agrees && shared >= ownPart) return "same";
  return shared === length && !complete ? "undecided" : { key, json, complete };
}

/** Where the alternative has passed the structure that stands between the token's beginning and the value; null where it has other. */
function skipStructure({ bytes, leaf, start, previousEnd }: Place, alternative: Uint8Array): number | null {
  let i = start;
  let j = 0;
  for (; i < Math.min(previousEnd, leaf.start); i++, j++) {
    if (j >= alternative.length) return j;
    if (alternative[j] !== bytes[i]) return null;
  }
  for (;;) {
    while (i < leaf.start && isSpace(bytes[i])) i++;
    j = skipSpace(alternative, j);
    if (i >= leaf.start || j >= alternative.length) return Math.min(j, alternative.length);
    if (alternative[j] !== bytes[i]) return null;
    i += 1;
    j += 1;
  }
}

function commonLength(a: Uint8Array, b: Uint8Array): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) i++;
  return i;
}

function mayFollow(byte: number | undefined): boolean {
  return byte === undefined || isSpace(byte) || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}

/** The value that some bytes begin with; null where none can. */
function readCandidate(bytes: Uint8Array): (Candidate & { readonly end: number }) | null {
  const first = bytes[0] ?? 0;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return readContainer(bytes, first);
  const lexeme = scanLexeme(bytes, first);
  if (lexeme === null || !mayFollow(bytes[lexeme.end])) return null;
  const { end } = lexeme;
  if (lexeme.value !== undefined) {
    const json = String(lexeme.value);
    return { key: json, json, complete: true, end };
  }
  const json = decoder.decode(bytes.subarray(0, end), { stream: true });
  decoder.decode();
  if (first === QUOTE) {
    const key = `"${unescapeString(json.slice(1, lexeme.complete ? -1 : undefined), lexeme.complete)}`;
    return { key, json, complete: lexeme.complete, end };
  }
  return { key: json, json, complete: lexeme.complete && end < bytes.length, end };
}

/** Of a `true`, `false` or `null` that has begun, the value: it can be no other. */
function scanLexeme(bytes: Uint8Array, first: number): (Lexeme & { readonly value?: boolean | null }) | null {
  try {
    if (first === QUOTE) return scanString(bytes, 0);
    return startsNumber(first) ? scanNumber(bytes, 0) : scanLiteral(bytes, 0);
  } catch (error) {
    if (InputError.is(error)) return null;
    throw error;
  }
}

function readContainer(bytes: Uint8Array, first: number): (Candidate & { readonly end: number }) | null {
  const next = skipSpace(bytes, 1);
  const isObject = first === OPEN_BRACE;
  const json = isObject ? "{" : "[";
  if (bytes[next] !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
    if (isObject && next < bytes.length && bytes[next] !== QUOTE) return null;
    return { key: json, json, complete: false, end: 1 };
  }
  const whole = isObject ? "{}" : "[]";
  return mayFollow(bytes[next + 1]) ? { key: whole, json: whole, complete: true, end: next + 1 } : null;
}

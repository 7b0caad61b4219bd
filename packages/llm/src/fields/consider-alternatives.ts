import type { Alternative, Token } from "../trace/token.ts";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COMMA,
  isSpace,
  OPEN_BRACE,
  OPEN_BRACKET,
  QUOTE,
  scanLiteral,
  scanNumber,
  scanString,
  skipSpace,
  startsNumber,
} from "./json-lexemes.ts";
import { textUpTo, unescapeString } from "./json-values.ts";
import type { Leaf } from "./scan-json.ts";

const encoder = new TextEncoder();

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
export function bytesOf(token: Pick<Alternative, "bytes" | "text">): ArrayLike<number> | null {
  if (token.bytes !== null) return token.bytes;
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
  /** What candidates are written to. */
  readonly scratch: Scratch;
}

/** Memory that is used again, and how much of it: a new array for every alternative would take most of the time. */
export interface Scratch {
  bytes: Uint8Array;
  length: number;
}

/** What equal values have in common; null where the bytes are no whole value. */
export function valueKey(bytes: Uint8Array): string | null {
  return readCandidate(bytes, bytes.length)?.key ?? null;
}

/**
 * What the answer's value would be, had the alternative come in place of the token. White space between values does not matter;
 * the same structure must come before the value.
 */
export function consider(place: Place, alternative: ArrayLike<number>): Verdict {
  const { bytes, leaf, start, end, scratch } = place;
  const from = start <= leaf.start ? skipStructure(place, alternative) : 0;
  if (from === null) return "impossible";
  writeCandidate(place, alternative, from);
  if (scratch.length === 0) return "undecided";

  const candidate = readCandidate(scratch.bytes, scratch.length);
  if (candidate === null) return "impossible";
  const { end: length, complete, key } = candidate;
  if (complete && leaf.complete) return key === place.key ? "same" : candidate;
  const shared = commonLength(scratch.bytes, length, bytes, leaf);
  const ownPart = Math.min(end, leaf.end) - leaf.start;
  if ((!leaf.complete || shared === length) && shared >= ownPart) return "same";
  return shared === length && !complete ? "undecided" : candidate;
}

/** The beginning of the value before the token, and the alternative after it. */
function writeCandidate({ bytes, leaf, start, scratch }: Place, alternative: ArrayLike<number>, from: number): void {
  const before = Math.max(0, start - leaf.start);
  const length = before + alternative.length - from;
  if (scratch.bytes.length < length) scratch.bytes = new Uint8Array(2 * length);
  const out = scratch.bytes;
  if (before > 0) out.set(bytes.subarray(leaf.start, start));
  for (let i = from; i < alternative.length; i++) out[before + i - from] = alternative[i] ?? 0;
  scratch.length = length;
}

/** Where the alternative has passed the structure that stands between the token's beginning and the value; null where it has other. */
function skipStructure({ bytes, leaf, start, previousEnd }: Place, alternative: ArrayLike<number>): number | null {
  let i = start;
  let j = 0;
  for (; i < Math.min(previousEnd, leaf.start); i++, j++) {
    if (j >= alternative.length) return j;
    if (alternative[j] !== bytes[i]) return null;
  }
  for (;;) {
    while (i < leaf.start && isSpace(bytes[i])) i++;
    while (j < alternative.length && isSpace(alternative[j])) j++;
    if (i >= leaf.start || j >= alternative.length) return j;
    if (alternative[j] !== bytes[i]) return null;
    i += 1;
    j += 1;
  }
}

/** How many of the first bytes are those of the leaf. */
function commonLength(value: Uint8Array, length: number, bytes: Uint8Array, leaf: Leaf): number {
  let i = 0;
  while (i < length && leaf.start + i < leaf.end && value[i] === bytes[leaf.start + i]) i++;
  return i;
}

function mayFollow(bytes: Uint8Array, at: number, to: number): boolean {
  const byte = bytes[at];
  return at >= to || isSpace(byte) || byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET;
}

/** The value that the first `to` bytes begin with; null where none can. */
function readCandidate(bytes: Uint8Array, to: number): (Candidate & { readonly end: number }) | null {
  const first = bytes[0] ?? 0;
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return readContainer(bytes, to, first);
  const literal = scanLiteral(bytes, 0, to);
  if (literal !== null) {
    if (literal.expected !== null || !mayFollow(bytes, literal.end, to)) return null;
    const json = String(literal.value);
    return { key: json, json, complete: true, end: literal.end };
  }
  if (first !== QUOTE && !startsNumber(first)) return null;
  const { end, complete, expected } = first === QUOTE ? scanString(bytes, 0, to) : scanNumber(bytes, 0, to);
  if (expected !== null || !mayFollow(bytes, end, to)) return null;
  const json = textUpTo(bytes, end);
  if (first !== QUOTE) return { key: json, json, complete: complete && end < to, end };
  return { key: `"${unescapeString(json.slice(1, complete ? -1 : undefined), complete)}`, json, complete, end };
}

function readContainer(bytes: Uint8Array, to: number, first: number): (Candidate & { readonly end: number }) | null {
  const next = skipSpace(bytes, 1, to);
  const isObject = first === OPEN_BRACE;
  const json = isObject ? "{" : "[";
  if (next >= to || bytes[next] !== (isObject ? CLOSE_BRACE : CLOSE_BRACKET)) {
    if (isObject && next < to && bytes[next] !== QUOTE) return null;
    // With a second byte it is known not to be empty.
    return { key: json, json, complete: false, end: next < to ? next + 1 : 1 };
  }
  const whole = isObject ? "{}" : "[]";
  return mayFollow(bytes, next + 1, to) ? { key: whole, json: whole, complete: true, end: next + 1 } : null;
}

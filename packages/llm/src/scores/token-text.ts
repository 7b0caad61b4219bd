import type { Alternative, Token } from "../trace/token.ts";

/** The text that tokens make up, and where in it each of them stands. */
export interface TokenText {
  readonly text: string;
  /** For each token, the index into `text` (UTF-16) of the first character that it makes up a part of. */
  readonly starts: Int32Array;
  /** The index after the last such character. */
  readonly ends: Int32Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a token: as given, else those of its text. */
export function bytesOf({ bytes, text }: Token | Alternative): Iterable<number> {
  return bytes ?? encoder.encode(text);
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
  return text === "" ? 0 : encoder.encode(text).length;
}

/** How many bytes at the end are the beginning of a character whose other bytes have not come yet; at most 3. */
export function openBytes(bytes: readonly number[]): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? back : 0;
  }
  return 0;
}

/** The characters that bytes make up; the beginning of a character at their end is left out. */
export function completeText(bytes: readonly number[]): string {
  const open = openBytes(bytes);
  return decoder.decode(Uint8Array.from(open === 0 ? bytes : bytes.slice(0, -open)));
}

/**
 * The text of tokens, from their own texts, or from their bytes where one of them is part of a character.
 *
 * It is made of what was generated, so it also has what a server trimmed from the answer.
 */
export function tokenText(tokens: readonly Token[]): TokenText {
  const starts = new Int32Array(tokens.length);
  const ends = new Int32Array(tokens.length);
  const parts: string[] = [];
  let length = 0;
  let carried: number[] = [];
  tokens.forEach((token, i) => {
    starts[i] = length;
    let part = token.text;
    if (carried.length > 0 || (token.bytes !== null && part.includes("\uFFFD"))) {
      const bytes = [...carried, ...bytesOf(token)];
      const open = openBytes(bytes);
      part = completeText(bytes);
      carried = open === 0 ? [] : bytes.slice(-open);
    }
    parts.push(part);
    length += part.length;
    ends[i] = carried.length === 0 ? length : length + 1;
  });
  return { text: parts.join(""), starts, ends };
}

/** The token that makes up the character at `index`, or its first part; −1 past the end. */
export function tokenAt({ starts, ends }: TokenText, index: number): number {
  return ends.findIndex((end, i) => index < end && index >= (starts[i] ?? 0));
}

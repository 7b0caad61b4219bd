import type { PlacedToken } from "./clean-token.ts";
import { encodeText } from "./utf8.ts";

/** How a reader of bytes writes U+FFFD: once for all bytes of a cut or impossible character, or for each of them. */
type Replacing = "sequences" | "bytes";

/** How bytes read as a text. */
interface Reading {
  /** Where in the text the boundary before each byte lies, up to the end of the text. */
  readonly places: Int32Array;
  /** Whether the text has U+FFFD for bytes that are another. */
  readonly isReplaced: boolean;
  /** Whether bytes follow the text. */
  readonly isTrimmed: boolean;
}

/**
 * Places tokens on a text that was read from their bytes where these are no valid UTF-8, so that the text has U+FFFD where the
 * tokens have the true bytes. Tokens after the end of the text get an empty span there.
 *
 * @param tokens in order; `start` and `end` are set
 * @param text in bytes
 * @returns null, and tokens unchanged, where the text is not what the bytes read as
 *
 * Source: WHATWG Encoding Standard, "UTF-8 decoder" (one U+FFFD for a sequence, as Python and JavaScript write); Go, package
 * utf8 (one for each byte).
 */
export function layReplaced(tokens: readonly PlacedToken[], text: Uint8Array): Reading | null {
  const own = tokens.map((token) => token.bytes ?? encodeText(token.text));
  const bytes = new Uint8Array(own.reduce((length, { length: more }) => length + more, 0));
  let filled = 0;
  for (const part of own) for (let i = 0; i < part.length; i++) bytes[filled++] = part[i] ?? 0;
  const reading = read(bytes, text, "sequences") ?? read(bytes, text, "bytes");
  if (reading === null) return null;
  const { places } = reading;
  let at = 0;
  for (const [i, token] of tokens.entries()) {
    token.start = places[at] ?? text.length;
    at += own[i]?.length ?? 0;
    token.end = places[at] ?? text.length;
  }
  return reading;
}

function read(bytes: Uint8Array, text: Uint8Array, replacing: Replacing): Reading | null {
  const places = new Int32Array(bytes.length + 1);
  let at = 0;
  let i = 0;
  let isReplaced = false;
  while (i < bytes.length && at < text.length) {
    const length = validLength(bytes, i);
    const isValid = length > 0;
    const taken = isValid ? length : replacing === "bytes" ? 1 : -length;
    for (let j = 0; j < taken; j++) {
      if (isValid && bytes[i + j] !== text[at + j]) return null;
      places[i + j] = at + j;
    }
    if (!isValid && !(text[at] === 0xef && text[at + 1] === 0xbf && text[at + 2] === 0xbd)) return null;
    if (!isValid) isReplaced = true;
    i += taken;
    at += isValid ? taken : 3;
  }
  if (at !== text.length) return null;
  places[i] = at;
  return { places: places.subarray(0, i + 1), isReplaced, isTrimmed: i < bytes.length };
}

/** Bytes of the character that begins at `i`; negative where it is none: of what would be replaced as one. */
function validLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] ?? 0;
  if (lead < 0x80) return 1;
  const needed = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
  if (needed === 0) return -1;
  for (let j = 1; j < needed; j++) {
    const byte = bytes[i + j] ?? 0;
    const [least, most] = j === 1 ? secondBytes(lead) : anyContinuation;
    if (byte < least || byte > most) return -j;
  }
  return needed;
}

const anyContinuation: readonly [number, number] = [0x80, 0xbf];

/** The second bytes that can follow a first one: without overlong forms, surrogates and what lies beyond Unicode. */
function secondBytes(lead: number): readonly [number, number] {
  if (lead === 0xe0) return [0xa0, 0xbf];
  if (lead === 0xed) return [0x80, 0x9f];
  if (lead === 0xf0) return [0x90, 0xbf];
  if (lead === 0xf4) return [0x80, 0x8f];
  return anyContinuation;
}

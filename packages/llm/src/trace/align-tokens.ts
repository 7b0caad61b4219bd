import type { PlacedToken } from "./clean-token.ts";
import type { Form, FormKind } from "./token-forms.ts";
import { encodeText } from "./utf8.ts";

/** Where the text begins in the tokens. */
export interface Start {
  /** Index of the first token with a part in the text. */
  readonly token: number;
  /** Bytes of it that stand before the text. */
  readonly skip: number;
  /** Leave out the space at its beginning, however it is spelled. */
  readonly skipSpace: boolean;
  /** Whether tokens may go on after the text. */
  readonly trimEnd: boolean;
}

/** Where one token stands. */
export interface Place {
  readonly start: number;
  readonly end: number;
  /** Null where it is not known how many of the bytes of a character are its own. */
  readonly bytes: ArrayLike<number> | null;
  readonly kind: FormKind | "restored" | "none";
  /** A part of it, or all of it, is not in the text. */
  readonly trimmed: boolean;
}

interface Step {
  readonly from: number;
  /** Index into the forms; −1 for bytes taken from the text, −2 for a token beside the text. */
  readonly form: number;
}

/** Ways to reach each position with the tokens so far. */
type Layer = Map<number, Step[]>;

/** Positions followed at once: more than a run of replaced characters ever leaves open. */
const widest = 64;

/**
 * Finds how tokens make up a text exactly, each in one of its forms; parts of characters that were replaced by U+FFFD take
 * their bytes from the text.
 *
 * @param forms of each token, from `tokenForms`; empty where only U+FFFD is known
 * @param text bytes of the text
 * @returns a place per token, or null where they cannot make up the text
 */
export function alignTokens(
  tokens: readonly PlacedToken[],
  forms: readonly (readonly Form[])[],
  text: Uint8Array,
  start: Start,
): readonly Place[] | null {
  const layers: Layer[] = [];
  let layer: Layer = new Map([[0, []]]);
  for (let i = start.token; i < tokens.length; i++) {
    const next: Layer = new Map();
    for (const at of layer.keys()) extend(next, at, tokens[i], forms[i] ?? [], text, start, i === start.token);
    if (next.size === 0 || next.size > widest) return null;
    layers.push(next);
    layer = next;
  }
  if (!layer.has(text.length)) return null;
  return trace(tokens, forms, text, start, layers);
}

function extend(
  next: Layer,
  at: number,
  token: PlacedToken | undefined,
  forms: readonly Form[],
  text: Uint8Array,
  start: Start,
  isFirst: boolean,
): void {
  if (token === undefined) return;
  const reach = (end: number, form: number): void => {
    const ways = next.get(end);
    if (ways === undefined) next.set(end, [{ from: at, form }]);
    else if (ways.every((way) => way.from !== at)) ways.push({ from: at, form });
  };
  if (start.trimEnd && at === text.length) {
    reach(at, -2);
    return;
  }
  for (const [index, { bytes }] of forms.entries()) {
    const skip = isFirst ? skipOf(bytes, start) : 0;
    const room = text.length - at;
    const length = bytes.length - skip;
    if (length > room && !start.trimEnd) continue;
    const compared = Math.min(length, room);
    let equal = true;
    for (let i = 0; i < compared && equal; i++) equal = bytes[skip + i] === text[at + i];
    if (equal) reach(at + compared, index);
  }
  if (token.text.includes("\ufffd")) for (const end of replacedEnds(token.text, text, at)) reach(end, -1);
}

function skipOf(bytes: ArrayLike<number>, start: Start): number {
  let skip = start.skip;
  if (start.skipSpace) {
    const isSpace = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
    while (skip < bytes.length && isSpace(bytes[skip])) skip++;
  }
  return skip;
}

/** Ends that a token with U+FFFD may have when it begins at `at`: what is known of it must stand in the text. */
function replacedEnds(pattern: string, text: Uint8Array, at: number): ReadonlySet<number> {
  let ends = new Set([at]);
  for (const part of pattern.split(/(\ufffd+)/)) {
    if (part === "") continue;
    const reached = new Set<number>();
    if (part.startsWith("\ufffd")) for (const from of ends) addReplaced(reached, text, from, part.length);
    else {
      const known = encodeText(part);
      for (const from of ends) if (standsAt(known, text, from)) reached.add(from + known.length);
    }
    ends = reached;
  }
  return ends;
}

function standsAt(known: Uint8Array, text: Uint8Array, at: number): boolean {
  for (let i = 0; i < known.length; i++) if (known[i] !== text[at + i]) return false;
  return true;
}

/**
 * Ends of a run of U+FFFD. It stands for the rest of a character that has begun, then for the beginning of one that goes on
 * in the next token: one U+FFFD per byte of the rest, and one for the beginning as a whole (or per byte of it, as Go writes).
 */
function addReplaced(ends: Set<number>, text: Uint8Array, at: number, count: number): void {
  let rest = 0;
  while (rest < 3 && isContinuation(text[at + rest])) rest++;
  for (let taken = 0; taken <= rest; taken++) {
    if (taken === count) ends.add(at + taken);
    if (taken < rest || taken >= count) continue;
    const width = widthOf(text[at + taken]);
    for (let begun = 1; begun < width && at + taken + begun < text.length; begun++)
      if (count - taken === 1 || count - taken === begun) ends.add(at + taken + begun);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

function widthOf(byte: number | undefined): number {
  if (byte === undefined || byte < 0xc0) return 1;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

/** From the end back: the first way to each position; a boundary that lies at several positions is not known. */
function trace(
  tokens: readonly PlacedToken[],
  forms: readonly (readonly Form[])[],
  text: Uint8Array,
  start: Start,
  layers: readonly Layer[],
): readonly Place[] {
  const places: Place[] = tokens
    .slice(0, start.token)
    .map((token) => ({ start: 0, end: 0, bytes: token.bytes, kind: "none", trimmed: token.text !== "" }));
  const found: Place[] = [];
  let at = text.length;
  let possible = new Set([at]);
  for (let i = layers.length - 1; i >= 0; i--) {
    const earlier = new Set<number>();
    for (const position of possible) for (const way of layers[i]?.get(position) ?? []) earlier.add(way.from);
    const way = layers[i]?.get(at)?.[0];
    if (way === undefined) throw new Error("an alignment must lead back to its start");
    const index = start.token + i;
    found.push(placeOf(tokens[index], forms[index] ?? [], text, way, at, possible.size === 1 && earlier.size === 1));
    at = way.from;
    possible = earlier;
  }
  return [...places, ...found.reverse()];
}

function placeOf(
  token: PlacedToken | undefined,
  forms: readonly Form[],
  text: Uint8Array,
  way: Step,
  end: number,
  isKnown: boolean,
): Place {
  const start = way.from;
  if (way.form === -2) {
    const bytes = forms[0]?.bytes ?? null;
    return { start, end, bytes, kind: "none", trimmed: token?.text !== "" };
  }
  if (way.form === -1)
    return { start, end, bytes: isKnown ? text.slice(start, end) : null, kind: "restored", trimmed: false };
  const form = forms[way.form];
  if (form === undefined) throw new Error("a way names a form of its token");
  return { start, end, bytes: form.bytes, kind: form.kind, trimmed: form.bytes.length !== end - start };
}

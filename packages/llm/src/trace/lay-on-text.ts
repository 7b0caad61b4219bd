import { alignTokens, type Place, type Start } from "./align-tokens.ts";
import type { PlacedToken } from "./clean-token.ts";
import { layReplaced } from "./lay-replaced.ts";
import { onlyOccurrence } from "./only-occurrence.ts";
import { reasoningEnd } from "./reasoning-end.ts";
import type { Alternative } from "./token.ts";
import { byteLevelBytes, type Form, type FormKind, sentencePieceBytes, tokenForms } from "./token-forms.ts";
import type { TraceFlag } from "./trace.ts";
import { decodeBytes, encodeText } from "./utf8.ts";

/**
 * Places tokens on the text they make up: sets `start`, `end`, `bytes` and `text` of each. Bytes that the provider left out or
 * spelled in another way are found where the text determines them. Tokens at an end that the text lacks get an empty span
 * there. Where the tokens cannot make up the text, positions are −1 and the flag `tokens-differ-from-text` says so: a token is
 * never shifted silently.
 *
 * @param tokens of one channel, in order; changed in place
 * @param text of the channel
 * @param flags gets `tokens-differ-from-text`, `text-trimmed`, `markers-decoded`, `bytes-restored`, `replaced-in-text`
 * @returns whether the tokens were placed
 *
 * Accuracy: linear in the bytes; positions are bytes of UTF-8, never code units. Where several tokens share one character and
 * nothing tells how many bytes each has, their `bytes` are null and the character is divided in order.
 */
export function layOnText(tokens: readonly PlacedToken[], text: string, flags: Set<TraceFlag>): boolean {
  const bytes = encodeText(text);
  if (layExactly(tokens, bytes)) {
    finishTexts(tokens, flags);
    return true;
  }
  if (text.includes("\ufffd") && layInReplaced(tokens, bytes, flags)) return true;
  const forms = tokens.map((token) => tokenForms(token.text, token.bytes));
  if (layInForms(tokens, forms, text, flags)) return true;
  // A text that was cut within a character ends in U+FFFD, where the tokens have the bytes that came.
  const whole = text.replace(/\ufffd+$/, "");
  if (whole !== text && layInForms(tokens, forms, whole, flags)) {
    flags.add("text-trimmed");
    return true;
  }
  flags.add("tokens-differ-from-text");
  for (const token of tokens) {
    token.start = -1;
    token.end = -1;
    if (token.bytes !== null && isReplacement(token.bytes)) token.bytes = null;
  }
  return false;
}

function layInForms(
  tokens: readonly PlacedToken[],
  forms: readonly (readonly Form[])[],
  text: string,
  flags: Set<TraceFlag>,
): boolean {
  const bytes = encodeText(text);
  for (const start of possibleStarts(tokens, forms, text, bytes)) {
    const places = alignTokens(tokens, forms, bytes, start);
    if (places === null) continue;
    takePlaces(tokens, places, flags);
    return true;
  }
  return false;
}

/** The text was read from the tokens' bytes by a reader that replaced what is no valid UTF-8. */
function layInReplaced(tokens: readonly PlacedToken[], text: Uint8Array, flags: Set<TraceFlag>): boolean {
  const found = layReplaced(tokens, text);
  if (found === null) return false;
  if (found.isReplaced) flags.add("replaced-in-text");
  if (found.isTrimmed) flags.add("text-trimmed");
  for (const token of tokens) token.bytes ??= Array.from(encodeText(token.text));
  finishTexts(tokens, flags);
  return true;
}

function takePlaces(tokens: readonly PlacedToken[], places: readonly Place[], flags: Set<TraceFlag>): void {
  const kinds = new Set<FormKind>();
  for (const [i, token] of tokens.entries()) {
    const place = places[i];
    if (place === undefined) continue;
    const { bytes, kind } = place;
    token.start = place.start;
    token.end = place.end;
    if (place.trimmed) flags.add("text-trimmed");
    if (bytes !== null && kind !== "given" && kind !== "text") token.text = decodeBytes(bytes);
    token.bytes = bytes === null || isReplaced(bytes, kind) ? null : Array.from(bytes);
    if (kind === "restored" || kind === "escaped") flags.add("bytes-restored");
    else if (kind !== "none") kinds.add(kind);
  }
  decodeAlternatives(tokens, kinds, flags);
  finishTexts(tokens, flags);
}

/** Tokens beside the text keep their bytes unless these are U+FFFD, which may stand for others. */
function isReplaced(bytes: ArrayLike<number>, kind: Place["kind"]): boolean {
  return kind === "none" && isReplacement(bytes);
}

/** The common case, without a copy: each token's bytes (or its text) stand where the one before it ended. */
function layExactly(tokens: readonly PlacedToken[], text: Uint8Array): boolean {
  let at = 0;
  for (const token of tokens) {
    const { bytes } = token;
    token.start = at;
    if (bytes !== null) {
      for (let i = 0; i < bytes.length; i++) if (bytes[i] !== text[at + i]) return false;
      at += bytes.length;
    } else {
      const own = encodeText(token.text);
      for (let i = 0; i < own.length; i++) if (own[i] !== text[at + i]) return false;
      at += own.length;
    }
    token.end = at;
  }
  if (at !== text.length) return false;
  for (const token of tokens) token.bytes ??= Array.from(text.subarray(token.start, token.end));
  return true;
}

/** Where the text may begin in the tokens, most likely first. */
function* possibleStarts(
  tokens: readonly PlacedToken[],
  forms: readonly (readonly Form[])[],
  text: string,
  bytes: Uint8Array,
): Generator<Start> {
  yield { token: 0, skip: 0, skipSpace: false, trimEnd: false };
  yield { token: 0, skip: 0, skipSpace: false, trimEnd: true };
  if (text === "") return;
  const skipSpace = !/^\s/.test(text);
  let thought = reasoningEnd(tokens, "last");
  while (thought > 0 && skipSpace && isLeadingMatter(tokens[thought]?.text ?? "x")) thought++;
  if (thought > 0) yield { token: thought, skip: 0, skipSpace, trimEnd: true };
  let first = 0;
  while (first < tokens.length && isSpecial(tokens[first]?.text ?? "")) first++;
  if (first > 0) yield { token: first, skip: 0, skipSpace: false, trimEnd: true };
  if (skipSpace) {
    while (first < tokens.length && isLeadingMatter(tokens[first]?.text ?? "")) first++;
    if (first < tokens.length) yield { token: first, skip: 0, skipSpace: true, trimEnd: true };
  }
  const found = uniqueStart(forms, bytes);
  if (found !== null) yield found;
}

/** A token of the chat template (`<s>`, `<|im_start|>`, `[BOS]`), which servers leave out of the text. */
function isSpecial(text: string): boolean {
  return /^(<[|｜/]?[\w▁ .-]+[|｜/]?>|\[\/?[A-Z_]+\])$/.test(text);
}

function isLeadingMatter(text: string): boolean {
  return isSpecial(text) || /^[\sĠĊ▁]*$/.test(text) || /^<0x(0A|0D|20|09)>$/i.test(text);
}

/** The one place where the text stands in the tokens' bytes; null where it stands in several or in none. */
function uniqueStart(forms: readonly (readonly Form[])[], text: Uint8Array): Start | null {
  let length = 0;
  for (const [first] of forms) {
    if (first === undefined) return null;
    length += first.bytes.length;
  }
  const all = new Uint8Array(length);
  let filled = 0;
  for (const [first] of forms) {
    if (first === undefined) return null;
    all.set(Array.from(first.bytes), filled);
    filled += first.bytes.length;
  }
  const at = onlyOccurrence(all, text);
  let before = 0;
  for (const [token, [first]] of forms.entries()) {
    const after = before + (first?.bytes.length ?? 0);
    if (at >= 0 && after > at) return { token, skip: at - before, skipSpace: false, trimEnd: true };
    before = after;
  }
  return null;
}

function isReplacement(bytes: ArrayLike<number>): boolean {
  for (let i = 2; i < bytes.length; i++)
    if (bytes[i] === 0xbd && bytes[i - 1] === 0xbf && bytes[i - 2] === 0xef) return true;
  return false;
}

/** Alternatives read like the tokens they stand beside. */
function decodeAlternatives(tokens: readonly PlacedToken[], kinds: ReadonlySet<FormKind>, flags: Set<TraceFlag>): void {
  const byteLevel = kinds.has("byte-level");
  const piece = kinds.has("sentencepiece");
  if (!byteLevel && !piece) return;
  flags.add("markers-decoded");
  for (const token of tokens)
    token.top = token.top.map((entry): Alternative => {
      const found = (byteLevel ? byteLevelBytes(entry.text) : null) ?? (piece ? sentencePieceBytes(entry.text) : null);
      return found === null ? entry : { ...entry, text: decodeBytes(found), bytes: found };
    });
}

/** Some servers give right bytes beside the tokenizer's own spelling: the bytes win. */
function finishTexts(tokens: readonly PlacedToken[], flags: Set<TraceFlag>): void {
  let marked = false;
  for (const token of tokens) {
    const { bytes } = token;
    if (bytes === null || readsAs(token.text, bytes)) continue;
    const text = decodeBytes(bytes);
    if (text === token.text) continue;
    if (!token.text.includes("\ufffd")) marked = true;
    token.text = text;
  }
  if (!marked) return;
  flags.add("markers-decoded");
  for (const token of tokens)
    token.top = token.top.map((entry) => {
      const { bytes } = entry;
      return bytes === null || readsAs(entry.text, bytes) ? entry : { ...entry, text: decodeBytes(bytes) };
    });
}

/** Whether ASCII text has these bytes. */
function readsAs(text: string, bytes: readonly number[]): boolean {
  if (text.length !== bytes.length) return false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0x80;
    if (byte >= 0x80 || text.charCodeAt(i) !== byte) return false;
  }
  return true;
}

import type { RawAlternative, RawToken } from "../adapters/draft.ts";
import type { Alternative, Channel } from "./token.ts";
import { unescapedBytes } from "./token-forms.ts";
import type { TraceFlag } from "./trace.ts";
import { decodeBytes } from "./utf8.ts";

/** A `Token` that is still being placed on its text. */
export interface PlacedToken {
  text: string;
  bytes: readonly number[] | null;
  readonly id: number | null;
  readonly logprob: number | null;
  readonly logprobBound: number | null;
  top: readonly Alternative[];
  channel: Channel;
  start: number;
  end: number;
}

/** At or below this a number is a placeholder: −9999 and its kin. The rarest real token is far above. */
const sentinelBelow = -9000;

/** Positive values up to this are rounding of 0; larger ones are placeholders. */
const roundingAbove = 1e-3;

const noAlternatives: readonly Alternative[] = [];

/**
 * The natural logarithm that a provider's number means, finite and ≤ 0, or null where it means none.
 *
 * @param value whatever stood in the place of a log-probability
 * @param flags gets `sentinel-logprobs` and `positive-logprobs`
 */
export function cleanLogprob(value: unknown, flags: Set<TraceFlag>): number | null {
  if (typeof value === "number") {
    if (value <= 0) {
      // −0 + 0 is 0.
      if (value > sentinelBelow) return value + 0;
      flags.add("sentinel-logprobs");
    } else if (value > 0) {
      flags.add("positive-logprobs");
      if (value <= roundingAbove) return 0;
    }
  } else if (typeof value === "string" && /^-inf(inity)?$/i.test(value)) {
    flags.add("sentinel-logprobs");
  }
  return null;
}

/** The array where every element is a byte, else null; also null where it holds U+FFFD, which stands for other bytes. */
function trustedBytes(value: unknown, text: string): readonly number[] | null {
  const bytes = byteArray(value, text);
  if (bytes === null) return null;
  for (let i = 2; i < bytes.length; i++)
    if (bytes[i] === 0xbd && bytes[i - 1] === 0xbf && bytes[i - 2] === 0xef) return null;
  return bytes;
}

function byteArray(value: unknown, text: string): readonly number[] | null {
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

function idOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) ? value : null;
}

function sameBytes(a: readonly number[] | null, b: readonly number[] | null): boolean {
  if (a === null || b === null || a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Whether two spellings are the same token: "unknown" where only U+FFFD can be compared. */
function same(
  a: { readonly text: string; readonly bytes: readonly number[] | null; readonly id: number | null },
  b: Alternative,
): "yes" | "no" | "unknown" {
  if (a.id !== null && b.id !== null) return a.id === b.id ? "yes" : "no";
  if (a.text !== b.text) return "no";
  if (!a.text.includes("\ufffd")) return "yes";
  if (a.bytes === null || b.bytes === null) return "unknown";
  return sameBytes(a.bytes, b.bytes) ? "yes" : "no";
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

/** Whether a list needs no cleaning: then it is kept as it is, without a copy. Escapes and sentinels need cleaning. */
function isCleanTop(raw: readonly RawAlternative[]): raw is readonly Alternative[] {
  let last = 0;
  for (let i = 0; i < raw.length; i++) {
    const entry = raw[i];
    if (entry === undefined || !isCleanAlternative(entry)) return false;
    const { logprob, text } = entry;
    if (logprob === null || !(logprob <= last)) return false;
    last = logprob;
    for (let j = 0; j < i; j++) if (raw[j]?.text === text) return false;
  }
  return true;
}

function isCleanAlternative(entry: RawAlternative): entry is Alternative {
  const { text, bytes, id, logprob } = entry;
  if (typeof text !== "string" || typeof logprob !== "number") return false;
  if (!(logprob <= 0 && logprob > sentinelBelow) || Object.is(logprob, -0)) return false;
  if (id !== null && idOf(id) === null) return false;
  if (bytes === null) return !text.startsWith("bytes:");
  return trustedBytes(bytes, text) === bytes && !text.includes("\\x");
}

function cleanTop(
  raw: readonly RawAlternative[],
  flags: Set<TraceFlag>,
  unused: Set<TraceFlag>,
): readonly Alternative[] {
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
    const logprob = cleanLogprob(value, typeof value === "number" && value > 0 ? flags : unused);
    if (logprob === null) continue;
    const bytes = trustedBytes(entry.bytes, given) ?? spelledBytes(given);
    const alternative = { text: readableText(given, bytes), bytes, id: idOf(entry.id), logprob };
    if (logprob > last) sorted = false;
    last = logprob;
    top.push(alternative);
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
      if (earlier !== undefined && earlier.text === entry.text && same(entry, earlier) === "yes") first = false;
    }
    if (first) top[kept++] = entry;
  }
  top.length = kept;
  return top;
}

/**
 * True where a token carries the alternatives of the token before it: the very same list, in which it does not stand with
 * its own log-probability. Two places of a text never have the same probabilities to the last digit by chance.
 *
 * Source: sgl-project/sglang#39260 (chunks of several tokens that reuse the alternatives of the first).
 */
export function repeatsAlternatives(before: RawToken, token: RawToken): boolean {
  const { top } = token;
  const earlier = before.top;
  if (top.length === 0 || top.length !== earlier.length || token.channel !== before.channel) return false;
  for (let i = 0; i < top.length; i++)
    if (top[i]?.logprob !== earlier[i]?.logprob || top[i]?.text !== earlier[i]?.text) return false;
  return !top.some((entry) => entry.text === token.text && entry.logprob === token.logprob);
}

/**
 * A provider's token without its placeholders: no sentinel is ever a log-probability, alternatives are sorted and unique.
 *
 * @param raw as the reader found it
 * @param before the token before it in the same answer, to see repeated alternatives
 * @param flags gets what was odd
 * @returns positions are −1; null where the entry is no token (neither text nor bytes)
 */
export function cleanToken(raw: RawToken, before: RawToken | undefined, flags: Set<TraceFlag>): PlacedToken | null {
  const given = typeof raw.text === "string" ? raw.text : null;
  const bytes = byteArray(raw.bytes, given ?? "") ?? spelledBytes(given ?? "");
  if (given === null && (bytes === null || bytes.length === 0)) {
    flags.add("malformed-entries");
    return null;
  }
  const text = given === null ? decodeBytes(bytes ?? []) : readableText(given, bytes);
  const id = idOf(raw.id);
  const repeated = before !== undefined && repeatsAlternatives(before, raw);
  if (repeated) flags.add("alternatives-repeated");
  const top = repeated ? noAlternatives : cleanTop(raw.top, flags, unusedFlags);

  let logprob = cleanLogprob(raw.logprob, flags);
  let logprobBound: number | null = null;
  if (top.length > 0) {
    const own = { text, bytes: trustedBytes(bytes, text), id };
    let found = false;
    let possible: number | null = null;
    for (let i = 0; i < top.length && !found; i++) {
      const entry = top[i];
      if (entry === undefined) continue;
      const answer = same(own, entry);
      if (answer === "yes") {
        found = true;
        logprob ??= entry.logprob;
      } else if (answer === "unknown") possible ??= entry.logprob;
    }
    if (!found && possible === null) flags.add("chosen-not-in-top");
    if (logprob === null) logprobBound = possible ?? top[top.length - 1]?.logprob ?? null;
  }
  return { text, bytes, id, logprob, logprobBound, top, channel: raw.channel, start: -1, end: -1 };
}

const unusedFlags = new Set<TraceFlag>();

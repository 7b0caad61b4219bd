import type { RawToken } from "../adapters/draft.ts";
import { cleanLogprob } from "./clean-logprob.ts";
import { byteArray, cleanTop, readSpelling, type Spelling, sameToken, trustedBytes } from "./clean-top.ts";
import type { Alternative, Channel } from "./token.ts";
import { tokenNumber } from "./token-number.ts";
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

const noAlternatives: readonly Alternative[] = [];

/** How far rounding of log-probabilities to three decimals can carry a sum of probabilities. */
const rounding = 1e-3;

/**
 * The largest logarithm that a token outside a list can have: it is no likelier than the least likely of the list, and has no
 * more than what the list leaves. The latter counts only where the list leaves more than rounding explains. Lists that add up to
 * 1 or more may have been normalised to their own length, or be rounded, or be no probabilities (vLLM's `raw_logits`): then they
 * do not say what they leave, and the looser bound stands. A list is of the same distribution as its token, before or after
 * temperature: no server is known to mix them in one entry.
 *
 * @param top clean
 */
export function unlistedBound(top: readonly Alternative[]): number | null {
  const least = top[top.length - 1]?.logprob ?? null;
  if (least === null) return null;
  let listed = 0;
  for (const { logprob } of top) if (logprob !== null) listed += Math.exp(logprob);
  const rest = 1 - listed;
  return rest > rounding ? Math.min(least, Math.log(rest + rounding)) : least;
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

/** Alternatives that came as numbers: the token's own gets its text; the flag says where a text is not known. */
function named(
  top: readonly Alternative[],
  raw: RawToken,
  own: Spelling,
  flags: Set<TraceFlag>,
): readonly Alternative[] {
  const isKnown = own.bytes !== null || tokenNumber(own.text) === null;
  if (!isKnown) flags.add("numbered-tokens");
  if (top === raw.top || !top.some(isNumber)) return top;
  const known = top.map((entry) =>
    isKnown && isNumber(entry) && entry.id === own.id ? { ...entry, text: own.text, bytes: own.bytes } : entry,
  );
  if (known.some(isNumber)) flags.add("numbered-tokens");
  return known;
}

function isNumber({ text, bytes }: Alternative): boolean {
  return bytes === null && tokenNumber(text) !== null;
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
  const checked = byteArray(raw.bytes, given ?? "");
  if (given === null && (checked === null || checked.length === 0)) {
    flags.add("malformed-entries");
    return null;
  }
  const { text, bytes, id } = readSpelling(given ?? decodeBytes(checked ?? []), checked, raw.id);
  const repeated = before !== undefined && repeatsAlternatives(before, raw);
  if (repeated) flags.add("alternatives-repeated");
  const top = repeated ? noAlternatives : named(cleanTop(raw.top, flags), raw, { text, bytes, id }, flags);

  let logprob = cleanLogprob(raw.logprob, flags);
  let logprobBound: number | null = null;
  if (top.length > 0) {
    const own = { text, bytes: trustedBytes(bytes), id };
    let found = false;
    let possible: number | null = null;
    for (let i = 0; i < top.length && !found; i++) {
      const entry = top[i];
      if (entry === undefined) continue;
      const answer = sameToken(own, entry);
      if (answer === "yes") {
        found = true;
        logprob ??= entry.logprob;
      } else if (answer === "unknown") possible ??= entry.logprob;
    }
    if (!found && possible === null) flags.add("chosen-not-in-top");
    if (logprob === null) logprobBound = possible ?? unlistedBound(top);
  }
  return { text, bytes, id, logprob, logprobBound, top, channel: raw.channel, start: -1, end: -1 };
}

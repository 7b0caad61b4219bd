import { InputError } from "@candor/core";
import type { Channel, Token } from "../trace/token.ts";
import type { Field, FieldFlag } from "./field.ts";
import { skipSpace, unexpected } from "./json-lexemes.ts";
import { isExactNumber, numberSoFar, textBetween, unescapeString } from "./json-values.ts";
import { type JsonScan, type Leaf, scanJson } from "./scan-json.ts";
import { scoreField } from "./score-field.ts";
import { shareTokens } from "./share-tokens.ts";

/** How fields are read. */
export interface FieldOptions {
  /** Whose tokens count; those of other channels are left out. Default `content`. */
  readonly channel?: Channel;
  /** Containers within containers that are accepted, an integer ≥ 1. Default 512. */
  readonly maxDepth?: number;
}

/** The nesting that is accepted where nothing else is said. */
export const DEFAULT_DEPTH = 512;

/**
 * Every value of a JSON answer with the tokens that decided it: their probability, apart from that of quotes and structure, and
 * what else could have stood there.
 *
 * The answer may have ended anywhere, as one that is still streamed: what is there is read, the last value marked `incomplete`;
 * a value of which nothing has come yet is no field. What is there must be JSON (RFC 8259); only white space may surround it
 * (`fieldsOf` finds JSON in fences and prose). A key that stands twice gives two fields of the same path.
 *
 * Positions are those of bytes, so a character may be split over tokens. A token wholly inside a value counts to that value; one
 * of quotes or structure only counts to those; one that has both (`5}`, `":5`) counts to the value, with a flag and bounds:
 * `5}` at 0.6 beside `5,` at 0.3 says that 5 has 0.9, at least 0.6, and at most 0.9 and what the alternatives leave unseen.
 * The end of a string is decided by the token that closes it, the end of a number by the one that follows: that mass is in
 * `quoteProbability` and `separatorProbability`, and what could have followed is among the alternatives.
 *
 * @param text the whole answer
 * @param tokens laid on the UTF-8 of `text`, in order; none, or tokens without positions, give fields without probability
 * @throws {InputError} `incompatible` naming the byte and what was expected there, and for tokens that are not in order or end
 *   beyond the text; `out-of-range` for a nesting beyond `maxDepth`
 */
export function readFields(text: string, tokens: readonly Token[] = [], options: FieldOptions = {}): readonly Field[] {
  const bytes = new TextEncoder().encode(text);
  const scan = scanJson(bytes, 0, depthOf(options));
  if (scan.complete) {
    const rest = skipSpace(bytes, scan.end);
    if (rest < bytes.length) throw unexpected(bytes, rest, "nothing but white space after the JSON");
  }
  return fieldsWithin(text, bytes, scan, 0, bytes.length, tokens, options.channel ?? "content");
}

/** The accepted nesting, checked. */
export function depthOf({ maxDepth = DEFAULT_DEPTH }: FieldOptions): number {
  if (!(Number.isSafeInteger(maxDepth) && maxDepth >= 1))
    throw new InputError("out-of-range", `maxDepth must be an integer of at least 1, got ${maxDepth}`);
  return maxDepth;
}

/** The fields of a JSON text that was found from byte `from` to byte `to` of an answer. */
export function fieldsWithin(
  text: string,
  bytes: Uint8Array,
  { leaves }: JsonScan,
  from: number,
  to: number,
  tokens: readonly Token[],
  channel: Channel,
): readonly Field[] {
  const isAscii = bytes.length === text.length;
  const slice = (start: number, end: number): string =>
    isAscii ? text.slice(start, end) : textBetween(bytes, start, end);
  const shares = shareTokens(leaves, tokens, channel, from, to, bytes.length);
  const scratch = { bytes: new Uint8Array(64), length: 0 };
  return leaves.map((leaf, i) => {
    const json = slice(leaf.start, leaf.end);
    const share = shares[i] ?? { value: [], opening: -1, closing: -1, covered: false, quote: null, separator: null };
    const score = scoreField(bytes, leaf, json, tokens, share, leaves[i - 1]?.end ?? from, scratch);
    const flags: FieldFlag[] = [];
    if (!leaf.complete) flags.push("incomplete");
    if (leaf.duplicate) flags.push("duplicate-key");
    if (score.isShared) flags.push("shared-token");
    if (leaf.kind === "number" && leaf.complete && !isExactNumber(json)) flags.push("inexact-number");
    if (score.mayGoOn) flags.push("may-go-on");
    if (share.value.length === 0) flags.push("no-tokens");
    else if (score.isUnknown) flags.push("unknown-token");
    return {
      path: leaf.path,
      value: parsedValue(leaf, json),
      json,
      start: leaf.start,
      end: leaf.end,
      probability: score.probability,
      bounds: score.bounds,
      quoteProbability: share.quote,
      separatorProbability: share.separator,
      tokens: share.value,
      alternatives: score.alternatives,
      flags,
    };
  });
}

function parsedValue(leaf: Leaf, json: string): Field["value"] {
  if (leaf.kind === "string") return unescapeString(json.slice(1, leaf.complete ? -1 : undefined), leaf.complete);
  if (leaf.kind === "number") return leaf.complete ? Number(json) : numberSoFar(json);
  if (leaf.kind === "container") return json.startsWith("{") ? {} : [];
  return json.startsWith("n") ? null : json.startsWith("t");
}

import { InputError } from "@candor/core";
import type { Channel, Token } from "../trace/token.ts";
import type { Leaf } from "./scan-json.ts";
import type { FieldTokens } from "./score-field.ts";

/** The tokens of a leaf, and the mass of those that are not of its value. */
export interface TokenShare extends FieldTokens {
  /** Product over the tokens that are its quotes only; null where one is unknown or no token has a position. */
  readonly quote: number | null;
  /** Product over the tokens that are structure only. */
  readonly separator: number | null;
}

interface OpenShare {
  readonly value: number[];
  opening: number;
  closing: number;
  covered: number;
  quoteLog: number;
  separatorLog: number;
}

/**
 * Gives every token between two bytes to the leaves: to each leaf whose value it carries a part of; else to the leaf whose string
 * it closes; else to the one it leads to; what follows the last leaf to that.
 *
 * @throws {InputError} `incompatible` for tokens that are not in order or end beyond the text, naming the first
 */
export function shareTokens(
  leaves: readonly Leaf[],
  tokens: readonly Token[],
  channel: Channel,
  from: number,
  to: number,
  textLength: number,
): readonly TokenShare[] {
  const shares = leaves.map(
    (): OpenShare => ({ value: [], opening: -1, closing: -1, covered: 0, quoteLog: 0, separatorLog: 0 }),
  );
  let placed = false;
  let i = 0;
  let last = 0;
  for (let k = 0; k < tokens.length; k++) {
    const token = tokens[k];
    if (token === undefined || token.channel !== channel || token.start < 0) continue;
    const { start, end } = token;
    if (start < last || end < start || end > textLength)
      throw new InputError(
        "incompatible",
        `token ${k} lies from byte ${start} to ${end}, after one that ends at ${last}, in a text of ${textLength} bytes`,
        k,
      );
    last = end;
    if (end === start || end <= from || start >= to) continue;
    placed = true;
    while (i < leaves.length && (leaves[i]?.valueEnd ?? 0) <= start) i++;
    giveToken(leaves, shares, i, k, token);
  }
  return shares.map(({ value, opening, closing, covered, quoteLog, separatorLog }, j) => {
    const leaf = leaves[j];
    const length = leaf === undefined ? 0 : leaf.valueEnd - leaf.valueStart;
    return {
      value,
      opening,
      closing,
      covered: covered === length,
      quote: placed && !Number.isNaN(quoteLog) ? Math.exp(quoteLog) : null,
      separator: placed && !Number.isNaN(separatorLog) ? Math.exp(separatorLog) : null,
    };
  });
}

/** `i` is the first leaf whose value ends after the token begins. An unknown token makes a sum of logarithms NaN. */
function giveToken(leaves: readonly Leaf[], shares: OpenShare[], i: number, k: number, token: Token): void {
  const { start, end } = token;
  const previous = leaves[i - 1];
  const previousShare = shares[i - 1];
  if (previous !== undefined && previousShare !== undefined && start === previous.valueEnd) previousShare.closing = k;

  let isValue = false;
  for (let j = i; j < leaves.length; j++) {
    const leaf = leaves[j];
    const share = shares[j];
    if (leaf === undefined || share === undefined || leaf.valueStart >= end) break;
    share.value.push(k);
    share.covered += Math.min(end, leaf.valueEnd) - Math.max(start, leaf.valueStart);
    isValue = true;
  }
  if (isValue) return;

  const next = leaves[i];
  const nextShare = shares[i];
  if (next?.kind === "string" && nextShare !== undefined && start <= next.start && next.start < end)
    nextShare.opening = k;
  const closes = previous !== undefined && previousShare !== undefined && start < previous.end;
  const share = closes ? previousShare : (nextShare ?? previousShare);
  if (share === undefined) return;
  const isQuote = closes
    ? end === previous.end
    : next?.kind === "string" && start === next.start && end === next.valueStart;
  const log = token.logprob ?? Number.NaN;
  if (isQuote) share.quoteLog += log;
  else share.separatorLog += log;
}

import type { DocumentToken } from "./llm-document.ts";

/** A part of a text that can be shown, with the tokens it came from. */
export interface TextSpan {
  readonly text: string;
  /** Indices into the tokens given; empty where the text came without tokens. */
  readonly tokens: readonly number[];
  /** Product over its tokens; null where there are none, or one is unknown. */
  readonly probability: number | null;
}

/** UTF-16 positions of byte offsets, in one pass. */
function positionsOf(text: string, offsets: readonly number[]): Map<number, number> {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const found = new Map<number, number>();
  let next = 0;
  let bytes = 0;
  let units = 0;
  for (const letter of text) {
    while (next < wanted.length && (wanted[next] ?? 0) <= bytes) {
      if (wanted[next] === bytes) found.set(bytes, units);
      next++;
    }
    const code = letter.codePointAt(0) ?? 0;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    units += letter.length;
  }
  found.set(bytes, units);
  return found;
}

/**
 * A text cut where its tokens meet; tokens that share a character stay together, those without a place are left out. All
 * spans joined are the text.
 *
 * @param text of one channel
 * @param tokens of that channel, in order
 * @returns undefined where the tokens have no places in the text
 */
export function textSpans(text: string, tokens: readonly DocumentToken[]): readonly TextSpan[] | undefined {
  const placed = [...tokens.entries()].filter(([, { start }]) => start >= 0);
  if (placed.length === 0) return undefined;
  let reached = 0;
  for (const [, { start, end }] of placed) {
    if (start < reached || end < start) return undefined;
    reached = end;
  }
  const places = positionsOf(
    text,
    placed.flatMap(([, { start, end }]) => [start, end]),
  );
  const spans: TextSpan[] = [];
  let from = 0;
  let held: number[] = [];
  for (const [index, { start, end }] of placed) {
    const at = places.get(start);
    if (held.length === 0 && at !== undefined && at > from) {
      spans.push({ text: text.slice(from, at), tokens: [], probability: null });
      from = at;
    }
    held.push(index);
    const to = places.get(end);
    if (to === undefined) continue;
    if (to > from) spans.push({ text: text.slice(from, to), tokens: held, probability: productOf(tokens, held) });
    from = to;
    held = [];
  }
  if (from < text.length || held.length > 0)
    spans.push({
      text: text.slice(from),
      tokens: held,
      probability: held.length === 0 ? null : productOf(tokens, held),
    });
  return spans.filter((span) => span.text !== "");
}

function productOf(tokens: readonly DocumentToken[], indices: readonly number[]): number | null {
  let product = 1;
  for (const index of indices) {
    const probability = tokens[index]?.probability ?? null;
    if (probability === null) return null;
    product *= probability;
  }
  return product;
}

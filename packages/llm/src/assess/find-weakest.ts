import { fieldsOf } from "../fields/fields-of.ts";
import { weakestField } from "../fields/weakest-field.ts";
import type { Token } from "../trace/token.ts";
import { type Trace, tokensOf } from "../trace/trace.ts";
import type { WeakestPart } from "./assessment.ts";

function textBetween(text: string, start: number, end: number): string {
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(start, end));
}

/** Whether a token goes on with the word before it. */
function continues({ text }: Token): boolean {
  return text !== "" && !/^[\s\p{P}]/u.test(text);
}

function joins(before: Token | undefined, after: Token | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  return continues(after) && !/[\s\p{P}]$/u.test(before.text) && before.text !== "";
}

/** The word that the least likely token stands in, with the product over its tokens. */
function weakestWord(trace: Trace): WeakestPart | null {
  const tokens = tokensOf(trace, "content");
  let least = -1;
  tokens.forEach(({ logprob }, i) => {
    if (logprob === null) return;
    if (least < 0 || logprob < (tokens[least]?.logprob ?? 0)) least = i;
  });
  if (least < 0) return null;
  let from = least;
  let to = least;
  while (joins(tokens[from - 1], tokens[from])) from--;
  while (joins(tokens[to], tokens[to + 1])) to++;
  const word = tokens.slice(from, to + 1);
  const known = word.every(({ logprob }) => logprob !== null);
  const part = known ? word : tokens.slice(least, least + 1);
  const total = part.reduce((sum, { logprob }) => sum + (logprob ?? 0), 0);
  const start = part[0]?.start ?? -1;
  const end = part[part.length - 1]?.end ?? -1;
  const placed = start >= 0 && end >= start;
  return {
    kind: "tokens",
    path: null,
    text: placed ? textBetween(trace.text, start, end) : part.map(({ text }) => text).join(""),
    start: placed ? start : -1,
    end: placed ? end : -1,
    probability: Math.exp(total),
  };
}

/**
 * The part of an answer that is least sure: the field of lowest probability of a JSON answer, else the word with the least
 * likely token.
 *
 * @returns null where no log-probability is known
 */
export function findWeakest(trace: Trace): WeakestPart | null {
  const field = weakestField(fieldsOf(trace));
  if (field === null || field.probability === null) return weakestWord(trace);
  const { path, json, start, end, probability } = field;
  return { kind: "field", path, text: json, start, end, probability };
}

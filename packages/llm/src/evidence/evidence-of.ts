import { whyMissing, whyUnknown } from "../scores/why-missing.ts";
import { type Trace, tokensOf } from "../trace/trace.ts";
import type { Evidence } from "./evidence.ts";

function count(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/**
 * What the confidence of an answer rests on: the log-probabilities of what the user sees, or of the refusal, or nothing.
 *
 * @returns `n` counts the tokens with a log-probability
 */
export function evidenceOf(trace: Trace): Evidence {
  const content = tokensOf(trace, "content");
  const refused = content.length === 0 && trace.text === "";
  const tokens = refused ? tokensOf(trace, "refusal") : content;
  const n = tokens.reduce((known, { logprob }) => known + (logprob === null ? 0 : 1), 0);
  const shared = { n, logprobs: trace.logprobs, flags: trace.flags };
  if (n === 0) {
    const why = tokens.length > 0 ? whyUnknown(trace) : whyMissing(trace, "content");
    const sentence = `${why} There is no confidence.`;
    return { ...shared, kind: "none", topK: null, sentence };
  }
  const fewest = tokens.reduce((least, { top }) => Math.min(least, top.length), Infinity);
  const most = tokens.reduce((largest, { top }) => Math.max(largest, top.length), 0);
  const alternatives =
    most === 0
      ? "without alternatives"
      : `${fewest === most ? count(most, "alternative") : `up to ${count(most, "alternative")}`} each`;
  const known = n === tokens.length ? "all with log-probabilities" : `${n} with log-probabilities`;
  const of = refused ? " of the refusal" : "";
  const sentence =
    tokens.length === 1
      ? `1 token${of}, with its log-probability, ${alternatives.replace(" each", "")}.`
      : `${tokens.length} tokens${of}, ${known}, ${alternatives}.`;
  return { ...shared, kind: "logprobs", topK: most, sentence };
}

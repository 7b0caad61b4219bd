import { createRandom, type Random } from "@candor/core";
import type { Alternative, Channel, Token } from "../../src/trace/token.ts";
import type { Trace } from "../../src/trace/trace.ts";

/** An alternative by its text and probability; a probability of null is unknown. */
export function alternative(text: string, probability: number | null, bytes: number[] | null = null): Alternative {
  return { text, bytes, id: null, logprob: probability === null ? null : Math.log(probability) };
}

/** A token that was generated among alternatives, which are put in descending order. */
export function token(
  text: string,
  probability: number | null,
  top: [string, number][] = [],
  extra: Partial<Token> = {},
): Token {
  return {
    ...alternative(text, probability),
    logprobBound: null,
    top: top.map(([other, p]) => alternative(other, p)).sort((a, b) => (b.logprob ?? 0) - (a.logprob ?? 0)),
    channel: "content",
    start: -1,
    end: -1,
    ...extra,
  };
}

export function trace(tokens: readonly Token[], extra: Partial<Trace> = {}): Trace {
  const text = (channel: Channel) =>
    tokens
      .filter((each) => each.channel === channel)
      .map((each) => each.text)
      .join("");
  return {
    provider: "openai",
    format: "chat-completions",
    model: "m",
    id: "r",
    index: 0,
    text: text("content"),
    refusal: text("refusal") === "" ? null : text("refusal"),
    reasoning: text("reasoning") === "" ? null : text("reasoning"),
    toolCalls: [],
    tokens,
    logprobs: tokens.some((each) => each.logprob !== null) ? "present" : "absent",
    basis: "raw",
    topK: tokens.reduce((k, each) => Math.max(k, each.top.length), 0),
    finish: "stop",
    flags: [],
    ...extra,
  };
}

/** A distribution over a small vocabulary: probabilities in descending order that add up to 1. */
export function distribution(size: number, sharpness: number, random: Random = createRandom(1)): number[] {
  const weights = Array.from({ length: size }, () => Math.exp(sharpness * random.normal()));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total).sort((a, b) => b - a);
}

/** What a server shows of a distribution: the generated token and the k most likely; some append the former to the latter. */
export function shown(probabilities: readonly number[], generated: number, k: number, appends = false): Token {
  const name = (i: number) => `w${i}`;
  const listed = probabilities.map((p, i): [string, number] => [name(i), p]);
  const top = listed.filter((_, i) => i < k || (appends && k > 0 && i === generated));
  return token(name(generated), probabilities[generated] ?? null, top);
}

import type { Alternative, Channel, Token } from "../../src/trace/token.ts";
import type { Trace } from "../../src/trace/trace.ts";

const encoder = new TextEncoder();

/** A token as a test writes it: its text or bytes, its probability, and what else could have stood there. */
export type Written = readonly [
  text: string | readonly number[],
  p: number | null,
  top?: Readonly<Record<string, number>>,
];

const replaced = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));

function alternative(text: string, p: number): Alternative {
  return { text, bytes: [...encoder.encode(text)], id: null, logprob: Math.log(p) };
}

/** Tokens laid end to end. */
export function tokens(written: readonly Written[], channel: Channel = "content"): Token[] {
  let at = 0;
  return written.map(([text, p, top = {}]) => {
    const bytes = typeof text === "string" ? [...encoder.encode(text)] : [...text];
    const start = at;
    at += bytes.length;
    return {
      text: typeof text === "string" ? text : replaced(text),
      bytes,
      id: null,
      logprob: p === null ? null : Math.log(p),
      logprobBound: null,
      top: Object.entries(top).map(([each, q]) => alternative(each, q)),
      channel,
      start,
      end: at,
    };
  });
}

/** The text that tokens make up. */
export function textOfTokens(list: readonly Token[]): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    Uint8Array.from(list.flatMap((token) => token.bytes ?? [])),
  );
}

/** A trace of nothing but content. */
export function traceOf(text: string, list: readonly Token[] = []): Trace {
  return {
    provider: "openai",
    format: "chat-completions",
    model: "m",
    id: "r",
    index: 0,
    text,
    refusal: null,
    reasoning: null,
    toolCalls: [],
    tokens: list,
    logprobs: list.length === 0 ? "absent" : "present",
    basis: "unknown",
    topK: 0,
    finish: "stop",
    flags: [],
  };
}

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { fromStream } from "../../src/adapters/from-stream.ts";
import type { ReadOptions } from "../../src/trace/read-options.ts";
import type { LlmResponse, Trace } from "../../src/trace/trace.ts";

export { eventsFixture as events, jsonFixture as fixture } from "./fixtures.ts";

/** A file of `test/fixtures`, as text. */
export function fixtureText(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url)), "utf8");
}

export async function* piecesOf<Piece>(pieces: readonly Piece[]): AsyncGenerator<Piece> {
  for (const piece of pieces) yield piece;
}

export function readStream(
  pieces: readonly (Uint8Array | string | object)[],
  options: ReadOptions = {},
): Promise<LlmResponse> {
  return fromStream(piecesOf(pieces), options);
}

/** The first answer of a whole response. */
export function firstTrace(body: unknown, options: ReadOptions = {}): Trace {
  const [trace] = fromResponse(body, options).choices;
  if (trace === undefined) throw new Error("the response has no answer");
  return trace;
}

/** A chat completion with one answer. */
export function chat(
  content: string | null,
  entries: readonly unknown[] | null,
  more: object = {},
): Record<string, unknown> {
  const logprobs = entries === null ? null : { content: entries, refusal: null };
  const choice = { index: 0, message: { role: "assistant", content }, logprobs, finish_reason: "stop", ...more };
  return { id: "c", object: "chat.completion", model: "candor/test", choices: [choice] };
}

/** An entry of `logprobs.content`. */
export function entry(
  token: string,
  logprob: unknown,
  top: readonly (readonly [string, unknown])[] = [],
  bytes?: unknown,
): object {
  const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
  return {
    token,
    logprob,
    bytes: bytes === undefined ? utf8(token) : bytes,
    top_logprobs: top.map(([text, value]) => ({ token: text, logprob: value, bytes: utf8(text) })),
  };
}

import type { Token } from "../trace/token.ts";
import type { ToolCall } from "../trace/trace.ts";
import { bytesOf } from "./consider-alternatives.ts";
import type { Field } from "./field.ts";
import { type FieldOptions, readFields } from "./read-fields.ts";

/**
 * Every argument of a tool call, as `readFields` reads them. Most servers give no log-probabilities for tool calls: without tokens
 * the probabilities are null and the fields flagged `no-tokens`, never 1.
 *
 * @param tokens those of channel `tool` are laid on the arguments: they are the place in which the bytes of the tokens say the
 *   arguments. Where they say them nowhere, or more than once, no token is used
 * @returns none for a call without arguments (an empty text)
 * @throws {InputError} `incompatible` naming the byte for arguments that are not JSON; `out-of-range` for a nesting too deep
 */
export function argumentsOf(
  call: ToolCall,
  tokens: readonly Token[] = [],
  options: Omit<FieldOptions, "channel"> = {},
): readonly Field[] {
  if (call.arguments.trim() === "") return [];
  return readFields(call.arguments, layOn(call.arguments, tokens), { ...options, channel: "tool" });
}

/** The tokens with the positions they have in the arguments; those of no position there keep their index but have none. */
function layOn(text: string, tokens: readonly Token[]): readonly Token[] {
  const wanted = new TextEncoder().encode(text);
  const parts = tokens.map((token) => (token.channel === "tool" ? bytesOf(token) : []));
  if (parts.some((part) => part === null)) return [];
  const known = parts.flatMap((part) => (part === null ? [] : [part]));
  const all = new Uint8Array(known.reduce((sum, part) => sum + part.length, 0));
  let length = 0;
  for (const part of known) {
    all.set(part, length);
    length += part.length;
  }
  const offset = find(all, wanted, 0);
  if (offset < 0 || find(all, wanted, offset + 1) >= 0) return [];
  let at = -offset;
  return tokens.map((token, k) => {
    const start = at;
    at += known[k]?.length ?? 0;
    const outside = token.channel !== "tool" || at <= 0 || start >= wanted.length;
    return outside
      ? { ...token, start: -1, end: -1 }
      : { ...token, start: Math.max(0, start), end: Math.min(at, wanted.length) };
  });
}

function find(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  for (let at = from; at + wanted.length <= bytes.length; at++) {
    let i = 0;
    while (i < wanted.length && bytes[at + i] === wanted[i]) i++;
    if (i === wanted.length) return at;
  }
  return -1;
}

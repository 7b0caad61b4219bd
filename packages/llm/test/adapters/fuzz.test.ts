import { InputError } from "@candor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { openStream } from "../../src/adapters/open-stream.ts";
import type { LlmResponse, Trace } from "../../src/trace/trace.ts";
import { events, fixture } from "./read-fixture.ts";

const bodies = [
  ...["openai", "azure", "vllm", "deepseek-escaped-bytes", "refusal", "tool-call", "two-choices", "think-in-content"],
  ...["reasoning-parted", "fireworks", "fireworks-raw-output", "fireworks-parallel", "together", "byte-level-markers"],
]
  .map((name) => `chat-completions/${name}.json`)
  .concat(["completions/openai.json", "completions/echo.json", "completions/together.json"])
  .concat(["responses/openai.json", "responses/refusal.json", "responses/reasoning-and-call.json"]);

const otherBodies = [
  ...[
    "generate-content/whole",
    "generate-content/safety",
    "generate-content/average-only",
    "generate-content/rejected",
  ],
  ...["ollama/chat", "ollama/generate", "ollama/cloud", "llama-cpp/whole", "llama-cpp/sampled", "llama-cpp/older"],
  ...["messages/whole", "converse/whole", "decisions/whole", "system-one/whole"],
].map((name) => `${name}.json`);

const streams = [
  "chat-completions/openai.stream.jsonl",
  "completions/openai.stream.jsonl",
  "responses/openai.stream.jsonl",
];

const odd = fc.constantFrom<readonly unknown[]>(
  [null],
  [undefined],
  [-9999],
  [1],
  [Number.NaN],
  [Number.NEGATIVE_INFINITY],
  [""],
  ["\ufffd"],
  ["🦜"],
  [[]],
  [{}],
  [[null, 7, "x", { token: 5 }]],
  [[239, 191, 189]],
  [true],
  [1e308],
);

/** Places of all values in a document. */
function places(value: unknown, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const children = Array.isArray(value)
    ? value.map((child, i) => places(child, [...path, i]))
    : Object.entries(value).map(([key, child]) => places(child, [...path, key]));
  return [path, ...children.flat()];
}

/** The document with one value replaced, or dropped where `value` is undefined. */
function changed(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(document)) {
    const copy = document.map((child, i) => (i === key ? changed(child, rest, value) : child));
    return value === undefined && rest.length === 0 ? copy.filter((_, i) => i !== key) : copy;
  }
  if (typeof document !== "object" || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).flatMap(([name, child]) => {
      if (name !== key) return [[name, child]];
      return value === undefined && rest.length === 0 ? [] : [[name, changed(child, rest, value)]];
    }),
  );
}

function mutate(document: unknown, changes: readonly (readonly [number, readonly unknown[]])[]): unknown {
  return changes.reduce<unknown>((current, [at, [value]]) => {
    const all = places(current);
    return changed(current, all[at % all.length] ?? [], value);
  }, document);
}

const textOf = (trace: Trace, channel: string): string | null => {
  if (channel === "content") return trace.text;
  if (channel === "refusal") return trace.refusal ?? "";
  if (channel === "reasoning") return trace.reasoning ?? "";
  return null;
};

/** Plain, because `expect` in loops this long costs seconds. */
function must(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`must hold: ${what}`);
}

function checkTokens(trace: Trace): void {
  for (const channel of ["content", "refusal", "reasoning"]) {
    const tokens = trace.tokens.filter((token) => token.channel === channel);
    const text = textOf(trace, channel);
    if (tokens.length === 0 || text === null) continue;
    const bytes = new TextEncoder().encode(text);
    if (tokens.some(({ start }) => start < 0)) {
      must(trace.flags.includes("tokens-differ-from-text"), "unplaced tokens are flagged");
      continue;
    }
    const isTrimmed = trace.flags.includes("text-trimmed");
    const isReplaced = trace.flags.includes("replaced-in-text");
    let at = 0;
    for (const { start, end, bytes: own } of tokens) {
      must(start === at && end >= start, `tokens of ${channel} follow one another`);
      const isWhole = own !== null && own.length === end - start;
      if (isWhole) must(isReplaced || own.every((byte, i) => byte === bytes[start + i]), "bytes are those of the text");
      else if (own !== null)
        must(isTrimmed || isReplaced || trace.flags.includes("reasoning-in-content"), "clipped tokens are flagged");
      at = end;
    }
    must(isTrimmed || at === bytes.length, `tokens of ${channel} make up the text, or it is flagged`);
  }
}

function check({ choices }: LlmResponse): void {
  for (const trace of choices) {
    for (const { logprob, logprobBound, top } of trace.tokens) {
      for (const value of [logprob, logprobBound])
        must(value === null || (value <= 0 && value > -9000), "a log-probability");
      let last = 0;
      for (const other of top) {
        must(other.logprob !== null && other.logprob <= last && other.logprob > -9000, "sorted alternatives");
        last = other.logprob ?? 0;
      }
      must(logprob === null || logprobBound === null, "a bound only of what is unknown");
      must(trace.logprobs !== "present" || logprob !== null, "present means all");
    }
    must(trace.topK === Math.max(0, ...trace.tokens.map(({ top }) => top.length)), "topK is the most alternatives");
    checkTokens(trace);
  }
}

const changes = fc.array(fc.tuple(fc.nat(), odd), { minLength: 1, maxLength: 3 });

describe("fromResponse(mutated)", () => {
  it.each([...bodies, ...otherBodies])("of %s is consistent or an InputError, never anything else", (name) => {
    const body = fixture(name);
    check(fromResponse(body));
    fc.assert(
      fc.property(changes, (list) => {
        try {
          check(fromResponse(mutate(body, list), { requested: { topK: 2 } }));
        } catch (error) {
          if (!InputError.is(error)) throw error;
          expect(error.message).not.toMatch(/undefined|\[object|NaN/);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe("openStream() of mutated events", () => {
  it.each(streams)("of %s is consistent or an InputError, never anything else", (name) => {
    const list = events(name);
    fc.assert(
      fc.property(fc.nat(), changes, (which, edits) => {
        const at = which % list.length;
        const stream = openStream();
        try {
          for (const [i, event] of list.entries()) stream.push(i === at ? mutate(event, edits) : event);
          check(stream.end());
        } catch (error) {
          if (!InputError.is(error)) throw error;
        }
      }),
      { numRuns: 60 },
    );
  });
});

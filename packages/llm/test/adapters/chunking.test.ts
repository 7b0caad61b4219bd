import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { fromStream } from "../../src/adapters/from-stream.ts";
import { openStream } from "../../src/adapters/open-stream.ts";
import type { LlmResponse } from "../../src/trace/trace.ts";
import { events, fixture, fixtureText, piecesOf, readStream } from "./read-fixture.ts";

const streams = [
  "chat-completions/openai.stream.jsonl",
  "chat-completions/azure.stream.jsonl",
  "chat-completions/together.stream.jsonl",
  "completions/openai.stream.jsonl",
  "responses/openai.stream.jsonl",
];

function sse(name: string): string {
  return `${events(name)
    .map((event) => `event: x\r\ndata: ${JSON.stringify(event)}\r\n\r\n`)
    .join(": ping\r\n\r\n")}data: [DONE]\r\n\r\n`;
}

function pieces(text: string, sizes: readonly number[]): readonly Uint8Array[] {
  const bytes = new TextEncoder().encode(text);
  const found: Uint8Array[] = [];
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    found.push(bytes.slice(from, from + size));
    from += size;
  }
  return found;
}

/** A token of the answer and its log-probability entry, as a server would send them. */
interface Sent {
  readonly text: string;
  readonly bytes: readonly number[];
  readonly logprob: number;
}

const answer = fc
  .array(
    fc.record({
      text: fc.string({ unit: fc.constantFrom("a", " ", "é", "漢", "🦜", "{", '"'), minLength: 1, maxLength: 6 }),
      logprob: fc.constantFrom(0, -0.1, -2.5, -9999),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((tokens) =>
    tokens.map(({ text, logprob }): Sent => ({ text, logprob, bytes: [...new TextEncoder().encode(text)] })),
  );

function entryOf({ text, bytes, logprob }: Sent): object {
  const top = [
    { token: text, logprob, bytes },
    { token: "zzz", logprob: -3, bytes: [122, 122, 122] },
  ];
  return { token: text, logprob, bytes, top_logprobs: top };
}

/** The answer in events of `sizes` tokens each; text and log-probabilities may come apart. */
function chunked(tokens: readonly Sent[], sizes: readonly number[], isApart: boolean): readonly object[] {
  const envelope = { id: "c1", object: "chat.completion.chunk", model: "gpt-4o" };
  const found: object[] = [
    { ...envelope, choices: [{ index: 0, delta: { role: "assistant", content: "" }, logprobs: null }] },
  ];
  for (let from = 0, i = 0; from < tokens.length; i++) {
    const group = tokens.slice(from, from + (sizes[i % sizes.length] ?? 1));
    from += group.length;
    const delta = { content: group.map(({ text }) => text).join("") };
    const logprobs = { content: group.map(entryOf), refusal: null };
    if (isApart)
      found.push(
        { ...envelope, choices: [{ index: 0, delta }] },
        { ...envelope, choices: [{ index: 0, delta: {}, logprobs }] },
      );
    else found.push({ ...envelope, choices: [{ index: 0, delta, logprobs }] });
  }
  found.push({ ...envelope, choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  return [...found, { ...envelope, choices: [], usage: { prompt_tokens: 3, completion_tokens: tokens.length } }];
}

function whole(tokens: readonly Sent[]): LlmResponse {
  const message = { role: "assistant", content: tokens.map(({ text }) => text).join("") };
  const choice = {
    index: 0,
    message,
    logprobs: { content: tokens.map(entryOf), refusal: null },
    finish_reason: "stop",
  };
  const usage = { prompt_tokens: 3, completion_tokens: tokens.length };
  return fromResponse({ id: "c1", object: "chat.completion", model: "gpt-4o", choices: [choice], usage });
}

describe("fromStream(source)", () => {
  it.each(streams)("of %s is the same for every cut of its bytes, as SSE and as lines", async (name) => {
    const expected = await readStream(events(name));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 30 }), async (sizes) => {
        expect(await fromStream(piecesOf(pieces(sse(name), sizes)))).toEqual(expected);
        expect(await fromStream(piecesOf(pieces(fixtureText(name), sizes)))).toEqual(expected);
        expect(await fromStream(piecesOf(pieces(JSON.stringify(events(name)), sizes)))).toEqual(expected);
      }),
      { numRuns: 12 },
    );
    expect(await fromStream(piecesOf(pieces(sse(name), [1])))).toEqual(expected);
  });

  it.each([
    ["chat-completions/openai.stream.jsonl", "chat-completions/openai.json"],
    ["responses/openai.stream.jsonl", "responses/openai.json"],
  ])("of %s is what fromResponse gives for the same answer", async (stream, body) => {
    expect(await readStream(events(stream))).toEqual(fromResponse(fixture(body)));
  });

  it("is the same for every grouping of the same tokens into events, and equal to the whole", async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (tokens, sizes, isApart) => {
          const expected = whole(tokens);
          expect(await readStream(chunked(tokens, sizes, isApart))).toEqual(expected);
          expect(expected.choices[0]?.tokens.map(({ text }) => text).join("")).toBe(expected.choices[0]?.text);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("reads a whole response where a server does not stream", async () => {
    const name = "chat-completions/openai.json";
    expect(await fromStream(piecesOf(pieces(fixtureText(name), [7])))).toEqual(fromResponse(fixture(name)));
  });

  it.each(streams)("of %s, broken off anywhere, is a part of it and says that it was interrupted", async (name) => {
    const text = sse(name);
    const full = (await readStream(events(name))).choices[0];
    const first = text.indexOf("\n\r\n", text.indexOf('"delta":"') + 1) + 3;
    for (let at = Math.max(first, 800); at < text.length - 1500; at += 997) {
      const { choices } = await fromStream(piecesOf([text.slice(0, at)]));
      const [trace] = choices;
      if (trace === undefined || trace.finish !== null) continue;
      expect(full?.text.startsWith(trace.text)).toBe(true);
      expect(trace.flags).toContain("interrupted");
    }
  });
});

describe("fromResponse(list)", () => {
  it.each([...streams, "generate-content/stream.jsonl"])("reads %s as the events that they are", async (name) => {
    expect(fromResponse(events(name))).toEqual(await readStream(events(name)));
  });

  it("reads a list of one whole response", () => {
    const body = fixture("chat-completions/openai.json");
    expect(fromResponse([body])).toEqual(fromResponse(body));
  });

  it("refuses a list without events, and two responses in one", () => {
    expect(() => fromResponse([])).toThrow("a stream must have at least one event, got none");
    const body = fixture("chat-completions/openai.json");
    expect(() => fromResponse([body, body])).toThrow(
      "event 2 of the stream: it follows a whole response, which must stand alone",
    );
  });
});

describe("openStream()", () => {
  it("hands out tokens that stay as they are, and ends the same when it is asked again", async () => {
    const stream = openStream();
    const name = "chat-completions/openai.stream.jsonl";
    const pushed = events(name).flatMap((event) => [...stream.push(event)]);
    const before = structuredClone(pushed);
    const end = stream.end();
    expect(pushed).toEqual(before);
    expect(stream.end()).toEqual(end);
  });

  it("ends as fromStream does for any tokens, however few or many came with an event", async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 }),
        async (tokens, sizes) => {
          const stream = openStream();
          for (const event of chunked(tokens, sizes, false)) stream.push(event);
          expect(stream.end()).toEqual(whole(tokens));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("hands out the tokens of each event and ends as fromStream does", async () => {
    const stream = openStream({ requested: { topK: 2 } });
    const name = "chat-completions/openai.stream.jsonl";
    const pushed = events(name).flatMap((event) => [...stream.push(JSON.stringify(event))]);
    stream.push("[DONE]");
    const end = stream.end();
    expect(pushed).toEqual(end.choices[0]?.tokens.map((token) => ({ ...token, start: -1, end: -1 })));
    expect(end).toEqual(await readStream(events(name)));
  });

  it("throws for an event that is no event, with its number", () => {
    const stream = openStream();
    expect(() => stream.push(7)).toThrow("event 1 must be an object, got a number");
    expect(() => stream.push("{")).toThrow("event 2 of the stream is not JSON");
    expect(() => openStream().end()).toThrow("a stream must have at least one event, got none");
  });
});

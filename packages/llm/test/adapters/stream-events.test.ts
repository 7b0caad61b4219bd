import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromStream } from "../../src/adapters/from-stream.ts";
import { type StreamOptions, type StreamSource, streamEvents } from "../../src/adapters/stream-events.ts";
import { piecesOf } from "./read-fixture.ts";

async function eventsOf(source: StreamSource, options: StreamOptions = {}): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for await (const event of streamEvents(source, options)) found.push(event);
  return found;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** The text in pieces of random sizes, as bytes. */
const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 });

function cutBytes(text: string, sizes: readonly number[]): readonly Uint8Array[] {
  const bytes = encode(text);
  const pieces: Uint8Array[] = [];
  for (let from = 0, i = 0; from < bytes.length; i++) {
    const size = sizes[i % sizes.length] ?? 1;
    pieces.push(bytes.slice(from, from + size));
    from += size;
  }
  return pieces;
}

const a = { a: "é🦜\n", b: ['"', "\\", "{"] };
const b = { c: null };
const both = [JSON.stringify(a), JSON.stringify(b)];

describe("streamEvents(source)", () => {
  it.each([
    ["server-sent events", `data: ${both[0]}\n\ndata: ${both[1]}\n\ndata: [DONE]\n\n`, [a, b, "[DONE]"]],
    [
      "CRLF, comments, names and ids",
      `\ufeff: hi\r\n\r\nevent: x\r\nid: 7\r\ndata: ${both[0]}\r\n\r\n: ping\r\ndata:${both[1]}\r\n\r\n`,
      [a, b],
    ],
    ["CR", `data: ${both[0]}\r\rdata: ${both[1]}\r\r`, [a, b]],
    ["data over several lines", 'data: {"c":\ndata: null}\n\n', [b]],
    ["a last event without a blank line", `data: ${both[0]}\n\ndata: ${both[1]}`, [a, b]],
    ["one value per line", `${both.join("\n")}\n`, [a, b]],
    ["one value per line, CRLF and [DONE]", `${both.join("\r\n\r\n")}\r\n[DONE]\r\n`, [a, b, "[DONE]"]],
    ["one array", ` [${both.join(",\r\n")}\n]\n`, [a, b]],
    ["one value over many lines", JSON.stringify(a, null, 2), [a]],
    ["nothing", "", []],
    ["comments only", ": ping\n\n: ping\n\n", []],
  ])("reads %s, cut anywhere", async (_, text, expected) => {
    expect(await eventsOf(piecesOf([text]))).toEqual(expected);
    expect(await eventsOf(piecesOf([...text]))).toEqual(expected);
    await fc.assert(
      fc.asyncProperty(cuts, async (sizes) => {
        expect(await eventsOf(piecesOf(cutBytes(text, sizes)))).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["server-sent events", `data: ${both[0]}\n\ndata: {"c": nul`],
    ["lines", `${both[0]}\n{"c": nul`],
    ["an array", `[${both[0]}, {"c": nul`],
    ["an array before its next element", `[${both[0]},`],
  ])("leaves out what was cut off at the end of %s", async (kind, text) => {
    if (kind === "server-sent events") await expect(eventsOf(piecesOf([text]))).resolves.toEqual([a]);
    else expect(await eventsOf(piecesOf(cutBytes(text, [3])))).toEqual([a]);
  });

  it.each([
    ["server-sent events", `data: ${both[0]}\n\ndata: {oops}\n\ndata: ${both[1]}\n\n`],
    ["lines", `${both[0]}\n{oops}\n${both[1]}\n`],
    ["lines, one without its end", `${both[0]}\n{"a": 1\n${both[1]}\n`],
    ["lines, one with an open string", `${both[0]}\n{"a": "1\n${both[1]}\n`],
    ["lines with words between", `${both[0]}\noops\n${both[1]}\n`],
    ["an array", `[${both[0]},{oops}]`],
  ])("names the event that is not JSON: %s", async (_, text) => {
    for (const pieces of [[text], [...text]])
      await expect(eventsOf(piecesOf(pieces))).rejects.toThrow(
        expect.objectContaining({ code: "incompatible", message: "event 2 of the stream is not JSON", index: 1 }),
      );
  });

  it.each([
    ["server-sent events", (text: string) => `data: {}\n\ndata: "${text}"\n\n`],
    ["an event that never ends", (text: string) => `data: {}\n\ndata: ${text}\ndata: ${text}`],
    ["lines", (text: string) => `{}\n{"a":"${text}"}\n`],
  ])("refuses an event over the limit: %s", async (_, make) => {
    const text = make("x".repeat(200));
    for (const pieces of [[text], [...text]])
      await expect(eventsOf(piecesOf(pieces), { maxEventLength: 100 })).rejects.toThrow(
        expect.objectContaining({
          code: "out-of-range",
          message: "event 2 of the stream is larger than the limit of 100 characters",
        }),
      );
    await expect(eventsOf(piecesOf(["{}"]), { maxEventLength: 0 })).rejects.toThrow(
      /maxEventLength must be at least 1, got 0/,
    );
  });

  it("passes parsed events on, between pieces of text too", async () => {
    expect(await eventsOf(piecesOf<object | string>([a, b]))).toEqual([a, b]);
    const mixed: AsyncIterable<Uint8Array | string | object> = piecesOf<Uint8Array | string | object>([
      both[0] ?? "",
      b,
    ]);
    expect(await eventsOf(mixed)).toEqual([a, b]);
  });

  it("reads a Response and its body, and cancels it when the reader stops", async () => {
    let isCancelled = false;
    const body = (): ReadableStream<Uint8Array> =>
      new ReadableStream({
        start: (controller) => controller.enqueue(encode(`data: ${both[0]}\n\ndata: ${both[1]}\n\n`)),
        cancel: () => {
          isCancelled = true;
        },
      });
    for await (const event of streamEvents(new Response(body()))) {
      expect(event).toEqual(a);
      break;
    }
    expect(isCancelled).toBe(true);
    expect(await eventsOf(new Response(`${both.join("\n")}`))).toEqual([a, b]);
    await expect(eventsOf(new Response(null))).rejects.toThrow(/the response has no body/);
  });

  it("reads an error that is no JSON as an error", async () => {
    expect(await eventsOf(piecesOf(["event: error\ndata: overloaded\n\n"]))).toEqual([
      { error: { message: "overloaded" } },
    ]);
    expect(await eventsOf(piecesOf(['event: error\ndata: {"message":"no"}\n\n']))).toEqual([
      { error: { message: "no" } },
    ]);
  });
});

describe("fromStream(source)", () => {
  it("gives the status of a refused request", async () => {
    const response = new Response('{"error":{"message":"slow down","type":"rate_limit"}}', { status: 429 });
    expect((await fromStream(response)).fault).toEqual({ status: 429, code: "rate_limit", message: "slow down" });
  });

  it.each([
    ["", "empty", "a stream must have at least one event, got none"],
    ["<html>no</html>", "empty", "a stream must have at least one event, got none"],
    [
      'data: {"x":1}\n\ndata: {"y":1}\n\n',
      "incompatible",
      "none of 2 events has a known shape; the first has the fields x",
    ],
    ["data: 7\n\n", "incompatible", "event 1 must be an object, got a number"],
    [
      'data: {"choices":[{"delta":{"content":"a"}}]}\n\ndata: {"choices":[{"delta":{"content":1}}]}\n\n',
      "incompatible",
      "event 2 of the stream: expected choices[0].delta.content to be text, got a number",
    ],
    [
      '{"object":"chat.completion","choices":[]}\n{}\n',
      "incompatible",
      "event 2 of the stream: it follows a whole response, which must stand alone",
    ],
  ])("of %j throws an InputError that says why", async (text, code, message) => {
    await expect(fromStream(piecesOf([text]))).rejects.toThrow(
      expect.objectContaining({ name: "InputError", code, message }),
    );
  });
});

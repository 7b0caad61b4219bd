import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventSplitter, type RawEvent, withData } from "../../src/wrappers/split-events.ts";

const utf8 = new TextEncoder();

function split(pieces: readonly Uint8Array[]): RawEvent[] {
  const splitter = createEventSplitter();
  const events = pieces.flatMap((piece) => splitter.push(piece));
  return [...events, ...splitter.end()];
}

const texts = fc.array(
  fc.constantFrom(
    "data: ",
    "data:",
    ": ping",
    "event: x",
    "\n",
    "\n",
    "\r\n",
    "\r\n",
    "\r",
    "é",
    "漢",
    "🙂",
    "\uFEFF",
    "{}",
  ),
);

describe("createEventSplitter()", () => {
  it("finds the same events however the bytes are cut, and loses none of them", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(60)), (parts, cuts) => {
        const text = parts.join("");
        const bytes = utf8.encode(text);
        const places = [...new Set(cuts.map((cut) => Math.min(cut, bytes.length)))].sort((a, b) => a - b);
        const pieces = [0, ...places].map((place, i) => bytes.subarray(place, places[i] ?? bytes.length));
        const events = split(pieces);
        expect(events.map((event) => event.text).join("")).toBe(text);
        const byteByByte = split(Array.from(bytes, (byte) => Uint8Array.of(byte)));
        expect(byteByByte.map(({ data }) => data).filter((data) => data !== null && data !== "")).toEqual(
          events.map(({ data }) => data).filter((data) => data !== null && data !== ""),
        );
      }),
    );
  });

  it("reads data lines as the standard says", () => {
    const [first, second, third, fourth] = split([
      utf8.encode("event: a\ndata: 1\ndata:2\n\ndata: x\r\n\r\n: ping\n\ndata: left"),
    ]);
    expect(first?.data).toBe("1\n2");
    expect(second?.data).toBe("x");
    expect(third?.data).toBeNull();
    expect(fourth).toEqual({ text: "data: left", data: "left" });
  });

  it("takes a line of a million bytes in pieces without going over it again", () => {
    const piece = utf8.encode("x".repeat(100));
    const pieces = Array.from({ length: 10_000 }, () => piece);
    const [event] = split([utf8.encode("data: "), ...pieces, utf8.encode("\n\n")]);
    expect(event?.data).toHaveLength(1_000_000);
  });
});

describe("withData(event, data)", () => {
  it("replaces the data lines and keeps the others and the line ends", () => {
    const after = (text: string): string => withData({ text, data: null }, "{}");
    expect(after("data: 1\n\n")).toBe("data: {}\n\n");
    expect(after("event: a\r\nid: 7\r\ndata: 1\r\ndata: 2\r\n\r\n")).toBe("event: a\r\nid: 7\r\ndata: {}\r\n\r\n");
    expect(after("data: 1\r\r")).toBe("data: {}\r\r");
    expect(after("data: 1")).toBe("data: {}");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlacedToken } from "../../src/trace/clean-token.ts";
import { layOnText } from "../../src/trace/lay-on-text.ts";
import type { TraceFlag } from "../../src/trace/trace.ts";

const utf8 = (text: string): readonly number[] => [...new TextEncoder().encode(text)];
const wrong = [239, 191, 189];

function token(text: string, bytes: readonly number[] | null = utf8(text)): PlacedToken {
  return { text, bytes, id: null, logprob: -1, logprobBound: null, top: [], channel: "content", start: -1, end: -1 };
}

function lay(tokens: readonly PlacedToken[], text: string) {
  const flags = new Set<TraceFlag>();
  const isPlaced = layOnText(tokens, text, flags);
  return { isPlaced, flags: [...flags].sort(), spans: tokens.map(({ start, end }) => [start, end]), tokens };
}

describe("layOnText(tokens, text)", () => {
  it("counts bytes, not code units, and never drifts after a character of several", () => {
    const { flags, spans } = lay([token("né"), token("🦜"), token("漢"), token("!")], "né🦜漢!");
    expect(spans).toEqual([
      [0, 3],
      [3, 7],
      [7, 10],
      [10, 11],
    ]);
    expect(flags).toEqual([]);
  });

  it("fills in missing bytes from the text", () => {
    const { tokens, flags } = lay([token("né", null), token("!", null)], "né!");
    expect(tokens.map(({ bytes }) => bytes)).toEqual([utf8("né"), [33]]);
    expect(flags).toEqual([]);
  });

  it("lays a character that is split over tokens by its bytes", () => {
    const { spans, flags } = lay([token("\ufffd", [240, 159]), token("\ufffd", [166]), token("\ufffd", [156])], "🦜");
    expect(spans).toEqual([
      [0, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(flags).toEqual([]);
  });

  it("restores the bytes of U+FFFD from the text where they determine them", () => {
    const { tokens, flags } = lay(
      [token("a"), token(" \ufffd", [32, ...wrong]), token("\ufffd", wrong), token("\ufffd", null), token("b")],
      "a 🦜b",
    );
    expect(tokens.map(({ bytes }) => bytes)).toEqual([[97], [32, 240, 159], [166], [156], [98]]);
    expect(flags).toEqual(["bytes-restored"]);
  });

  it("reads one U+FFFD per byte, as Go writes them", () => {
    const { tokens } = lay([token("\ufffd\ufffd", null), token("\ufffd\ufffd", null)], "🦜");
    expect(tokens.map(({ bytes }) => bytes)).toEqual([
      [240, 159],
      [166, 156],
    ]);
  });

  it("says nothing of bytes that nothing determines, and divides the character in order", () => {
    const { tokens, flags } = lay([token("\ufffd", wrong), token("\ufffd", wrong)], "漢");
    expect(tokens.map(({ bytes }) => bytes)).toEqual([[230, 188], [162]]);
    const open = lay([token("\ufffd", wrong), token("\ufffd\ufffd", wrong)], "漢");
    expect(open.spans).toEqual([
      [0, 1],
      [1, 3],
    ]);
    expect(flags).toEqual(["bytes-restored"]);
  });

  it("keeps a U+FFFD that really is in the text", () => {
    expect(lay([token("a"), token("\ufffd", wrong), token("b")], "a\ufffdb").flags).toEqual([]);
  });

  it("keeps the true bytes of tokens where the text has U+FFFD for them", () => {
    const { tokens, spans, flags } = lay(
      [token("a"), token("\ufffd", [240, 159]), token("\ufffdb", [166, 98])],
      "a\ufffdb",
    );
    expect(spans).toEqual([
      [0, 1],
      [1, 3],
      [3, 5],
    ]);
    expect(tokens.map(({ bytes }) => bytes)).toEqual([[97], [240, 159], [166, 98]]);
    expect(flags).toEqual(["replaced-in-text"]);
  });

  it("keeps them too where the text has one U+FFFD per byte, and where tokens follow it", () => {
    const tokens = [token("a"), token("\ufffd\ufffd", [240, 159]), token("b"), token("<|im_end|>")];
    const { spans, flags } = lay(tokens, "a\ufffd\ufffdb");
    expect(spans).toEqual([
      [0, 1],
      [1, 7],
      [7, 8],
      [8, 8],
    ]);
    expect(flags).toEqual(["replaced-in-text", "text-trimmed"]);
  });

  it("does not take U+FFFD for bytes that are something else", () => {
    const { isPlaced, flags } = lay([token("a"), token("é"), token("b")], "a\ufffdb");
    expect([isPlaced, flags]).toEqual([false, ["tokens-differ-from-text"]]);
  });

  it("places any bytes on the text that they read as", () => {
    const byte = fc.constantFrom(0x41, 0x80, 0xa9, 0xbf, 0xc0, 0xc3, 0xe0, 0xe6, 0xed, 0xf0, 0xf4, 0x90, 0x9f);
    fc.assert(
      fc.property(fc.array(fc.array(byte, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 8 }), (parts) => {
        const read = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));
        const tokens = parts.map((bytes) => token(read(bytes), bytes));
        const { isPlaced, spans } = lay(tokens, read(parts.flat()));
        expect(isPlaced).toBe(true);
        expect(spans.map(([start]) => start)).toEqual([0, ...spans.map(([, end]) => end).slice(0, -1)]);
        expect(spans.at(-1)?.[1]).toBe(utf8(read(parts.flat())).length);
        expect(tokens.map(({ bytes }) => bytes)).toEqual(parts);
      }),
      { numRuns: 300 },
    );
  });

  it("decodes escapes without bytes", () => {
    const { tokens, flags } = lay([token("Hi", null), token(" \\xf0\\x9f", null), token("\\xa6\\x9c", null)], "Hi 🦜");
    expect(tokens.map(({ bytes }) => bytes)).toEqual([utf8("Hi"), [32, 240, 159], [166, 156]]);
    expect(flags).toEqual(["bytes-restored"]);
  });

  it("leaves an escape that the answer spells out as it is", () => {
    const { tokens, flags } = lay([token("\\xf0", null), token("\\x9f", null)], "\\xf0\\x9f");
    expect(tokens.map(({ text }) => text)).toEqual(["\\xf0", "\\x9f"]);
    expect(flags).toEqual([]);
  });

  it("decodes the markers of byte-level tokenizers, in the alternatives too", () => {
    const tokens = [token("Ã©t", null), token("Ã©", null), token("Ġin", null), token("Ċ", null)];
    const [, , third] = tokens;
    if (third !== undefined) third.top = [{ text: "Ġon", bytes: null, id: null, logprob: -2 }];
    const result = lay(tokens, "été in\n");
    expect(result.tokens.map(({ text }) => text)).toEqual(["ét", "é", " in", "\n"]);
    expect(third?.top[0]?.text).toBe(" on");
    expect(result.flags).toEqual(["markers-decoded"]);
  });

  it("decodes SentencePiece's markers and drops the space it adds in front", () => {
    const { tokens, spans, flags } = lay(
      [token("▁Hello", null), token("▁x", null), token("<0x0A>", null)],
      "Hello x\n",
    );
    expect(tokens.map(({ text }) => text)).toEqual([" Hello", " x", "\n"]);
    expect(spans).toEqual([
      [0, 5],
      [5, 7],
      [7, 8],
    ]);
    expect(flags).toEqual(["markers-decoded", "text-trimmed"]);
  });

  it("prefers right bytes to the tokenizer's spelling beside them", () => {
    const { tokens, flags } = lay([token("ĠHello", utf8(" Hello"))], " Hello");
    expect(tokens[0]?.text).toBe(" Hello");
    expect(flags).toEqual(["markers-decoded"]);
  });

  it.each([
    [
      "a stop sequence cut off",
      [token("yes"), token("\n\n"), token("END")],
      "yes",
      [
        [0, 3],
        [3, 3],
        [3, 3],
      ],
    ],
    [
      "a stop sequence within a token",
      [token("yes"), token(".\n\nQ")],
      "yes.",
      [
        [0, 3],
        [3, 4],
      ],
    ],
    [
      "a special token at the end",
      [token("yes"), token("<|im_end|>")],
      "yes",
      [
        [0, 3],
        [3, 3],
      ],
    ],
    [
      "special tokens at the beginning",
      [token("<s>"), token("yes")],
      "yes",
      [
        [0, 0],
        [0, 3],
      ],
    ],
    [
      "trimmed space",
      [token(" "), token("\n yes"), token(" ")],
      "yes",
      [
        [0, 0],
        [0, 3],
        [3, 3],
      ],
    ],
    ["all of it", [token("<|eot_id|>")], "", [[0, 0]]],
    [
      "a heading that stands there once",
      [token("assistant"), token(": "), token("yes")],
      "yes",
      [
        [0, 0],
        [0, 0],
        [0, 3],
      ],
    ],
  ])("gives tokens outside the text an empty span: %s", (_, tokens, text, expected) => {
    const { flags, spans } = lay(tokens, text);
    expect(spans).toEqual(expected);
    expect(flags).toEqual(["text-trimmed"]);
  });

  it.each([
    ["a token of another text", [token("yes"), token(" or no")], "yes, no"],
    ["a token that is missing", [token("yes"), token("no")], "yes or no"],
    ["a text that goes on", [token("yes")], "yes or no"],
    ["a text that stands in the tokens twice", [token("it: a"), token(" a")], "a"],
    ["tokens out of order", [token(" no"), token("yes")], "yes no"],
  ])("never shifts a token silently: %s", (_, tokens, text) => {
    const { isPlaced, flags, spans } = lay(tokens, text);
    expect(isPlaced).toBe(false);
    expect(flags).toEqual(["tokens-differ-from-text"]);
    expect(new Set(spans.flat())).toEqual(new Set([-1]));
  });

  it("keeps positions of a text that was cut within a character", () => {
    const { spans, flags } = lay([token("Hi"), token(" "), token("\ufffd", [240, 159])], "Hi \ufffd");
    expect(spans).toEqual([
      [0, 2],
      [2, 3],
      [3, 6],
    ]);
    expect(flags).toEqual(["replaced-in-text"]);
  });

  it("reads U+FFFD that a server wrote into the bytes too, before tokens that follow the text", () => {
    const { spans, flags } = lay([token("a"), token("\ufffd", wrong), token("<|im_end|>")], "a\ufffd");
    expect(spans).toEqual([
      [0, 1],
      [1, 4],
      [4, 4],
    ]);
    expect(flags).toEqual(["text-trimmed"]);
  });

  const texts = fc.string({
    unit: fc.constantFrom("a", " ", "\n", "é", "漢", "🦜", "\\", "x", "Ġ", "▁", "\ufffd"),
    maxLength: 24,
  });

  /** Cuts bytes anywhere, within characters too. */
  function cut(bytes: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
    const ends = [...new Set(cuts.map((at) => at % (bytes.length + 1)))].sort((a, b) => a - b);
    return [...ends, bytes.length].map((end, i) => bytes.slice(ends[i - 1] ?? 0, end));
  }

  it("places any cut of any text where it was cut", () => {
    fc.assert(
      fc.property(texts, fc.array(fc.nat(), { maxLength: 12 }), (text, cuts) => {
        const pieces = cut(new TextEncoder().encode(text), cuts);
        const { flags, tokens } = lay(
          pieces.map((piece) => token(new TextDecoder().decode(piece), [...piece])),
          text,
        );
        let at = 0;
        for (const [i, piece] of pieces.entries()) {
          expect([tokens[i]?.start, tokens[i]?.end, tokens[i]?.bytes]).toEqual([at, at + piece.length, [...piece]]);
          at += piece.length;
        }
        expect(flags).toEqual([]);
      }),
    );
  });

  it("finds the bytes of any cut again where all parts of characters were replaced", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("a", " ", "é", "漢", "🦜"), maxLength: 24 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (text, cuts) => {
          const pieces = cut(new TextEncoder().encode(text), cuts);
          const { isPlaced, tokens } = lay(
            pieces.map((piece) => token(new TextDecoder().decode(piece), null)),
            text,
          );
          expect(isPlaced).toBe(true);
          for (const [i, piece] of pieces.entries()) {
            const found = tokens[i]?.bytes;
            if (found !== null) expect(found).toEqual([...piece]);
            expect(tokens[i]?.start).toBe(i === 0 ? 0 : tokens[i - 1]?.end);
          }
          expect(tokens.at(-1)?.end).toBe(new TextEncoder().encode(text).length);
        },
      ),
    );
  });

  it("takes time in proportion to the text, for the worst of them too", () => {
    const tokens = Array.from({ length: 20_000 }, (_, i) => token(i % 2 === 0 ? "\ufffd" : "\ufffd\ufffd", wrong));
    expect(lay(tokens, "漢".repeat(10_000)).isPlaced).toBe(true);
    const space = Array.from({ length: 20_000 }, () => token(" "));
    expect(lay([...space, token("a")], "b".repeat(20_000)).isPlaced).toBe(false);
    const apart = lay(
      Array.from({ length: 4_000 }, () => token("a".repeat(50))),
      `${"a".repeat(50_000)}b${"a".repeat(50_000)}`,
    );
    expect(apart.isPlaced).toBe(false);
  }, 20_000);
});

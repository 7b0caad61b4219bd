import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DocumentToken, textSpans } from "../../src/index.ts";

function token(start: number, end: number, probability: number | null = 0.5): DocumentToken {
  return { text: "", logprob: null, probability, start, end, channel: "content", top: [] };
}

describe("textSpans(text, tokens)", () => {
  it("cuts a text where its tokens meet", () => {
    expect(textSpans("Hello you", [token(0, 5, 0.9), token(5, 9, 0.4)])).toEqual([
      { text: "Hello", tokens: [0], probability: 0.9 },
      { text: " you", tokens: [1], probability: 0.4 },
    ]);
  });

  it("keeps tokens together that share a character, and multiplies them", () => {
    const spans = textSpans("a🦜b", [token(0, 1, 1), token(1, 3, 0.5), token(3, 5, 0.5), token(5, 6, 0.9)]);
    expect(spans?.map(({ text, tokens }) => [text, tokens])).toEqual([
      ["a", [0]],
      ["🦜", [1, 2]],
      ["b", [3]],
    ]);
    expect(spans?.[1]?.probability).toBe(0.25);
  });

  it("leaves text without tokens plain, and does not know what an unknown token is worth", () => {
    expect(textSpans("abcd", [token(1, 2, null)])).toEqual([
      { text: "a", tokens: [], probability: null },
      { text: "b", tokens: [0], probability: null },
      { text: "cd", tokens: [], probability: null },
    ]);
  });

  it("is undefined where no token has a place, or places run backwards", () => {
    expect(textSpans("abc", [])).toBeUndefined();
    expect(textSpans("abc", [token(-1, -1)])).toBeUndefined();
    expect(textSpans("abc", [token(1, 3), token(0, 1)])).toBeUndefined();
  });

  it("joined is the text, wherever its bytes are cut", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "é", "漢", "🦜", "\n", "e\u0301"), maxLength: 20 });
    fc.assert(
      fc.property(texts, fc.array(fc.nat(80), { maxLength: 12 }), (text, cuts) => {
        const size = new TextEncoder().encode(text).length;
        const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < size), size])].sort((a, b) => a - b);
        const tokens = ends.map((end, i) => token(ends[i - 1] ?? 0, end));
        const spans = textSpans(text, tokens);
        expect(spans?.map((span) => span.text).join("")).toBe(text);
        expect(spans?.flatMap((span) => span.tokens).length).toBeLessThanOrEqual(tokens.length);
      }),
    );
  });
});

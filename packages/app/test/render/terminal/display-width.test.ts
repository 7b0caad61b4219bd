import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  displayWidth,
  fitText,
  padEnd,
  padStart,
  toAscii,
  wrapText,
} from "../../../src/render/terminal/display-width.ts";

const anyText = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom("a", "日", "👍🏽", "e\u0301", "👩‍👩‍👧", " ", "🇫🇷", "…", "ｱ", "\u200b") }),
);

describe("displayWidth(text)", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["Kolmogorov–Smirnov", 18],
    ["日本語", 6],
    ["한국어", 6],
    ["ひらがな", 8],
    ["ｆｕｌｌ", 8],
    ["ｱｲｳ", 3],
    ["e\u0301", 1],
    ["\u200b", 0],
    ["👍", 2],
    ["👍🏽", 2],
    ["👩‍👩‍👧", 2],
    ["🇫🇷", 2],
    ["1️⃣", 2],
    ["❤️", 2],
    ["✓", 1],
    ["░●├", 3],
    ["ไทย", 3],
    ["नमस्ते", 4],
  ])("of %j is %i", (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });
});

describe("fitText(text, columns)", () => {
  it("keeps what fits and marks what was cut", () => {
    expect(fitText("calibration", 11)).toBe("calibration");
    expect(fitText("calibration", 10)).toBe("calibrati…");
    expect(fitText("日本語", 5)).toBe("日本…");
    expect(fitText("日本語", 4)).toBe("日…");
  });

  it("never takes more columns than it was given", () => {
    fc.assert(fc.property(anyText, fc.integer({ min: 1, max: 20 }), (t, c) => displayWidth(fitText(t, c)) <= c));
  });
});

describe("padEnd(text, columns) and padStart(text, columns)", () => {
  it("take exactly the columns they were given", () => {
    expect(padEnd("日本", 6)).toBe("日本  ");
    expect(padStart("日本", 6)).toBe("  日本");
    fc.assert(
      fc.property(anyText, fc.integer({ min: 1, max: 20 }), (t, c) => {
        expect(displayWidth(padEnd(t, c))).toBe(c);
        expect(displayWidth(padStart(t, c))).toBe(c);
      }),
    );
  });
});

describe("wrapText(text, columns)", () => {
  it("breaks at spaces", () => {
    expect(wrapText("No: the model is over-confident.", 12)).toEqual(["No: the", "model is", "over-confide", "nt."]);
    expect(wrapText("", 12)).toEqual([""]);
  });

  it("keeps a percentage together", () => {
    expect(wrapText("a model is right 95 % of the time", 20)).toEqual(["a model is right", "95 % of the time"]);
  });

  it("fits every line and loses nothing but spaces", () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 20 }), (text, columns) => {
        const lines = wrapText(text, columns);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join("").replace(/\s/gu, "")).toBe(text.replace(/\s/gu, ""));
      }),
    );
  });
});

describe("toAscii(text)", () => {
  it("keeps ASCII, resembles punctuation and marks the rest", () => {
    expect(toAscii("Kolmogorov–Smirnov ≈ 日 é")).toBe("Kolmogorov-Smirnov ~ ?? ?");
  });

  it("keeps the width", () => {
    fc.assert(fc.property(anyText, (text) => displayWidth(toAscii(text)) === displayWidth(text)));
  });
});

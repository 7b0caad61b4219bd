import { describe, expect, it } from "vitest";
import { visibleText } from "../../src/index.ts";

describe("visibleText(text, limit)", () => {
  it("leaves text alone that can be seen", () => {
    const text = "Größe: 3 € <b>地</b> 🏴 \\u{202e}";
    expect(visibleText(text)).toBe(text);
  });

  it("shows line feeds and tabs as signs", () => {
    expect(visibleText("a\n\tb")).toBe("a↵→b");
  });

  it("writes out what acts or cannot be seen: directions, zero widths, controls, halves of pairs", () => {
    expect(visibleText("a\u202eb\u200bc\u0000d\ud83de\u00a0f\u2028")).toBe(
      "a\\u{202e}b\\u{200b}c\\u{0}d\\u{d83d}e\\u{a0}f\\u{2028}",
    );
  });

  it("cuts long text between characters and says so", () => {
    expect(visibleText("😀😀😀", 2)).toBe("😀😀…");
    expect(visibleText("😀😀", 2)).toBe("😀😀");
    expect(visibleText("abc", 0)).toBe("…");
    expect(visibleText("", 0)).toBe("");
  });
});

import { describe, expect, it } from "vitest";
import { nameList, nearestName, printable, shownValue } from "../src/show.ts";

describe("printable", () => {
  it("printable(text) escapes what a terminal or a page could obey", () => {
    expect(printable("a\u001b[31m\n\u202eb\u200b")).toBe("a\\u{1b}[31m\\u{a}\\u{202e}b\\u{200b}");
  });
  it("printable(text, limit) keeps whole characters and marks what is cut", () => {
    expect(printable("👍👍👍👍", 3)).toBe("👍👍👍…");
    expect(printable("äöü", 3)).toBe("äöü");
    expect(printable("x".repeat(1e6), 5)).toBe("xxxxx…");
  });
});

describe("shownValue", () => {
  it("shownValue(value) quotes text and leaves numbers", () => {
    expect([shownValue("a"), shownValue(1.5), shownValue(Number.NaN)]).toEqual(['"a"', "1.5", "NaN"]);
  });
});

describe("nameList", () => {
  it("nameList(names) stops after thirty and says how many more there are", () => {
    expect(nameList(["a", "b"])).toBe("a, b");
    const many = Array.from({ length: 32 }, (_, i) => `c${i}`);
    expect(nameList(many)).toMatch(/^c0, c1, .* c29 and 2 more$/);
  });
});

describe("nearestName", () => {
  it("nearestName(wanted, names) finds slips of the finger and nothing else", () => {
    const names = ["score", "label", "p_cat"];
    expect(nearestName("scroe", names)).toBe("score");
    expect(nearestName("Labels", names)).toBe("label");
    expect(nearestName("weight", names)).toBeUndefined();
    expect(nearestName("q", ["p"])).toBeUndefined();
  });
});

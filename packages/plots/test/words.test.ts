import { describe, expect, it } from "vitest";
import { groupFlag } from "../src/group-flag.ts";
import { thin } from "../src/thin.ts";
import { axisWords, brief, count, decimal, percent } from "../src/words.ts";
import { estimate } from "./helpers.ts";

describe("words", () => {
  it("percent(share) and decimal(value) are dashes for what is not finite", () => {
    expect(percent(0.871)).toBe("87.1 %");
    expect(percent(Number.NaN)).toBe("–");
    expect(decimal(-0.0001)).toBe("0.000");
    expect(decimal(Infinity)).toBe("–");
  });
  it("count(value) separates thousands", () => {
    expect(count(1_204_567)).toBe("1,204,567");
  });
  it("brief(name, limit) keeps whole letters and says where more follow", () => {
    expect(brief("north", 5)).toBe("north");
    expect(brief("👩👩👩👩", 3)).toBe("👩👩…");
  });
  it("axisWords(axis) says what the axes show", () => {
    expect(axisWords("confidence")).toMatchObject({
      x: "Confidence the model stated",
      y: "Share that was correct",
    });
    expect(axisWords("probability").y).toBe("Share that was positive");
  });
});

describe("thin(points, limit)", () => {
  it("thin(points, limit) leaves short lists alone", () => {
    const points = [1, 2, 3];
    expect(thin(points, 3)).toBe(points);
  });
  it("thin(points, limit) keeps both ends and at most the limit", () => {
    const points = Array.from({ length: 1001 }, (_, i) => i);
    const thinned = thin(points, 100);
    expect([thinned.length, thinned[0], thinned.at(-1)]).toEqual([100, 0, 1000]);
  });
});

describe("groupFlag(group)", () => {
  it.each([
    [false, 0.1, "○", "no evidence of miscalibration"],
    [true, 0.1, "▲", "scores too high"],
    [true, -0.1, "▼", "scores too low"],
    [true, 0, "◆", "miscalibrated"],
  ] as const)("groupFlag(group) with flagged %s and gap %d is %s %s", (flagged, gap, symbol, words) => {
    expect(groupFlag({ flagged, gap: estimate(gap, 0.05) })).toEqual({ symbol, words });
  });
});

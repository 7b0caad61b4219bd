import { describe, expect, it } from "vitest";
import { aboutText, percent, percentGiven, scoreText, thresholdsSentence } from "../../src/decisions/words.ts";

describe("words of decisions", () => {
  it("percent(share) has two digits, more next to 100 %", () => {
    const shares = [0, 0.004, 0.05, 0.0996, 0.51, 0.989, 0.9994, 0.99999, 1];
    expect(shares.map(percent)).toEqual([
      "0 %",
      "0.40 %",
      "5.0 %",
      "10 %",
      "51 %",
      "99 %",
      "99.94 %",
      "99.999 %",
      "100 %",
    ]);
    expect(percentGiven(0.999)).toBe("99.9 %");
    expect(percentGiven(0.07)).toBe("7 %");
  });

  it("scoreText(score) has two digits of the distance from 0 and 1", () => {
    expect([0, 0.5, 0.93, 0.9000000000000001, 0.99964, 0.0123, 1].map(scoreText)).toEqual([
      "0",
      "0.5",
      "0.93",
      "0.9",
      "0.99964",
      "0.012",
      "1",
    ]);
  });

  it("aboutText(count) rounds an estimate up to two digits", () => {
    expect([0.3, 99, 101, 220, 70358].map(aboutText)).toEqual(["1", "99", "110", "220", "71,000"]);
  });

  it("thresholdsSentence(thresholds) says what happens from the surest row down", () => {
    const say = (act: number | null, abstain: number | null) => thresholdsSentence({ act, abstain }, "a confidence");
    expect(say(0.9, null)).toBe("Act on a confidence above 0.9 and review the rest");
    expect(say(0.9, 0.4)).toBe("Act on a confidence above 0.9, review from 0.4 and abstain below");
    expect(say(0.9, 0.9)).toBe("Act on a confidence above 0.9 and abstain below");
    expect(say(0, null)).toBe("Act on every row");
    expect(say(null, null)).toBe("Review every row");
    expect(say(null, 0.4)).toBe("Review a confidence of 0.4 or more and abstain below");
    expect(say(null, 1 + 2 ** -52)).toBe("Abstain from every row");
  });
});

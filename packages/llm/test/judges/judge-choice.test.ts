import { describe, expect, it } from "vitest";
import { judgeChoice } from "../../src/judges/judge-choice.ts";
import { token, trace } from "../scores/traces.ts";

const letters = ["A", "B", "C", "D"];

describe("judgeChoice", () => {
  it("judgeChoice(trace, candidates) gives every candidate its share", () => {
    const top: [string, number][] = [
      [" B", 0.5],
      ["(B)", 0.1],
      ["b", 0.05],
      ["A", 0.2],
      ["C.", 0.05],
      ["The", 0.1],
    ];
    const judged = judgeChoice(trace([token("Answer:", 0.9), token(" B", 0.5, top)]), letters, { vocabulary: 6 });
    expect(judged.verdict).toBe("B");
    expect(judged.value.value).toBeCloseTo(0.65 / 0.9, 14);
    expect(judged.options.map(({ probability }) => probability)).toEqual([
      expect.closeTo(0.2 / 0.9, 14),
      expect.closeTo(0.65 / 0.9, 14),
      expect.closeTo(0.05 / 0.9, 14),
      0,
    ]);
  });

  it.each([
    ["A good reason: B", "B"],
    ["B. A common mistake", "B"],
    ["A is correct", "A"],
    ["A", "A"],
    ["**C**", "C"],
    ["(D)", "D"],
    ["I think so", null],
    ["the answer is d", "D"],
  ])("judgeChoice(trace, letters) reads %j as %j", (text, verdict) => {
    expect(judgeChoice(trace([token(text, 0.9)]), letters).verdict).toBe(verdict);
  });

  it("judgeChoice(trace, candidates) tells candidates apart that begin alike", () => {
    const tokens = [
      token("very", 0.8, [
        ["very", 0.8],
        ["good", 0.2],
      ]),
      token(" good", 0.6, [
        [" good", 0.6],
        [" bad", 0.3],
        [" odd", 0.1],
      ]),
    ];
    const judged = judgeChoice(trace(tokens), ["good", "very good", "very bad"], { vocabulary: 3 });
    expect(judged.verdict).toBe("very good");
    expect(judged.options.map(({ probability }) => probability)).toEqual([
      expect.closeTo(0.2 / 0.92, 14),
      expect.closeTo(0.48 / 0.92, 14),
      expect.closeTo(0.24 / 0.92, 14),
    ]);
    expect(judged.mass?.otherMass).toBeCloseTo(0.08, 14);
  });

  it("judgeChoice(trace, candidates) leaves open what begins several candidates and was not generated", () => {
    const top: [string, number][] = [
      ["good", 0.6],
      ["very", 0.4],
    ];
    const judged = judgeChoice(trace([token("good", 0.6, top)]), ["good", "very good", "very bad"], { vocabulary: 2 });
    expect(judged.mass?.openMass).toBeCloseTo(0.4, 14);
    expect(judged.value.bounds).toEqual([expect.closeTo(0.6, 14), 1]);
    expect(judged.value.value).toBeCloseTo(0.6 / 0.8, 14);
  });

  it("judgeChoice(trace, candidates) takes other ways to write a candidate", () => {
    const candidates = [
      { label: "positive", spellings: ["pos", "+1"].slice(0, 1) },
      { label: "negative", spellings: ["neg"] },
    ];
    const judged = judgeChoice(
      trace([
        token("pos", 0.7, [
          ["pos", 0.7],
          ["negative", 0.3],
        ]),
      ]),
      candidates,
      { vocabulary: 2 },
    );
    expect(judged).toMatchObject({ verdict: "positive" });
    expect(judged.value.value).toBeCloseTo(0.7, 14);
  });

  it("judgeChoice(trace, candidates) says of an answer without any candidate that there is none", () => {
    expect(judgeChoice(trace([token("Paris", 0.9)]), letters)).toMatchObject({
      verdict: null,
      value: { value: null, bounds: null, reason: "The answer has none of the verdicts." },
    });
  });

  it("judgeChoice(trace, candidates) refuses fewer than two, and two alike", () => {
    const answer = trace([token("A", 0.9)]);
    expect(() => judgeChoice(answer, ["A"])).toThrow("a judge needs at least two candidates, got 1");
    expect(() => judgeChoice(answer, ["Yes", "yes"])).toThrow(expect.objectContaining({ code: "incompatible" }));
  });
});

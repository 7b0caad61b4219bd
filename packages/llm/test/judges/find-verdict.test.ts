import { describe, expect, it } from "vitest";
import { judgeBoolean } from "../../src/judges/judge-boolean.ts";
import { judgeChoice } from "../../src/judges/judge-choice.ts";
import { judgeScale } from "../../src/judges/judge-scale.ts";
import { token, trace } from "../scores/traces.ts";

/** Words and signs as tokens: a verdict is a token of its own. */
const answer = (text: string) =>
  trace(Array.from(text.matchAll(/ ?\p{L}+|\d| ?[^\p{L}\d\s]|\s/gu), ([each]) => token(each, 0.9)));

describe("judgeBoolean(trace) in whole sentences", () => {
  it.each<[string, boolean | null]>([
    ['{"verdict": false, "reason": "the right answer is yes"}', false],
    ['{"reason": "yes it says so", "verdict": false}', false],
    ['{"isCorrect": false, "confidence": 0.99}', false],
    ['{"verdict": true, "confidence": 0.99, "max": 1}', true],
    ['Here it is:\n```json\n{"final_verdict": false, "quote": "Verdict: true"}\n```', false],
    ['{"verdict": false, "subverdict": {"verdict": true}}', null],
    ['The answer {"verdict": true} is refuted. Verdict: false', false],
    ["**Verdict:** False\n\nConfidence: 100% true", false],
    ["Verdict: no.\nReason: yes is not supported", false],
    ["Verdict: FALSE (not true)", false],
    ["<verdict>false</verdict> It says: true", false],
    ["I would not say true", null],
    ["I am not sure whether it is true or false", null],
    ["True or false? Hard to say.", null],
    ["Is it true? No.", false],
    ["Is it true? Unclear.", null],
    ["It might be true.", null],
    ["I doubt that it is true.", null],
    ["It is far from true", null],
    ["It is neither true nor false", null],
    ["Yes and no", null],
    ["Yes, but no", null],
    ["true/false", null],
    ["Answer (true/false): true", true],
    ["This is true-ish", null],
    ["It is false right now.", false],
    ["The claim is false, not true.", false],
    ["No, that is correct only partly.", false],
  ])("judgeBoolean(trace) reads %j as %j", (text, verdict) => {
    expect(judgeBoolean(answer(text)).verdict).toBe(verdict);
  });

  it("judgeBoolean(trace) says why there is no verdict", () => {
    expect(judgeBoolean(answer("I doubt that it is true.")).value.reason).toBe(
      "The answer denies a verdict, or leaves it open, and gives no other.",
    );
    expect(judgeBoolean(answer("Yes, but no it is")).value.reason).toBe(
      "The answer gives several verdicts and marks none as its own.",
    );
  });
});

describe("judgeBoolean(trace, { yes, no }) in other languages", () => {
  it.each<[string, string[], string[], boolean | null]>([
    ["Das ist nicht richtig", ["richtig"], ["falsch"], null],
    ["Das ist nicht ganz richtig", ["richtig"], ["falsch"], null],
    ["Nein, das ist falsch.", ["ja", "richtig"], ["nein", "falsch"], false],
    ["Die Antwort ist richtig.", ["richtig"], ["falsch"], true],
    ["Ce n'est pas vrai", ["vrai"], ["faux"], null],
    ["No es correcto", ["correcto"], ["incorrecto"], null],
    ["Non è vero", ["vero"], ["falso"], null],
    ["não é verdade", ["verdade"], ["falso"], null],
    ["не верно", ["верно"], ["неверно"], null],
    ["неверно", ["верно"], ["неверно"], false],
    ["不对", ["对"], ["错"], null],
    ["不是", ["是"], ["否", "不是"], false],
    ["答案是对", ["对"], ["错"], true],
    ["正しくない", ["正しい", "正しく"], ["誤り"], null],
    ["はい", ["はい"], ["いいえ"], true],
  ])("judgeBoolean(trace) reads %j as it is meant", (text, yes, no, verdict) => {
    expect(judgeBoolean(answer(text), { yes, no }).verdict).toBe(verdict);
  });
});

describe("judgeChoice(trace, candidates) in whole sentences", () => {
  it.each<[string, string | null]>([
    ["The answer is not B but C", "C"],
    ["The answer is C, not B", "C"],
    ["A. Paris", "A"],
    ["(B)", "B"],
    ["**C**", "C"],
    ["C) because A is wrong", "C"],
    ["A is wrong, B is wrong, so C.", "C"],
    ["The answer is B. A is wrong.", "B"],
    ["Answer: B\n\nExplanation: A is incorrect because C.", "B"],
    ["Response A is better than Response B", "A"],
    ["Assistant B beats A. [[B]]", "B"],
    ["\\boxed{C}, although D was close", "C"],
    ["A or B", null],
    ["Both A and B", null],
    ["None of A, B, C, D", null],
    ['{"choice": "B", "confidence": {"A": 0.99}}', "B"],
    ["Answer: D (vitamin C)", "D"],
  ])("judgeChoice(trace, A to D) reads %j as %j", (text, verdict) => {
    expect(judgeChoice(answer(text), ["A", "B", "C", "D"]).verdict).toBe(verdict);
  });
});

describe("judgeScale(trace, scale) in whole sentences", () => {
  it.each<[string, number | null]>([
    ["Score: 7/10. I'd give it an 8 otherwise", 7],
    ["Score: 4. There are 3 errors.", 4],
    ["Rating: 4 stars out of 5", 4],
    ['{"score": 4, "max": 5}', 4],
    ['{"score": 4, "confidence": 1}', 4],
    ["Score: 3\n1. good\n2. bad", 3],
    ["Score: 12. I see 3 problems", null],
    ["between 3 and 4", null],
    ["3-4", null],
    ["I rate 4 (on 2024-03-05)", 4],
    ["4, not 5", 4],
    ["not 5 but 4", 4],
    ["4 on a scale from 1 to 5", 4],
    ["4 (scale 1-5)", 4],
    ["on a scale from 1 to 5: 4", 4],
    ["not a 5", null],
    ["1,000", null],
    ["3 000", null],
    ["12", null],
  ])("judgeScale(trace, 0 to 10) reads %j as %j", (text, verdict) => {
    expect(judgeScale(answer(text), { from: 0, to: 10 }).verdict).toBe(verdict);
  });

  it("judgeScale(trace, scale, { occurrence }) takes the first or last number, whatever is marked", () => {
    const text = answer("Of 3 steps 2 are right. Score: 4. I gave 5 before.");
    const scale = { from: 1, to: 5 };
    expect(judgeScale(text, scale).verdict).toBe(4);
    expect(judgeScale(text, scale, { occurrence: "first" }).verdict).toBe(3);
    expect(judgeScale(text, scale, { occurrence: "last" }).verdict).toBe(5);
  });
});

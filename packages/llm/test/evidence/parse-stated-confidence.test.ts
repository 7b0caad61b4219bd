import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStatedConfidence } from "../../src/evidence/parse-stated-confidence.ts";

const anyUnit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

describe("parseStatedConfidence(text)", () => {
  it.each([
    // the whole reply
    ["95%", 0.95],
    ["95 %", 0.95],
    ["0.95", 0.95],
    [".95", 0.95],
    ["0,95", 0.95],
    ["95/100", 0.95],
    ["9 out of 10", 0.9],
    ["9/10", 0.9],
    ["95 percent", 0.95],
    ["95 per cent.", 0.95],
    ["95", 0.95],
    ["1.0", 1],
    ["1,0", 1],
    ["100%", 1],
    ["100", 1],
    ["0", 0],
    ["0%", 0],
    ["0.0", 0],
    ["~80%", 0.8],
    ["about 80%", 0.8],
    ["**85%**", 0.85],
    ["９５％", 0.95],
    ["87.5%", 0.875],
    ["87,5 %", 0.875],
    ["95\\%", 0.95],
    // labelled
    ["Confidence: 0.9", 0.9],
    ["Confidence: ~0.9", 0.9],
    ["Confidence = 90%", 0.9],
    ["confidence: 90", 0.9],
    ["**Confidence:** 90%", 0.9],
    ["**Confidence**: 0.90", 0.9],
    ["Confidence: **90%**", 0.9],
    ["| Confidence | 95% |", 0.95],
    ["## Confidence\n95%", 0.95],
    ["Confidence: 9/10", 0.9],
    ["Confidence: 9 out of 10", 0.9],
    ["Confidence: 9 in 10", 0.9],
    ["Confidence (0-100): 85", 0.85],
    ["Confidence (0–1): 1", 1],
    ["Confidence [0-10]: 7", 0.7],
    ["On a scale of 0 to 100, my confidence is 85.", 0.85],
    ["On a scale from 0 to 10, my confidence is 7", 0.7],
    ["Confidence score: 85/100", 0.85],
    ["Confidence level: 85%", 0.85],
    ["My confidence in this answer is 85%.", 0.85],
    ["I would put my confidence at 85%.", 0.85],
    ["Confidence - 90%", 0.9],
    ["Confidence — 90%", 0.9],
    ["Confidence: High (90%)", 0.9],
    ["I'm about 90% confident in this.", 0.9],
    ["I am 90% sure.", 0.9],
    ["I am 100 % sure", 1],
    ["With 75% certainty, it is Paris.", 0.75],
    ["Paris (confidence: 0.72)", 0.72],
    ["Confident: 80%", 0.8],
    ["There is a 70% chance that my answer is correct.", 0.7],
    ["The probability that my answer is correct is 0.8", 0.8],
    ["Probability: 0.35", 0.35],
    ["Guess: Oslo\nProbability: 0.35", 0.35],
    ["P(True) = 0.64", 0.64],
    ["**Confidence Level:** High (85%)", 0.85],
    ["Confidence: Very High – 97%", 0.97],
    ["My confidence: I'd say about 85%.", 0.85],
    ["<confidence>0.9</confidence>", 0.9],
    ["<answer>42</answer>\n<confidence>80%</confidence>", 0.8],
    ["Confidence: [[0.9]]", 0.9],
    ["Confidence: $\\boxed{90\\%}$", 0.9],
    ["Confidence → 90%", 0.9],
    ["Ｃonfidence: 50%. Confidence：90％", 0.9],
    ["Confidence: 8 (out of 10)", 0.8],
    ["Confidence: 8 on a scale from 1 to 10", 0.8],
    ["Confidence: 85 (out of 100)", 0.85],
    ["Confidence: 0.9 (90%)", 0.9],
    ["95% confident? No: 60% confident.", 0.6],
    ["Not 95% confident; 60% confident", 0.6],
    ["Confidence as of 12/11: 80%", 0.8],
    ["Probability (0-1): 0.7", 0.7],
    ["confidence=0.93", 0.93],
    ["My certainty is roughly 2 in 3", 2 / 3],
    // JSON
    ['{"confidence": 0.9}', 0.9],
    ['{"answer": 42, "confidence": 0.9}', 0.9],
    ['{"answer": "I am 100% sure", "confidence": 0.2}', 0.2],
    ['{"confidence": 0.2, "answer": "Confidence: 100%"}', 0.2],
    ['```json\n{"confidence_score": 90}\n```', 0.9],
    ['{"confidence": "95%"}', 0.95],
    ['{"confidence": 1.0}', 1],
    ['{"confidence_percent": 1}', 0.01],
    ['{"confidence": 0.9, "probability": 0.2}', 0.9],
    ['{"probability": 0.2}', 0.2],
    ['Sure! {"confidence": 0.3, "answer": "with 100% confidence, 7"}', 0.3],
    // the last labelled one wins; the answer's own numbers do not count
    ["Confidence: 60%. On reflection, confidence: 80%", 0.8],
    ["The probability of rain is 30%. Confidence: 90%", 0.9],
    ["Confidence: 90%. The probability of heads is 50%.", 0.9],
    ["The tax is 20% of 500, so 100.\nConfidence: 0.6", 0.6],
    ["Confidence that the answer is 42: 90%", 0.9],
    ["The 95% confidence interval is [2, 5]. Confidence: 70%", 0.7],
  ])("parseStatedConfidence(%j) is %d", (text, expected) => {
    const { kind, value, n, reason } = parseStatedConfidence(text);
    expect([kind, value, n, reason]).toEqual(["verbalised", expected, 1, null]);
  });

  it.each([
    ["between 70 and 80%", 0.75, [0.7, 0.8]],
    ["Confidence: between 70% and 80%", 0.75, [0.7, 0.8]],
    ["Confidence: 70-80%", 0.75, [0.7, 0.8]],
    ["Confidence: 0.9 to 1", 0.95, [0.9, 1]],
    ["Confidence: 60 to 70", 0.65, [0.6, 0.7]],
  ])("parseStatedConfidence(%j) is the middle of a range", (text, value, bounds) => {
    const stated = parseStatedConfidence(text);
    expect(stated.value).toBeCloseTo(value, 14);
    expect(stated.bounds).toEqual(bounds);
  });

  it.each([
    ["I am over 90% sure", [0.9, 1]],
    ["Confidence: at least 80%", [0.8, 1]],
    ["Confidence: less than 50%", [0, 0.5]],
    ["Confidence: <10%", [0, 0.1]],
    ["Confidence: no more than 30%", [0, 0.3]],
  ])("parseStatedConfidence(%j) gives a bound and no value", (text, bounds) => {
    const stated = parseStatedConfidence(text);
    expect([stated.value, stated.bounds, stated.n]).toEqual([null, bounds, 0]);
    expect(stated.reason).toMatch(/^only a bound was stated/);
  });

  it.each([
    ["", "no stated confidence was found"],
    ["Paris", "no stated confidence was found"],
    ["I cannot say how confident I am.", "no stated confidence was found"],
    ["I'm sorry, I can't help with that.", "no stated confidence was found"],
    ["Confidence: N/A", "no stated confidence was found"],
    ["Confidence: high", "no stated confidence was found"],
    ["1", "the stated confidence 1 fits more than one scale"],
    ["Confidence: 1", "the stated confidence 1 fits more than one scale"],
    ["Confidence: 7", "the stated confidence 7 fits more than one scale"],
    ["Confidence: 10", "the stated confidence 10 fits more than one scale"],
    ['{"confidence": 1}', "the stated confidence 1 fits more than one scale"],
    ["-0.5", "the stated confidence -0.5 is negative"],
    ["Confidence: -20%", "the stated confidence -20% is not between 0 and 1"],
    ["Confidence: 120%", "the stated confidence 120% is not between 0 and 1"],
    ["Confidence: 110", "the stated confidence 110 is not between 0 and 1"],
    ["Confidence: 11/10", "the stated confidence 11/10 is not between 0 and 1"],
    ["Confidence: 9/0", "the stated confidence 9/0 is no share"],
    ["Confidence: 1,000", "the stated confidence 1,000 is not between 0 and 1"],
    ["Confidence: 80%-70%", "the stated range 80%-70% runs backwards"],
    ["Confidence: 80%. Correction, confidence: 150%", "the stated confidence 150% is not between 0 and 1"],
    ["I am not 100% sure", "no stated confidence was found"],
    ["You can never be 100% certain", "no stated confidence was found"],
    ["I am confident that the answer is 42.", "no stated confidence was found"],
    ["My confidence in the answer 42 is high", "no stated confidence was found"],
    ["The sales tax is 20%.", "no stated confidence was found"],
    ["The answer is 0.95", "no stated confidence was found"],
    ["The 95% confidence interval is [1.2, 3.4].", "no stated confidence was found"],
    ["We test at the 95% confidence level.", "no stated confidence was found"],
    ["Confidence interval: 95%", "no stated confidence was found"],
    ["The confidence of 42 experts was lost", "no stated confidence was found"],
    ["Founded in 1997, 42 km away", "no stated confidence was found"],
    ["Confidence score for answer A: 70%, for B: 30%", "several numbers"],
    ["I'd say 9/10 people agree", "no stated confidence was found"],
    ["I have no confidence in 3 of them", "no stated confidence was found"],
    ["Confidence is 5 km away", "fits more than one scale"],
    ["He is certain 2 of 3 planes left", "no stated confidence was found"],
    ["95% 80%", "several numbers, and none is labelled as the confidence"],
    ["Between 20% and 30% of 50% of people", "several numbers, and none is labelled as the confidence"],
    ["Confidence: 1e-3", "no stated confidence was found"],
    ["Confidence: v0.9.2", "no stated confidence was found"],
    ['{"answer": 0.9}', "no stated confidence was found"],
    ['{"confidence": null}', "the confidence in the JSON is neither a number nor text"],
    ['{"confidence": {"value": 0.9}}', "the confidence in the JSON is neither a number nor text"],
    ['{"confidence": 90.5.1}', "no stated confidence was found"],
  ])("parseStatedConfidence(%j) is null: %s", (text, reason) => {
    const stated = parseStatedConfidence(text);
    expect([stated.value, stated.n]).toEqual([null, 0]);
    expect(stated.reason).toContain(reason);
  });

  it("parseStatedConfidence(text) never joins digits: 1.0 is 1, not 10", () => {
    expect(parseStatedConfidence("Confidence: 1.0").value).toBe(1);
    expect(parseStatedConfidence("Confidence: 9. 5 reasons follow").value).toBeNull();
  });

  it.each([
    ["1", "percent", 0.01],
    ["1", "unit", 1],
    ["1", "ten", 0.1],
    ["7", "ten", 0.7],
    ["10", "ten", 1],
    ["95%", "unit", 0.95],
    ["9/10", "percent", 0.9],
    ["55", "percent", 0.55],
    ["95", "unit", null],
    ["11", "ten", null],
    ["0.95", "percent", null],
    ["1.0", "percent", null],
  ] as const)("parseStatedConfidence(%j, { scale: %j }) is %j", (text, scale, value) => {
    expect(parseStatedConfidence(text, { scale }).value).toBe(value);
  });

  it("parseStatedConfidence(text, { labelled: true }) takes no number without a label", () => {
    expect(parseStatedConfidence("0.25", { labelled: true }).value).toBeNull();
    expect(parseStatedConfidence("25%", { labelled: true }).reason).toBe("no stated confidence was found");
    expect(parseStatedConfidence("0.25\nConfidence: 80%", { labelled: true }).value).toBe(0.8);
  });

  it("parseStatedConfidence(text) never throws and gives a share or a reason, whatever the text", () => {
    const pieces = fc.constantFrom(
      ...'Confidence|confidence|: |%| |0.9|95|.|,|-|/|10|out of|between|and|to|sure|not|{|}|"|\n|1|e|~|over|scale of 0 to 100|the answer is|＋|９|🙂|**|(|)'.split(
        "|",
      ),
    );
    const texts = fc.oneof(
      fc.string(),
      fc.string({ unit: anyUnit }),
      fc.array(pieces, { maxLength: 14 }).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(
        texts,
        fc.constantFrom(undefined, "unit", "percent", "ten"),
        fc.boolean(),
        (text, scale, labelled) => {
          const stated = parseStatedConfidence(text, { labelled, ...(scale === undefined ? {} : { scale }) });
          if (stated.value === null) expect(stated.reason).toMatch(/\w/);
          else expect(stated.value >= 0 && stated.value <= 1 && stated.reason === null).toBe(true);
          const [lower, upper] = stated.bounds ?? [0, 1];
          expect(lower >= 0 && lower <= upper && upper <= 1).toBe(true);
        },
      ),
    );
  });

  it("parseStatedConfidence(text) reads long answers in less than a second", () => {
    const long = [
      `${"1".repeat(50_000)}`,
      "confidence ".repeat(10_000),
      `${"9 out of ".repeat(10_000)}`,
      "\n".repeat(50_000),
      "\u00a0".repeat(50_000),
      `confidence${"\u00a0".repeat(50_000)}`,
      "0.9 to ".repeat(10_000),
      "between 5 ".repeat(10_000),
    ];
    for (const text of long) expect(parseStatedConfidence(text).n).toBeGreaterThanOrEqual(0);
  }, 20_000);
});

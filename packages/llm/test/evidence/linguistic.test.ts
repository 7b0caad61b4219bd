import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { likelihoodPhrases, measureExpressions, parseLinguisticConfidence } from "../../src/evidence/linguistic.ts";

describe("parseLinguisticConfidence(text)", () => {
  it.each([
    ["likely", "likely", 0.7],
    ["Highly likely.", "highly likely", 0.9],
    ["It is highly unlikely.", "highly unlikely", 0.05],
    ["**Almost certain**", "almost certain", 0.95],
    ["Almost\ncertain", "almost certain", 0.95],
    ["Answer: it will likely rain\nLikelihood: unlikely", "unlikely", 0.2],
    ["Likelihood: likely. Then again, likelihood: about even", "about even", 0.5],
    ["Probably not", "probably not", 0.25],
    ['{"confidence": "almost no chance"}', "almost no chance", 0.02],
  ])("parseLinguisticConfidence(%j) reads %j as %d", (text, expression, value) => {
    expect(parseLinguisticConfidence(text)).toEqual({
      kind: "verbalised",
      expression,
      value,
      bounds: null,
      n: 1,
      reason: null,
    });
  });

  it.each([
    ["", "no phrase of the table was found"],
    ["95%", "no phrase of the table was found"],
    ["The likelihood is discussed", "no phrase of the table was found"],
    ["This is not likely", "no phrase of the table was found"],
    ["It isn't very likely", "no phrase of the table was found"],
    ["likely or unlikely", "several phrases, and none is labelled: likely, unlikely"],
  ])("parseLinguisticConfidence(%j) is null: %s", (text, reason) => {
    expect(parseLinguisticConfidence(text)).toMatchObject({ value: null, n: 0, expression: null, reason });
  });

  it("parseLinguisticConfidence(text, phrases) refuses a table that is none", () => {
    expect(() => parseLinguisticConfidence("x", [])).toThrow("the table has no phrases");
    const wrong = [{ phrase: "sure", probability: 2, interval: null, n: 0 }];
    expect(() => parseLinguisticConfidence("x", wrong)).toThrow('the probability of "sure" must be in [0, 1], got 2');
  });

  it("parseLinguisticConfidence(text) never throws, whatever the text", () => {
    const words = fc.constantFrom("likely", "un", "highly ", "not ", "Likelihood: ", " ", "\n", "(", "almost certain");
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((all) => all.join("")),
        ),
        (text) => {
          const { value, reason } = parseLinguisticConfidence(text);
          expect(value === null ? reason !== null : value >= 0 && value <= 1).toBe(true);
        },
      ),
    );
  });
});

describe("measureExpressions(observations)", () => {
  const observed = (expression: string, right: number, wrong: number) => [
    ...Array.from({ length: right }, () => ({ expression, correct: true })),
    ...Array.from({ length: wrong }, () => ({ expression, correct: false })),
  ];

  it("measureExpressions(observations) moves each phrase towards how often it was right", () => {
    const table = measureExpressions([...observed("Likely", 30, 66), ...observed("about even", 1, 0)]);
    const likely = table.find(({ phrase }) => phrase === "likely");
    expect(likely?.probability).toBeCloseTo((30 + 4 * 0.7) / 100, 15);
    expect(likely?.n).toBe(96);
    // Clopper–Pearson of 30 in 96, from scipy.stats.binomtest(30, 96).proportion_ci()
    expect(likely?.interval?.[0]).toBeCloseTo(0.2217, 3);
    expect(likely?.interval?.[1]).toBeCloseTo(0.4152, 3);
    expect(table.find(({ phrase }) => phrase === "about even")?.probability).toBeCloseTo(0.6, 15);
    expect(table.find(({ phrase }) => phrase === "unlikely")).toEqual(
      likelihoodPhrases.find(({ phrase }) => phrase === "unlikely"),
    );
  });

  it("measureExpressions(observations) feeds what the next reply is read with", () => {
    const table = measureExpressions(observed("almost certain", 5, 5), likelihoodPhrases, 0);
    const stated = parseLinguisticConfidence("almost certain", table);
    expect(stated.value).toBe(0.5);
    expect(stated.bounds?.[0]).toBeCloseTo(0.1871, 3);
  });

  it("measureExpressions(observations) names the observation whose phrase is not in the table", () => {
    const observations = [...observed("likely", 1, 0), { expression: "dead sure", correct: true }];
    expect(() => measureExpressions(observations)).toThrow(
      expect.objectContaining({ code: "unknown-option", index: 1, message: '"dead sure" is not in the table' }),
    );
    expect(() => measureExpressions([], likelihoodPhrases, -1)).toThrow("strength must be a number ≥ 0, got -1");
  });
});

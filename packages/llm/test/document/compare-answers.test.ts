import { describe, expect, it } from "vitest";
import { compareAnswers } from "../../src/index.ts";

function answer(
  text: string | null,
  position: number,
  verdict: string | null = null,
  probability: number | null = null,
) {
  return { position, text, verdict, probability, atLeast: probability };
}

describe("compareAnswers(id, answers, level)", () => {
  it("counts different meanings, and gives each answer its share of the others", () => {
    const answers = ["$5", "5 dollars", "USD 5.00", "6 dollars"].map((text, i) => answer(text, 10 + i));
    const { group, agreement } = compareAnswers("q", answers, 0.95);
    expect(group).toMatchObject({ id: "q", entries: [10, 11, 12, 13], answers: 2, agreement: 2 / 3 });
    expect(agreement).toEqual([2 / 3, 2 / 3, 2 / 3, 0]);
    expect(group.interval?.[0]).toBeLessThan(group.agreement ?? 0);
    expect(group.interval?.[1]).toBeGreaterThan(group.agreement ?? 1);
  });

  it("has nothing to compare below two answers; errors are no answers", () => {
    const { group, agreement } = compareAnswers("q", [answer("5", 0), answer(null, 1)], 0.95);
    expect(group).toMatchObject({ answers: null, agreement: null, semanticEntropy: null, verdicts: null });
    expect(agreement).toEqual([null, null]);
  });

  it("counts verdicts with the range of the most frequent one", () => {
    const answers = [answer("a", 0, "true", 0.99), answer("b", 1, "true", 0.55), answer("c", 2, "false", 0.7)];
    expect(compareAnswers("q", answers, 0.95).group.verdicts).toEqual({
      n: 3,
      counts: [
        { verdict: "true", n: 2 },
        { verdict: "false", n: 1 },
      ],
      range: [0.55, 0.99],
      atLeast: null,
    });
  });

  it("tells what verdicts are at least where their probabilities are not known", () => {
    const answers = [0.99, 0.55].map((atLeast, i) => ({ ...answer("a", i, "true"), atLeast }));
    expect(compareAnswers("q", answers, 0.95).group.verdicts).toMatchObject({ range: null, atLeast: [0.55, 0.99] });
  });
});

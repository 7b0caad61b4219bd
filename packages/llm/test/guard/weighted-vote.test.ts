import { describe, expect, it } from "vitest";
import { warmUpThreshold } from "../../src/guard/warm-up-threshold.ts";
import { weightedVote } from "../../src/guard/weighted-vote.ts";

describe("weightedVote", () => {
  const votes = [
    { answer: "4", confidence: 0.9 },
    { answer: "5", confidence: 0.4 },
    { answer: "5", confidence: 0.4 },
  ];

  it("weightedVote(votes) lets one sure trace outweigh two unsure ones", () => {
    const result = weightedVote(votes);
    expect(result).toMatchObject({ answer: "4", n: 3, withoutConfidence: 0, filtered: 0 });
    expect(result.share).toBeCloseTo(0.9 / 1.7, 14);
    expect(weightedVote(votes.map(({ answer }) => ({ answer, confidence: 1 }))).answer).toBe("5");
  });

  it("weightedVote(votes, { keep }) keeps the most confident share, and ties with the last of them", () => {
    expect(weightedVote(votes, { keep: 0.1 })).toMatchObject({ answer: "4", share: 1, n: 1, filtered: 2 });
    expect(weightedVote(votes, { keep: 0.5 })).toMatchObject({ n: 3, filtered: 0 });
  });

  it("weightedVote(votes) does not count a vote without a confidence", () => {
    const missing = [...votes, { answer: "5", confidence: null }, { answer: "5", confidence: null }];
    expect(weightedVote(missing)).toMatchObject({ answer: "4", n: 3, withoutConfidence: 2 });
    expect(weightedVote([{ answer: "5", confidence: null }])).toMatchObject({ answer: null, share: 0, n: 0 });
  });

  it("weightedVote(votes) has no answer in a tie, or without weight", () => {
    expect(weightedVote(votes.slice(1).map((vote, i) => ({ ...vote, answer: String(i) }))).answer).toBeNull();
    expect(weightedVote([{ answer: "5", confidence: 0 }]).answer).toBeNull();
    expect(weightedVote([]).answer).toBeNull();
  });

  it("weightedVote(votes, options) refuses confidences and shares that are none", () => {
    expect(() => weightedVote([{ answer: "5", confidence: -1 }])).toThrow(
      "confidence -1 of vote 0 is not a finite number ≥ 0",
    );
    expect(() => weightedVote(votes, { keep: 0 })).toThrow(expect.objectContaining({ code: "out-of-range" }));
  });
});

describe("warmUpThreshold", () => {
  const values = [0.1, 0.9, 0.5, 0.7, 0.3, 0.2, 0.8, 0.6, 0.4, 1];

  it("warmUpThreshold(values, keep) lets exactly the best share pass", () => {
    for (const keep of [0.1, 0.3, 0.5, 0.9, 1]) {
      const threshold = warmUpThreshold(values, keep);
      expect(values.filter((value) => value >= threshold)).toHaveLength(10 * keep);
    }
    expect(warmUpThreshold([0.4], 0.01)).toBe(0.4);
  });

  it("warmUpThreshold(values, keep) refuses nothing, NaN and shares that are none", () => {
    expect(() => warmUpThreshold([])).toThrow(expect.objectContaining({ code: "empty" }));
    expect(() => warmUpThreshold([1, Number.NaN])).toThrow(expect.objectContaining({ code: "not-finite", index: 1 }));
    expect(() => warmUpThreshold([1], 0)).toThrow("keep must be in (0, 1], got 0");
  });
});

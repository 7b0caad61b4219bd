import { clopperPearson, createRandom, regularizedBeta } from "@candor/core";
import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import { clusterAnswers } from "../../src/sampling/cluster-answers.ts";
import { likeliestInterval, selfConsistency } from "../../src/sampling/self-consistency.ts";

const partition = (...answers: readonly string[]) => clusterAnswers(answers, createEquivalence());

describe("selfConsistency", () => {
  it("selfConsistency(partition, { answer }) is the share of the others that agree, with its exact interval", () => {
    const result = selfConsistency(partition("5", "5.0", "6", "five", "7"), { answer: 0 });
    expect(result).toMatchObject({ agree: 2, others: 4, cluster: 0, isTied: false });
    expect(result.score).toEqual({ value: 0.5, bounds: null, n: 5, reason: null });
    expect(result.interval).toEqual(clopperPearson(2, 4));
  });
  it("selfConsistency(partition, { answer }) does not count the answer as agreeing with itself", () => {
    expect(selfConsistency(partition("a", "b", "c"), { answer: 0 }).score.value).toBe(0);
    expect(selfConsistency(partition("a", "a", "a"), { answer: 1 }).score.value).toBe(1);
  });
  it("selfConsistency(partition) scores the most frequent answer and says when it is tied", () => {
    expect(selfConsistency(partition("a", "b", "b"))).toMatchObject({ cluster: 1, agree: 1, others: 2, isTied: false });
    expect(selfConsistency(partition("a", "b"))).toMatchObject({ cluster: 0, agree: 0, isTied: true });
  });
  it("selfConsistency(none or one answer) has no confidence, and never 1", () => {
    expect(selfConsistency(partition())).toMatchObject({
      score: { value: null, n: 0, reason: "There are no answers." },
      interval: null,
      cluster: null,
    });
    expect(selfConsistency(partition("a"))).toMatchObject({
      score: { value: null, n: 1, reason: "One answer alone cannot agree with others." },
      interval: null,
    });
  });
  it("selfConsistency(partition, options) refuses an index or a level that does not exist", () => {
    expect(() => selfConsistency(partition("a"), { answer: 1 })).toThrow("answer must be an index below 1, got 1");
    expect(() => selfConsistency(partition("a"), { level: 0 })).toThrow("level must be in (0, 1), got 0");
  });
  it("likeliestInterval(n, n, level) of unanimous answers solves P^(n-1) = failure", () => {
    expect(likeliestInterval(5, 5, 0.95).lower).toBeCloseTo(0.025 ** 0.25, 12);
    expect(likeliestInterval(5, 5, 0.95).lower).toBeLessThan(clopperPearson(5, 5).lower);
    expect(likeliestInterval(1, 5, 0.95).lower).toBe(0);
  });
  it("likeliestInterval(count, n, 0.9) contains the largest probability at least 90 % of the time, where the usual one does not", () => {
    const random = createRandom(5);
    const runs = 3000;
    const n = 6;
    const corrected = Array.from({ length: n + 1 }, (_, count) => likeliestInterval(count, n, 0.9));
    const plain = Array.from({ length: n + 1 }, (_, count) => clopperPearson(count, n, 0.9));
    let usual = 0;
    for (const cells of [2, 3, 8, 40]) {
      let missed = 0;
      for (let run = 0; run < runs; run++) {
        const counts = new Float64Array(cells);
        for (let i = 0; i < n; i++) counts[random.integer(cells)]! += 1;
        const largest = counts.reduce((a, b) => Math.max(a, b));
        const { lower, upper } = corrected[largest]!;
        if (1 / cells < lower || 1 / cells > upper) missed++;
        if (cells === 8 && 1 / cells < plain[largest]!.lower) usual++;
      }
      if (missed > 0) expect(regularizedBeta(0.1, missed, runs - missed + 1)).toBeGreaterThan(0.001);
    }
    expect(regularizedBeta(0.05, usual, runs - usual + 1)).toBeLessThan(0.001);
  });
});

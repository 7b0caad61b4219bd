import { createRandom, regularizedBeta } from "@candor/core";
import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import { clusterAnswers } from "../../src/sampling/cluster-answers.ts";
import { semanticEntropy } from "../../src/sampling/semantic-entropy.ts";

const partition = (...answers: readonly string[]) => clusterAnswers(answers, createEquivalence());
const ln = Math.log;

describe("semanticEntropy", () => {
  it("semanticEntropy(partition) of 3 and 2 answers, by hand", () => {
    const result = semanticEntropy(partition("a", "a", "b", "b", "a"));
    const plugIn = -0.6 * ln(0.6) - 0.4 * ln(0.4);
    expect(result.discrete.value).toBeCloseTo(plugIn, 14);
    expect(result.millerMadow.value).toBeCloseTo(plugIn + 0.1, 14);
    expect(result.chaoShen.value).toBeCloseTo(
      (-0.6 * ln(0.6)) / (1 - 0.4 ** 5) + (-0.4 * ln(0.4)) / (1 - 0.6 ** 5),
      13,
    );
    const variance = (0.6 * ln(0.6) ** 2 + 0.4 * ln(0.4) ** 2 - plugIn ** 2) / 5;
    expect(result.standardError).toBeCloseTo(Math.sqrt(variance), 14);
    expect(result.confidence.value).toBeCloseTo(1 - plugIn / ln(5), 14);
  });
  it("semanticEntropy(partition) of answers that came once is corrected for those that did not come", () => {
    const result = semanticEntropy(partition("a", "b", "b"));
    const p = [2 / 9, 4 / 9];
    const byHand = p.reduce((sum, x) => sum - (x * ln(x)) / (1 - (1 - x) ** 3), 0);
    expect(result.chaoShen.value).toBeCloseTo(byHand, 13);
    expect(result.chaoShen.value).toBeGreaterThan(result.discrete.value ?? 0);
  });
  it("semanticEntropy(unanimous) is 0 with confidence 1; of all different ln n with confidence 0", () => {
    expect(semanticEntropy(partition("a", "a", "a"))).toMatchObject({
      discrete: { value: 0 },
      confidence: { value: 1 },
      standardError: 0,
    });
    const spread = semanticEntropy(partition("a", "b", "c"));
    expect(spread.discrete.value).toBeCloseTo(ln(3), 14);
    expect(spread.confidence.value).toBeCloseTo(0, 14);
  });
  it("semanticEntropy(none or one answer) has no value anywhere", () => {
    for (const answers of [[], ["a"]]) {
      const { discrete, millerMadow, chaoShen, weighted, lengthNormalised, confidence, interval, standardError } =
        semanticEntropy(partition(...answers));
      for (const score of [discrete, millerMadow, chaoShen, weighted, lengthNormalised, confidence]) {
        expect(score.value).toBeNull();
        expect(score.reason).not.toBeNull();
      }
      expect([interval, standardError]).toEqual([null, null]);
    }
  });
  it("semanticEntropy(partition, { logprobs, tokens }) sums the probabilities of a meaning, each text once", () => {
    const answers = ["5", "5.0", "6", "5"];
    const logprobs = [ln(0.4), ln(0.1), ln(0.25), ln(0.4)];
    const tokens = [1, 2, 1, 1];
    const result = semanticEntropy(partition(...answers), { logprobs, tokens });
    const binary = (p: number): number => -p * ln(p) - (1 - p) * ln(1 - p);
    expect(result.weighted.value).toBeCloseTo(binary(0.5 / 0.75), 14);
    expect(result.lengthNormalised.value).toBeCloseTo(binary((0.4 + Math.sqrt(0.1)) / (0.65 + Math.sqrt(0.1))), 14);
    expect(result.unseenMass).toBeCloseTo(0.25, 14);
  });
  it("semanticEntropy(partition, { duplicates: each }) adds every answer, as the published programs do", () => {
    const logprobs = [ln(0.4), ln(0.1), ln(0.25), ln(0.4)];
    const p = 0.9 / 1.15;
    expect(
      semanticEntropy(partition("5", "5.0", "6", "5"), { logprobs, duplicates: "each" }).weighted.value,
    ).toBeCloseTo(-p * ln(p) - (1 - p) * ln(1 - p), 14);
  });
  it("semanticEntropy(partition, { logprobs }) of sequences too improbable for a double does not underflow", () => {
    const result = semanticEntropy(partition("a", "b"), { logprobs: [-5000, -5000 - ln(3)] });
    expect(result.weighted.value).toBeCloseTo(-0.75 * ln(0.75) - 0.25 * ln(0.25), 12);
    expect(result.unseenMass).toBe(1);
  });
  it("semanticEntropy(partition, { logprobs with a gap }) has no weighted value and says how many are missing", () => {
    const result = semanticEntropy(partition("a", "b", "b"), { logprobs: [-1, null, -2] });
    expect(result.weighted).toEqual({
      value: null,
      bounds: null,
      n: 3,
      reason: "1 of 3 answers have no log-probability.",
    });
    expect(result.unseenMass).toBeNull();
    expect(result.discrete.value).toBeGreaterThan(0);
    const untold = semanticEntropy(partition("a", "b"), { logprobs: [-1, -2] });
    expect(untold.lengthNormalised.reason).toBe("The number of tokens of an answer is unknown.");
    expect(untold.weighted.value).not.toBeNull();
  });
  it("semanticEntropy(partition, options) refuses sentinels and wrong lengths by name", () => {
    const two = partition("a", "b");
    expect(() => semanticEntropy(two, { logprobs: [-1, 1] })).toThrow(
      "a log-probability must be finite and ≤ 0, got 1 at answer 1",
    );
    expect(() => semanticEntropy(two, { logprobs: [Number.NaN, -1] })).toThrow("got NaN at answer 0");
    expect(() => semanticEntropy(two, { logprobs: [-Infinity, -1] })).toThrow("got -Infinity at answer 0");
    expect(() => semanticEntropy(two, { logprobs: [-1] })).toThrow("there are 2 answers but 1 logprobs");
    expect(() => semanticEntropy(two, { tokens: [0, 1] })).toThrow(
      "a number of tokens must be an integer ≥ 1, got 0 at answer 0",
    );
    expect(() => semanticEntropy(two, { meanings: 1 })).toThrow("meanings must be an integer ≥ 2 groups, got 1");
    expect(() => semanticEntropy(two, { level: 2 })).toThrow("level must be in (0, 1), got 2");
  });
  it("semanticEntropy(small samples) is biased low as a plug-in, and less so corrected; its interval keeps its level", () => {
    const random = createRandom(11);
    const model = [0.4, 0.3, 0.2, 0.1];
    const truth = model.reduce((sum, p) => sum - p * ln(p), 0);
    const runs = 500;
    let [plugIn, millerMadow, chaoShen, missed] = [0, 0, 0, 0];
    for (let run = 0; run < runs; run++) {
      const answers = Array.from({ length: 6 }, () => {
        const u = random.uniform();
        return u < 0.4 ? "a" : u < 0.7 ? "b" : u < 0.9 ? "c" : "d";
      });
      const result = semanticEntropy(partition(...answers), { level: 0.9, meanings: 4 });
      plugIn += (result.discrete.value ?? 0) / runs;
      millerMadow += (result.millerMadow.value ?? 0) / runs;
      chaoShen += (result.chaoShen.value ?? 0) / runs;
      if (result.interval === null || truth < result.interval.lower || truth > (result.interval.upper ?? Infinity))
        missed++;
    }
    expect(plugIn).toBeLessThan(truth - 0.15);
    expect(Math.abs(millerMadow - truth)).toBeLessThan((truth - plugIn) / 2);
    expect(Math.abs(chaoShen - truth)).toBeLessThan(truth - plugIn);
    if (missed > 0) expect(regularizedBeta(0.1, missed, runs - missed + 1)).toBeGreaterThan(0.001);
  });
  it("semanticEntropy(partition) bounds the entropy below always, and above where the number of meanings is known", () => {
    const open = semanticEntropy(partition("a", "a", "b"));
    expect(open.interval?.upper).toBeNull();
    const closed = semanticEntropy(partition("a", "a", "b"), { meanings: 4 });
    expect(closed.interval?.upper).toBeLessThanOrEqual(ln(4));
    expect(closed.interval?.lower).toBe(open.interval?.lower);
    expect(semanticEntropy(partition("a", "a"), { meanings: 1 }).interval).toEqual({ lower: 0, upper: 0 });
  });
});

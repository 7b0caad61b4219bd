import { describe, expect, it } from "vitest";
import { exactMatch, nonContradiction, type Relation, relateAnswers } from "../../src/sampling/relate-answers.ts";
import { type DensitySample, semanticDensity } from "../../src/sampling/semantic-density.ts";
import { weightedScore } from "../../src/sampling/weighted-score.ts";

const relation = (entailment: number, neutral: number): Relation => ({
  entailment,
  neutral,
  contradiction: 1 - entailment - neutral,
});
const sample = (
  text: string,
  given: DensitySample["relation"],
  logprob: number | null,
  tokens: number | null = 1,
): DensitySample => ({
  text,
  relation: given,
  logprob,
  tokens,
});
const score = (value: number | null, n = 1) => ({
  value,
  bounds: null,
  n,
  reason: value === null ? "No judge." : null,
});

describe("semanticDensity", () => {
  it("semanticDensity(samples) is the mean of 1 - (contradiction + neutral / 2), by probability", () => {
    const samples = [sample("a", relation(0.7, 0.2), Math.log(0.6)), sample("b", relation(0.1, 0.5), Math.log(0.2))];
    expect(semanticDensity(samples).value).toBeCloseTo((0.6 * 0.8 + 0.2 * 0.35) / 0.8, 14);
  });
  it("semanticDensity(samples) takes the geometric mean over tokens unless told otherwise", () => {
    const samples = [sample("a", true, 4 * Math.log(0.5), 4), sample("b", false, Math.log(0.5), 1)];
    expect(semanticDensity(samples).value).toBeCloseTo(0.5, 14);
    expect(semanticDensity(samples, { lengthNormalised: false }).value).toBeCloseTo(0.0625 / 0.5625, 14);
  });
  it("semanticDensity(samples) counts equal words once, or each time as uqlm does", () => {
    const samples = [sample("a", true, -1), sample("a", true, -1), sample("b", false, -1)];
    expect(semanticDensity(samples).value).toBeCloseTo(1 / 2, 14);
    expect(semanticDensity(samples, { duplicates: "each" }).value).toBeCloseTo(2 / 3, 14);
  });
  it("semanticDensity(samples with an unknown relation) has bounds and no value", () => {
    const result = semanticDensity([sample("a", true, -1), sample("b", null, -1)]);
    expect(result).toMatchObject({ value: null, bounds: [0.5, 1] });
  });
  it("semanticDensity(none, or without log-probabilities) has no confidence", () => {
    expect(semanticDensity([])).toEqual({ value: null, bounds: null, n: 0, reason: "There are no samples." });
    expect(semanticDensity([sample("a", true, null)]).reason).toBe(
      "1 of 1 samples have no log-probability or number of tokens.",
    );
  });
  it("semanticDensity(samples of probability below the smallest double) is a number, where uqlm has NaN", () => {
    expect(semanticDensity([sample("a", relation(0.8, 0.1), -1000)]).value).toBeCloseTo(0.85, 12);
  });
  it("semanticDensity(samples) refuses sentinels and relations that are no distribution", () => {
    expect(() => semanticDensity([sample("a", true, 1)])).toThrow(
      "a log-probability must be finite and ≤ 0, got 1 at answer 0",
    );
    const wrong = { entailment: 0.5, neutral: 0.1, contradiction: 0.1 };
    expect(() => semanticDensity([sample("a", wrong, -1)])).toThrow("the probabilities of a relation must sum to 1");
  });
});

describe("relateAnswers, nonContradiction and exactMatch", () => {
  it("relateAnswers(answer, samples, infer) asks both ways, each text once, and itself never", async () => {
    const asked: string[] = [];
    const relations = await relateAnswers(
      "a",
      ["a", "b", "b"],
      (premise, hypothesis) => {
        asked.push(`${premise}>${hypothesis}`);
        return Promise.resolve(premise === "Q\na" ? relation(0.5, 0.3) : relation(0.1, 0.1));
      },
      { context: "Q" },
    );
    expect(asked.sort()).toEqual(["Q\na>Q\nb", "Q\nb>Q\na"]);
    expect(nonContradiction(relations).value).toBeCloseTo((1 + 2 * (1 - (0.2 + 0.8) / 2)) / 3, 14);
  });
  it("relateAnswers(answer, samples, infer) refuses what is no distribution", async () => {
    const infer = () => Promise.resolve({ entailment: 2, neutral: 0, contradiction: 0 });
    await expect(relateAnswers("a", ["b"], infer)).rejects.toThrow(
      "a relation must hold probabilities in [0, 1], got 2 at 0",
    );
  });
  it("nonContradiction([]) and exactMatch(answer, []) have no confidence", () => {
    expect(nonContradiction([]).value).toBeNull();
    expect(exactMatch("a", [])).toEqual({ value: null, bounds: null, n: 0, reason: "There are no samples." });
    expect(exactMatch("a", ["a", "A"]).value).toBe(0.5);
  });
});

describe("weightedScore", () => {
  it("weightedScore(parts) is the weighted mean; only ratios of weights matter", () => {
    for (const scale of [1, 10])
      expect(
        weightedScore([
          { score: score(0.5), weight: 3 * scale },
          { score: score(1), weight: scale },
        ]).value,
      ).toBe(0.625);
  });
  it("weightedScore(a missing part) is missing, unless the part has no weight", () => {
    expect(
      weightedScore([
        { score: score(0.5), weight: 1 },
        { score: score(null), weight: 1 },
      ]),
    ).toEqual({
      value: null,
      bounds: null,
      n: 1,
      reason: "Part 2 is missing: No judge.",
    });
    expect(
      weightedScore([
        { score: score(0.5), weight: 1 },
        { score: score(null), weight: 0 },
      ]).value,
    ).toBe(0.5);
  });
  it("weightedScore(parts) refuses weights that weigh nothing", () => {
    expect(() => weightedScore([])).toThrow("weightedScore needs at least one part");
    expect(() => weightedScore([{ score: score(1), weight: -1 }])).toThrow("got -1 at part 0");
    expect(() => weightedScore([{ score: score(1), weight: 0 }])).toThrow("the weights must not all be 0");
  });
});

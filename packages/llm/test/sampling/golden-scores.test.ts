import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { createEquivalence } from "../../src/equivalence/create-equivalence.ts";
import { clusterAnswers } from "../../src/sampling/cluster-answers.ts";
import { exactMatch } from "../../src/sampling/relate-answers.ts";
import { selfConsistency } from "../../src/sampling/self-consistency.ts";
import { semanticDensity } from "../../src/sampling/semantic-density.ts";
import { weightedScore } from "../../src/sampling/weighted-score.ts";

const folder = fileURLToPath(new URL("../../../../../shared/data/llm/token_level/", import.meta.url));
const isHere = existsSync(folder);
if (!isHere && process.env["CI"] === "true") throw new Error(`the recorded answers are not at ${folder}`);

interface Token {
  readonly logprob: number;
}
interface Part {
  readonly responses: readonly string[];
  readonly sampled_responses: readonly (readonly string[])[];
  readonly [name: string]: readonly unknown[];
}
interface Ensemble {
  readonly data: Part & { readonly ensemble_scores: readonly number[]; readonly min_probability?: readonly number[] };
  readonly metadata: { readonly weights: readonly number[]; readonly logprobs: readonly (readonly Token[])[] };
}

const read = (name: string) => JSON.parse(readFileSync(`${folder}uqlm_${name}_results.json`, "utf8"));
const given = (value: unknown) => ({ value: Number(value), bounds: null, n: 1, reason: null });
const sum = (tokens: readonly Token[]): number => tokens.reduce((total, { logprob }) => total + logprob, 0);

describe.skipIf(!isHere)("golden scores of sampled answers recorded with uqlm", () => {
  it("exactMatch(answer, samples) is every recorded exact_match and indicator", () => {
    const { ensemble1, bsdetector } = read("ensemble");
    for (const { data } of [ensemble1, bsdetector])
      for (const [i, answer] of data.responses.entries())
        expect(exactMatch(answer, data.sampled_responses[i]).value).toBe(data.exact_match[i]);
    const recorded = read("bsdetector");
    for (const [i, answer] of recorded.responses.entries())
      expect(exactMatch(answer, recorded.sampled_responses[i]).value).toBe(recorded.indicator_scores[i]);
  });
  it("selfConsistency(partition, { answer: 0 }) with text compared letter by letter is exact_match: the answer never counts itself", () => {
    const { responses, sampled_responses, indicator_scores } = read("bsdetector");
    const equivalence = createEquivalence({ kind: "custom", key: (answer) => answer });
    responses.forEach((answer: string, i: number) => {
      const partition = clusterAnswers([answer, ...sampled_responses[i]], equivalence);
      expect(selfConsistency(partition, { answer: 0 }).score.value).toBe(indicator_scores[i]);
    });
  });
  it("weightedScore(recorded parts, recorded weights) is every recorded ensemble score", () => {
    const file: Record<string, Ensemble> = read("ensemble");
    const parts: Record<string, readonly string[]> = {
      ensemble1: ["exact_match", "noncontradiction", "min_probability", "judge_1"],
      bsdetector: ["noncontradiction", "exact_match", "judge_1"],
      ensemble2: ["min_probability", "judge_1"],
    };
    let checked = 0;
    for (const [name, names] of Object.entries(parts)) {
      const { data, metadata } = file[name]!;
      data.ensemble_scores.forEach((golden, i) => {
        const mean = weightedScore(
          names.map((part, k) => ({ score: given(data[part]?.[i]), weight: metadata.weights[k] ?? 0 })),
        );
        expect(mean.value).toBeCloseTo(golden, 14);
        checked++;
      });
    }
    expect(checked).toBe(15);
  });
  it("weightedScore(BSDetector's parts) is every recorded confidence, with the published and with the tuned weights", () => {
    const file = read("bsdetector");
    const [judged, sampled] = file.optimized_parameters.weights;
    file.confidence_scores.forEach((golden: number, i: number) => {
      const indicator = given(file.indicator_scores[i]);
      const contradiction = given((file.oc_scores[i] - 0.2 * file.indicator_scores[i]) / 0.8);
      const observed = weightedScore([
        { score: contradiction, weight: 0.8 },
        { score: indicator, weight: 0.2 },
      ]);
      expect(observed.value).toBeCloseTo(file.oc_scores[i], 14);
      const judge = given(file.sr_scores[i]);
      expect(
        weightedScore([
          { score: observed, weight: 0.7 },
          { score: judge, weight: 0.3 },
        ]).value,
      ).toBeCloseTo(golden, 14);
      const tuned = weightedScore([
        { score: contradiction, weight: judged },
        { score: indicator, weight: sampled },
      ]);
      expect(tuned.value).toBeCloseTo(file.updated_oc_scores[i], 14);
      expect(
        weightedScore([
          { score: tuned, weight: sampled },
          { score: judge, weight: judged },
        ]).value,
      ).toBeCloseTo(file.updated_confidence_scores[i], 14);
    });
  });
  it("the recorded noncontradiction of BSDetector needs a classifier's output that is not recorded: only its 1 for equal words can be checked", () => {
    const { ensemble1, bsdetector } = read("ensemble");
    for (const { data } of [ensemble1, bsdetector]) expect(data.noncontradiction).toEqual(data.exact_match);
  });
  it("the recorded token probabilities of the answers give every recorded min_probability and normalized_probability", () => {
    const white = read("whitebox").data;
    white.logprobs.forEach((tokens: readonly Token[], i: number) => {
      expect(Math.exp(Math.min(...tokens.map(({ logprob }) => logprob)))).toBeCloseTo(white.min_probability[i], 14);
      expect(Math.exp(sum(tokens) / tokens.length)).toBeCloseTo(white.normalized_probability[i], 14);
    });
    const file: Record<string, Ensemble> = read("ensemble");
    for (const { data, metadata } of Object.values(file))
      for (const [i, golden] of data.min_probability?.entries() ?? []) {
        const least = Math.min(...(metadata.logprobs[i] ?? []).map(({ logprob }) => logprob));
        expect(Math.exp(least)).toBeCloseTo(golden, 14);
      }
  });
  it("the recorded semantic densities need a classifier's output that is not recorded; they lie within the bounds without it", () => {
    const { data } = read("semanticdensity");
    data.semantic_density_values.forEach((golden: number, i: number) => {
      const samples = data.sampled_responses[i].map((text: string, k: number) => ({
        text,
        relation: null,
        logprob: sum(data.multiple_logprobs[i][k]),
        tokens: data.multiple_logprobs[i][k].length,
      }));
      const result = semanticDensity(samples, { duplicates: "each" });
      expect(result).toMatchObject({ value: null, bounds: [0, 1] });
      const [low, high] = semanticDensity(
        samples.map((sample: { text: string }) =>
          sample.text === data.responses[i] ? { ...sample, relation: true } : sample,
        ),
        { duplicates: "each" },
      ).bounds ?? [golden, golden];
      expect(golden).toBeGreaterThan(low * 0.98);
      expect(golden).toBeLessThan(high);
    });
  });
  it("typed verdicts see that 8, 10 and 15 are not 5 or 9, where the recorded densities are all above 0.77", () => {
    const { data } = read("semanticdensity");
    const { equal } = createEquivalence({ extract: "value" });
    const typed = data.responses.map(
      (answer: string, i: number) =>
        semanticDensity(
          data.sampled_responses[i].map((text: string, k: number) => ({
            text,
            relation: equal(answer, text),
            logprob: sum(data.multiple_logprobs[i][k]),
            tokens: data.multiple_logprobs[i][k].length,
          })),
          { duplicates: "each" },
        ).value,
    );
    expect(Math.min(...data.semantic_density_values)).toBeGreaterThan(0.77);
    expect(typed[3]).toBe(0);
    for (const [i, value] of typed.entries()) expect(value).toBeLessThan(data.semantic_density_values[i]);
  });
});

import type { LlmDocument } from "@candor/llm";
import { describe, expect, it } from "vitest";
import { evidenceHint, formatAtMost, llmVerdict, shownScores } from "../../src/render/llm-words.ts";

type Summary = LlmDocument["summary"];

function judged(score: Pick<Summary["score"], "name" | "n" | "missing">): Pick<LlmDocument, "n" | "summary"> {
  const counts = { entries: 6, withConfidence: 0, unlikely: 0, refusals: 0, faults: 0, judged: 0, labelled: 0 };
  const names = { logprobs: {}, flags: {}, providers: {}, models: {} };
  const distribution = { ...score, mean: null, quantiles: [], histogram: null };
  return { n: 6, summary: { ...counts, ...names, evidence: { none: 6 }, score: distribution, decisions: null } };
}

describe("llmVerdict(document)", () => {
  it("llmVerdict(document) does not miss log-probabilities where answers are scored by agreement", () => {
    const all = judged({ name: "agreement", n: 6, missing: 0 });
    expect([llmVerdict(all).sentence, llmVerdict(all).tone, evidenceHint(all)]).toEqual([
      "6 answers: compared with others to the same question.",
      "good",
      null,
    ]);
    const some = judged({ name: "agreement", n: 4, missing: 2 });
    expect([llmVerdict(some).sentence, llmVerdict(some).tone]).toEqual([
      "6 answers: 4 compared with others to the same question, 2 without another to compare with.",
      "neutral",
    ]);
  });

  it("llmVerdict(document) says what to do where there is nothing to score by", () => {
    for (const document of [
      judged({ name: "lengthNormalised", n: 0, missing: 6 }),
      judged({ name: "agreement", n: 0, missing: 6 }),
    ]) {
      expect(llmVerdict(document)).toMatchObject({ tone: "warn", sentence: "6 answers: all have no confidence." });
      expect(evidenceHint(document)).toMatch(/^Ask the server for log-probabilities/);
    }
  });
});

describe("shownScores(entry)", () => {
  const none = { minWindow: null, meanEntropy: null, maxEntropy: null, meanMargin: null, minMargin: null };
  const rest = { ...none, perplexity: null, firstToken: null, decisionToken: null };
  const shown = (scores: object, bounds: LlmDocument["entries"][number]["bounds"] = {}) =>
    shownScores({ scores: { ...rest, sequence: null, lengthNormalised: null, minToken: null, ...scores }, bounds });

  it("shownScores(entry) says nothing twice: of one token, and of answers shorter than a window", () => {
    expect(shown({ lengthNormalised: 0.55, sequence: 0.55, minToken: 0.55, minWindow: 0.55 })).toEqual([
      ["lengthNormalised", "0.550"],
    ]);
    expect(shown({ lengthNormalised: 0.9, sequence: 0.8, minToken: 0.7, minWindow: 0.9 })).toHaveLength(3);
  });

  it("shownScores(entry) tells the most that an unknown score can be, and never 0 for a product too small", () => {
    expect(shown({}, { lengthNormalised: [0, 0.896], sequence: [0, 0.72], minToken: [0, 1] })).toEqual([
      ["lengthNormalised", "≤ 0.896"],
      ["sequence", "≤ 0.720"],
    ]);
    expect(shown({ lengthNormalised: 0.9, sequence: 0, minToken: 0.9 })[1]).toEqual(["sequence", "< 0.0005"]);
    expect([0.4, 1e-9, 0.99999].map(formatAtMost)).toEqual(["≤ 0.400", "< 0.0005", "≤ 1"]);
  });
});

import type { LlmDocument } from "@candor/llm";
import { describe, expect, it } from "vitest";
import { evidenceHint, llmVerdict } from "../../src/render/llm-words.ts";

type Summary = LlmDocument["summary"];

function judged(score: Pick<Summary["score"], "name" | "n" | "missing">): Pick<LlmDocument, "n" | "summary"> {
  const counts = { entries: 6, withConfidence: 0, refusals: 0, faults: 0, judged: 0, labelled: 0 };
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

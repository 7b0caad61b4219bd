import { describe, expect, it } from "vitest";
import { evidenceOf } from "../../src/evidence/evidence-of.ts";
import { token, trace } from "../scores/traces.ts";

const two: [string, number][] = [
  ["a", 0.5],
  ["b", 0.4],
];

describe("evidenceOf", () => {
  it.each([
    [
      trace([token("a", 0.5, two), token("b", 0.4, two)]),
      "2 tokens, all with log-probabilities, 2 alternatives each.",
      2,
    ],
    [
      trace([token("a", 0.5, two), token("b", null)]),
      "2 tokens, 1 with log-probabilities, up to 2 alternatives each.",
      1,
    ],
    [trace([token("a", 0.5)]), "1 token, with its log-probability, without alternatives.", 1],
    [
      trace([token("No", 0.5, [], { channel: "refusal" }), token(".", 0.5, [], { channel: "refusal" })]),
      "2 tokens of the refusal, all with log-probabilities, without alternatives.",
      2,
    ],
  ])("evidenceOf(trace) counts tokens and alternatives (%#)", (answer, sentence, n) => {
    expect(evidenceOf(answer)).toMatchObject({ kind: "logprobs", sentence, n });
  });

  it.each([
    [
      trace([], { text: "x", logprobs: "ignored" }),
      "Log-probabilities were asked for, and none came. There is no confidence.",
    ],
    [trace([token("a", null)]), "The answer came without log-probabilities. There is no confidence."],
    [trace([], { refusal: "No." }), "The model refused to answer. There is no confidence."],
  ])("evidenceOf(trace) says why there is none (%#)", (answer, sentence) => {
    expect(evidenceOf(answer)).toMatchObject({ kind: "none", n: 0, topK: null, sentence });
  });
});

import { describe, expect, it } from "vitest";
import { decisionsAdapter } from "../../src/adapters/decisions.ts";
import { systemOneAdapter } from "../../src/adapters/system-one.ts";
import { jsonFixture, streamed } from "./fixtures.ts";

describe("decisionsAdapter", () => {
  it("read(body) reads every type of answer, and keeps peakedness apart from probability", () => {
    const draft = decisionsAdapter.read(jsonFixture("decisions/whole.json"));
    expect(draft).toMatchObject({ model: "gpt-6-luna", choices: [], usage: { inputTokens: 210, outputTokens: 0 } });
    expect(draft.answers).toEqual([
      {
        name: "urgent",
        type: "predicate",
        value: false,
        probability: 0.92,
        probabilities: [
          { value: true, probability: 0.08 },
          { value: false, probability: 0.92 },
        ],
        peakedness: null,
        optionMass: null,
      },
      {
        name: "team",
        type: "choice",
        value: "billing",
        probability: 0.62,
        probabilities: [
          { value: "billing", probability: 0.62 },
          { value: "support", probability: 0.3 },
          { value: false, probability: 0.08 },
        ],
        peakedness: 0.41,
        optionMass: null,
      },
      {
        name: null,
        type: "score",
        value: 2.4,
        probability: null,
        probabilities: [
          { value: 1, probability: 0.1 },
          { value: 2, probability: 0.4 },
          { value: 3, probability: 0.5 },
        ],
        peakedness: 0.2,
        optionMass: null,
      },
      {
        name: "diagnosis",
        type: "refusal",
        value: null,
        probability: null,
        probabilities: [],
        peakedness: null,
        optionMass: null,
      },
    ]);
  });

  it("push(draft, event) makes of one event what the whole is", () => {
    const body = jsonFixture("decisions/whole.json");
    expect(streamed(decisionsAdapter, [body])).toEqual({ ...decisionsAdapter.read(body), streamed: true });
  });

  const option = (value: unknown, probability: unknown) => ({ value, probability });
  it.each([
    [
      { type: "predicate", name: "urgent", probability: 1.2 },
      "out-of-range",
      'expected the probability of question "urgent" to be in [0, 1], got 1.2',
    ],
    [
      { type: "predicate", name: null, probability: "high" },
      "incompatible",
      "expected the probability of question 1 to be a number, got a string",
    ],
    [
      { type: "choice", name: "team", choice: "a", probabilities: [option("a", 0.9), option("b", 0.4)] },
      "not-normalised",
      'the probabilities of question "team" add up to 1.3, expected 1',
    ],
    [
      { type: "choice", name: "team", choice: "c", probabilities: [option("a", 0.6), option("b", 0.4)] },
      "incompatible",
      'expected the choice of question "team" to be one of its options, got "c"',
    ],
    [
      { type: "choice", name: "team", choice: "a", probabilities: [option("a", 0.5), option("a", 0.5)] },
      "incompatible",
      'question "team" has two probabilities of "a"',
    ],
    [
      { type: "choice", name: "team", choice: "a", probabilities: [] },
      "empty",
      'expected question "team" to have probabilities, got none',
    ],
    [
      { type: "choice", name: "team", choice: "a" },
      "incompatible",
      "expected answers[1].probabilities to be a list, got nothing",
    ],
    [
      { type: "score", name: "anger", score: 9, probabilities: [option(1, 0.5), option(2, 0.5)] },
      "out-of-range",
      'expected the score of question "anger" to be in [1, 2], got 9',
    ],
    [
      { type: "score", name: "anger", probabilities: [option(1, 0.5), option(2, 0.5)] },
      "incompatible",
      'expected the score of question "anger" to be a number, got nothing',
    ],
    [
      { type: "choice", name: "team", choice: "a", confidence: 7, probabilities: [option("a", 1)] },
      "out-of-range",
      'expected the confidence of question "team" to be in [0, 1], got 7',
    ],
    [
      { type: "essay", name: "team" },
      "incompatible",
      'expected the type of question "team" to be predicate, choice, score or refusal, got "essay"',
    ],
  ])("read(body) refuses %o", (answer, code, message) => {
    const body = { answers: [{ type: "refusal", name: null }, answer], usage: {} };
    expect(() => decisionsAdapter.read(body)).toThrow(expect.objectContaining({ code, message }));
  });

  it("read(body) accepts the sum of 255 probabilities rounded to four decimals", () => {
    const probabilities = Array.from({ length: 255 }, (_, i) => option(`option ${i}`, 0.0039));
    const body = { answers: [{ type: "choice", name: "big", choice: "option 0", probabilities }] };
    expect(decisionsAdapter.read(body).answers[0]?.probability).toBe(0.0039);
  });
});

describe("systemOneAdapter", () => {
  it("read(body) reads every type of answer, by name, with the share of the mass on the options", () => {
    const draft = systemOneAdapter.read(jsonFixture("system-one/whole.json"));
    expect(draft.answers).toMatchObject([
      { name: "urgent", type: "predicate", value: true, probability: 0.91, peakedness: null, optionMass: 0.97 },
      { name: "team", type: "choice", value: "billing", probability: 0.7, peakedness: 0.4, optionMass: 0.33 },
      { name: "anger", type: "score", value: 1.4, probability: null, peakedness: 0.2, optionMass: null },
    ]);
    expect(draft.answers[2]?.probabilities.map(({ value }) => value)).toEqual([0, 1, 2]);
  });

  it("push(draft, event) makes of one event what the whole is", () => {
    const body = jsonFixture("system-one/whole.json");
    expect(streamed(systemOneAdapter, [body])).toEqual({ ...systemOneAdapter.read(body), streamed: true });
  });

  it.each([
    [{ type: "noul", noul: -0.1 }, 'expected the probability of question "q" to be in [0, 1], got -0.1'],
    [{ type: "noul" }, 'expected the probability of question "q" to be a number, got nothing'],
    [
      { type: "choice", choice: "a", probabilities: { a: null } },
      'expected the probability of "a" of question "q" to be a number, got null',
    ],
    [
      { type: "choice", choice: "a", probabilities: { a: 0.4 } },
      'the probabilities of question "q" add up to 0.4, expected 1',
    ],
    [
      { type: "choice", choice: "a", probabilities: [0.4] },
      'expected answers["q"].probabilities to be an object, got a list',
    ],
    [{ type: "noul", noul: 0.4, option_mass: 3 }, 'expected the option_mass of question "q" to be in [0, 1], got 3'],
    [{ type: "box" }, 'expected the type of question "q" to be noul, choice or score, got "box"'],
    [7, 'expected answers["q"] to be an object, got a number'],
  ])("read(body) refuses %o", (answer, message) => {
    expect(() => systemOneAdapter.read({ answers: { q: answer } })).toThrow(message);
  });

  it("read(body) hands over an error as a fault", () => {
    const fault = systemOneAdapter.read({ error: { code: "rate_limited", message: "slow down" } }).fault;
    expect(fault).toEqual({ status: null, code: "rate_limited", message: "slow down" });
  });
});

import { describe, expect, it } from "vitest";
import { createSummary, fromResponse, makeEntries, scoreDistribution, scoreNames } from "../../src/index.ts";

const context = { line: 3, id: null, columns: {}, correct: null };

function token(text: string, logprob: number, top: readonly (readonly [string, number])[] = []): object {
  const bytes = (part: string): number[] => [...new TextEncoder().encode(part)];
  const listed = top.map(([part, log]) => ({ token: part, bytes: bytes(part), logprob: log }));
  return { token: text, bytes: bytes(text), logprob, top_logprobs: listed };
}

function chat(content: string | null, tokens: readonly object[] | null, more: object = {}): object {
  const logprobs = tokens === null ? null : { content: tokens, refusal: null };
  const message = { role: "assistant", content, ...more };
  return {
    id: "c",
    object: "chat.completion",
    model: "m",
    choices: [{ index: 0, message, logprobs, finish_reason: "stop" }],
  };
}

describe("makeEntries(response, context)", () => {
  it("turns logarithms into probabilities and survives JSON unchanged", () => {
    const [entry] = makeEntries(
      fromResponse(
        chat("Hi", [
          token("Hi", Math.log(0.8), [
            ["Hi", Math.log(0.8)],
            ["Ho", -2],
          ]),
        ]),
      ),
      context,
    );
    expect(entry?.tokens[0]?.probability).toBeCloseTo(0.8, 12);
    expect(entry?.tokens[0]?.top.map(({ text }) => text)).toEqual(["Hi", "Ho"]);
    expect(entry?.scores.lengthNormalised).toBeCloseTo(0.8, 12);
    expect(entry?.reasons.lengthNormalised).toBeUndefined();
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
  });

  it("never lets a placeholder be a number: null with a reason and what is known", () => {
    const [entry] = makeEntries(
      fromResponse(
        chat("Hi", [
          token("Hi", -9999, [
            ["Ho", -1],
            ["Ha", -2],
          ]),
        ]),
      ),
      context,
    );
    expect(entry?.tokens[0]).toMatchObject({ logprob: null, probability: null });
    expect(entry?.tokens[0]?.bound).toBeCloseTo(Math.exp(-2), 12);
    expect(entry?.scores.sequence).toBeNull();
    expect(entry?.bounds.sequence).toEqual([0, Math.exp(-2)]);
    expect(entry?.reasons.sequence).toMatch(/\w/);
    expect(entry?.flags).toContain("sentinel-logprobs");
  });

  it("has every score as null with its reason where there are no log-probabilities", () => {
    const [entry] = makeEntries(fromResponse(chat("I am 100 % sure", null)), context);
    for (const name of scoreNames) {
      expect(entry?.scores[name]).toBeNull();
      expect(entry?.reasons[name]).toMatch(/\w/);
    }
    expect(entry?.evidence.kind).toBe("none");
  });

  it("is one entry for an error, and for a decision model's answers", () => {
    const [fault] = makeEntries(fromResponse({ error: { message: "x", code: "rate_limit_exceeded" } }), context);
    expect(fault).toMatchObject({ text: "", fault: { code: "rate_limit_exceeded" }, evidence: { kind: "none" } });
    expect(fault?.reasons.sequence).toBe("the provider answered with an error");
  });

  it("gives the fields of tool calls, and none of arguments that were cut off", () => {
    const call = (text: string) => [{ id: "t", type: "function", function: { name: "pay", arguments: text } }];
    const [whole] = makeEntries(fromResponse(chat(null, null, { tool_calls: call('{"sum": 5}') })), context);
    expect(whole?.toolCalls[0]?.fields.map(({ path }) => path)).toEqual(["$.sum"]);
    expect(whole?.toolCalls[0]?.fields[0]?.probability).toBeNull();
    const [cut] = makeEntries(fromResponse(chat(null, null, { tool_calls: call('{"sum": nonsense') })), context);
    expect(cut?.toolCalls[0]).toMatchObject({ name: "pay", arguments: '{"sum": nonsense', fields: [] });
  });

  it("keeps the user's id, columns and label", () => {
    const [entry] = makeEntries(fromResponse(chat("Hi", null)), {
      line: 7,
      id: "mine",
      columns: { a: 1 },
      correct: true,
    });
    expect(entry).toMatchObject({ line: 7, id: "mine", columns: { a: 1 }, correct: true, assessment: null });
  });
});

describe("createSummary()", () => {
  it("counts evidence, flags, models, errors and labels", () => {
    const counter = createSummary();
    const bodies = [chat("Hi", [token("Hi", -0.1)]), chat("Hi", null), { error: { message: "x", code: "y" } }];
    for (const body of bodies)
      for (const entry of makeEntries(fromResponse(body), { ...context, correct: true })) counter.add(entry);
    const summary = counter.result(scoreDistribution("x", Float64Array.of(0.5)), null);
    expect(summary).toMatchObject({ entries: 3, withConfidence: 1, faults: 1, refusals: 0, labelled: 3, judged: 0 });
    expect(summary.evidence).toEqual({ none: 2, logprobs: 1 });
    expect(summary.models).toEqual({ m: 2 });
  });
});

describe("scoreDistribution(name, values)", () => {
  it("has quantiles and ten bins, and counts what is missing", () => {
    const { n, missing, mean, quantiles, histogram } = scoreDistribution(
      "x",
      Float64Array.of(1, Number.NaN, 0, 0.5, 0.25),
    );
    expect([n, missing, mean]).toEqual([4, 1, 0.4375]);
    expect([quantiles[0], quantiles[3], quantiles[6]]).toEqual([0, 0.375, 1]);
    expect(histogram?.shares).toEqual([0.25, 0, 0.25, 0, 0, 0.25, 0, 0, 0, 0.25]);
    expect(histogram?.edges).toHaveLength(11);
  });

  it("has no numbers without values, and no bins for what is no share", () => {
    expect(scoreDistribution("x", Float64Array.of(Number.NaN))).toMatchObject({
      n: 0,
      mean: null,
      quantiles: [],
      histogram: null,
    });
    expect(scoreDistribution("perplexity", Float64Array.of(1, 4)).histogram).toBeNull();
  });
});

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRandom } from "@candor/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { openStream } from "../../src/adapters/open-stream.ts";
import { fieldsOf } from "../../src/fields/fields-of.ts";
import { scoreNames as keys } from "../../src/scores/score-names.ts";
import { scoreTrace } from "../../src/scores/score-trace.ts";
import { alternative, distribution, shown, token, trace } from "./traces.ts";

const data = join(fileURLToPath(new URL("../../../..", import.meta.url)), "../shared/data/llm/token_level");
if (process.env["CI"] === "true" && !existsSync(data)) throw new Error(`the recorded answers are expected in ${data}`);

const certain: [string, number][] = [
  ["a", 0.5],
  ["b", 0.3],
  ["c", 0.2],
];

describe("scoreTrace, token probabilities", () => {
  it("scoreTrace(trace) multiplies, averages and takes the least", () => {
    const scores = scoreTrace(trace([token("a", 0.5), token("b", 0.8), token("c", 0.9)]));
    expect(scores.sequence.value).toBeCloseTo(0.36, 14);
    expect(scores.lengthNormalised.value).toBeCloseTo(0.36 ** (1 / 3), 14);
    expect(scores.perplexity.value).toBeCloseTo(0.36 ** (-1 / 3), 14);
    expect(scores.minToken.value).toBeCloseTo(0.5, 14);
    expect(scores.firstToken.value).toBeCloseTo(0.5, 14);
    expect(scores.sequence).toMatchObject({ n: 3, reason: null });
  });

  it("scoreTrace(trace).perplexity is 1 for a certain answer and 2 for coin tosses, not 1/(1+perplexity), which never passes 0.5", () => {
    expect(scoreTrace(trace([token("a", 1), token("b", 1)])).perplexity.value).toBe(1);
    expect(scoreTrace(trace([token("a", 0.5), token("b", 0.5)])).perplexity.value).toBeCloseTo(2, 14);
    expect(scoreTrace(trace([token("a", 1)])).lengthNormalised.value).toBe(1);
  });

  it("scoreTrace(trace).perplexity is not an arithmetic mean of probabilities", () => {
    const { perplexity, lengthNormalised } = scoreTrace(trace([token("a", 1), token("b", 0.01)]));
    expect(perplexity.value).toBeCloseTo(10, 12);
    expect(lengthNormalised.value).toBeCloseTo(0.1, 14);
  });

  it("scoreTrace(trace, { window }).minWindow finds the weakest stretch, whole where the answer is shorter", () => {
    const answer = trace([0.9, 0.2, 0.3, 0.9, 0.1, 0.9].map((p) => token("x", p)));
    expect(scoreTrace(answer, { window: 2 }).minWindow.value).toBeCloseTo(Math.sqrt(0.06), 14);
    expect(scoreTrace(answer, { window: 1 }).minWindow.value).toBeCloseTo(0.1, 14);
    expect(scoreTrace(answer, { window: 9 }).minWindow.value).toBe(scoreTrace(answer).lengthNormalised.value);
  });

  it("scoreTrace(trace).minWindow equals the slow way on any answer", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 12 }),
        (ps, window) => {
          const width = Math.min(window, ps.length);
          const slow = Math.min(
            ...Array.from({ length: ps.length - width + 1 }, (_, i) =>
              Math.exp(ps.slice(i, i + width).reduce((a, p) => a + Math.log(p), 0) / width),
            ),
          );
          const fast = scoreTrace(trace(ps.map((p) => token("x", p))), { window }).minWindow.value ?? -1;
          expect(Math.abs(fast - slow)).toBeLessThanOrEqual(1e-13 * slow);
        },
      ),
    );
  });

  it("scoreTrace(trace).minWindow keeps no rounding error of an unlikely token long gone", () => {
    const ps = [...Array(3).fill(1e-300), ...Array(50).fill(1 - 1e-9)];
    const tokens = ps.map((p) => token("x", p));
    const weakest = scoreTrace(trace(tokens), { window: 4, from: 3 }).minWindow.value ?? -1;
    expect(weakest).toBeCloseTo(1 - 1e-9, 15);
  });

  it("scoreTrace(trace).sequence adds ten thousand logarithms without drift", () => {
    const { sequence, lengthNormalised } = scoreTrace(trace(Array.from({ length: 10_000 }, () => token("x", 0.999))));
    expect(Math.abs((sequence.value ?? 0) / 0.999 ** 10_000 - 1)).toBeLessThan(1e-11);
    expect(lengthNormalised.value).toBeCloseTo(0.999, 15);
  });

  it("scoreTrace(trace, { channel, from, to }) scores the named tokens only", () => {
    const answer = trace([token("hm", 0.1, [], { channel: "reasoning" }), token("a", 0.5), token("b", 0.8)]);
    expect(scoreTrace(answer).sequence.value).toBeCloseTo(0.4, 14);
    expect(scoreTrace(answer, { channel: "reasoning" }).sequence.value).toBeCloseTo(0.1, 14);
    expect(scoreTrace(answer, { from: 1 }).sequence.value).toBeCloseTo(0.8, 14);
    expect(scoreTrace(answer, { to: 1 }).sequence.value).toBeCloseTo(0.5, 14);
    expect(scoreTrace(answer, { from: 2 }).sequence).toMatchObject({ value: null, n: 0 });
  });

  it("scoreTrace(trace, { indices }) is not inflated by the braces, quotes and keys of JSON, which are nearly certain", () => {
    const texts = ['{"', "day", '":"', "Friday", '","', "room", '":', "7", "}"];
    const answer = trace(texts.map((text) => token(text, text === "Friday" || text === "7" ? 0.5 : 0.9999)));
    const values = scoreTrace(answer, { indices: [3, 7] });
    const thought = trace([token("hm", 0.1, [], { channel: "reasoning" }), ...answer.tokens]);
    expect(scoreTrace(thought, { indices: [4, 8] })).toEqual(values);
    expect(scoreTrace(answer).lengthNormalised.value).toBeGreaterThan(0.85);
    expect(values.lengthNormalised.value).toBeCloseTo(0.5, 14);
    expect(values.sequence).toMatchObject({ value: expect.closeTo(0.25, 14), n: 2 });
    expect(scoreTrace(answer, { indices: [] }).sequence).toMatchObject({
      value: null,
      reason: "No tokens were chosen.",
    });
    expect(() => scoreTrace(answer, { indices: [3, 3] })).toThrow("indices must ascend in [0, 9), got 3 at position 1");
    expect(() => scoreTrace(answer, { indices: [9] })).toThrow(expect.objectContaining({ code: "out-of-range" }));
    expect(() => scoreTrace(answer, { indices: [1], from: 1 })).toThrow(
      expect.objectContaining({ code: "incompatible" }),
    );
  });

  it("scoreTrace(trace, options) refuses windows, ranges and vocabularies that are none", () => {
    const answer = trace([token("a", 0.5)]);
    const refused = expect.objectContaining({ code: "out-of-range" });
    expect(() => scoreTrace(answer, { window: 0 })).toThrow(refused);
    expect(() => scoreTrace(answer, { window: 1.5 })).toThrow("window must be a whole number ≥ 1, got 1.5");
    expect(() => scoreTrace(answer, { from: 2, to: 1 })).toThrow(refused);
    expect(() => scoreTrace(answer, { vocabulary: Number.NaN })).toThrow(refused);
  });
});

describe("scoreTrace, missing evidence", () => {
  it("scoreTrace(trace) gives bounds instead of values where a token is unknown, never 1", () => {
    const answer = trace([token("a", 0.5), token("b", null, [], { logprobBound: Math.log(0.2) }), token("c", 0.9)]);
    const scores = scoreTrace(answer);
    expect(scores.sequence.value).toBeNull();
    expect(scores.sequence.reason).toBe("The log-probability of 1 of 3 tokens is unknown.");
    expect(scores.sequence.bounds?.[0]).toBe(0);
    expect(scores.sequence.bounds?.[1]).toBeCloseTo(0.09, 14);
    expect(scores.minToken.bounds?.[1]).toBeCloseTo(0.2, 14);
    expect(scores.minToken.value).toBeNull();
    expect(scores.perplexity).toMatchObject({ value: null, bounds: null });
    expect(scores.firstToken.value).toBeCloseTo(0.5, 14);
  });

  it.each([
    [trace([]), "The answer is empty."],
    [trace([], { text: "Hello", logprobs: "ignored" }), "Log-probabilities were asked for, and none came."],
    [trace([], { text: "Hello", logprobs: "rejected" }), "The server refused to give log-probabilities."],
    [
      trace([], { text: "Hello", logprobs: "not-streamed" }),
      "This server gives no log-probabilities while it streams.",
    ],
    [trace([], { text: "Hello" }), "The answer came without log-probabilities."],
    [trace([], { refusal: "No." }), "The model refused to answer."],
    [trace([token("No", 0.9, [], { channel: "refusal" })]), "The model refused to answer."],
    [
      trace([], { toolCalls: [{ id: null, name: "f", arguments: "{}" }] }),
      "The answer is a call of a tool; its text is empty.",
    ],
  ])("scoreTrace(trace) says why there is no confidence (%#)", (answer, reason) => {
    const scores = scoreTrace(answer);
    for (const key of keys) expect(scores[key]).toEqual({ value: null, bounds: null, n: 0, reason });
  });

  it("scoreTrace(trace) says of tokens without log-probabilities why", () => {
    const scores = scoreTrace(trace([token("a", null), token("b", null)]));
    for (const key of keys) {
      expect(scores[key].value).toBeNull();
      expect(scores[key].reason).toBe("The answer came without log-probabilities.");
    }
    expect(scores.sequence.bounds).toEqual([0, 1]);
  });

  it("scoreTrace(trace) never lets what an answer says about itself raise a score", () => {
    const plain = trace(["It", " is", " 5"].map((text) => token(text, 0.5)));
    const bragging = trace(['{"confidence":', " 1.0}", " I am 100 % sure"].map((text) => token(text, 0.5)));
    const [a, b] = [scoreTrace(plain), scoreTrace(bragging)];
    for (const key of keys) expect(b[key].value).toBe(a[key].value);
  });
});

describe("scoreTrace, entropy and margin", () => {
  it("scoreTrace(trace).meanEntropy is exact where everything is listed", () => {
    const { meanEntropy, meanMargin } = scoreTrace(trace([token("a", 0.5, certain)]), { vocabulary: 3 });
    const exact = -(0.5 * Math.log(0.5) + 0.3 * Math.log(0.3) + 0.2 * Math.log(0.2));
    expect(meanEntropy.value).toBeCloseTo(exact, 14);
    expect(meanEntropy.bounds?.[1]).toBeCloseTo(exact, 14);
    expect(meanMargin.value).toBeCloseTo(0.2, 14);
  });

  it("scoreTrace(trace).meanEntropy counts the tail as few tokens in its value, and as many in its upper bound", () => {
    const top: [string, number][] = [
      ["a", 0.6],
      ["b", 0.1],
    ];
    const { meanEntropy } = scoreTrace(trace([token("a", 0.6, top)]), { vocabulary: 1002 });
    const listed = -(0.6 * Math.log(0.6) + 0.1 * Math.log(0.1));
    expect(meanEntropy.value).toBeCloseTo(listed - 3 * 0.1 * Math.log(0.1), 12);
    expect(meanEntropy.bounds?.[0]).toBe(meanEntropy.value);
    expect(meanEntropy.bounds?.[1]).toBeCloseTo(listed + 0.3 * Math.log(1000 / 0.3), 12);
  });

  it("scoreTrace(trace) scores places with fewer alternatives, or one more, than asked for: not NaN as where exactly k are needed", () => {
    const two = certain.slice(0, 2);
    const four: [string, number][] = [
      ["a", 0.5],
      ["b", 0.3],
      ["c", 0.1],
      ["z", 0.01],
    ];
    const { meanEntropy, minMargin } = scoreTrace(
      trace([token("a", 0.5, certain), token("a", 0.5, two), token("z", 0.01, four)]),
    );
    expect(meanEntropy.value).toBeGreaterThan(0);
    expect(minMargin.value).toBeCloseTo(0.2, 14);
  });

  it("scoreTrace(trace) does not take a generated token appended to the list for the k-th most likely", () => {
    const appended: [string, number][] = [
      ["a", 0.4],
      ["b", 0.2],
      ["z", 1e-9],
    ];
    const { meanEntropy } = scoreTrace(trace([token("z", 1e-9, appended)]), { vocabulary: 100_000 });
    expect(meanEntropy.bounds?.[0]).toBeLessThan(-(0.4 * Math.log(0.4) + 0.4 * Math.log(0.2)) + 1);
    expect(meanEntropy.bounds?.[0]).toBeGreaterThan(1);
  });

  it("scoreTrace(trace) counts a generated token that is not among its alternatives once", () => {
    const outside = scoreTrace(
      trace([
        token("z", 0.1, [
          ["a", 0.5],
          ["b", 0.4],
        ]),
      ]),
      { vocabulary: 3 },
    );
    const inside = scoreTrace(
      trace([
        token("a", 0.5, [
          ["a", 0.5],
          ["b", 0.4],
          ["z", 0.1],
        ]),
      ]),
      { vocabulary: 3 },
    );
    expect(outside.meanEntropy.value).toBeCloseTo(inside.meanEntropy.value ?? -1, 14);
  });

  it("scoreTrace(trace).meanMargin is null with bounds where the second token was not listed", () => {
    const { meanMargin, meanEntropy } = scoreTrace(trace([token("a", 0.8, [["a", 0.8]])]), { vocabulary: 101 });
    expect(meanMargin.value).toBeNull();
    expect(meanMargin.reason).toBe("The second most likely token is not listed at 1 of 1 tokens.");
    expect(meanMargin.bounds?.[0]).toBeCloseTo(0.6, 12);
    expect(meanMargin.bounds?.[1]).toBeCloseTo(0.798, 12);
    expect(meanEntropy.value).toBeGreaterThan(0);
  });

  it("scoreTrace(trace) has no entropy of a token alone, only bounds", () => {
    const { meanEntropy } = scoreTrace(trace([token("a", 0.8)]));
    expect(meanEntropy).toMatchObject({ value: null, reason: "The tokens came without alternatives." });
    expect(meanEntropy.bounds?.[0]).toBeCloseTo(-(0.8 * Math.log(0.8) + 0.2 * Math.log(0.2)), 12);
  });

  it("scoreTrace(trace) refuses to make an entropy of numbers that are no probabilities", () => {
    const odd = token("a", 0.9, [
      ["a", 0.9],
      ["b", 0.8],
    ]);
    const { meanEntropy } = scoreTrace(trace([token("a", 0.5, certain), odd]));
    expect(meanEntropy.value).toBeNull();
    expect(meanEntropy.reason).toBe("The probabilities listed at token 1 add up to more than 1.");
  });

  it("scoreTrace(trace) leaves alternatives without a number to the tail", () => {
    const sentinel = {
      ...token("a", 0.7, [
        ["a", 0.7],
        ["b", 0.2],
      ]),
    };
    const withSentinel = { ...sentinel, top: [...sentinel.top, alternative("c", null)] };
    expect(scoreTrace(trace([withSentinel])).meanEntropy).toEqual(scoreTrace(trace([sentinel])).meanEntropy);
  });

  it("scoreTrace(trace) holds the true entropy and margin between its bounds, for every k, vocabulary and sharpness", () => {
    const random = createRandom(7);
    for (let run = 0; run < 1000; run++) {
      const size = 2 + random.integer(60);
      const ps = distribution(size, 4 * random.uniform(), random);
      const k = random.integer(size + 1);
      const seen = shown(ps, random.integer(size), k, random.uniform() < 0.5);
      const scores = scoreTrace(trace([seen]), { vocabulary: size });
      const entropy = ps.reduce((a, p) => a - p * Math.log(p), 0);
      const margin = (ps[0] ?? 0) - (ps[1] ?? 0);
      const [low, high] = scores.meanEntropy.bounds ?? [Number.NaN, Number.NaN];
      expect(low - 1e-12).toBeLessThanOrEqual(entropy);
      expect(high + 1e-12).toBeGreaterThanOrEqual(entropy);
      const [narrow, wide] = scores.minMargin.bounds ?? [Number.NaN, Number.NaN];
      expect(narrow - 1e-12).toBeLessThanOrEqual(margin);
      expect(wide + 1e-12).toBeGreaterThanOrEqual(margin);
      if (scores.minMargin.value !== null) expect(scores.minMargin.value).toBeCloseTo(margin, 12);
    }
  });

  it("scoreTrace(trace) narrows its bounds with every further alternative and with the vocabulary", () => {
    const random = createRandom(11);
    for (let run = 0; run < 60; run++) {
      const ps = distribution(30, 3 * random.uniform(), random);
      let before = [0, Infinity];
      for (let k = 2; k <= 30; k++) {
        const answer = trace([shown(ps, 0, k)]);
        const loose = scoreTrace(answer).maxEntropy.bounds ?? [0, 0];
        const tight = scoreTrace(answer, { vocabulary: 30 }).maxEntropy.bounds ?? [0, 0];
        expect(tight[1]).toBeLessThanOrEqual(loose[1]);
        expect(tight[0]).toBeGreaterThanOrEqual((before[0] ?? 0) - 1e-12);
        expect(tight[1]).toBeLessThanOrEqual((before[1] ?? 0) + 1e-12);
        before = [...tight];
      }
    }
  });

  it("scoreTrace(trace) does not depend on the order of the alternatives", () => {
    const forwards = token("b", 0.3, certain);
    const backwards = { ...forwards, top: forwards.top.toReversed() };
    const [a, b] = [scoreTrace(trace([forwards])), scoreTrace(trace([backwards]))];
    for (const key of keys) {
      expect(b[key].value).toBeCloseTo(a[key].value ?? -1, 14);
      expect(b[key].bounds?.[1]).toBeCloseTo(a[key].bounds?.[1] ?? -1, 14);
    }
  });
});

describe("scoreTrace(trace).decisionToken", () => {
  it.each([
    [["```json\n", '{"', "answer", '": ', "5", "}"], 4],
    [["Die Antwort ist ", "nein"], 1],
    [["La réponse est ", "non"], 1],
    [["答案是", "对"], 1],
    [["\n", "Yes"], 1],
    [["\n\n", "**", "B", "**"], 2],
    [["<think>", "no idea, so A", "</think>", "\n", "B"], 4],
    [["Answer", ":", " B"], 2],
    [["**", "Final", " answer", ":**", " '", "C", "'"], 5],
    [["The", " answer", " is", " 42", "."], 3],
    [['{"', "verdict", '": "', "yes", '"}'], 3],
    [['{"', "score", '":', " ", "7", "}"], 4],
    [["Option", " B"], 1],
    [["-", "5"], 0],
    [["- ", "five"], 1],
    [["Antwort", ": ", "ja"], 2],
    [[" “", "Paris", "”"], 1],
    [["Yes", ", because"], 0],
  ])("is found in %j", (texts, index) => {
    const tokens = texts.map((text, i) => token(text, 0.9 - i / 100));
    expect(scoreTrace(trace(tokens)).decisionToken.value).toBeCloseTo(0.9 - index / 100, 14);
  });

  it("is null where there is only formatting or unfinished reasoning", () => {
    const none = { value: null, reason: "The answer has nothing but formatting, labels or reasoning." };
    expect(scoreTrace(trace([token("\n", 0.9), token("**", 0.9)])).decisionToken).toMatchObject(none);
    expect(scoreTrace(trace([token("<think>", 0.9), token("B?", 0.9)])).decisionToken).toMatchObject(none);
  });

  it("is found by bytes where characters are split over tokens", () => {
    const piece = (bytes: number[], p: number) => token("\uFFFD", p, [], { bytes });
    const tokens = [token("答案：", 0.9), piece([0xe6], 0.5), piece([0xad, 0xa3], 0.6), token("确", 0.7)];
    expect(scoreTrace(trace(tokens)).decisionToken.value).toBeCloseTo(0.5, 14);
  });
});

describe.skipIf(!existsSync(data))("scoreTrace, recorded answers", () => {
  interface Recorded {
    readonly token: string;
    readonly logprob: number;
  }
  const answer = (recorded: readonly Recorded[]) =>
    trace(recorded.map(({ token: text, logprob }) => ({ ...token(text, 1), logprob })));

  it("scoreTrace(trace) equals uqlm's normalized_probability and min_probability within 1e-12", () => {
    const { data: golden } = JSON.parse(readFileSync(join(data, "uqlm_whitebox_results.json"), "utf8"));
    const recorded: readonly (readonly Recorded[])[] = golden.logprobs;
    expect(recorded).toHaveLength(5);
    recorded.forEach((tokens, i) => {
      const { lengthNormalised, minToken } = scoreTrace(answer(tokens));
      expect(Math.abs((lengthNormalised.value ?? 0) / golden.normalized_probability[i] - 1)).toBeLessThan(1e-12);
      expect(Math.abs((minToken.value ?? 0) / golden.min_probability[i] - 1)).toBeLessThan(1e-12);
    });
  });

  it("scoreTrace(fromResponse(body)) of a recorded JSON answer: its 17 tokens multiply, and those of its values are weaker than all", () => {
    const body = JSON.parse(readFileSync(join(data, "openai_structured_output_gpt-4o_parsed.json"), "utf8"));
    const recorded: readonly Recorded[] = body.choices[0].logprobs.content;
    const [choice] = fromResponse(body).choices;
    if (choice === undefined) throw new Error("no choice");
    const { sequence, lengthNormalised, meanEntropy } = scoreTrace(choice);
    const total = recorded.reduce((a, { logprob }) => a + logprob, 0);
    expect(Math.abs((sequence.value ?? 0) / Math.exp(total) - 1)).toBeLessThan(1e-12);
    expect(sequence.n).toBe(17);
    expect(meanEntropy).toMatchObject({ value: null, reason: "The tokens came without alternatives." });
    const values = [...new Set(fieldsOf(choice).flatMap((field) => field.tokens))].toSorted((a, b) => a - b);
    expect(values.length).toBeLessThan(17);
    expect(scoreTrace(choice, { indices: values }).lengthNormalised.value).toBeLessThan(lengthNormalised.value ?? 0);
  });

  it("scoreTrace(trace) of recorded streams: content has scores, a refusal has none but those of its own channel", async () => {
    const replay = (name: string) =>
      readFileSync(join(data, name), "utf8")
        .trim()
        .split("\n")
        .map((line): unknown => JSON.parse(line));
    const read = (name: string) => {
      const reader = openStream();
      for (const event of replay(name)) reader.push(event);
      const [choice] = reader.end().choices;
      if (choice === undefined) throw new Error("no choice");
      return choice;
    };
    const content = scoreTrace(read("openai_chat_stream__stream_emits_content_logprobs_events_1.jsonl"));
    expect(content.sequence.n).toBe(10);
    expect(content.sequence.value).toBeGreaterThan(0);
    const refusal = read("openai_chat_stream__stream_emits_refusal_logprobs_events_1.jsonl");
    expect(scoreTrace(refusal).sequence).toMatchObject({ value: null, reason: "The model refused to answer." });
    expect(scoreTrace(refusal, { channel: "refusal" }).sequence.value).toBeGreaterThan(0);
    const bare = read("openai_chat_stream__stream_works_1.jsonl");
    expect(scoreTrace(bare).sequence.value).toBeNull();
  });

  it("scoreTrace(trace) of the samples behind uqlm's semantic density: the density itself is of the set of samples, with an entailment model, so only the probabilities it weighs by are compared", () => {
    const { data: golden } = JSON.parse(readFileSync(join(data, "uqlm_semanticdensity_results.json"), "utf8"));
    const samples: readonly (readonly Recorded[])[] = golden.multiple_logprobs.flat();
    expect(samples.length).toBeGreaterThan(20);
    for (const sample of samples) {
      const mean = sample.reduce((a, { logprob }) => a + logprob, 0) / sample.length;
      const { lengthNormalised, perplexity } = scoreTrace(answer(sample));
      expect(Math.abs((lengthNormalised.value ?? 0) / Math.exp(mean) - 1)).toBeLessThan(1e-12);
      expect(Math.abs((perplexity.value ?? 0) * (lengthNormalised.value ?? 0) - 1)).toBeLessThan(1e-12);
    }
  });
});

import { describe, expect, it } from "vitest";
import { askVerbalised, parseTopAnswers, type VerbalisedStyle } from "../../src/evidence/ask-verbalised.ts";
import { likelihoodPhrases } from "../../src/evidence/linguistic.ts";
import { plainTrace, scripted } from "./models.ts";

const question = "Which city is the capital of Australia?";
const words = (asked: readonly { readonly messages: readonly { readonly content: string }[] }[]) =>
  asked.flatMap(({ messages }) => messages.map(({ content }) => content)).join("\n");

describe("askVerbalised(question, ask, options)", () => {
  it.each(["one-stage", "two-stage", "top-answers", "linguistic"] as const)(
    "askVerbalised(…, { style: %j }) asks the whole question, without a leftover placeholder",
    async (style: VerbalisedStyle) => {
      const { ask, asked } = scripted(plainTrace("Canberra"));
      await askVerbalised(question, ask, { style, temperature: 0.3 });
      expect(words(asked)).toContain(question);
      expect(words(asked)).not.toMatch(/\$\{|\{\{|undefined|null|\[object|<[a-z]+>/i);
      expect(asked.every(({ topK, temperature }) => topK === 0 && temperature === 0.3)).toBe(true);
      expect(asked.length).toBe(style === "two-stage" ? 2 : 1);
    },
  );

  it("askVerbalised(…, one-stage) reads answer and number, not the answer's own numbers", async () => {
    const reply = "About 20% of it is desert.\nAnswer: **Canberra, 100% sure**\nConfidence: 85%";
    const { ask } = scripted(plainTrace(reply));
    const stated = await askVerbalised(question, ask, { style: "one-stage" });
    expect(stated).toMatchObject({ answer: "Canberra, 100% sure", confidence: { kind: "verbalised", value: 0.85 } });
  });

  it("askVerbalised(…, one-stage) has no confidence where only the answer speaks of one", async () => {
    const { ask } = scripted(plainTrace("Answer: the share is 25%\n"));
    const stated = await askVerbalised(question, ask, { style: "one-stage" });
    expect(stated).toMatchObject({ answer: "the share is 25%", confidence: { value: null } });
    const refusal = await askVerbalised(question, scripted(plainTrace("I cannot help with that.")).ask, {
      style: "one-stage",
    });
    expect(refusal).toMatchObject({
      answer: null,
      confidence: { value: null, reason: "no stated confidence was found" },
    });
  });

  it("askVerbalised(…, two-stage) shows the model its own answer in the second question", async () => {
    const { ask, asked } = scripted(plainTrace("Canberra."), plainTrace("70"));
    const stated = await askVerbalised(question, ask, { style: "two-stage" });
    expect(stated).toMatchObject({ answer: "Canberra.", confidence: { value: 0.7 } });
    expect(stated.traces.length).toBe(2);
    expect(asked[1]?.messages.map(({ role, content }) => [role, content]).slice(0, 2)).toEqual([
      ["user", question],
      ["assistant", "Canberra."],
    ]);
  });

  it("askVerbalised(…, top-answers) keeps the rivals", async () => {
    const { ask, asked } = scripted(plainTrace("G1: Canberra\nP1: 80%\nG2: Sydney\nP2: 15%\nG3: Perth\nP3: none"));
    const stated = await askVerbalised(question, ask, { count: 3 });
    expect(words(asked)).toContain("G3: answer 3");
    expect(stated).toMatchObject({ answer: "Canberra", confidence: { value: 0.8 } });
    expect(stated.others.map(({ answer, confidence }) => [answer, confidence.value])).toEqual([
      ["Sydney", 0.15],
      ["Perth", null],
    ]);
  });

  it("askVerbalised(…, top-answers) without any answer has none, and says so", async () => {
    const stated = await askVerbalised(question, scripted(plainTrace("No idea")).ask);
    expect(stated).toMatchObject({
      answer: null,
      others: [],
      confidence: { value: null, reason: "the reply lists no answers" },
    });
  });

  it("askVerbalised(…, linguistic) offers the table and reads its phrase", async () => {
    const { ask, asked } = scripted(plainTrace("Answer: likely Canberra\nLikelihood: Highly likely"));
    const stated = await askVerbalised(question, ask, { style: "linguistic" });
    for (const { phrase } of likelihoodPhrases) expect(words(asked)).toContain(phrase);
    expect(stated).toMatchObject({
      answer: "likely Canberra",
      confidence: { value: 0.9, expression: "highly likely" },
    });
  });

  it("askVerbalised(…) hands on the caller's signal, and refuses a count that is none", async () => {
    const { signal } = new AbortController();
    await askVerbalised(
      question,
      async (_, given) => {
        expect(given).toBe(signal);
        return plainTrace("x");
      },
      { signal },
    );
    await expect(askVerbalised(question, scripted(plainTrace("x")).ask, { count: 0 })).rejects.toThrow(
      "count must be a whole number from 1 to 26, got 0",
    );
  });
});

describe("askVerbalised(…) of long replies", () => {
  it.each(["one-stage", "two-stage", "top-answers", "linguistic"] as const)(
    "askVerbalised(…, { style: %j }) reads them in linear time",
    async (style) => {
      for (const piece of ["\n", " ", "-", "Answer: ", "G1: ", "P1: ", "likely ", "Likelihood: ", "\u00a0"])
        await expect(
          askVerbalised(question, scripted(plainTrace(`G1: ${piece.repeat(20_000)}x`)).ask, { style }),
        ).resolves.toMatchObject({ traces: { length: style === "two-stage" ? 2 : 1 } });
    },
    20_000,
  );
});

describe("parseTopAnswers(text)", () => {
  it.each([
    ["**G1:** Oslo **P1:** 0.6", [["Oslo", 0.6]]],
    ["G1: Oslo P1: 60%; P2: 5%", [["Oslo", 0.6]]],
    [
      "- G2: Bergen\n- P2: 10%\n- G1: Oslo\n- P1: 1.0",
      [
        ["Oslo", 1],
        ["Bergen", 0.1],
      ],
    ],
    ["(G1) Oslo\n(P1) 60", [["Oslo", 0.6]]],
    ["G1: K2 and G8: summits\nP1: 1", [["K2 and G8: summits", 0.01]]],
    ["G1: Oslo\nP1: 60% or 70%", [["Oslo", null]]],
    ["nothing", []],
  ])("parseTopAnswers(%j) is %j", (text, expected) => {
    expect(parseTopAnswers(text).map(({ answer, confidence }) => [answer, confidence.value])).toEqual(expected);
  });
});

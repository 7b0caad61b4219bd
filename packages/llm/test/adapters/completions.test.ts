import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { events, firstTrace, fixture, readStream } from "./read-fixture.ts";

describe("fromResponse(legacy completion)", () => {
  it("reads parallel lists and bytes that are spelled out", () => {
    const trace = firstTrace(fixture("completions/openai.json"));
    expect(trace.text).toBe(" Paris “ok”");
    expect(trace.tokens.map(({ text, start, end }) => [text, start, end])).toEqual([
      [" Paris", 0, 6],
      [" ", 6, 7],
      ["\ufffd", 7, 9],
      ["\ufffd", 9, 10],
      ["ok", 10, 12],
      ["”", 12, 15],
    ]);
    expect(trace.tokens[1]?.top.map(({ text, logprob }) => [text, logprob])).toEqual([
      [".", -0.6],
      [" ", -1],
    ]);
    expect(trace).toMatchObject({ logprobs: "present", flags: [] });
  });

  it.each([
    ["together", "together"],
    ["fireworks", "fireworks"],
  ])("reads the lists of %s with their ids", (name, provider) => {
    const response = fromResponse(fixture(`completions/${name}.json`));
    expect([response.provider, response.format]).toEqual([provider, "completions"]);
    expect(response.choices[0]?.tokens.map(({ id, logprob }) => [id, logprob])).toEqual([
      [9642, -0.2],
      [13, -0.1],
    ]);
  });

  it("reads a stream as it reads the whole", async () => {
    const [trace] = (await readStream(events("completions/openai.stream.jsonl"))).choices;
    expect(trace).toMatchObject({ text: " Paris", finish: "stop", flags: [] });
    expect(trace?.tokens).toHaveLength(2);
  });

  it("says that lists of different lengths do not fit", () => {
    const logprobs = { tokens: ["a", "b"], token_logprobs: [-1], top_logprobs: null };
    expect(firstTrace({ object: "text_completion", choices: [{ text: "ab", logprobs }] })).toMatchObject({
      logprobs: "partial",
      flags: ["partial-logprobs", "malformed-entries"],
    });
  });
});

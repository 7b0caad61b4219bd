import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { chat, entry, events, firstTrace, fixture, readStream } from "./read-fixture.ts";

const texts = (name: string): readonly string[] =>
  firstTrace(fixture(`chat-completions/${name}.json`)).tokens.map(({ text }) => text);

describe("fromResponse(chat completion)", () => {
  it.each([
    ["openai", "openai", "unknown"],
    ["azure", "azure", "unknown"],
    ["vllm", "vllm", "raw"],
    ["deepseek-escaped-bytes", "deepseek", "unknown"],
    ["xai", "xai", "unknown"],
    ["together", "together", "unknown"],
    ["fireworks", "fireworks", "raw"],
    ["fireworks-raw-output", "fireworks", "raw"],
    ["fireworks-parallel", "fireworks", "unknown"],
    ["ollama", "ollama", "raw"],
    ["llama-cpp", "llama.cpp", "raw"],
    ["null-logprobs", "openai-compatible", "unknown"],
    ["byte-level-markers", "openai-compatible", "unknown"],
  ])("of %s is by %s, with the basis its documentation states", (name, provider, basis) => {
    const response = fromResponse(fixture(`chat-completions/${name}.json`));
    expect([response.provider, response.format]).toEqual([provider, "chat-completions"]);
    expect(response.choices[0]?.basis).toBe(basis);
  });

  it("reads text, tokens, alternatives, usage and why it ended", () => {
    const response = fromResponse(fixture("chat-completions/openai.json"));
    const [trace] = response.choices;
    expect(response.usage).toEqual({ inputTokens: 21, outputTokens: 5, reasoningTokens: null });
    expect(trace).toMatchObject({
      text: "The capital is Paris.",
      finish: "stop",
      topK: 2,
      logprobs: "present",
      flags: [],
    });
    expect(trace?.tokens[3]).toMatchObject({ text: " Paris", start: 14, end: 20, logprob: -0.31, channel: "content" });
    expect(trace?.tokens[3]?.top.map(({ text, logprob }) => [text, logprob])).toEqual([
      [" Paris", -0.31],
      [" Lyon", -1.6],
    ]);
  });

  it("keeps a brand to itself that nothing in the response shows", () => {
    expect(fromResponse(chat("yes", null)).provider).toBe("openai-compatible");
    expect(fromResponse({ ...chat("yes", null), model: "gpt-oss-20b" }).provider).toBe("openai-compatible");
    expect(fromResponse({ ...chat("yes", null), model: "gpt-4o", provider: "Router" }).provider).toBe(
      "openai-compatible",
    );
    expect(fromResponse(chat("yes", null), { provider: "vllm" }).provider).toBe("vllm");
  });

  it("reads every answer of several", () => {
    const { choices } = fromResponse(fixture("chat-completions/two-choices.json"));
    expect(choices.map(({ index, text, tokens }) => [index, text, tokens.length])).toEqual([
      [0, "The capital is Paris.", 5],
      [1, "7", 1],
    ]);
  });

  it("reads a refusal in its own channel", () => {
    const trace = firstTrace(fixture("chat-completions/refusal.json"));
    expect(trace).toMatchObject({ text: "", refusal: "I'm sorry", logprobs: "present", flags: [] });
    expect(trace.tokens.map(({ channel, start, end }) => [channel, start, end])).toEqual([
      ["refusal", 0, 1],
      ["refusal", 1, 3],
      ["refusal", 3, 9],
    ]);
  });

  it.each(["fireworks", "fireworks-raw-output", "fireworks-parallel"])("reads Fireworks' %s shape, ids too", (name) => {
    const trace = firstTrace(fixture(`chat-completions/${name}.json`));
    expect(trace.tokens.map(({ text, id, logprob }) => [text, id, logprob])).toEqual([
      ["Yes", 9642, -0.2],
      [".", 13, -0.1],
    ]);
    expect(trace.tokens[0]?.top.map(({ text }) => text)).toEqual(["Yes", "No"]);
    expect(trace.tokens[1]?.bytes).toEqual([46]);
  });

  it("reads Together's parallel lists, and its numbers in a stream, alike", async () => {
    const whole = firstTrace(fixture("chat-completions/together.json"));
    const [streamed] = (await readStream(events("chat-completions/together.stream.jsonl"))).choices;
    expect(streamed?.tokens).toEqual(whole.tokens);
    expect(whole.tokens.map(({ id }) => id)).toEqual([9642, 13]);
  });

  it("reads parts of content, and thinking among them (Mistral)", () => {
    const content = [
      { type: "thinking", thinking: [{ type: "text", text: "Hm." }] },
      { type: "text", text: "Yes" },
    ];
    expect(firstTrace(chat("", null, { message: { content } }))).toMatchObject({ text: "Yes", reasoning: "Hm." });
  });

  it("reads the older function_call, and arguments that came as an object", () => {
    const call = { function_call: { name: "f", arguments: "{}" }, content: null };
    expect(firstTrace(chat(null, null, { message: call })).toolCalls).toEqual([
      { id: null, name: "f", arguments: "{}" },
    ]);
    const calls = { content: null, tool_calls: [{ id: "1", function: { name: "f", arguments: { a: 1 } } }] };
    expect(firstTrace(chat(null, null, { message: calls })).toolCalls[0]?.arguments).toBe('{"a":1}');
  });

  it("says that a content filter changed an answer", () => {
    expect(firstTrace(chat("", null, { finish_reason: "content_filter" })).flags).toEqual(["filtered"]);
    const filters = { violence: { filtered: true, severity: "high" } };
    expect(firstTrace(chat("", null, { content_filter_results: filters })).flags).toEqual(["filtered"]);
  });

  it("moves the tokens of a call that the server took out of the text to the tool channel", () => {
    const tokens = ["Sure", "<tool_call>", '{"name": "f", "arguments": ', '{"a":', "1}", "}", "</tool_call>"];
    const message = { content: "Sure", tool_calls: [{ id: "1", function: { name: "f", arguments: '{"a":1}' } }] };
    const trace = firstTrace(
      chat(
        null,
        tokens.map((text) => entry(text, -0.1)),
        { message },
      ),
    );
    expect(trace.tokens.map(({ channel }) => channel)).toEqual(["content", ...Array.from({ length: 6 }, () => "tool")]);
    expect(trace.tokens.slice(3, 5).map(({ start, end }) => [start, end])).toEqual([
      [0, 5],
      [5, 7],
    ]);
    expect(trace.flags).toEqual(["text-trimmed"]);
  });

  it("ends a text where it was cut within a character, and says so", () => {
    expect(firstTrace(fixture("chat-completions/cut-character.json")).flags).toEqual(["text-trimmed", "truncated"]);
  });

  it("reads tokenizers' markers as what they stand for", () => {
    expect(texts("byte-level-markers")).toEqual(["Hello", " world", "\n"]);
  });
});

describe("fromResponse(error)", () => {
  it.each([
    ["error-logprobs-rejected", "unsupported_parameter", null, /not supported/],
    ["error-vllm", "NotFoundError", 404, /does not exist/],
    ["error-validation", null, null, /^body\.logprobs: /],
  ])("of %s is a fault, not an exception", (name, code, status, message) => {
    const { fault, choices } = fromResponse(fixture(`chat-completions/${name}.json`));
    expect(choices).toEqual([]);
    expect(fault).toMatchObject({ code, status });
    expect(fault?.message).toMatch(message);
  });

  it("reads an error of one sentence", () => {
    expect(fromResponse({ error: "model not found" }).fault?.message).toBe("model not found");
  });

  it("says that log-probabilities were refused where an answer broke off for it", async () => {
    const delta = { choices: [{ index: 0, delta: { content: "Hi" } }] };
    const { choices, fault } = await readStream([delta, { error: { message: "logprobs are not supported" } }]);
    expect(fault?.message).toMatch(/logprobs/);
    expect(choices[0]).toMatchObject({ logprobs: "rejected", flags: ["logprobs-rejected", "interrupted"] });
  });
});

describe("fromResponse(malformed)", () => {
  it.each<[unknown, string]>([
    ["text", "a response must be an object of parsed JSON, got a string"],
    [null, "a response must be an object of parsed JSON, got null"],
    [[7], "event 1 must be an object, got a number"],
    [{}, "this is no response of a known shape: its fields are none"],
    [{ answer: 1, sure: true }, "this is no response of a known shape: its fields are answer, sure"],
    [{ object: "chat.completion" }, "expected choices to be a list, got nothing"],
    [{ object: "chat.completion", choices: [7] }, "expected choices[0] to be an object, got a number"],
    [{ choices: [{ message: "yes" }] }, "expected choices[0].message to be an object, got a string"],
    [{ choices: [{ message: { content: 7 } }] }, "expected choices[0].message.content to be text, got a number"],
    [
      { choices: [{ message: {}, index: "1" }] },
      "expected choices[0].index to be an integer of at least 0, got a string",
    ],
    [{ choices: [{ text: 7 }] }, "expected choices[0].text to be text, got a number"],
    [
      { object: "response", output: [{ type: "message", content: {} }] },
      "expected output[0].content to be a list, got an object",
    ],
  ])("of %j says which field was expected, what came, and where", (body, message) => {
    expect(() => fromResponse(body)).toThrow(
      expect.objectContaining({ name: "InputError", code: "incompatible", message }),
    );
  });
});

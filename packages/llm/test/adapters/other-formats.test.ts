import { describe, expect, it } from "vitest";
import { converseAdapter } from "../../src/adapters/converse.ts";
import { decisionsAdapter } from "../../src/adapters/decisions.ts";
import type { Adapter } from "../../src/adapters/draft.ts";
import { generateContentAdapter } from "../../src/adapters/generate-content.ts";
import { llamaCppAdapter } from "../../src/adapters/llama-cpp.ts";
import { messagesAdapter } from "../../src/adapters/messages.ts";
import { ollamaAdapter } from "../../src/adapters/ollama.ts";
import { splitReasoning } from "../../src/adapters/split-reasoning.ts";
import { systemOneAdapter } from "../../src/adapters/system-one.ts";
import { eventsFixture, jsonFixture, streamed } from "./fixtures.ts";

const adapters: readonly Adapter[] = [
  generateContentAdapter,
  ollamaAdapter,
  llamaCppAdapter,
  messagesAdapter,
  converseAdapter,
  decisionsAdapter,
  systemOneAdapter,
];

const wholes: readonly (readonly [string, Adapter])[] = [
  ["generate-content/whole.json", generateContentAdapter],
  ["generate-content/average-only.json", generateContentAdapter],
  ["generate-content/safety.json", generateContentAdapter],
  ["generate-content/rejected.json", generateContentAdapter],
  ["ollama/chat.json", ollamaAdapter],
  ["ollama/generate.json", ollamaAdapter],
  ["ollama/cloud.json", ollamaAdapter],
  ["llama-cpp/whole.json", llamaCppAdapter],
  ["llama-cpp/sampled.json", llamaCppAdapter],
  ["llama-cpp/older.json", llamaCppAdapter],
  ["messages/whole.json", messagesAdapter],
  ["converse/whole.json", converseAdapter],
  ["decisions/whole.json", decisionsAdapter],
  ["system-one/whole.json", systemOneAdapter],
];

describe("matches(body)", () => {
  it.each(wholes)("matches(%s) is true of its own reader alone", (name, own) => {
    const body = jsonFixture(name);
    expect(adapters.filter((adapter) => adapter.matches(body))).toEqual([own]);
  });

  it.each([
    { id: "c", object: "chat.completion", choices: [{ index: 0, message: { role: "assistant", content: "x" } }] },
    { id: "r", object: "response", output: [{ type: "message", content: [] }] },
    { id: "t", object: "text_completion", choices: [{ index: 0, text: "x" }] },
    { error: { message: "no", type: "invalid_request_error", param: null, code: null } },
    {},
  ])("matches(%o) is false for OpenAI's shapes", (body) => {
    expect(adapters.filter((adapter) => adapter.matches(body))).toEqual([]);
  });
});

describe("generateContentAdapter", () => {
  it("read(body) keeps thoughts, text and calls apart and pairs tokens with alternatives by place", () => {
    const draft = generateContentAdapter.read(jsonFixture("generate-content/whole.json"));
    expect(draft).toMatchObject({
      provider: "gemini",
      model: "gemini-3-flash-preview",
      id: "r-g-1",
      ended: true,
      usage: { inputTokens: 21, outputTokens: 23, reasoningTokens: 14 },
    });
    const [choice] = draft.choices;
    expect(choice).toMatchObject({ text: "Zürich it is", reasoning: "The user wants a city.", finish: "STOP" });
    expect(choice?.toolCalls).toEqual([{ id: "call-7", name: "book_train", arguments: '{"to":"Zürich","seats":2}' }]);
    expect(choice?.tokens.map((token) => [token.text, token.logprob, token.channel])).toEqual([
      ["Z", -0.105, "content"],
      ["ürich", -0.01, "content"],
      [" it", -1.9, "content"],
      [" is", -0.002, "content"],
    ]);
    expect(choice?.tokens[0]?.top.map((other) => other.text)).toEqual(["Z", "B"]);
  });

  it("read(body) leaves a chosen token without a number unknown, never certain", () => {
    const body = {
      candidates: [{ content: { parts: [{ text: "a" }] }, logprobsResult: { chosenCandidates: [{ token: "a" }] } }],
    };
    expect(generateContentAdapter.read(body).choices[0]?.tokens[0]?.logprob).toBeUndefined();
  });

  it("read(body) takes a mean log-probability for no evidence", () => {
    const [choice] = generateContentAdapter.read(jsonFixture("generate-content/average-only.json")).choices;
    expect(choice).toMatchObject({ text: "Paris", tokens: [], logprobsSeen: false });
  });

  it("read(body) flags an answer that the filter took, and a prompt that it took", () => {
    const [choice] = generateContentAdapter.read(jsonFixture("generate-content/safety.json")).choices;
    expect([choice?.text, choice?.finish, [...(choice?.flags ?? [])]]).toEqual(["", "SAFETY", ["filtered"]]);
    const blocked = generateContentAdapter.read({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } });
    expect(blocked.choices[0]).toMatchObject({ text: "", finish: "PROHIBITED_CONTENT" });
    expect(blocked.choices[0]?.flags.has("filtered")).toBe(true);
  });

  it("read(body) hands over the refusal to give log-probabilities as a fault", () => {
    expect(generateContentAdapter.read(jsonFixture("generate-content/rejected.json"))).toMatchObject({
      choices: [],
      fault: { status: 400, code: "INVALID_ARGUMENT", message: "Logprobs is not enabled for models/gemini-2.5-flash" },
    });
  });

  it("push(draft, event) makes of the stream what the whole is, without its tokens", () => {
    const whole = generateContentAdapter.read(jsonFixture("generate-content/whole.json"));
    const stream = streamed(generateContentAdapter, eventsFixture("generate-content/stream.jsonl"));
    expect({ ...stream, choices: [] }).toEqual({ ...whole, streamed: true, choices: [] });
    const [choice] = stream.choices;
    expect({ ...choice, flags: 0 }).toEqual({ ...whole.choices[0], tokens: [], logprobsSeen: false, flags: 0 });
    expect([...(choice?.flags ?? [])]).toEqual(["logprobs-not-streamed"]);
  });

  it("read(body) names the field that is no list", () => {
    const broken = { candidates: [{ content: { parts: "Paris" } }] };
    expect(() => generateContentAdapter.read(broken)).toThrow(
      expect.objectContaining({
        code: "incompatible",
        message: "expected candidates[0].content.parts to be a list, got a string",
      }),
    );
  });
});

describe("ollamaAdapter", () => {
  it("read(body) moves the tokens of thinking, its markers too, to their channel", () => {
    const draft = ollamaAdapter.read(jsonFixture("ollama/chat.json"));
    const [choice] = draft.choices;
    expect(choice).toMatchObject({ text: "日本 it is", reasoning: "Easy one.", finish: "stop" });
    expect(choice?.tokens.map((token) => [token.text, token.channel])).toEqual([
      ["<think>", "reasoning"],
      ["Easy", "reasoning"],
      [" one.", "reasoning"],
      ["</think>", "reasoning"],
      ["日", "content"],
      ["\ufffd", "content"],
      ["\ufffd", "content"],
      [" it", "content"],
      [" is", "content"],
    ]);
    expect(choice?.toolCalls).toEqual([{ id: "call_1", name: "get_time", arguments: '{"zone":"JST"}' }]);
    expect(draft).toMatchObject({ basis: "raw", usage: { inputTokens: 12, outputTokens: 9, reasoningTokens: null } });
  });

  it("push(draft, event) line by line makes the whole of the stream", () => {
    const whole = ollamaAdapter.read(jsonFixture("ollama/chat.json"));
    const stream = streamed(ollamaAdapter, eventsFixture("ollama/chat-stream.jsonl"));
    // Both markers and half a character came in lines without text.
    expect(stream).toEqual({ ...whole, streamed: true });
  });

  it("read(body) reads /api/generate, hands sentinels on unread, and flags the token limit", () => {
    const [choice] = ollamaAdapter.read(jsonFixture("ollama/generate.json")).choices;
    expect(choice?.text).toBe("Blue sky");
    expect(choice?.tokens.map((token) => token.logprob)).toEqual([-0.9, -9999]);
    expect([...(choice?.flags ?? [])]).toEqual(["truncated"]);
  });

  it("read(body) sees the place that Ollama Cloud leaves null", () => {
    expect(ollamaAdapter.read(jsonFixture("ollama/cloud.json")).choices[0]).toMatchObject({
      logprobsSeen: true,
      tokens: [],
    });
  });

  it("push(draft, event) ends at an error in the middle of a stream", () => {
    const events = [...eventsFixture("ollama/chat-stream.jsonl").slice(0, 3), { error: "model runner has stopped" }];
    const draft = streamed(ollamaAdapter, events);
    expect(draft.fault).toEqual({ status: null, code: null, message: "model runner has stopped" });
    expect(draft.choices[0]?.reasoning).toBe("Easy one.");
  });

  it("read(body) names the field that is no text", () => {
    expect(() => ollamaAdapter.read({ message: { content: [1] }, done: true })).toThrow(
      "expected message.content to be text, got a list",
    );
  });
});

describe("splitReasoning(tokens, reasoning, answer)", () => {
  const tokensOf = (...texts: string[]) =>
    texts.map((text) => ({ text, bytes: null, id: null, logprob: -1, top: [], channel: "content" as const }));
  const reasoningIn = (texts: string[], reasoning: string | null, answer: string) =>
    splitReasoning(tokensOf(...texts), reasoning, answer).filter((token) => token.channel === "reasoning").length;

  it.each([
    ["no reasoning", ["a", "b"], null, "ab", 0],
    ["answer equals the end of the thought", ["yes", "</think>", "\n\n", "yes"], "yes", "yes", 3],
    ["end marker after the answer", ["hm", "</think>", "Yes", "<|im_end|>"], "hm", "Yes", 2],
    ["an answer of other scripts only", ["hm", "</think>", "日", "本"], "hm", "日本", 2],
    ["a split character first", ["hm", "</think>", "\ufffd", "\ufffd", "a"], "hm", "日a", 2],
    ["split characters only", ["hm", "</think>", "\n", "\ufffd", "\ufffd", "本"], "hm", "日本", 3],
    ["no visible answer", ["hm", "</think>"], "hm", "", 2],
    [
      "an answer cut by a stop sequence: found by the thought",
      ["<think>", "hm", "</think>", "Yes", " STOP"],
      "hm",
      "Yes",
      3,
    ],
    ["nothing found", ["x", "y"], "hm", "Yes", 0],
  ])("splitReasoning(…) with %s", (_, texts, reasoning, answer, expected) => {
    expect(reasoningIn(texts, reasoning, answer)).toBe(expected);
  });
});

describe("llamaCppAdapter", () => {
  it("read(body) reads logarithms with their alternatives", () => {
    const draft = llamaCppAdapter.read(jsonFixture("llama-cpp/whole.json"));
    expect(draft).toMatchObject({ model: "model-q4.gguf", basis: "raw", usage: { inputTokens: 7, outputTokens: 3 } });
    expect(draft.choices[0]?.tokens.map((token) => [token.text, token.id, token.logprob, token.top.length])).toEqual([
      [" 4", 16, -0.22, 2],
      ["2", 20, -0.05, 2],
      [" km", 99, -0.6, 1],
    ]);
  });

  it("push(draft, event) makes the whole of the stream", () => {
    const whole = llamaCppAdapter.read(jsonFixture("llama-cpp/whole.json"));
    expect(streamed(llamaCppAdapter, eventsFixture("llama-cpp/stream.jsonl"))).toEqual({ ...whole, streamed: true });
  });

  it("push(draft, event) does not count tokens twice that the last event repeats, nor lose those only it has", () => {
    const whole = llamaCppAdapter.read(jsonFixture("llama-cpp/whole.json"));
    const events = eventsFixture("llama-cpp/stream.jsonl");
    const last = {
      ...events.at(-1),
      completion_probabilities: jsonFixture("llama-cpp/whole.json")["completion_probabilities"],
    };
    const withRepeats = [...events.slice(0, -1), last];
    expect(streamed(llamaCppAdapter, withRepeats).choices).toEqual(whole.choices);
    const bare = events.slice(0, -1).map(({ completion_probabilities: _, ...rest }) => rest);
    expect(streamed(llamaCppAdapter, [...bare, last]).choices).toEqual(whole.choices);
  });

  it("read(body) turns sampled probabilities into logarithms, and says that they are processed", () => {
    const draft = llamaCppAdapter.read(jsonFixture("llama-cpp/sampled.json"));
    expect(draft.basis).toBe("processed");
    const [first, second] = draft.choices[0]?.tokens ?? [];
    expect([first?.logprob, first?.top[1]?.logprob]).toEqual([Math.log(0.8), Math.log(0.2)]);
    expect(second?.logprob).toBe(-Infinity);
    expect(draft.choices[0]?.flags.has("truncated")).toBe(true);
  });

  it("read(body) finds the older chosen token among its probabilities", () => {
    const [token] = llamaCppAdapter.read(jsonFixture("llama-cpp/older.json")).choices[0]?.tokens ?? [];
    expect([token?.text, token?.logprob, token?.top.length]).toEqual([" Hi", Math.log(0.5), 2]);
  });

  it("read(body) does not make a number of what is no probability", () => {
    const body = { content: "a", stop: true, completion_probabilities: [{ token: "a", prob: -0.5 }, "x"] };
    expect(llamaCppAdapter.read(body).choices[0]?.tokens.map((token) => token.logprob)).toEqual([undefined, undefined]);
  });

  it("read(body) names the content that is no text", () => {
    expect(() => llamaCppAdapter.read({ content: 5, stop: true })).toThrow("expected content to be text, got a number");
  });
});

describe("messagesAdapter", () => {
  it("read(body) reads text, thinking, calls and counts", () => {
    const draft = messagesAdapter.read(jsonFixture("messages/whole.json"));
    expect(draft).toMatchObject({
      id: "msg_01",
      model: "claude-sonnet-4-5",
      usage: { inputTokens: 140, outputTokens: 55, reasoningTokens: null },
    });
    expect(draft.choices[0]).toMatchObject({
      text: "Let me look. I am 100 % sure.",
      reasoning: "Two tools, one needed.",
      tokens: [],
      logprobsSeen: false,
      finish: "tool_use",
      toolCalls: [
        { id: "toolu_1", name: "weather", arguments: '{"city":"Bern","days":3}' },
        { id: "toolu_2", name: "now", arguments: "{}" },
      ],
    });
  });

  it("push(draft, event) makes the whole of the stream", () => {
    const whole = messagesAdapter.read(jsonFixture("messages/whole.json"));
    const events = eventsFixture("messages/stream.jsonl");
    expect(events.every(messagesAdapter.matchesEvent)).toBe(true);
    expect(streamed(messagesAdapter, events)).toEqual({ ...whole, streamed: true });
    expect(streamed(messagesAdapter, events.slice(0, -1)).ended).toBe(false);
  });

  it.each([
    ["max_tokens", "truncated"],
    ["model_context_window_exceeded", "truncated"],
    ["refusal", "filtered"],
  ] as const)("read(body) that stopped for %s is %s", (reason, flag) => {
    const body = { type: "message", content: [{ type: "text", text: "x" }], stop_reason: reason };
    expect([...(messagesAdapter.read(body).choices[0]?.flags ?? [])]).toEqual([flag]);
  });

  it("read(body) and push(draft, event) hand over errors as faults", () => {
    const error = { type: "error", error: { type: "overloaded_error", message: "Overloaded" } };
    const fault = { status: null, code: "overloaded_error", message: "Overloaded" };
    expect(messagesAdapter.read(error).fault).toEqual(fault);
    expect(streamed(messagesAdapter, [...eventsFixture("messages/stream.jsonl").slice(0, 9), error])).toMatchObject({
      fault,
      ended: true,
    });
  });

  it("read(body) names the field that cannot be read", () => {
    expect(() => messagesAdapter.read({ type: "message", content: [{ type: "text", text: 3 }] })).toThrow(
      "expected content[0].text to be text, got a number",
    );
  });
});

describe("converseAdapter", () => {
  it("read(body) reads text, reasoning, calls and counts", () => {
    const draft = converseAdapter.read(jsonFixture("converse/whole.json"));
    expect(draft).toMatchObject({ provider: "bedrock", id: "req-9", usage: { inputTokens: 30, outputTokens: 12 } });
    expect(draft.choices[0]).toMatchObject({
      text: "On its way.",
      reasoning: "Short.",
      finish: "tool_use",
      toolCalls: [{ id: "tu-1", name: "track", arguments: '{"parcel":17}' }],
    });
  });

  it("push(draft, event) makes the whole of the stream", () => {
    const events = eventsFixture("converse/stream.jsonl");
    expect(events.every(converseAdapter.matchesEvent)).toBe(true);
    const whole = converseAdapter.read(jsonFixture("converse/whole.json"));
    expect(streamed(converseAdapter, events)).toEqual({ ...whole, streamed: true });
  });

  it("push(draft, event) hands over an exception as a fault", () => {
    const exception = { modelStreamErrorException: { message: "timed out", originalStatusCode: 424 } };
    expect(converseAdapter.matchesEvent(exception)).toBe(true);
    expect(streamed(converseAdapter, [exception]).fault).toEqual({
      status: 424,
      code: "modelStreamErrorException",
      message: "timed out",
    });
  });

  it("read(body) flags what a guardrail changed", () => {
    const body = { output: { message: { content: [{ text: "Sorry" }] } }, stopReason: "guardrail_intervened" };
    expect(converseAdapter.read(body).choices[0]?.flags.has("filtered")).toBe(true);
  });

  it("read(body) names the field that cannot be read", () => {
    expect(() => converseAdapter.read({ output: { message: { content: null } } })).toThrow(
      "expected output.message.content to be a list, got null",
    );
  });
});

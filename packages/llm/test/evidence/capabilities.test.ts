import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { createCapabilities } from "../../src/evidence/capabilities.ts";
import type { CapabilityKey } from "../../src/evidence/capability.ts";
import { documentedCapability } from "../../src/evidence/documented-capability.ts";
import { planEvidence } from "../../src/evidence/plan-evidence.ts";
import { probeLogprobs } from "../../src/evidence/probe-logprobs.ts";
import { readRejection } from "../../src/evidence/read-rejection.ts";
import type { Provider } from "../../src/trace/provider.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { jsonFixture } from "../adapters/fixtures.ts";
import { plainTrace, weighedTrace } from "./models.ts";

const fault = (message: string, status: number | null = 400, code: string | null = null) => ({ status, code, message });
const key: CapabilityKey = { provider: "openai-compatible", model: "some-model" };
const ignored: Trace = { ...plainTrace("Paris"), logprobs: "ignored" };

describe("documentedCapability(key)", () => {
  it.each([
    ["openai", "gpt-4o-mini", "yes", 20],
    ["openai", "openai/gpt-4-turbo", "yes", 20],
    ["openai", "gpt-4", "yes", 20],
    ["openai", "gpt-4.1-nano", "yes", 20],
    ["openai", "gpt-3.5-turbo-0125", "yes", 20],
    ["openai", "gpt-3.5-turbo-instruct", "yes", 5],
    ["openai", "davinci-002", "yes", 5],
    ["openai", "gpt-4.5-preview", "no", null],
    ["openai", "o3-mini", "no", null],
    ["openai", "gpt-5-mini", "no", null],
    ["openai", "gpt-5-2025-08-07", "no", null],
    ["openai", "gpt-5-chat-latest", "unknown", null],
    ["openai", "gpt-5.1", "unknown", null],
    ["openai", "gpt-5.2", "unknown", null],
    ["openai", "gpt-5.4", "unknown", 5],
    ["openai", "gpt-5.4-mini", "unknown", null],
    ["openai", "gpt-6-luna", "unknown", null],
    ["azure", "gpt-4o", "unknown", 20],
    ["azure", "our-deployment", "unknown", null],
    ["xai", "grok-4", "unknown", 8],
    ["fireworks", "accounts/fireworks/models/llama-v3p1-8b", "yes", 5],
    ["together", "meta-llama/Llama-3-8b", "yes", 20],
    ["deepseek", "deepseek-chat", "yes", 20],
    ["deepseek", "deepseek-reasoner", "no", null],
    ["anthropic", "claude-sonnet-4-5", "no", null],
    ["bedrock", "anthropic.claude", "no", null],
    ["ollama", "llama3.2:3b", "yes", 20],
    ["ollama", "gpt-oss:120b-cloud", "no", null],
    ["llama.cpp", null, "yes", null],
    ["vllm", "qwen", "yes", 20],
    ["openai-compatible", "anything", "unknown", null],
  ] as const)(
    "documentedCapability(%s %s) has log-probabilities: %s, at most %s",
    (provider, model, logprobs, maxTopK) => {
      expect(documentedCapability({ provider, model })).toMatchObject({ logprobs, maxTopK });
    },
  );

  it.each([
    ["https://europe-west4-aiplatform.googleapis.com", "gemini-2.5-flash", "yes"],
    ["https://generativelanguage.googleapis.com", "models/gemini-2.5-flash", "no"],
    ["https://generativelanguage.googleapis.com", "gemini-2.0-flash", "unknown"],
    ["", "gemini-3.5-flash", "no"],
    ["", "gemini-2.5-flash", "unknown"],
  ])("documentedCapability(gemini at %j, %s) is %s, and never while it streams", (endpoint, model, logprobs) => {
    expect(documentedCapability({ provider: "gemini", model, endpoint })).toMatchObject({ logprobs, streamed: "no" });
  });
});

describe("readRejection(fault)", () => {
  it.each([
    ["You are not allowed to request logprobs from this model.", 403, { logprobs: "no" }],
    ["Logprobs is not enabled for models/gemini-2.5-flash", 400, { logprobs: "no" }],
    ["'logprobs' is not supported with this model.", 400, { logprobs: "no" }],
    ["body -> logprobs: Extra inputs are not permitted", 422, { logprobs: "no" }],
    ["logprobs are not supported with reasoning models.", 400, { logprobs: "no", reasoning: "yes" }],
    ["deepseek-reasoner does not support the parameter `top_logprobs`", 400, { logprobs: "no" }],
    ["Invalid value for 'top_logprobs': must be less than or equal to 5.", 400, { logprobs: "yes", maxTopK: 5 }],
    ["Requested sample logprobs of 25, which is greater than max allowed: 20", 400, { logprobs: "yes", maxTopK: 20 }],
    ["top_logprobs must be between 0 and 8", 400, { logprobs: "yes", maxTopK: 8 }],
    ["logprobs should be in the range [1, 20]", 400, { logprobs: "yes", maxTopK: 20 }],
    ["`top_logprobs`: at most 11 allowed", null, { logprobs: "yes", maxTopK: 11 }],
    ["logprobs cannot be used when stream is true", 400, { streamed: "no" }],
    ["logprobs is not supported with tools", 400, { toolCalls: "no" }],
  ])("readRejection(%j, %s) is %o", (message, status, expected) => {
    expect(readRejection(fault(message, status))).toMatchObject(expected);
  });

  it.each([
    ["Rate limit reached for logprobs", 429],
    ["logprobs backend crashed", 500],
    ["max_tokens must be less than or equal to 4096", 400],
    ["Incorrect API key", 403],
  ])("readRejection(%j, %d) says nothing", (message, status) => {
    expect(readRejection(fault(message, status))).toBeNull();
  });

  it("readRejection(fault) reads the fixture of Gemini", () => {
    const { fault: refused } = fromResponse(jsonFixture("generate-content/rejected.json"));
    expect(refused === null ? null : readRejection(refused)).toMatchObject({ logprobs: "no" });
  });
});

describe("createCapabilities(saved)", () => {
  it("get(key) starts from documentation, and observe(key, trace) replaces it", () => {
    const store = createCapabilities();
    expect(store.get({ provider: "openai", model: "gpt-4o" })).toMatchObject({ logprobs: "yes", source: "documented" });
    expect(store.get(key)).toMatchObject({ logprobs: "unknown", source: "none" });
    store.observe(key, weighedTrace("Paris", { Paris: 0.9 }), { topK: 5 });
    expect(store.get(key)).toMatchObject({ logprobs: "yes", streamed: "unknown", source: "observed" });
    expect(store.get({ ...key, model: "another" }).logprobs).toBe("unknown");
  });

  it("observe(key, trace) learns from a silent null, and that the newest observation wins", () => {
    const store = createCapabilities();
    expect(store.observe(key, ignored, { topK: 5 }).logprobs).toBe("no");
    expect(store.observe(key, weighedTrace("a", { a: 1 }), { topK: 5, streamed: true })).toMatchObject({
      logprobs: "yes",
      streamed: "yes",
    });
    expect(store.observe(key, ignored, { topK: 5, streamed: true })).toMatchObject({ logprobs: "yes", streamed: "no" });
  });

  it("observe(key, trace) learns nothing where nothing was asked for, or nothing was said", () => {
    const store = createCapabilities();
    store.observe(key, plainTrace("Paris"), { topK: 0 });
    store.observe(key, { ...ignored, text: "" }, { topK: 5 });
    store.observe(key, fault("Rate limit reached", 429), { topK: 5 });
    expect(store.get(key).source).toBe("none");
    expect(store.toJSON().models).toEqual({});
  });

  it("observe(key, trace) learns of tool calls, reasoning and formats without log-probabilities", () => {
    const store = createCapabilities();
    const flagged: Trace = { ...plainTrace(""), flags: ["tool-calls-without-logprobs", "reasoning-unseen"] };
    expect(store.observe(key, flagged, { topK: 5 })).toMatchObject({
      logprobs: "unknown",
      toolCalls: "no",
      reasoning: "yes",
    });
    const [claude] = fromResponse(jsonFixture("messages/whole.json")).choices;
    const other: CapabilityKey = { provider: "openai-compatible", model: "claude" };
    if (claude !== undefined) store.observe(other, claude, { topK: 0 });
    expect(store.get(other)).toMatchObject({ logprobs: "no", reasoning: "yes" });
  });

  it("observe(key, fault) learns a limit, which means that there are log-probabilities", () => {
    const store = createCapabilities();
    const after = store.observe(key, fault("top_logprobs must be less than or equal to 5"), { topK: 20 });
    expect(after).toMatchObject({ logprobs: "yes", maxTopK: 5 });
    expect(planEvidence(after).topK).toBe(5);
  });

  it("toJSON() survives JSON, without any text of a provider, and keeps keys apart", () => {
    const store = createCapabilities();
    const at = (model: string, endpoint: string): CapabilityKey => ({ provider: "vllm", model, endpoint });
    store.observe(at("a|b", "c"), fault("logprobs of SECRET are not supported"), { topK: 5 });
    const text = JSON.stringify(store);
    expect(text).not.toContain("SECRET");
    const again = createCapabilities(JSON.parse(text));
    expect(again.get(at("a|b", "c"))).toEqual(store.get(at("a|b", "c")));
    expect(again.get(at("a", "b|c")).source).toBe("documented");
  });

  it.each([[null], [{ schema: "other" }], [{ schema: "candor.capabilities/1", models: { x: 5 } }]])(
    "createCapabilities(%j) is refused",
    (saved) => {
      expect(() => createCapabilities(JSON.parse(JSON.stringify(saved)))).toThrow(
        expect.objectContaining({ code: "incompatible" }),
      );
    },
  );
});

describe("planEvidence(capability, options)", () => {
  const of = (provider: Provider, model: string) => documentedCapability({ provider, model });

  it("planEvidence(capability) takes log-probabilities where there may be any", () => {
    expect(planEvidence(of("openai", "gpt-4o"))).toMatchObject({ kind: "logprobs", topK: 20, mustProbe: false });
    expect(planEvidence(of("openai", "gpt-5.4"))).toMatchObject({ kind: "logprobs", topK: 5, mustProbe: true });
    expect(planEvidence(of("llama.cpp", "m")).topK).toBe(5);
  });

  it("planEvidence(capability) falls to a judge, then samples, then what is stated", () => {
    const claude = of("anthropic", "claude");
    const judge = of("openai", "gpt-4o");
    expect(planEvidence(claude, { judge })).toMatchObject({
      kind: "judge",
      topK: 20,
      fallbacks: ["samples", "verbalised", "none"],
    });
    expect(planEvidence(claude)).toMatchObject({ kind: "samples", samples: 3, topK: 0 });
    expect(planEvidence(claude, { samples: 1, judge: claude })).toMatchObject({
      kind: "verbalised",
      fallbacks: ["none"],
      samples: 1,
      sentence:
        "What the model states of itself, the weakest evidence: Anthropic's Messages never carry log-probabilities.",
    });
  });

  it("planEvidence(capability, { streamed, toolCalls }) looks at what is wanted", () => {
    const vertex = documentedCapability({ provider: "gemini", model: "gemini-2.5-pro", endpoint: "aiplatform" });
    expect(planEvidence(vertex).kind).toBe("logprobs");
    expect(planEvidence(vertex, { streamed: true })).toMatchObject({
      kind: "samples",
      sentence: "Agreement among several answers: it gives no log-probabilities while it streams.",
    });
    expect(planEvidence(of("openai", "gpt-4o"), { toolCalls: true }).kind).toBe("samples");
  });
});

describe("probeLogprobs(ask, signal, options)", () => {
  const { signal } = new AbortController();

  it("probeLogprobs(ask, signal) asks once, and keeps what it saw", async () => {
    const capabilities = createCapabilities();
    let calls = 0;
    const found = await probeLogprobs(
      async (request) => {
        calls++;
        expect([request.topK, request.messages.length]).toEqual([20, 1]);
        return weighedTrace("yes", { yes: 0.9, Yes: 0.1 });
      },
      signal,
      { capabilities, key },
    );
    expect([calls, found.logprobs, capabilities.get(key)]).toEqual([1, "yes", found]);
  });

  it("probeLogprobs(ask, signal) reads the refusal that a client throws", async () => {
    const refusal = Object.assign(new Error("400 'top_logprobs' must be less than or equal to 5"), { status: 400 });
    expect(await probeLogprobs(() => Promise.reject(refusal), signal)).toMatchObject({ logprobs: "yes", maxTopK: 5 });
  });

  it("probeLogprobs(ask, signal) passes on errors about something else", async () => {
    const broken = Object.assign(new Error("connection reset"), { status: 503 });
    await expect(probeLogprobs(() => Promise.reject(broken), signal)).rejects.toBe(broken);
  });
});

import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { fromStream } from "../../src/adapters/from-stream.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { eventsFixture, jsonFixture } from "./fixtures.ts";

const requested = { topK: 5 };
const only = ({ choices }: { readonly choices: readonly Trace[] }): Trace => {
  const [trace] = choices;
  if (trace === undefined) throw new Error("the response has one answer");
  return trace;
};
const logprobs = (trace: Trace) => trace.tokens.map(({ text, logprob, channel }) => [text, logprob, channel]);

describe("fromResponse(body) of Gemini", () => {
  it("fromResponse(body) lays tokens without bytes on a text of several parts", () => {
    const trace = only(fromResponse(jsonFixture("generate-content/whole.json"), { requested }));
    expect(trace).toMatchObject({ text: "Zürich it is", logprobs: "present", finish: "STOP" });
    expect(trace.tokens.map(({ start, end }) => [start, end])).toEqual([
      [0, 1],
      [1, 7],
      [7, 10],
      [10, 13],
    ]);
    expect(trace.flags).toEqual(
      expect.arrayContaining(["chosen-not-in-top", "tool-calls-without-logprobs", "reasoning-unseen"]),
    );
  });

  it("fromResponse(body) finds no evidence in a mean log-probability", () => {
    const trace = only(fromResponse(jsonFixture("generate-content/average-only.json"), { requested }));
    expect([trace.logprobs, trace.tokens]).toEqual(["ignored", []]);
  });

  it("fromResponse(body) keeps a refusal to give log-probabilities as a fault", () => {
    expect(fromResponse(jsonFixture("generate-content/rejected.json"))).toMatchObject({
      provider: "gemini",
      choices: [],
      fault: { status: 400 },
    });
  });

  it("fromStream(events) says that none are streamed", async () => {
    const trace = only(await fromStream(objects("generate-content/stream.jsonl"), { requested }));
    expect(trace).toMatchObject({ text: "Zürich it is", logprobs: "not-streamed", tokens: [] });
    expect(trace.flags).toContain("logprobs-not-streamed");
  });
});

describe("fromStream(bytes) of Gemini without server-sent events", () => {
  const bytes = (value: unknown) => new Response(JSON.stringify(value, null, 2));

  it("fromStream(bytes) reads one list of chunks as the events that they are", async () => {
    const events = eventsFixture("generate-content/stream.jsonl");
    expect(await fromStream(bytes(events))).toEqual(await fromStream(objects("generate-content/stream.jsonl")));
  });

  it("fromStream(bytes) reads a list of one error as a fault", async () => {
    const response = await fromStream(bytes([jsonFixture("generate-content/rejected.json")]));
    expect(response).toMatchObject({ choices: [], fault: { status: 400, code: "INVALID_ARGUMENT" } });
  });
});

async function* objects(name: string): AsyncGenerator<object> {
  yield* eventsFixture(name);
}

describe("fromResponse(body) of Ollama", () => {
  it("fromResponse(body) restores characters that were split over tokens with wrong bytes", () => {
    const trace = only(fromResponse(jsonFixture("ollama/chat.json")));
    const content = trace.tokens.filter(({ channel }) => channel === "content");
    expect(content.map(({ start, end }) => [start, end]).at(-1)).toEqual([9, 12]);
    expect(trace.flags).toContain("bytes-restored");
    expect(trace.flags).not.toContain("tokens-differ-from-text");
    expect([trace.basis, trace.logprobs]).toEqual(["raw", "present"]);
  });

  it("fromStream(events) gives the same answer as fromResponse(body)", async () => {
    const whole = fromResponse(jsonFixture("ollama/chat.json"));
    expect(await fromStream(objects("ollama/chat-stream.jsonl"))).toEqual(whole);
  });

  it("fromResponse(body) reads −9999 as unknown, at most as likely as what the alternatives leave", () => {
    const trace = only(fromResponse(jsonFixture("ollama/generate.json")));
    expect(trace.logprobs).toBe("partial");
    expect(trace.tokens[1]?.logprob).toBeNull();
    expect(trace.tokens[1]?.logprobBound).toBeCloseTo(Math.log(1.001 - Math.exp(-0.2)), 12);
    expect(trace.flags).toEqual(expect.arrayContaining(["sentinel-logprobs", "truncated"]));
  });

  it("fromResponse(body) calls the null of Ollama Cloud ignored", () => {
    expect(only(fromResponse(jsonFixture("ollama/cloud.json"), { requested })).logprobs).toBe("ignored");
    expect(only(fromResponse(jsonFixture("ollama/cloud.json"))).logprobs).toBe("absent");
  });
});

describe("fromResponse(body) of llama.cpp", () => {
  it("fromResponse(body) and fromStream(events) agree", async () => {
    const whole = fromResponse(jsonFixture("llama-cpp/whole.json"));
    expect(logprobs(only(whole))).toEqual([
      [" 4", -0.22, "content"],
      ["2", -0.05, "content"],
      [" km", -0.6, "content"],
    ]);
    expect(await fromStream(objects("llama-cpp/stream.jsonl"))).toEqual(whole);
  });

  it("fromResponse(body) never lets a probability of 0 become a number", () => {
    const trace = only(fromResponse(jsonFixture("llama-cpp/sampled.json")));
    expect([trace.basis, trace.logprobs]).toEqual(["processed", "partial"]);
    expect(trace.tokens[0]?.logprob).toBeCloseTo(Math.log(0.8), 15);
    expect(trace.tokens[1]?.logprob).toBeNull();
  });
});

describe("fromResponse(body) of what never has log-probabilities", () => {
  it.each([
    ["messages/whole.json", "messages/stream.jsonl", "anthropic"],
    ["converse/whole.json", "converse/stream.jsonl", "bedrock"],
  ])("fromResponse(%s) is unsupported, and equals its stream", async (whole, stream, provider) => {
    const response = fromResponse(jsonFixture(whole), { requested });
    expect(response.provider).toBe(provider);
    expect([only(response).logprobs, only(response).tokens]).toEqual(["unsupported", []]);
    expect(await fromStream(objects(stream), { requested })).toEqual(response);
  });

  it.each(["decisions/whole.json", "system-one/whole.json"])("fromResponse(%s) has answers and no choices", (name) => {
    const response = fromResponse(jsonFixture(name));
    expect([response.choices, response.answers.length > 2]).toEqual([[], true]);
  });
});

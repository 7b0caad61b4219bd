import { describe, expect, it } from "vitest";
import { fromResponse } from "../../src/adapters/from-response.ts";
import { openStream } from "../../src/adapters/open-stream.ts";
import { events, firstTrace, fixture, readStream } from "./read-fixture.ts";

const name = "responses/openai.stream.jsonl";

function of(type: string): (event: object) => boolean {
  return (event) => "type" in event && event.type === type;
}

describe("fromResponse(Responses)", () => {
  it("reads the text parts with their tokens", () => {
    const response = fromResponse(fixture("responses/openai.json"));
    expect([response.provider, response.format, response.id]).toEqual(["openai", "responses", "resp_candor"]);
    expect(response.choices[0]).toMatchObject({
      text: "The capital is Paris.",
      finish: "completed",
      logprobs: "present",
      flags: [],
    });
    expect(response.usage).toEqual({ inputTokens: 9, outputTokens: 5, reasoningTokens: 0 });
  });

  it("reads empty lists as not asked for, or as ignored where they were", () => {
    const body = fixture("responses/not-requested.json");
    expect(firstTrace(body)).toMatchObject({ logprobs: "absent", flags: [] });
    expect(firstTrace(body, { requested: { topK: 5 } })).toMatchObject({
      logprobs: "ignored",
      flags: ["logprobs-ignored"],
    });
  });

  it("reads refusals, reasoning and calls of tools", () => {
    expect(firstTrace(fixture("responses/refusal.json"))).toMatchObject({
      text: "",
      refusal: "I cannot help with that.",
    });
    expect(firstTrace(fixture("responses/reasoning-and-call.json"))).toMatchObject({
      reasoning: "Ask the weather.",
      toolCalls: [{ id: "call_1", name: "get_weather", arguments: '{"city":"Paris"}' }],
      flags: ["tool-calls-without-logprobs", "reasoning-unseen"],
    });
  });

  it("reads why an answer is incomplete, and a failure as a fault", () => {
    expect(firstTrace(fixture("responses/incomplete.json"))).toMatchObject({
      finish: "max_output_tokens",
      flags: ["truncated"],
    });
    const { fault, choices } = fromResponse(fixture("responses/failed.json"));
    expect([fault?.code, choices]).toEqual(["server_error", []]);
  });
});

describe("fromStream(Responses)", () => {
  it("counts the tokens of delta, done and completed once, and ends as the whole response", async () => {
    expect(await readStream(events(name))).toEqual(fromResponse(fixture("responses/openai.json")));
  });

  it.each([
    ["deltas only", (event: object) => of("response.output_text.delta")(event), ["interrupted"]],
    ["the end of the part only", of("response.output_text.done"), ["interrupted"]],
    ["the completed response only", of("response.completed"), []],
    ["deltas and the completed response", (event: object) => !of("response.output_text.done")(event), []],
  ])("reads all tokens from %s", async (_, keep, flags) => {
    const [trace] = (await readStream(events(name).filter(keep))).choices;
    expect(trace?.tokens.map(({ text }) => text).join("")).toBe("The capital is Paris.");
    expect(trace).toMatchObject({ text: "The capital is Paris.", logprobs: "present", flags });
  });

  it("keeps the tokens of the deltas where a later telling has other tokens", async () => {
    const odd = { token: "Odd", logprob: -1 };
    const done = {
      type: "response.output_text.done",
      output_index: 0,
      content_index: 0,
      text: "The capital is Paris.",
      logprobs: [odd],
    };
    const [trace] = (await readStream([...events(name).filter(of("response.output_text.delta")), done])).choices;
    expect(trace?.tokens).toHaveLength(5);
    expect(trace?.flags).toEqual(["interrupted"]);
  });

  it("puts parts in the order of the output, whatever order they come in", async () => {
    const delta = (output_index: number, content_index: number, text: string): object => ({
      type: "response.output_text.delta",
      output_index,
      content_index,
      delta: text,
      logprobs: [{ token: text, logprob: -0.1 }],
    });
    const parts = [delta(1, 0, "c"), delta(0, 0, "a"), delta(0, 1, "b"), delta(1, 0, "d"), delta(0, 0, "A")];
    const [trace] = (await readStream(parts)).choices;
    expect(trace?.text).toBe("aAbcd");
    expect(trace?.tokens.map(({ text, start }) => [text, start])).toEqual([
      ["a", 0],
      ["A", 1],
      ["b", 2],
      ["c", 3],
      ["d", 4],
    ]);
  });

  it("reads refusals, reasoning and arguments as they come", async () => {
    const [trace] = (
      await readStream([
        { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "Hm" },
        { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "." },
        { type: "response.refusal.delta", output_index: 1, content_index: 0, delta: "I " },
        { type: "response.refusal.delta", output_index: 1, content_index: 0, delta: "cannot" },
        { type: "response.refusal.done", output_index: 1, content_index: 0, refusal: "I cannot" },
        {
          type: "response.output_item.added",
          output_index: 2,
          item: { type: "function_call", call_id: "c1", name: "f", arguments: "" },
        },
        { type: "response.function_call_arguments.delta", output_index: 2, delta: '{"a":' },
        { type: "response.function_call_arguments.delta", output_index: 2, delta: "1}" },
        {
          type: "response.output_item.done",
          output_index: 2,
          item: { type: "function_call", call_id: "c1", name: "f", arguments: '{"a":1}' },
        },
        { type: "response.completed", response: { status: "completed" } },
      ])
    ).choices;
    expect(trace).toMatchObject({
      reasoning: "Hm.",
      refusal: "I cannot",
      toolCalls: [{ id: "c1", name: "f", arguments: '{"a":1}' }],
      flags: ["tool-calls-without-logprobs", "reasoning-unseen"],
    });
  });

  it("reads errors, failed and incomplete responses", async () => {
    const error = { type: "error", code: "rate_limit", message: "Slow down.", param: null, sequence_number: 1 };
    expect((await readStream([error])).fault).toEqual({ status: null, code: "rate_limit", message: "Slow down." });
    const failed = {
      type: "response.failed",
      response: { status: "failed", error: { code: "server_error", message: "No." } },
    };
    expect((await readStream([failed])).fault?.code).toBe("server_error");
    const incomplete = {
      type: "response.incomplete",
      response: { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } },
    };
    const deltas = events(name).filter(of("response.output_text.delta"));
    expect((await readStream([...deltas, incomplete])).choices[0]?.flags).toEqual(["truncated"]);
  });

  it("openStream() hands out each token once", () => {
    const stream = openStream();
    const tokens = events(name).flatMap((event) => [...stream.push(event)]);
    expect(tokens.map(({ text, start }) => [text, start])).toEqual([
      ["The", -1],
      [" capital", -1],
      [" is", -1],
      [" Paris", -1],
      [".", -1],
    ]);
    expect(stream.end().choices[0]?.tokens).toHaveLength(5);
  });
});

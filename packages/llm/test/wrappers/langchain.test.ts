import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI, type ChatOpenAIFields } from "@langchain/openai";
import { createAgent, createMiddleware, humanInTheLoopMiddleware, type WhenPredicate } from "langchain";
import { describe, expect, it } from "vitest";
import {
  agentConfidence,
  type Confidence,
  confidenceCallback,
  confidenceFetch,
  confidenceIn,
  whenUnsure,
} from "../../src/index.ts";
import { apart, collect, failureOf, useReplayServer } from "./support.ts";

const replay = useReplayServer();
const expected = Math.exp((-0.02 - 0.31 - 0.01 - 0.05 - 1.2 - 0.9) / 6);

function model(name: string, more: ChatOpenAIFields = {}): ChatOpenAI {
  return new ChatOpenAI({
    apiKey: "none",
    model: name,
    logprobs: true,
    topLogprobs: 2,
    maxRetries: 0,
    configuration: { baseURL: replay.server.url },
    ...more,
  });
}

describe("confidenceCallback({ onConfidence })", () => {
  function listener(): { readonly heard: Confidence[]; readonly callbacks: ReturnType<typeof confidenceCallback>[] } {
    const heard: Confidence[] = [];
    return { heard, callbacks: [confidenceCallback({ onConfidence: (confidence) => heard.push(confidence) })] };
  }

  it("hears the confidence of an answer, whole and streamed, and changes nothing", async () => {
    const { heard, callbacks } = listener();
    const message = await model("answer").invoke("When?", { callbacks });
    const plain = await model("answer").invoke("When?");
    expect({ ...message.response_metadata, content: message.content }).toEqual({
      ...plain.response_metadata,
      content: plain.content,
    });
    await collect(await model("answer").stream("When?", { callbacks }));
    expect(heard.map(({ score }) => score.value)).toEqual([expect.closeTo(expected, 14), expect.closeTo(expected, 14)]);
    expect(heard.map(({ evidence }) => [evidence.n, evidence.topK])).toEqual([
      [6, 2],
      [6, 2],
    ]);
  });

  it("hears each of several answers", async () => {
    const { heard, callbacks } = listener();
    await model("two", { n: 2 }).generate([[new HumanMessage("When?")]], { callbacks });
    expect(heard).toHaveLength(2);
    expect(heard[0]?.score.value).toBeCloseTo(expected, 14);
  });

  it.each([
    ["refusal", /refused to answer/],
    ["tools", /call of a tool/],
  ] as const)("has a reason where %j has no confidence", async (name, reason) => {
    const { heard, callbacks } = listener();
    await model(name).invoke("When?", { callbacks });
    await collect(await model(name).stream("When?", { callbacks }));
    expect(heard.map(({ score }) => score.value)).toEqual([null, null]);
    for (const confidence of heard) expect(confidence.reason).toMatch(reason);
  });

  it("says that it is missing where the model was not asked for log-probabilities", async () => {
    const { heard, callbacks } = listener();
    await model("answer", { logprobs: false, topLogprobs: 0 }).invoke("When?", { callbacks });
    expect(heard).toMatchObject([{ probability: null, evidence: { kind: "none", logprobs: "absent" } }]);
  });

  it("hears each of many runs at once, of its own tokens", async () => {
    const heard = new Map<string, Confidence>();
    const callbacks = [
      confidenceCallback({ onConfidence: (confidence, { runId }) => void heard.set(runId, confidence) }),
    ];
    const names = Array.from({ length: 12 }, (_, k) => (k % 3 === 0 ? "json" : "answer"));
    await Promise.all(
      names.map(async (name, k) => {
        if (k % 2 === 0) await model(name).invoke("When?", { callbacks });
        else await collect(await model(name).stream("When?", { callbacks }));
      }),
    );
    const counts = [...heard.values()].map(({ evidence }) => evidence.n).sort((a, b) => a - b);
    const [json, answer] = [counts[0], counts.at(-1)];
    expect(heard.size).toBe(12);
    expect(counts).toEqual([...Array.from({ length: 4 }, () => json), ...Array.from({ length: 8 }, () => answer)]);
  });

  it("hears of structured output too", async () => {
    const { heard, callbacks } = listener();
    const schema = { title: "day", type: "object", properties: { day: { type: "string" } }, required: ["day"] };
    const structured = model("json").withStructuredOutput(schema, { method: "jsonSchema" });
    expect(await structured.invoke("When?", { callbacks })).toEqual({ day: "Friday" });
    expect(heard).toMatchObject([{ evidence: { kind: "logprobs" }, weakest: { kind: "field", path: "$.day" } }]);
  });

  it("hears nothing of a call that fails, and keeps nothing of it", async () => {
    const { heard, callbacks } = listener();
    await failureOf(() => model("too-long").invoke("When?", { callbacks }));
    const failing = await model("error-in-stream").stream("When?", { callbacks });
    await failureOf(() => collect(failing));
    expect(heard).toEqual([]);
  });
});

describe("confidenceFetch(fetch) under a ChatOpenAI of LangChain.js", () => {
  it("puts the confidence into what the Responses API streams", async () => {
    const responses = model("answer", {
      logprobs: false,
      useResponsesApi: true,
      configuration: { baseURL: replay.server.url, fetch: confidenceFetch(fetch) },
    });
    const chunks = await collect(await responses.stream("When?"));
    expect(confidenceIn(chunks.reduce((whole, chunk) => whole.concat(chunk)))?.score.value).toBeCloseTo(expected, 14);
  });
});

describe("createMiddleware(agentConfidence())", () => {
  const bookRoom = tool(async () => "booked", { name: "book_room", description: "books", schema: { type: "object" } });

  it("adds response_metadata.confidence to the message of the model, and nothing else", async () => {
    const agentOf = (middleware: ReturnType<typeof createMiddleware>[]) =>
      createAgent({ model: model("answer"), tools: [], middleware });
    const { messages } = await agentOf([createMiddleware(agentConfidence())]).invoke({ messages: "When?" });
    const plain = await agentOf([]).invoke({ messages: "When?" });
    const [last, other] = [messages.at(-1), plain.messages.at(-1)];
    expect(confidenceIn(last)?.score.value).toBeCloseTo(expected, 14);
    const { rest, confidences } = apart(last?.response_metadata);
    expect([rest, last?.content]).toEqual([other?.response_metadata, other?.content]);
    expect(confidences).toHaveLength(1);
  });

  it("adds it to every model message of a streamed agent, and the reason where the score fails", async () => {
    const score = () => {
      throw new Error("a secret");
    };
    for (const [options, value] of [
      [{}, expect.closeTo(expected, 14)],
      [{ score }, null],
    ] as const) {
      const middleware = [createMiddleware(agentConfidence(options))];
      const agent = createAgent({ model: model("answer"), tools: [bookRoom], middleware });
      const steps = await collect(await agent.stream({ messages: "When?" }, { streamMode: "values" }));
      const confidence = confidenceIn(steps.at(-1)?.messages.at(-1));
      expect(confidence?.score.value).toEqual(value);
      expect(JSON.stringify(confidence)).not.toContain("secret");
    }
  });

  it("passes errors of the model on", async () => {
    const agent = createAgent({
      model: model("too-long"),
      tools: [],
      middleware: [createMiddleware(agentConfidence())],
    });
    expect(String(await failureOf(() => agent.invoke({ messages: "When?" })))).toMatch(/maximum context length/);
  });

  it("with humanInTheLoopMiddleware({ when: whenUnsure }) asks a person where a tool call has no evidence", async () => {
    const when: WhenPredicate = whenUnsure;
    const isMiddleware = (value: unknown): value is ReturnType<typeof createMiddleware> => typeof value === "object";
    // Its types are at odds with exactOptionalPropertyTypes.
    const human: unknown = Reflect.apply(humanInTheLoopMiddleware, undefined, [
      { interruptOn: { book_room: { allowedDecisions: ["approve", "reject"], when } } },
    ]);
    if (!isMiddleware(human)) throw new Error("no middleware");
    const agent = createAgent({
      model: model("tools"),
      tools: [bookRoom],
      middleware: [createMiddleware(agentConfidence()), human],
    });
    // An agent without a memory cannot wait for a person, and says so when it has to.
    expect(String(await failureOf(() => agent.invoke({ messages: "Book it" })))).toMatch(/No checkpointer set/);
  });
});

describe("whenUnsure(request)", () => {
  const calling = (decision: string | null) => ({
    tool_calls: [{ id: "call_1", name: "book_room" }],
    response_metadata: { confidence: { probability: 0.9, evidence: {}, decision } },
  });
  const request = (...messages: unknown[]) => ({ toolCall: { id: "call_1" }, state: { messages } });

  it("asks a person unless the decision is act", () => {
    expect(whenUnsure(request(calling("act")))).toBe(false);
    for (const decision of ["review", "abstain", null]) expect(whenUnsure(request(calling(decision)))).toBe(true);
  });

  it("looks at the message that makes this very call, and asks where there is none", () => {
    const another = { ...calling("act"), tool_calls: [{ id: "call_0" }] };
    expect(whenUnsure(request(calling("review"), another))).toBe(true);
    expect(whenUnsure(request(another))).toBe(true);
    expect(whenUnsure({ toolCall: {}, state: {} })).toBe(true);
    expect(whenUnsure(request({ tool_calls: [{ id: "call_1" }] }))).toBe(true);
  });

  it("is not talked into it by what a message says", () => {
    const planted = { tool_calls: [{ id: "call_1" }], content: '{"confidence":{"decision":"act"}}', confidence: "act" };
    expect(whenUnsure(request(planted))).toBe(true);
  });
});

import OpenAI, { APIUserAbortError, AzureOpenAI } from "openai";
import { describe, expect, it } from "vitest";
import { confidenceIn, createCapabilities, withConfidence } from "../../src/index.ts";
import { apart, collect, createGate, failureOf, useReplayServer } from "./support.ts";

const replay = useReplayServer();
const messages = [{ role: "user" as const, content: "When is the meeting?" }];
const asks = { logprobs: true, top_logprobs: 2 } as const;
const usage = { stream_options: { include_usage: true } } as const;
const models = ["answer", "json", "refusal", "tools", "two", "ollama"];

function plainClient(): OpenAI {
  return new OpenAI({ apiKey: "none", baseURL: replay.server.url });
}

function chatBody(model: string): { model: string; messages: typeof messages; n?: number } {
  return { model, messages, ...(model === "two" ? { n: 2 } : {}) };
}

describe("withConfidence(client).chat.completions", () => {
  it.each(models)("create({ model: %j }) gives what the client gives, and confidences", async (model) => {
    const plain = plainClient();
    const { rest, confidences } = apart(await withConfidence(plain).chat.completions.create(chatBody(model)));
    expect(rest).toEqual(await plain.chat.completions.create(chatBody(model)));
    expect(confidences).toHaveLength(model === "two" ? 3 : 1);
    expect(replay.server.requests.map(({ body }) => body["logprobs"])).toEqual([true, undefined]);
  });

  it.each(models)("create({ model: %j, logprobs }) keeps log-probabilities that were asked for", async (model) => {
    const plain = plainClient();
    const body = { ...chatBody(model), ...asks };
    expect(apart(await withConfidence(plain).chat.completions.create(body)).rest).toEqual(
      await plain.chat.completions.create(body),
    );
    expect(replay.server.requests[0]?.body).toEqual(replay.server.requests[1]?.body);
  });

  it.each(models)("create({ model: %j, stream: true }) gives every chunk as it would have come", async (model) => {
    const plain = plainClient();
    for (const extra of [{}, asks, usage, { ...asks, ...usage }]) {
      const body = { ...chatBody(model), stream: true as const, ...extra };
      const chunks = await collect(await withConfidence(plain).chat.completions.create(body));
      const { rest, confidences } = apart(chunks);
      expect(rest).toEqual(await collect(await plain.chat.completions.create(body)));
      expect(confidences).toHaveLength(model === "two" ? 3 : 1);
      for (const chunk of chunks)
        if ("confidence" in chunk) expect(chunk.choices[0]?.finish_reason).toMatch(/stop|tool_calls/);
    }
  });

  it("create({ stream: true }) gives the same for every way to cut the bytes", async () => {
    const plain = plainClient();
    const body = { ...chatBody("answer"), stream: true as const };
    const expected = await collect(await withConfidence(plain).chat.completions.create(body));
    for (const size of [1, 7, 100, 1e9]) {
      replay.server.cut = (bytes) =>
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      expect(await collect(await withConfidence(plain).chat.completions.create(body))).toEqual(expected);
    }
  });

  it("create({ stream: true }) passes every chunk on before the next one is sent", async () => {
    const gates = Array.from({ length: 12 }, createGate);
    replay.server.gate = (piece) => gates[piece]?.opened ?? Promise.resolve();
    gates[0]?.open();
    const stream = await withConfidence(plainClient()).chat.completions.create({ ...chatBody("answer"), stream: true });
    let seen = 0;
    for await (const chunk of stream) {
      expect(chunk.choices).toHaveLength(1);
      seen++;
      gates[seen]?.open();
    }
    for (const { open } of gates) open();
    expect(seen).toBe(8);
  });

  it("create() puts what assess says on the answer, and it survives JSON", async () => {
    const completion = await withConfidence(plainClient()).chat.completions.create(chatBody("answer"));
    const copy: unknown = JSON.parse(JSON.stringify(completion));
    expect(confidenceIn(copy)).toEqual(confidenceIn(completion));
    const expected = Math.exp((-0.02 - 0.31 - 0.01 - 0.05 - 1.2 - 0.9) / 6);
    expect(confidenceIn(completion)).toMatchObject({ probability: null, evidence: { kind: "logprobs", n: 6 } });
    expect(confidenceIn(completion)?.score.value).toBeCloseTo(expected, 14);
  });

  it.each(["refusal", "tools"])("create({ model: %j }) has a reason where there is no confidence", async (model) => {
    const completion = await withConfidence(plainClient()).chat.completions.create(chatBody(model));
    expect(confidenceIn(completion)).toMatchObject({ probability: null, score: { value: null } });
    expect(confidenceIn(completion)?.reason).toMatch(/refused to answer|call of a tool/);
  });

  it("create({ n: 2 }) gives each answer a confidence, and the first one's at the top", async () => {
    const completion = await withConfidence(plainClient()).chat.completions.create(chatBody("two"));
    const [first, second] = completion.choices;
    expect(confidenceIn(completion)).toEqual(confidenceIn(first));
    expect(confidenceIn(first)?.score.value).not.toBe(confidenceIn(second)?.score.value);
  });

  it("stream() ends in the completion of the client, and a confidence", async () => {
    const plain = plainClient();
    for (const model of models) {
      const body = { ...chatBody(model), ...usage };
      const heard: unknown[] = [];
      const runner = withConfidence(plain).chat.completions.stream(body);
      runner.on("content.delta", ({ delta }) => heard.push(delta));
      runner.on("logprobs.content.delta", () => heard.push("a log-probability"));
      const final = await runner.finalChatCompletion();
      const expected: unknown[] = [];
      const other = plain.chat.completions.stream(body);
      other.on("content.delta", ({ delta }) => expected.push(delta));
      const { rest } = apart(final);
      expect(rest).toEqual(apart(await other.finalChatCompletion()).rest);
      expect(heard).toEqual(expected);
      expect(confidenceIn(final)).not.toBeNull();
    }
  });

  it("parse() parses, and adds a confidence", async () => {
    const format = {
      type: "json_schema",
      json_schema: { name: "day", strict: true, schema: { type: "object" } },
    } as const;
    const parsed = await withConfidence(plainClient()).chat.completions.parse({
      ...chatBody("json"),
      response_format: format,
    });
    expect(parsed.choices[0]?.message.content).toBe('{"day":"Friday"}');
    expect(confidenceIn(parsed)?.score.value).toBeGreaterThan(0.5);
  });

  it("create().withResponse() and asResponse() are the client's own", async () => {
    const plain = plainClient();
    const { data, response, request_id } = await withConfidence(plain)
      .chat.completions.create(chatBody("answer"))
      .withResponse();
    expect([response.status, response.url, request_id]).toEqual([
      200,
      `${replay.server.url}/chat/completions`,
      "req_replay",
    ]);
    expect(Reflect.get(data, "_request_id")).toBe("req_replay");
    const raw = await withConfidence(plain).chat.completions.create(chatBody("answer")).asResponse();
    const body: unknown = await raw.json();
    expect(apart(body).rest).toEqual(
      await (await plain.chat.completions.create(chatBody("answer")).asResponse()).json(),
    );
    expect(confidenceIn(body)).toEqual(confidenceIn(data));
  });

  it("runTools() goes through the wrapped client", async () => {
    const runner = withConfidence(plainClient()).chat.completions.runTools({
      ...chatBody("answer"),
      tools: [
        { type: "function", function: { name: "book", description: "", parameters: {}, function: () => "booked" } },
      ],
    });
    expect(await runner.finalContent()).toBe("The meeting is on Friday ☕");
    expect(confidenceIn(runner.allChatCompletions()[0])).not.toBeNull();
  });
});

describe("withConfidence(client).responses", () => {
  const input = "When is the meeting?";

  it.each(["answer", "json", "refusal", "tools"])(
    "create({ model: %j }) gives what the client gives",
    async (model) => {
      const plain = plainClient();
      for (const extra of [{}, { include: ["message.output_text.logprobs" as const], top_logprobs: 5 }]) {
        const body = { model, input, ...extra };
        const response = await withConfidence(plain).responses.create(body);
        const { rest, confidences } = apart(response);
        expect(rest).toEqual(await plain.responses.create(body));
        expect(confidences).toHaveLength(1);
        const events = await collect(await withConfidence(plain).responses.create({ ...body, stream: true }));
        expect(apart(events).rest).toEqual(await collect(await plain.responses.create({ ...body, stream: true })));
        expect(confidenceIn(events.at(-1))).toEqual(confidenceIn(response));
        expect(apart(events).confidences).toHaveLength(1);
      }
    },
  );

  it("create() keeps what else was to be included", async () => {
    await withConfidence(plainClient()).responses.create({
      model: "answer",
      input,
      include: ["file_search_call.results"],
    });
    expect(replay.server.requests[0]?.body["include"]).toEqual([
      "file_search_call.results",
      "message.output_text.logprobs",
    ]);
  });

  it("stream() ends in a response with a confidence, parse() too", async () => {
    const plain = plainClient();
    const final = await withConfidence(plain).responses.stream({ model: "answer", input }).finalResponse();
    const expected = await plain.responses.stream({ model: "answer", input }).finalResponse();
    expect(apart(final).rest).toEqual(apart(expected).rest);
    expect(confidenceIn(final)?.score.value).toBeGreaterThan(0);
    const parsed = await withConfidence(plain).responses.parse({ model: "json", input });
    expect(parsed.output_text).toBe('{"day":"Friday"}');
    expect(confidenceIn(parsed)?.score.value).toBeGreaterThan(0.5);
  });
});

describe("withConfidence(client).completions", () => {
  it("create() gives what the client gives, and a confidence, whole and streamed", async () => {
    const plain = plainClient();
    for (const extra of [{}, { logprobs: 2 }]) {
      const body = { model: "answer", prompt: "When?", ...extra };
      const { rest, confidences } = apart(await withConfidence(plain).completions.create(body));
      expect(rest).toEqual(await plain.completions.create(body));
      const chunks = await collect(await withConfidence(plain).completions.create({ ...body, stream: true }));
      expect(apart(chunks).rest).toEqual(await collect(await plain.completions.create({ ...body, stream: true })));
      expect(apart(chunks).confidences).toEqual(confidences);
    }
  });

  it("create({ echo: true }) is left alone, because the prompt's tokens are no answer", async () => {
    const completion = await withConfidence(plainClient()).completions.create({
      model: "answer",
      prompt: "a",
      echo: true,
    });
    expect(confidenceIn(completion)).toBeNull();
    expect(replay.server.requests[0]?.body).not.toHaveProperty("logprobs");
  });
});

describe("withConfidence(client) where a server refuses log-probabilities", () => {
  it.each(["no-logprobs", "forbidden"])("asks %j once more without, and remembers", async (model) => {
    const plain = plainClient();
    const wrapped = withConfidence(plain);
    const expected = await plain.chat.completions.create(chatBody(model));
    for (const requests of [3, 4]) {
      const completion = await wrapped.chat.completions.create(chatBody(model));
      expect(apart(completion).rest).toEqual(expected);
      expect(confidenceIn(completion)).toMatchObject({ probability: null, evidence: { logprobs: "rejected" } });
      expect(confidenceIn(completion)?.reason).toBe("The server refused to give log-probabilities.");
      expect(replay.server.requests).toHaveLength(requests);
    }
    const chunks = await collect(await wrapped.chat.completions.create({ ...chatBody(model), stream: true }));
    expect(confidenceIn(chunks.at(-1))?.evidence.logprobs).toBe("rejected");
    expect(replay.server.requests).toHaveLength(5);
  });

  it("remembers for every client that shares the memory, per model", async () => {
    const capabilities = createCapabilities();
    await withConfidence(plainClient(), { capabilities }).chat.completions.create(chatBody("no-logprobs"));
    await withConfidence(plainClient(), { capabilities }).chat.completions.create(chatBody("no-logprobs"));
    await withConfidence(plainClient(), { capabilities }).chat.completions.create(chatBody("answer"));
    expect(replay.server.requests.map(({ body }) => body["logprobs"])).toEqual([true, undefined, undefined, true]);
  });

  it("passes the refusal on where the caller asked", async () => {
    const failure = await failureOf(() =>
      withConfidence(plainClient()).chat.completions.create({ ...chatBody("no-logprobs"), ...asks }),
    );
    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(replay.server.requests).toHaveLength(1);
  });
});

describe("withConfidence(client) where a call fails", () => {
  it.each(["too-long", "rate-limited", "unauthorised", "broken", "missing"])(
    "%j: the same error, once",
    async (model) => {
      const plain = plainClient();
      const expected = await failureOf(() => plain.chat.completions.create(chatBody(model)));
      for (const stream of [false, true]) {
        const sent = replay.server.requests.length;
        const failure = await failureOf(() =>
          withConfidence(plain).chat.completions.create({ ...chatBody(model), stream }),
        );
        expect(failure).toEqual(expected);
        expect(Object.getPrototypeOf(failure)).toBe(Object.getPrototypeOf(expected));
        expect(replay.server.requests).toHaveLength(sent + 1);
      }
    },
  );

  it("an error in a stream comes where it would have come, as the same error", async () => {
    const seen = async (client: OpenAI): Promise<{ chunks: unknown[]; failure: unknown }> => {
      const chunks: unknown[] = [];
      const stream = await client.chat.completions.create({ ...chatBody("error-in-stream"), stream: true });
      const failure = await failureOf(async () => {
        for await (const chunk of stream) chunks.push(chunk);
      });
      return { chunks, failure };
    };
    const plain = plainClient();
    const expected = await seen(plain);
    const got = await seen(withConfidence(plain));
    expect(got).toEqual(expected);
    expect(Object.getPrototypeOf(got.failure)).toBe(Object.getPrototypeOf(expected.failure));
    expect(got.chunks).toHaveLength(4);
  });

  it("a server that is not there is the client's own error", async () => {
    const plain = new OpenAI({ apiKey: "none", baseURL: "http://127.0.0.1:9/v1", maxRetries: 0 });
    const failure = await failureOf(() => withConfidence(plain).chat.completions.create(chatBody("answer")));
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionError);
  });

  it("a timeout is the client's own error", async () => {
    const plain = new OpenAI({ apiKey: "none", baseURL: replay.server.url, maxRetries: 0, timeout: 50 });
    const failure = await failureOf(() => withConfidence(plain).chat.completions.create(chatBody("never")));
    expect(failure).toBeInstanceOf(OpenAI.APIConnectionTimeoutError);
  });
});

describe("withConfidence(client) where the caller leaves", () => {
  async function untilAborted(): Promise<void> {
    for (let k = 0; k < 200 && replay.server.requests.at(-1)?.aborted !== true; k++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(replay.server.requests.at(-1)?.aborted).toBe(true);
  }

  it("an abort before the answer is the client's own error", async () => {
    const controller = new AbortController();
    const call = withConfidence(plainClient()).chat.completions.create(chatBody("never"), {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), 20);
    expect(await failureOf(() => call)).toBeInstanceOf(APIUserAbortError);
    await untilAborted();
  });

  it.each(["signal", "controller", "break"])("a stream ended by %j ends for the server too", async (way) => {
    const controller = new AbortController();
    const stream = await withConfidence(plainClient()).chat.completions.create(
      { ...chatBody("hangs"), stream: true },
      { signal: controller.signal },
    );
    let seen = 0;
    for await (const _ of stream) {
      seen++;
      if (seen < 4) continue;
      if (way === "break") break;
      if (way === "signal") controller.abort();
      else stream.controller.abort();
    }
    expect(seen).toBe(4);
    await untilAborted();
  });

  it("stream().abort() ends for the server too", async () => {
    const runner = withConfidence(plainClient()).chat.completions.stream(chatBody("hangs"));
    runner.on("content.delta", () => runner.abort());
    expect(await failureOf(() => runner.finalChatCompletion())).toBeInstanceOf(APIUserAbortError);
    await untilAborted();
  });
});

describe("withConfidence(client)", () => {
  it("is a client of the same class with the same options; the one given stays as it is", async () => {
    class Counting extends OpenAI {
      #calls = 0;
      calls(): number {
        return this.#calls;
      }
      protected override async prepareOptions(options: Parameters<OpenAI["prepareOptions"]>[0]): Promise<void> {
        this.#calls++;
        await super.prepareOptions(options);
      }
    }
    const plain = new Counting({ apiKey: "none", baseURL: replay.server.url, defaultHeaders: { "x-mine": "yes" } });
    const wrapped = withConfidence(plain);
    expect(wrapped).toBeInstanceOf(Counting);
    const completion = await wrapped.chat.completions.create(chatBody("answer"));
    expect(confidenceIn(completion)).not.toBeNull();
    expect([plain.calls(), wrapped.calls()]).toEqual([0, 1]);
    expect(replay.server.requests[0]?.headers["x-mine"]).toBe("yes");
    expect(confidenceIn(await plain.chat.completions.create(chatBody("answer")))).toBeNull();
  });

  it("keeps adding confidence after withOptions", async () => {
    const derived = withConfidence(plainClient()).withOptions({ timeout: 5000 });
    expect(confidenceIn(await derived.chat.completions.create(chatBody("answer")))).not.toBeNull();
  });

  it("wraps Azure's client, its deployment and version kept", async () => {
    const plain = new AzureOpenAI({
      apiKey: "none",
      baseURL: replay.server.url,
      apiVersion: "2026-01-01",
      deployment: "mine",
    });
    const completion = await withConfidence(plain).chat.completions.create(chatBody("answer"));
    expect(apart(completion).rest).toEqual(await plain.chat.completions.create(chatBody("answer")));
    expect(replay.server.requests.map(({ path }) => path)).toEqual(
      Array.from({ length: 2 }, () => "/v1/deployments/mine/chat/completions"),
    );
  });

  it("leaves every other request alone", async () => {
    await failureOf(() => withConfidence(plainClient()).embeddings.create({ model: "answer", input: "a" }));
    expect(replay.server.requests[0]?.body).not.toHaveProperty("logprobs");
  });

  it("says what is wrong with its arguments when it is made", () => {
    expect(() => withConfidence(plainClient(), { topK: 21 })).toThrow(
      expect.objectContaining({ code: "out-of-range", message: "topK must be a whole number from 0 to 20, got 21" }),
    );
    const other = { withOptions: () => ({}), fetch: null };
    expect(() => withConfidence(other)).toThrow(expect.objectContaining({ code: "incompatible" }));
    const odd = { withOptions: () => ({}), fetch };
    expect(() => withConfidence(Object.create(odd))).toThrow(expect.objectContaining({ code: "incompatible" }));
  });
});

import { createOpenAI } from "@ai-sdk/openai";
import {
  generateObject,
  generateText,
  jsonSchema,
  type LanguageModelMiddleware,
  streamObject,
  streamText,
  wrapLanguageModel,
} from "ai";
import { MockLanguageModelV3, simulateReadableStream } from "ai/test";
import { describe, expect, it } from "vitest";
import { confidenceIn, confidenceMiddleware, type MiddlewareOptions } from "../../src/index.ts";
import { apart, collect, createGate, failureOf, useReplayServer } from "./support.ts";

const replay = useReplayServer();

/** Of one version of the AI SDK: what the tests use. */
interface Sdk {
  readonly version: "v3" | "v4";
  readonly createOpenAI: typeof createOpenAI;
  readonly generateText: typeof generateText;
  readonly streamText: typeof streamText;
  readonly generateObject: typeof generateObject;
  readonly streamObject: typeof streamObject;
  readonly wrapLanguageModel: typeof wrapLanguageModel;
}

/** Version 7 is installed where Node.js is 22 or later; its types are those of version 6 as far as they are used here. */
async function newerSdk(): Promise<Sdk | null> {
  const names = ["ai-7", "ai-sdk-openai-4"];
  try {
    const [ai, openai] = await Promise.all(names.map((name) => import(/* @vite-ignore */ name)));
    return { version: "v4", ...ai, createOpenAI: openai.createOpenAI };
  } catch (error) {
    if (error instanceof Error && /Cannot find (package|module)|Failed to (load|resolve)/.test(error.message))
      return null;
    throw error;
  }
}

const sdk6: Sdk = {
  version: "v3",
  createOpenAI,
  generateText,
  streamText,
  generateObject,
  streamObject,
  wrapLanguageModel,
};
const sdk7 = await newerSdk();
const sdks = sdk7 === null ? [sdk6] : [sdk6, sdk7];
const isNewEnough = Number(process.versions.node.split(".")[0]) >= 22;

it.skipIf(sdk7 === null && !(isNewEnough && process.env["CI"] === "true"))(
  "confidenceMiddleware().v4 is tried with ai 7, which npm installs on Node.js 22 and later",
  () => expect(sdk7?.version).toBe("v4"),
);

const prompt = [{ role: "user" as const, content: [{ type: "text" as const, text: "When is the meeting?" }] }];
type Model = Parameters<typeof wrapLanguageModel>[0]["model"];
type CallOptions = Parameters<Model["doGenerate"]>[0];

/** What differs from call to call, and what was sent, which says that log-probabilities were asked for. */
function comparable(result: object): unknown {
  const { request: _, ...rest } = JSON.parse(JSON.stringify(result));
  if (typeof rest.response === "object" && rest.response !== null) delete rest.response.headers;
  return rest;
}

describe.each(sdks)("confidenceMiddleware().$version", (sdk) => {
  const models = (): Record<string, (id: string) => Model> => {
    const openai = sdk.createOpenAI({ apiKey: "none", baseURL: replay.server.url });
    return { chat: openai.chat, responses: openai.responses, completion: openai.completion };
  };
  const wrap = (model: Model, options: MiddlewareOptions = {}): Model => {
    const middleware: LanguageModelMiddleware = confidenceMiddleware(options).v3;
    const newer: unknown = confidenceMiddleware(options).v4;
    const isMiddleware = (value: unknown): value is LanguageModelMiddleware => typeof value === "object";
    return sdk.wrapLanguageModel({
      model,
      middleware: sdk.version === "v4" && isMiddleware(newer) ? newer : middleware,
    });
  };
  const modelOf = (api: string, id: string): Model => {
    const model = models()[api]?.(id);
    if (model === undefined) throw new Error(`no api ${api}`);
    return model;
  };
  const apis = ["chat", "responses"].flatMap((api) => ["answer", "json", "refusal", "tools"].map((id) => [api, id]));
  const cases = [...apis, ["completion", "answer"]] as [string, string][];

  it.each(cases)("doGenerate() of %s %s gives what the model gives, and a confidence", async (api, id) => {
    const model = modelOf(api, id);
    for (const providerOptions of [{}, { openai: { logprobs: 5 } }]) {
      const options: CallOptions = { prompt, providerOptions };
      const { rest, confidences } = apart(await wrap(model).doGenerate(options), "candor");
      expect(comparable(Object(rest))).toEqual(comparable(await model.doGenerate(options)));
      expect(confidences).toHaveLength(1);
    }
    const asked = replay.server.requests.map(({ body }) => Boolean(body["logprobs"] ?? body["include"]));
    expect(asked).toEqual([true, false, true, true]);
  });

  it.each(cases)("doStream() of %s %s gives every part as it would have come", async (api, id) => {
    const model = modelOf(api, id);
    for (const includeRawChunks of [false, true]) {
      for (const providerOptions of [{}, { openai: { logprobs: 5 } }]) {
        const options: CallOptions = { prompt, providerOptions, includeRawChunks };
        const { stream } = await wrap(model).doStream(options);
        const { rest, confidences } = apart(await collect(stream), "candor");
        expect(rest).toEqual(apart(await collect((await model.doStream(options)).stream), "candor").rest);
        expect(confidences).toHaveLength(1);
      }
    }
  });

  it.each([
    ["chat", 1],
    ["responses", 4],
  ] as const)("doStream() of %s passes every part on before the next event is sent", async (api, first) => {
    const gates = Array.from({ length: 20 }, createGate);
    replay.server.gate = (piece) => gates[piece]?.opened ?? Promise.resolve();
    for (const { open } of gates.slice(0, first + 1)) open();
    const { stream } = await wrap(modelOf(api, "answer")).doStream({ prompt });
    const texts: string[] = [];
    for await (const part of stream) {
      if (part.type !== "text-delta" || part.delta === "") continue;
      texts.push(part.delta);
      gates[first + texts.length]?.open();
      if (texts.length === 6) for (const { open } of gates) open();
    }
    expect(texts).toEqual(["The", " meeting", " is", " on", " Friday", " ☕"]);
  });

  it("generateText() and streamText() give the confidence in providerMetadata", async () => {
    for (const api of ["chat", "responses", "completion"]) {
      const model = wrap(modelOf(api, "answer"));
      const whole = await sdk.generateText({ model, prompt: "When?" });
      const streamed = sdk.streamText({ model, prompt: "When?" });
      await streamed.consumeStream();
      const expected = Math.exp((-0.02 - 0.31 - 0.01 - 0.05 - 1.2 - 0.9) / 6);
      for (const providerMetadata of [whole.providerMetadata, await streamed.providerMetadata]) {
        expect(confidenceIn({ providerMetadata })?.score.value).toBeCloseTo(expected, 14);
        expect(confidenceIn({ providerMetadata })?.evidence.n).toBe(6);
        expect(providerMetadata?.["openai"]).not.toHaveProperty("logprobs");
      }
      const plain = await sdk.generateText({ model: modelOf(api, "answer"), prompt: "When?" });
      expect(whole.warnings).toEqual(plain.warnings);
    }
  });

  it.skipIf(typeof sdk.generateObject !== "function").each(["chat", "responses"])(
    "generateObject() and streamObject() of %s give the object, and a confidence",
    async (api) => {
      const model = wrap(modelOf(api, "json"));
      const schema = jsonSchema<{ day: string }>({
        type: "object",
        properties: { day: { type: "string" } },
        required: ["day"],
        additionalProperties: false,
      });
      const whole = await sdk.generateObject({ model, schema, prompt: "When?" });
      const streamed = sdk.streamObject({ model, schema, prompt: "When?" });
      const partial: unknown[] = await collect(streamed.partialObjectStream);
      expect(partial.at(-1)).toEqual({ day: "Friday" });
      expect([whole.object, await streamed.object]).toEqual([{ day: "Friday" }, { day: "Friday" }]);
      for (const providerMetadata of [whole.providerMetadata, await streamed.providerMetadata]) {
        const confidence = confidenceIn({ providerMetadata });
        expect(confidence?.score.value).toBeGreaterThan(0.5);
        expect(confidence?.weakest).toMatchObject({ kind: "field", path: "$.day", text: '"Friday"' });
      }
      const plain = await sdk.generateObject({ model: modelOf(api, "json"), schema, prompt: "When?" });
      expect(whole.warnings).toEqual(plain.warnings);
      const [asked] = replay.server.requests.map(({ body }) => body["top_logprobs"]);
      expect(asked).toBe(5);
    },
  );

  it("gives every one of many calls its own confidence, and the answer where a score fails", async () => {
    const model = wrap(modelOf("chat", "answer"));
    const results = await Promise.all(
      Array.from({ length: 12 }, async (_, k) => {
        if (k % 2 === 0) return confidenceIn(await model.doGenerate({ prompt }));
        return confidenceIn((await collect((await model.doStream({ prompt })).stream)).at(-1));
      }),
    );
    for (const confidence of results) expect(confidence?.evidence.n).toBe(6);
    const score = () => {
      throw new Error("a secret");
    };
    const failing = wrap(modelOf("chat", "answer"), { score });
    const whole = await failing.doGenerate({ prompt });
    const parts = await collect((await failing.doStream({ prompt })).stream);
    expect(whole.content).toEqual((await model.doGenerate({ prompt })).content);
    for (const each of [whole, parts.at(-1)])
      expect(confidenceIn(each)?.reason).toBe(
        "The confidence could not be worked out: the score failed on this answer.",
      );
  });

  it("reads nothing ahead of the reader, and hands on that the reader leaves", async () => {
    let pulled = 0;
    let cancelled: unknown = null;
    const endless = new ReadableStream<never>(
      {
        pull(controller) {
          const part: unknown = { type: pulled++ % 2 === 0 ? "raw" : "text-delta", id: "0", delta: "a", rawValue: {} };
          const isPart = (value: unknown): value is never => value !== null;
          if (isPart(part)) controller.enqueue(part);
        },
        cancel(reason) {
          cancelled = reason;
        },
      },
      { highWaterMark: 0 },
    );
    const plain = modelOf("chat", "answer");
    const faked = new Proxy(plain, {
      get: (target, key) => (key === "doStream" ? async () => ({ stream: endless }) : Reflect.get(target, key)),
    });
    const { stream } = await wrap(faked).doStream({ prompt });
    const reader = stream.getReader();
    for (let k = 0; k < 3; k++) expect((await reader.read()).value?.type).toBe("text-delta");
    expect(pulled).toBe(6);
    await reader.cancel("enough");
    expect([pulled, cancelled]).toEqual([6, "enough"]);
  });

  it.each(["no-logprobs", "forbidden"])("asks %j once more without, and remembers", async (id) => {
    const plain = modelOf("chat", id);
    const model = wrap(plain);
    const expected = comparable(await plain.doGenerate({ prompt }));
    for (const requests of [3, 4]) {
      const { rest, confidences } = apart(await model.doGenerate({ prompt }), "candor");
      expect(comparable(Object(rest))).toEqual(expected);
      expect(confidences).toMatchObject([{ confidence: { probability: null, evidence: { logprobs: "rejected" } } }]);
      expect(replay.server.requests).toHaveLength(requests);
    }
    const parts = await collect((await wrap(plain).doStream({ prompt })).stream);
    expect(parts.at(-1)?.type).toBe("finish");
    expect(replay.server.requests).toHaveLength(6);
  });

  it.each(["too-long", "rate-limited", "broken"])("%j: the same error, once", async (id) => {
    const plain = modelOf("chat", id);
    for (const method of ["doGenerate", "doStream"] as const) {
      const expected = await failureOf(() => plain[method]({ prompt }));
      const sent = replay.server.requests.length;
      const failure = await failureOf(() => wrap(plain)[method]({ prompt }));
      expect(Object.getPrototypeOf(failure)).toBe(Object.getPrototypeOf(expected));
      expect(String(failure)).toBe(String(expected));
      expect(replay.server.requests).toHaveLength(sent + 1);
    }
  });

  it("an error in a stream comes where it would have come", async () => {
    const plain = modelOf("chat", "error-in-stream");
    const expected = await collect((await plain.doStream({ prompt })).stream);
    const parts = await collect((await wrap(plain).doStream({ prompt })).stream);
    expect(apart(parts, "candor").rest).toEqual(apart(expected, "candor").rest);
  });

  it("an abort in a stream is the model's own, and the server hears of it", async () => {
    const controller = new AbortController();
    const { stream } = await wrap(modelOf("chat", "hangs")).doStream({ prompt, abortSignal: controller.signal });
    const failure = await failureOf(async () => {
      for await (const part of stream) if (part.type === "text-delta" && part.delta === " is") controller.abort();
    });
    expect(failure).toMatchObject({ name: "AbortError" });
    for (let k = 0; k < 200 && replay.server.requests[0]?.aborted !== true; k++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(replay.server.requests[0]?.aborted).toBe(true);
  });

  it("warns of nothing that the caller did not do, where the package drops log-probabilities itself", async () => {
    const plain = modelOf("chat", "gpt-5.4-mini");
    const own = await plain.doGenerate({ prompt, providerOptions: { openai: { logprobs: 5 } } });
    expect(JSON.stringify(own.warnings)).toMatch(/logprobs/);
    const result = await wrap(plain).doGenerate({ prompt });
    expect(result.warnings).toEqual((await plain.doGenerate({ prompt })).warnings);
    expect(confidenceIn(result)).toMatchObject({ probability: null, evidence: { logprobs: "rejected" } });
    const [start] = await collect((await wrap(plain).doStream({ prompt })).stream);
    expect(start).toEqual({ type: "stream-start", warnings: [] });
  });

  it("has a confidence where the package drops only the alternatives", async () => {
    const options: CallOptions = { prompt, providerOptions: { openai: { reasoningEffort: "none" } } };
    const result = await wrap(modelOf("chat", "gpt-5.4-mini")).doGenerate(options);
    expect(replay.server.requests[0]?.body).toMatchObject({ logprobs: true });
    expect(replay.server.requests[0]?.body).not.toHaveProperty("top_logprobs");
    expect(result.warnings).toEqual([]);
    expect(confidenceIn(result)?.evidence).toMatchObject({ kind: "logprobs", n: 6 });
  });

  it("does not ask a model that is documented to give none", async () => {
    const confidence = confidenceIn(await wrap(modelOf("chat", "o3-mini")).doGenerate({ prompt }));
    expect(confidence?.reason).toBe("This model gives no log-probabilities.");
  });
});

describe("confidenceMiddleware() where a provider package loses tokens", () => {
  const words = ["The", " meeting", " is", " on", " Friday"];
  const entry = (token: string): object => ({ token, logprob: -0.01, top_logprobs: [] });
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 5 } };

  /** A package that gives nothing of the provider's response but what it put in its metadata. */
  function modelWith(logprobs: unknown): Model {
    const shared = {
      usage,
      finishReason: { unified: "stop", raw: "stop" },
      providerMetadata: { openai: { logprobs } },
    };
    const parts = [
      { type: "stream-start", warnings: [] },
      { type: "text-start", id: "0" },
      ...words.map((delta) => ({ type: "text-delta", id: "0", delta })),
      { type: "text-end", id: "0" },
      { type: "finish", ...shared },
    ];
    const given: unknown = {
      doGenerate: { content: [{ type: "text", text: words.join("") }], warnings: [], ...shared },
      doStream: async () => ({ stream: simulateReadableStream({ chunks: parts }) }),
    };
    const isMock = (value: unknown): value is ConstructorParameters<typeof MockLanguageModelV3>[0] => value !== null;
    if (!isMock(given)) throw new Error("no mock");
    return new MockLanguageModelV3(given);
  }

  async function both(logprobs: unknown): Promise<unknown[]> {
    const model = wrapLanguageModel({ model: modelWith(logprobs), middleware: confidenceMiddleware().v3 });
    const whole = await model.doGenerate({ prompt });
    const parts = await collect((await model.doStream({ prompt })).stream);
    for (const each of [whole, parts.at(-1)]) expect(JSON.stringify(each)).not.toContain('"logprobs":[');
    return [confidenceIn(whole), confidenceIn(parts.at(-1))];
  }

  it("scores what its metadata holds, flat or nested, where that is the whole answer", async () => {
    for (const logprobs of [words.map(entry), [words.map(entry)]])
      for (const confidence of await both(logprobs))
        expect(confidence).toMatchObject({ evidence: { kind: "logprobs", n: 5 } });
  });

  it("never takes one token of five for the whole answer", async () => {
    for (const logprobs of [[entry(" Friday")], [[entry(" on"), entry(" Friday")]]])
      for (const confidence of await both(logprobs))
        expect(confidence).toMatchObject({
          score: { value: null },
          evidence: { kind: "none", n: 0, flags: ["tokens-differ-from-text"] },
        });
  });

  it("has no confidence where the metadata has none", async () => {
    for (const confidence of await both([])) expect(confidence).toMatchObject({ score: { value: null } });
  });

  it("asks in other words for other providers", async () => {
    const seen: unknown[] = [];
    const model = modelWith([]);
    const spy = new Proxy(model, {
      get: (target, key) =>
        key === "doGenerate"
          ? (options: CallOptions) => {
              seen.push(options.providerOptions);
              return target.doGenerate(options);
            }
          : Reflect.get(target, key),
    });
    const ask = (topK: number) => ({ acme: { logprobs: true, top_logprobs: topK } });
    const wrapped = wrapLanguageModel({ model: spy, middleware: confidenceMiddleware({ ask, topK: 3 }).v3 });
    await wrapped.doGenerate({ prompt, providerOptions: { acme: { seed: 1 }, other: { a: true } } });
    expect(seen).toEqual([{ acme: { seed: 1, logprobs: true, top_logprobs: 3 }, other: { a: true } }]);
  });
});

import OpenAI, { APIUserAbortError, AzureOpenAI, BadRequestError, PermissionDeniedError, RateLimitError } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ConfidenceOptions, createRejections, withConfidence } from "../../src/index.ts";
import { type ReplayServer, startReplayServer } from "../replay-server.ts";

let server: ReplayServer;
let plain: OpenAI;
let wrapped: OpenAI;

beforeAll(async () => {
  server = await startReplayServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.cut = (bytes) =>
    bytes
      .toString("utf8")
      .split(/(?<=\n\n)/)
      .map((event) => Buffer.from(event));
  server.gate = async () => {};
  plain = new OpenAI({ apiKey: "none", baseURL: server.url });
  wrapped = withConfidence(plain);
});

const messages = [{ role: "user" as const, content: "When is the meeting?" }];

/** The value without the confidences in it, and how many there were. */
function without(value: unknown): { readonly rest: unknown; readonly confidences: readonly unknown[] } {
  const confidences: unknown[] = [];
  const strip = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(strip);
    if (typeof each !== "object" || each === null) return each;
    return Object.fromEntries(
      Object.entries(each).flatMap(([key, inner]) => {
        if (key !== "confidence") return [[key, strip(inner)]];
        confidences.push(inner);
        return [];
      }),
    );
  };
  return { rest: strip(value), confidences };
}

async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const events: T[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const asks = { logprobs: true, top_logprobs: 2 } as const;
const models = ["answer", "json", "refusal", "tools", "two", "ollama"];

describe("withConfidence(client).chat.completions", () => {
  it.each(models)("create({ model: %j }) is what the client gives, and a confidence", async (model) => {
    const body = { model, messages, ...(model === "two" ? { n: 2 } : {}) };
    const { rest, confidences } = without(await wrapped.chat.completions.create(body));
    expect(rest).toEqual(await plain.chat.completions.create(body));
    expect(confidences).toHaveLength(model === "two" ? 3 : 1);
    expect(server.requests.map((request) => request.body["logprobs"])).toEqual([true, undefined]);
  });

  it.each(models)("create({ model: %j, logprobs }) leaves the log-probabilities that were asked for", async (model) => {
    const body = { model, messages, ...asks };
    expect(without(await wrapped.chat.completions.create(body)).rest).toEqual(
      await plain.chat.completions.create(body),
    );
    expect(server.requests[0]?.body).toEqual(server.requests[1]?.body);
  });

  it.each(models)("create({ model: %j, stream }) gives every chunk as it would have come", async (model) => {
    for (const extra of [{}, asks]) {
      const body = { model, messages, stream: true as const, stream_options: { include_usage: true }, ...extra };
      const n = model === "two" ? { n: 2 } : {};
      const { rest, confidences } = without(await collect(await wrapped.chat.completions.create({ ...body, ...n })));
      expect(rest).toEqual(await collect(await plain.chat.completions.create({ ...body, ...n })));
      expect(confidences).toHaveLength(model === "two" ? 3 : 1);
    }
  });
});

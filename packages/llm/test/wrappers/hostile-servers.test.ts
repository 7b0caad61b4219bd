import { once } from "node:events";
import { gzipSync } from "node:zlib";
import OpenAI, { toFile } from "openai";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { confidenceIn, withConfidence } from "../../src/index.ts";
import { answerOf, useServers } from "./servers.ts";
import { collect } from "./support.ts";

const serve = useServers();
const messages = [{ role: "user" as const, content: "a secret question" }];
const json = { "content-type": "application/json" };
const sse = { "content-type": "text/event-stream" };
const words = ["It ", "is ", "on ", "Friday"];

const unhandled: unknown[] = [];
const remember = (reason: unknown): void => void unhandled.push(reason);
const said = (["log", "info", "warn", "error", "debug"] as const).map((name) => vi.spyOn(console, name));

beforeAll(() => void process.on("unhandledRejection", remember));
afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  expect(unhandled).toEqual([]);
  for (const spy of said) expect(spy).not.toHaveBeenCalled();
});
afterAll(() => void process.off("unhandledRejection", remember));

function clientOf(url: string, more: object = {}): OpenAI {
  return new OpenAI({ apiKey: "sk-secret", baseURL: url, maxRetries: 0, ...more });
}

function bodyOf(bytes: Buffer): Record<string, unknown> {
  return JSON.parse(bytes.toString("utf8"));
}

/** What a call came to: its value, or the class and message of its error. */
async function outcome(work: () => PromiseLike<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    return error instanceof Error ? [error.constructor.name, error.message] : error;
  }
}

describe("withConfidence(client) at a server that behaves oddly", () => {
  it("keeps the answers of many calls at once apart", async () => {
    const { url } = await serve(async (response, { bytes }) => {
      const body = bodyOf(bytes);
      await new Promise((resolve) => setTimeout(resolve, (bytes.length * 7) % 20));
      const k = Number(String(body["model"]).slice(1));
      response.writeHead(200, body["stream"] === true ? sse : json);
      const text = answerOf([...words, String(k)], -k / 10, body);
      for (let i = 0; i < text.length; i += 97) {
        response.write(text.slice(i, i + 97));
        if (i % 194 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const client = withConfidence(clientOf(url));
    const values = await Promise.all(
      Array.from({ length: 24 }, async (_, k) => {
        const body = { model: `m${k}`, messages };
        if (k % 2 === 0) return confidenceIn(await client.chat.completions.create(body))?.score.value;
        const chunks = await collect(await client.chat.completions.create({ ...body, stream: true }));
        return confidenceIn(chunks.at(-1))?.score.value;
      }),
    );
    values.forEach((value, k) => {
      expect(value).toBeCloseTo(Math.exp(-k / 10), 12);
    });
  });

  it("leaves retries to the client: as many requests, one confidence", async () => {
    const { url, seen } = await serve((response, { bytes }, count) => {
      if (count <= 2)
        response.writeHead(429, { ...json, "retry-after-ms": "1" }).end('{"error":{"message":"logprobs later"}}');
      else response.writeHead(200, json).end(answerOf(words, -0.1, bodyOf(bytes)));
    });
    const completion = await withConfidence(clientOf(url, { maxRetries: 3 })).chat.completions.create({
      model: "a",
      messages,
    });
    expect(confidenceIn(completion)?.score.value).toBeCloseTo(Math.exp(-0.1), 12);
    expect(seen.map(({ bytes }) => bodyOf(bytes)["logprobs"])).toEqual([true, true, true]);
  });

  it("is asked once more without after a refusal, and retries of that are the client's", async () => {
    const { url, seen } = await serve((response, { bytes }, count) => {
      const body = bodyOf(bytes);
      if (body["logprobs"] === true) response.writeHead(400, json).end('{"error":{"message":"no logprobs here"}}');
      else if (count === 2) response.writeHead(500, { ...json, "retry-after-ms": "1" }).end("{}");
      else response.writeHead(200, json).end(answerOf(words, -0.1, body));
    });
    const client = withConfidence(clientOf(url, { maxRetries: 2 }));
    for (let k = 0; k < 2; k++) {
      const completion = await client.chat.completions.create({ model: "a", messages });
      expect(confidenceIn(completion)?.evidence.logprobs).toBe("rejected");
    }
    expect(seen.map(({ bytes }) => bodyOf(bytes)["logprobs"])).toEqual([true, undefined, true, undefined, undefined]);
  });

  it.each([
    ["an empty 204", 204, {}, ""],
    ["text that is no JSON", 200, { "content-type": "text/plain" }, "busy"],
    ["JSON that is cut off", 200, json, '{"choices":[{"mess'],
    ["nothing at all", 200, json, ""],
    ["a page of HTML", 502, { "content-type": "text/html" }, "<html>logprobs</html>"],
    ["a page of HTML as a refusal", 400, { "content-type": "text/html" }, "<html>Bad request</html>"],
    ["HTML as an answer", 200, { "content-type": "text/html" }, "<html>log in</html>"],
    ["an array", 200, json, "[]"],
    ["null", 200, json, "null"],
  ] as const)("gives what the client makes of %s", async (_, status, headers, text) => {
    for (const stream of [false, true]) {
      const { url, seen } = await serve((response) => void response.writeHead(status, headers).end(text));
      const call = (client: OpenAI) => async (): Promise<unknown> => {
        const answer: unknown = await client.chat.completions.create({ model: "a", messages, stream });
        const isIterable = (value: unknown): value is AsyncIterable<unknown> => stream && typeof value === "object";
        return isIterable(answer) ? collect(answer) : answer;
      };
      const plain = clientOf(url);
      expect(await outcome(call(withConfidence(plain)))).toEqual(await outcome(call(plain)));
      expect(seen).toHaveLength(2);
    }
  });

  it("reads compressed answers, whole and streamed", async () => {
    const { url } = await serve((response, { bytes }) => {
      const body = bodyOf(bytes);
      const zipped = gzipSync(answerOf(words, -0.2, body));
      const headers = { "content-encoding": "gzip", "content-length": zipped.length };
      response.writeHead(200, { ...(body["stream"] === true ? sse : json), ...headers }).end(zipped);
    });
    const client = withConfidence(clientOf(url));
    const whole = await client.chat.completions.create({ model: "a", messages });
    const chunks = await collect(await client.chat.completions.create({ model: "a", messages, stream: true }));
    for (const answer of [whole, chunks.at(-1)])
      expect(confidenceIn(answer)?.score.value).toBeCloseTo(Math.exp(-0.2), 12);
    expect(chunks.map(({ choices }) => choices[0]?.delta.content).join("")).toBe(words.join(""));
  });

  it.each([false, true])(
    "fails as the client does where the server leaves in the middle (stream: %j)",
    async (stream) => {
      const { url } = await serve((response, { bytes }) => {
        const body = bodyOf(bytes);
        const text = answerOf(words, -0.2, { stream: body["stream"] });
        response.writeHead(200, body["stream"] === true ? sse : json);
        response.write(text.slice(0, Math.floor(text.length * 0.6)), () => setTimeout(() => response.destroy(), 20));
      });
      const seen = async (client: OpenAI): Promise<unknown> => {
        const chunks: unknown[] = [];
        const failed = await outcome(async () => {
          const answer = await client.chat.completions.create({ model: "a", messages, stream });
          if (!("choices" in answer)) for await (const chunk of answer) chunks.push(chunk);
        });
        return { chunks, failed };
      };
      const plain = clientOf(url);
      const expected = await seen(plain);
      expect(await seen(withConfidence(plain))).toEqual(expected);
      expect(expected).toMatchObject({ failed: [expect.any(String), expect.any(String)] });
    },
  );

  it("a stream that ends cleanly in the middle of an event gives what the client gives", async () => {
    const { url } = await serve((response) => {
      const text = answerOf(words, -0.2, { stream: true });
      response.writeHead(200, sse).end(text.slice(0, Math.floor(text.length * 0.6)));
    });
    const call = (client: OpenAI) => async (): Promise<unknown> =>
      collect(await client.chat.completions.create({ model: "a", messages, stream: true }));
    expect(await outcome(call(withConfidence(clientOf(url))))).toEqual(await outcome(call(clientOf(url))));
  });

  it("an abort after the end, and one of an answer that nobody reads, are no errors", async () => {
    const { url } = await serve((response, { bytes }) => {
      const body = bodyOf(bytes);
      response.writeHead(200, body["stream"] === true ? sse : json).end(answerOf(words, -0.2, body));
    });
    const client = withConfidence(clientOf(url));
    for (const stream of [false, true]) {
      const controller = new AbortController();
      const answer = await client.chat.completions.create(
        { model: "a", messages, stream },
        { signal: controller.signal },
      );
      if (!("choices" in answer)) await collect(answer);
      controller.abort();
      const unread = new AbortController();
      const raw = await client.chat.completions
        .create({ model: "a", messages, stream }, { signal: unread.signal })
        .asResponse();
      unread.abort();
      await raw.body?.cancel().catch(() => undefined);
    }
  });

  it("holds nothing of an endless stream that is left, and tells the server", async () => {
    let left = false;
    let sent = 0;
    const { url } = await serve(async (response, { bytes }) => {
      const event = answerOf(["word "], -0.2, bodyOf(bytes)).split(/(?<=\n\n)/)[0] ?? "";
      const closed = once(response, "close").then(() => {
        left = true;
      });
      response.writeHead(200, sse);
      while (!left && sent < 1e6) {
        sent++;
        if (!response.write(event)) await Promise.race([once(response, "drain"), closed]);
      }
    });
    const stream = await withConfidence(clientOf(url)).chat.completions.create({ model: "a", messages, stream: true });
    let got = 0;
    for await (const _ of stream) if (++got === 2000) break;
    for (let k = 0; k < 400 && !left; k++) await new Promise((resolve) => setTimeout(resolve, 5));
    expect([got, left]).toEqual([2000, true]);
    expect(sent).toBeLessThan(1e5);
  });

  it("sends files as they are", async () => {
    const { url, seen } = await serve(
      (response) => void response.writeHead(200, json).end('{"id":"file-1","text":"hi"}'),
    );
    const content = Buffer.from(Array.from({ length: 3000 }, (_, i) => i % 256));
    for (const client of [withConfidence(clientOf(url)), clientOf(url)]) {
      await client.files.create({ file: await toFile(content, "a.bin"), purpose: "assistants" });
      await client.audio.transcriptions.create({ file: await toFile(content, "a.wav"), model: "whisper-1" });
    }
    const parts = seen.map(({ headers, bytes }) => {
      const [, boundary = ""] = /boundary=(.*)$/.exec(headers["content-type"] ?? "") ?? [];
      return bytes.toString("latin1").replaceAll(boundary, "-");
    });
    expect(parts.slice(0, 2)).toEqual(parts.slice(2));
    expect(parts[0]).toContain(content.toString("latin1"));
  });

  it("goes through the caller's own fetch, and a base address with a path and a query", async () => {
    const { url } = await serve(
      (response, { bytes }) => void response.writeHead(200, json).end(answerOf(words, -0.3, bodyOf(bytes))),
    );
    const addresses: string[] = [];
    const own: typeof fetch = async (input, init) => {
      addresses.push(String(input));
      return await fetch(input, init);
    };
    const client = clientOf(`${url}/gateway/tenant`, { fetch: own, defaultQuery: { "api-version": "1" } });
    const completion = await withConfidence(client).chat.completions.create({ model: "a", messages });
    expect(confidenceIn(completion)?.score.value).toBeCloseTo(Math.exp(-0.3), 12);
    expect(addresses).toEqual([`${url}/gateway/tenant/chat/completions?api-version=1`]);
  });

  it("never quotes keys or questions in an error or a confidence", async () => {
    const { url } = await serve((response, _, count) =>
      count % 2 === 1
        ? void response.writeHead(400, json).end('{"error":{"message":"logprobs: a secret question, sk-secret"}}')
        : void response.writeHead(200, json).end(answerOf(["Yes"], -0.1, {})),
    );
    const client = withConfidence(clientOf(url), {
      score: () => {
        throw new Error("a secret question, sk-secret");
      },
    });
    const confidence = confidenceIn(await client.chat.completions.create({ model: "a", messages }));
    expect(confidence?.reason).toBe("The confidence could not be worked out: the score failed on this answer.");
    expect(JSON.stringify(confidence)).not.toMatch(/secret/);
  });

  it("gives the answer, and the reason, where a score of the caller's is none", async () => {
    const { url } = await serve((response, { bytes }) => {
      const body = bodyOf(bytes);
      response.writeHead(200, body["stream"] === true ? sse : json).end(answerOf(words, -0.3, body));
    });
    const score = () => ({ value: 3, bounds: null, n: 1, reason: null });
    const client = withConfidence(clientOf(url), { score });
    const whole = await client.chat.completions.create({ model: "a", messages });
    const chunks = await collect(await client.chat.completions.create({ model: "a", messages, stream: true }));
    expect(whole.choices[0]?.message.content).toBe(words.join(""));
    for (const answer of [whole, chunks.at(-1)])
      expect(confidenceIn(answer)).toMatchObject({
        probability: null,
        decision: null,
        reason: "The confidence could not be worked out: score: expected a confidence in [0, 1], got 3.",
      });
  });
});

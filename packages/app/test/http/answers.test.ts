import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assess, inspectAnswer } from "@candor/llm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { contentLength } from "../../src/http/ingest/check-prediction.ts";
import { openServer, type TestServer } from "./open-server.ts";

const start = Date.UTC(2026, 2, 1, 12);
const dayMs = 86_400_000;
const now = { value: start, ms: 0 };
const fixture = join(import.meta.dirname, "../../../llm/test/fixtures/chat-completions/openai.json");
const response: unknown = JSON.parse(readFileSync(fixture, "utf8"));
let server: TestServer;
let writer: string;
let reader: string;

beforeAll(async () => {
  server = await openServer(now);
  for (const project of ["open", "closed"]) await server.project(project);
  await server.deps.state.updateProject("open", { settings: { contentDays: 5 } }, "cli");
  writer = await server.key(["write"], "open");
  reader = await server.key(["read"], "open");
});
afterAll(() => server.close());

const model = { model: "chat", version: "1" };

async function decide(id: string, more: Readonly<Record<string, unknown>>, key = writer): Promise<void> {
  const reply = await server.ask("/api/v1/decide", { key, json: { id, ...model, ...more } });
  expect([id, reply.status]).toEqual([id, 200]);
}

async function answerOf(id: string, query = "", key = reader) {
  const reply = await server.ask(`/api/v1/predictions/${id}/answer?fresh=true${query}`, { key });
  return { status: reply.status, body: await reply.json(), headers: reply.headers };
}

async function contentOf(id: string) {
  const reply = await server.ask(`/api/v1/predictions/${id}?fresh=true`, { key: reader });
  return (await reply.json()).prediction.content;
}

function chat(content: string, tokens: readonly object[]): object {
  const choice = { index: 0, message: { role: "assistant", content }, logprobs: { content: tokens } };
  return { object: "chat.completion", choices: [{ ...choice, finish_reason: "stop" }] };
}

describe("GET /api/v1/predictions?content=false", () => {
  it("lists predictions without what is kept of them", async () => {
    await decide("listed", { llm: { response }, content: { prompt: "Which?" } });
    const list = async (query: string) => {
      const reply = await server.ask(`/api/v1/predictions?model=chat&fresh=true${query}`, { key: reader });
      const { predictions } = await reply.json();
      return predictions.find(({ id }: { id: string }) => id === "listed").content;
    };
    expect(await list("")).toMatchObject({ prompt: "Which?" });
    expect(await list("&content=false")).toBeNull();
  });
});

describe("GET /api/v1/predictions?window=7d&cursor=", () => {
  it("goes on where the page before ended, though the window moves with the clock", async () => {
    await decide("paged-1", { score: 0.25 });
    await decide("paged-2", { score: 0.25 });
    const asked = "/api/v1/predictions?window=7d&confidenceFrom=0.25&confidenceTo=0.26&limit=1&fresh=true";
    const page = async (query: string) => (await server.ask(query, { key: reader })).json();
    const first = await page(asked);
    now.value = start + 5000;
    const second = await page(`${asked}&cursor=${first.cursor}`);
    expect([first, second].map(({ predictions }) => predictions[0].id).sort()).toEqual(["paged-1", "paged-2"]);
    expect((await page(`${asked.replace("7d", "8d")}&cursor=${first.cursor}`)).error.message).toMatch(/cursor/);
    now.value = start;
  });
});

describe("GET /api/v1/predictions/{id}/answer", () => {
  it("gives what is read from the response that was decided on", async () => {
    await decide("plain", { llm: { response } });
    const { status, body } = await answerOf("plain");
    expect(status).toBe(200);
    const { asOf, ...document } = body;
    expect(asOf).toBeGreaterThanOrEqual(start);
    expect(document).toEqual(JSON.parse(JSON.stringify(inspectAnswer(response))));
    expect(await contentOf("plain")).toEqual(JSON.parse(JSON.stringify({ response })));
  });

  it("reads the part that was decided on, and another one where that is asked for", async () => {
    const two = {
      object: "chat.completion",
      choices: ["Yes", "No"].map((token, index) => ({
        index,
        message: { content: token },
        logprobs: { content: [{ token, logprob: -0.5 - index }] },
      })),
    };
    await decide("second", { llm: { response: two, score: "minToken", index: 1 }, content: { prompt: "Is it?" } });
    const { body } = await answerOf("second");
    expect(body.confidence).toMatchObject({ name: "minToken", value: assess(two, { index: 1 }).score.value });
    expect(body.index).toBe(1);
    expect((await answerOf("second", "&index=0")).body).toMatchObject({ index: 0, channels: [{ text: "Yes" }] });
    expect((await answerOf("second", "&index=7")).status).toBe(400);
    expect(await contentOf("second")).toEqual({
      prompt: "Is it?",
      reading: { score: "minToken", index: 1 },
      response: two,
    });
  });

  it("reads a response that came with a prediction, and what is said of its reading only as far as it is good", async () => {
    const reading = { field: 7, score: "nonsense", index: -1, question: [] };
    const json = { id: "sent", ...model, confidence: 0.5, content: { response, reading } };
    await server.ask("/api/v1/predictions", { key: writer, json });
    const { status, body } = await answerOf("sent");
    expect([status, body.confidence.name]).toEqual([200, "lengthNormalised"]);
  });

  it("is 404 with what to do where nothing is kept", async () => {
    const closed = await server.key(["read", "write"], "closed");
    await decide("closed-1", { llm: { response } }, closed);
    const none = await answerOf("closed-1", "", closed);
    expect([none.status, none.body.error.code]).toEqual([404, "no-content"]);
    expect(none.body.error.message).toContain("PATCH /api/v1/projects/closed");
    expect((await answerOf("nobody")).body.error.code).toBe("unknown");
    await decide("score", { score: 0.5 });
    expect((await answerOf("score")).body.error).toMatchObject({ code: "no-content" });
    await decide("prompt", { score: 0.5, content: { prompt: "?" } });
    expect((await answerOf("prompt")).body.error).toMatchObject({
      code: "no-response",
      message: expect.stringContaining("decide with llm.response"),
    });
  });

  it("is 422 for a response of no known shape", async () => {
    await server.ask("/api/v1/predictions", {
      key: writer,
      json: { id: "odd", ...model, confidence: 0.5, content: { response: { hello: "world" } } },
    });
    const { status, body } = await answerOf("odd");
    expect([status, body.error.code]).toEqual([422, "unreadable"]);
  });

  it("keeps a long response without bytes that repeat a token, and says where even that is too long", async () => {
    const entry = (token: string) => ({ token, logprob: -0.1, bytes: [...new TextEncoder().encode(token)] });
    const long = (n: number) =>
      chat(
        "water".repeat(n),
        Array.from({ length: n }, () => ({ ...entry("water"), top_logprobs: [entry("fire")] })),
      );
    const fits = long(2000);
    expect(JSON.stringify(fits).length).toBeGreaterThan(contentLength);
    await decide("long", { llm: { response: fits } });
    await decide("longer", { llm: { response: long(4000) }, content: { prompt: "?" } });
    const kept = await contentOf("long");
    expect(JSON.stringify(kept).length).toBeLessThanOrEqual(contentLength);
    expect(JSON.stringify(kept)).not.toContain("bytes");
    const { asOf: _, ...read } = (await answerOf("long")).body;
    expect(read).toEqual(JSON.parse(JSON.stringify(inspectAnswer(fits))));
    expect(await contentOf("longer")).toEqual({ prompt: "?", omitted: expect.stringMatching(/^the response has \d+/) });
    const many = Array.from({ length: 1500 }, () => ({
      ...entry("water"),
      top_logprobs: ["water", "fire", "air", "earth", "ice", "sand", "wood"].map(entry),
    }));
    await decide("many", { llm: { response: chat("water".repeat(1500), many), score: "minToken" } });
    expect((await contentOf("many")).reading).toEqual({ score: "minToken", alternatives: 2 });
    const { tokens } = (await answerOf("many")).body;
    expect(tokens).toHaveLength(1500);
    expect(tokens[7].top).toHaveLength(2);
    expect((await answerOf("longer")).body.error).toMatchObject({
      code: "no-response",
      message: expect.stringContaining(`${contentLength} of content are kept`),
    });
  });

  it("leaves content alone that has a response of its own", async () => {
    await decide("own", { llm: { response }, content: { response: "redacted" } });
    expect(await contentOf("own")).toEqual({ response: "redacted" });
    expect((await answerOf("own")).status).toBe(404);
  });

  it("knows nothing of it in a dry run, after its time, or once it is erased", async () => {
    const json = { id: "dry", ...model, llm: { response } };
    await server.ask("/api/v1/decide?dryRun=true", { key: writer, json });
    expect((await answerOf("dry")).body.error.code).toBe("unknown");
    now.value = start + 5 * dayMs;
    expect((await answerOf("plain")).body.error.code).toBe("no-content");
    now.value = start;
    const owner = await server.key(["admin"], "open");
    await server.ask("/api/v1/predictions/plain", { method: "DELETE", key: owner });
    expect((await answerOf("plain")).body.error.code).toBe("unknown");
  });

  it("answers 304 while nothing changes, and logs nothing of what was said", async () => {
    const canary = "the canary sings at dusk";
    await decide("canary", { llm: { response: chat(canary, [{ token: canary, logprob: -1 }]) } });
    await server.ask("/api/v1/predictions", {
      key: writer,
      json: { id: "bad-canary", ...model, confidence: 0.5, content: { response: { [canary]: canary } } },
    });
    const first = await answerOf("canary");
    expect(first.body.channels[0].text).toBe(canary);
    await answerOf("bad-canary");
    const again = await server.ask("/api/v1/predictions/canary/answer", {
      key: reader,
      headers: { "If-None-Match": first.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
    expect(server.lines.join("")).not.toContain("canary sings");
  });
});

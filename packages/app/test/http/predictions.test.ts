import { gzipSync } from "node:zlib";
import { sealPolicy } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { samplePolicy } from "../sample-policy.ts";
import { openServer, type TestServer } from "./open-server.ts";

const start = Date.UTC(2026, 2, 1, 12);
const now = { value: start, ms: 0 };
const good = { id: "p-1", model: "fraud", version: "1", confidence: 0.8 };
let server: TestServer;
let writer: string;

beforeAll(async () => {
  server = await openServer(now, { bodyBytes: 200_000, openedBytes: 1_000_000, batchItems: 50 });
  writer = await server.key(["write"]);
});
afterAll(() => server.close());

const post = (json: unknown) => server.ask("/api/v1/predictions", { key: writer, json });

/** Status, and of the first item its error. */
async function refused(item: unknown): Promise<{ code: string; field?: string; message: string }> {
  const reply = await post([item]);
  expect(reply.status).toBe(422);
  const { items } = await reply.json();
  expect(items[0].status).toBe("rejected");
  return items[0].error;
}

function messageFirst([item, code, field, message]: readonly unknown[]): [string, unknown, unknown, unknown] {
  return [String(message), item, code, field];
}

describe("POST /api/v1/predictions", () => {
  it("POST of one object keeps it", async () => {
    const reply = await post({ ...good, id: "one", time: "2026-03-01T11:00:00+01:00", segments: { country: "FI" } });
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({
      accepted: 1,
      rejected: 0,
      items: [{ index: 0, id: "one", status: "accepted" }],
    });
    await server.deps.ingest.settled();
    const stored = await server.deps.events.prediction("default", "one");
    expect(stored?.prediction).toMatchObject({
      time: Date.UTC(2026, 2, 1, 10),
      receivedAt: start,
      confidence: 0.8,
      rawConfidence: 0.8,
      task: "confidence",
      segments: { country: "FI" },
    });
  });

  it("POST of a list takes what is good and says of the rest why not", async () => {
    const reply = await post([good, { ...good, id: "p-2", confidence: 1.2 }, { ...good, id: "p-3" }]);
    expect(reply.status).toBe(207);
    expect(await reply.json()).toEqual({
      accepted: 2,
      rejected: 1,
      items: [
        { index: 0, id: "p-1", status: "accepted" },
        {
          index: 1,
          id: "p-2",
          status: "rejected",
          error: {
            code: "out-of-range",
            field: "confidence",
            message: "confidence must be a number in [0, 1] or null, got 1.2",
          },
        },
        { index: 2, id: "p-3", status: "accepted" },
      ],
    });
  });

  it("POST of lines takes the lines that are good and names the others", async () => {
    const body = `${JSON.stringify({ ...good, id: "l-1" })}\n\n{"id": \n${JSON.stringify({ ...good, id: "l-2" })}`;
    const headers = { "Content-Type": "application/x-ndjson" };
    const reply = await server.ask("/api/v1/predictions", { key: writer, body, headers });
    expect(reply.status).toBe(207);
    const { items } = await reply.json();
    expect(items[1]).toEqual({
      index: 1,
      id: null,
      status: "rejected",
      error: { code: "json", message: "line 3 is not JSON" },
    });
    expect(items[2]).toEqual({ index: 2, id: "l-2", status: "accepted" });
  });

  it("POST of gzip is opened", async () => {
    const body = gzipSync(JSON.stringify([{ ...good, id: "zipped" }]));
    const headers = { "Content-Type": "application/json", "Content-Encoding": "gzip" };
    expect((await server.ask("/api/v1/predictions", { key: writer, body, headers })).status).toBe(200);
  });

  it("POST of an id again changes nothing", async () => {
    await post({ ...good, id: "again", confidence: 0.3 });
    expect((await post({ ...good, id: "again", confidence: 0.4 })).status).toBe(200);
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", "again"))?.prediction.confidence).toBe(0.3);
  });

  it.each(
    [
      [{ ...good, id: undefined }, "missing", "id", "id is missing: it must be text of 1 to 200 characters"],
      [{ ...good, id: 5 }, "type", "id", "id must be text of 1 to 200 characters, got 5"],
      [{ ...good, id: "" }, "name", "id", 'id must be text of 1 to 200 characters, got the text ""'],
      [
        { ...good, id: "x".repeat(201) },
        "too-long",
        "id",
        "id must be text of 1 to 200 characters, got text of 201 characters",
      ],
      [
        { ...good, id: "a\nb" },
        "name",
        "id",
        'id must be text without control characters and broken surrogate pairs, got the text "a\\nb"',
      ],
      [
        { ...good, id: "\ud800" },
        "name",
        "id",
        'id must be text without control characters and broken surrogate pairs, got the text "\\ud800"',
      ],
      [{ ...good, model: null }, "type", "model", "model must be text of 1 to 200 characters, got null"],
      [{ ...good, version: ["1"] }, "type", "version", "version must be text of 1 to 200 characters, got a list of 1"],
      [
        { ...good, confidence: undefined },
        "missing",
        "confidence",
        "confidence is missing: it must be a number in [0, 1] or null",
      ],
      [
        { ...good, confidence: "0.8" },
        "type",
        "confidence",
        'confidence must be a number in [0, 1] or null, got the text "0.8"',
      ],
      [
        { ...good, confidence: -1e-9 },
        "out-of-range",
        "confidence",
        "confidence must be a number in [0, 1] or null, got -1e-9",
      ],
      [
        { ...good, rawConfidence: 3 },
        "out-of-range",
        "rawConfidence",
        "rawConfidence must be a number in [0, 1] or null, got 3",
      ],
      [{ ...good, task: "regression" }, "type", "task", 'task must be confidence or binary, got the text "regression"'],
      [{ ...good, prediction: 7 }, "type", "prediction", "prediction must be text of 1 to 200 characters, got 7"],
      [
        { ...good, decision: "maybe" },
        "type",
        "decision",
        'decision must be act, review, abstain, got the text "maybe"',
      ],
      [{ ...good, propensity: 0 }, "out-of-range", "propensity", "propensity must be a number in [0.000001, 1], got 0"],
      [
        { ...good, interval: [0.9, 0.1] },
        "out-of-range",
        "interval",
        "interval must be two numbers in [0, 1], the smaller first, got [0.9,0.1]",
      ],
      [
        { ...good, interval: 0.5 },
        "type",
        "interval",
        "interval must be two numbers in [0, 1], the smaller first, got 0.5",
      ],
      [{ ...good, segments: [] }, "type", "segments", "segments must be an object of names and texts, got a list of 0"],
      [
        { ...good, segments: { country: 5 } },
        "type",
        "segments.country",
        "segments.country must be text of 1 to 200 characters, got 5",
      ],
      [{ ...good, segments: { route: "a" } }, "name", "segments.route", "segments.route has a field of its own: route"],
      [
        { ...good, segments: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`s${i}`, "x"])) },
        "too-many",
        "segments",
        "segments must be at most 16, got 17",
      ],
      [
        { ...good, evidence: { margin: [1] } },
        "type",
        "evidence.margin",
        "evidence.margin must be a number, text, true, false or null, got a list of 1",
      ],
      [
        { ...good, evidence: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`e${i}`, i])) },
        "too-many",
        "evidence",
        "evidence must be at most 64 entries, got 65",
      ],
      [
        { ...good, evidence: { text: "x".repeat(4096) } },
        "too-long",
        "evidence",
        "evidence must have at most 4096 characters of names and values; a number counts as 8",
      ],
      [{ ...good, content: "prompt" }, "type", "content", 'content must be an object, got the text "prompt"'],
      [
        { ...good, time: "yesterday" },
        "time",
        "time",
        'time must be ISO 8601 with a zone, such as 2026-03-01T12:00:00Z, or milliseconds since 1970, got the text "yesterday"',
      ],
      [
        { ...good, time: "2026-03-01T12:00:00" },
        "time",
        "time",
        'time must be ISO 8601 with a zone, such as 2026-03-01T12:00:00Z, or milliseconds since 1970, got the text "2026-03-01T12:00:00"',
      ],
      [
        { ...good, time: "2026-02-30T12:00:00Z" },
        "time",
        "time",
        'time must be ISO 8601 with a zone, such as 2026-03-01T12:00:00Z, or milliseconds since 1970, got the text "2026-02-30T12:00:00Z"',
      ],
      [
        { ...good, time: 1_772_000_000 },
        "time",
        "time",
        "time must be milliseconds since 1970, not before the year 2000, got 1772000000",
      ],
      [
        { ...good, time: start + 86_400_001 },
        "time",
        "time",
        `time must be at most a day after the server's clock, which says 2026-03-01T12:00:00.000Z, got ${start + 86_400_001}`,
      ],
      [
        { ...good, time: "9999-01-01T00:00:00Z" },
        "time",
        "time",
        `time must be at most a day after the server's clock, which says 2026-03-01T12:00:00.000Z, got the text "9999-01-01T00:00:00Z"`,
      ],
      [7, "type", undefined, "the item must be an object, got 7"],
      [[], "type", undefined, "the item must be an object, got a list of 0"],
      [null, "type", undefined, "the item must be an object, got null"],
    ].map(messageFirst),
  )("POST says %s", async (message, item, code, field) => {
    expect(await refused(item)).toEqual({ code, message, ...(field === undefined ? {} : { field }) });
  });

  it("POST with an unknown field names it and those there are", async () => {
    const error = await refused({ ...good, confidance: 0.5 });
    expect(error).toMatchObject({ code: "unknown-field", field: "confidance" });
    expect(error.message).toMatch(/^confidance is not a field of a prediction; these are: id, model, version,/);
  });

  it("POST of 1e999 is a number too large, of NaN no JSON", async () => {
    const send = (body: string) =>
      server.ask("/api/v1/predictions", { key: writer, body, headers: { "Content-Type": "application/json" } });
    const large = await (await send(`{"id":"a","model":"m","version":"1","confidence":1e999}`)).json();
    expect(large.items[0].error.message).toBe(
      "confidence must be a number in [0, 1] or null, got a number too large to hold",
    );
    const nan = await send(`{"id":"a","model":"m","version":"1","confidence":NaN}`);
    expect([nan.status, await nan.json()]).toEqual([400, { error: { code: "json", message: "the body is not JSON" } }]);
  });

  it("POST of names of prototypes reaches no prototype", async () => {
    const send = (body: string) =>
      server.ask("/api/v1/predictions", { key: writer, body, headers: { "Content-Type": "application/json" } });
    const plain = `"id":"proto","model":"m","version":"1","confidence":0.5`;
    for (const extra of [
      `"__proto__":{"confidence":2}`,
      `"segments":{"__proto__":"x"}`,
      `"evidence":{"__proto__":1}`,
      `"content":{"__proto__":{"polluted":true}}`,
    ])
      expect((await send(`{${plain},${extra}}`)).status).toBe(422);
    expect((await send(`{${plain},"segments":{"constructor":"x","toString":"y"}}`)).status).toBe(200);
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", "proto"))?.prediction.segments).toEqual({
      constructor: "x",
      toString: "y",
    });
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });

  it("POST where a key of JSON comes twice takes the last", async () => {
    const body = `{"id":"first","id":"second","model":"m","version":"1","confidence":0.5}`;
    const reply = await server.ask("/api/v1/predictions", {
      key: writer,
      body,
      headers: { "Content-Type": "application/json" },
    });
    expect((await reply.json()).items[0].id).toBe("second");
  });

  it("POST keeps ids of any script as they came", async () => {
    const id = "заказ-№5 🧾 \u202e e\u0301 %2F../' OR 1=1 --";
    expect((await post({ ...good, id })).status).toBe(200);
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", id))?.prediction.id).toBe(id);
  });

  it("POST with content says that it is not kept, unless the project asks for it", async () => {
    const item = { ...good, id: "content", content: { prompt: "hello" } };
    expect((await (await post(item)).json()).items[0]).toEqual({
      index: 0,
      id: "content",
      status: "accepted",
      content: "not kept",
    });
    await server.project("keeps");
    await server.deps.state.updateProject("keeps", { settings: { contentDays: 2 } }, "cli");
    const headers = { "X-Candor-Project": "keeps" };
    const reply = await server.ask("/api/v1/predictions", { key: writer, json: item, headers });
    expect((await reply.json()).items[0]).toEqual({ index: 0, id: "content", status: "accepted" });
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("keeps", "content"))?.content).toEqual({ prompt: "hello" });
    expect((await server.deps.events.prediction("default", "content"))?.content).toBeNull();
  });

  it("POST of a decision is certified under a policy of this project and model version only", async () => {
    const { fingerprint: _, ...draft } = samplePolicy("risk");
    const document = sealPolicy(draft);
    const id = `pol_${document.fingerprint.slice(7, 23)}`;
    const own = { model: "fraud", version: "1", createdAt: start, createdBy: "cli", note: null };
    await server.deps.state.addArtefact({ id, project: "default", kind: "policy", ...own, document });
    const decided = { ...good, decision: "act" };
    await post([
      { ...decided, id: "d-0", policyId: id },
      { ...decided, id: "d-1", policyId: id, version: "2" },
      { ...decided, id: "d-2", policyId: "pol_0123456789abcdef" },
      { ...decided, id: "d-3", policyId: id, calibratorId: "cal_0123456789abcdef" },
      { ...decided, id: "d-4" },
      { ...good, id: "d-5", policyId: id },
    ]);
    await server.deps.ingest.settled();
    const certified = [];
    for (let i = 0; i < 6; i++)
      certified.push((await server.deps.events.prediction("default", `d-${i}`))?.prediction.certified);
    expect(certified).toEqual([true, false, false, false, false, null]);
  });
});

describe("bodies", () => {
  const send = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    server.ask("/api/v1/predictions", {
      key: writer,
      body,
      headers: { "Content-Type": "application/json", ...headers },
    });
  const error = async (reply: Response) => [reply.status, (await reply.json()).error.code];

  it("a body that is too long, promised or not, is 413", async () => {
    expect(await error(await send("x".repeat(200_001)))).toEqual([413, "too-large"]);
    expect(await error(await send("[]", { "Content-Length": "200001" }))).toEqual([413, "too-large"]);
  });

  it("a batch of too many items is 413, as a list and in lines", async () => {
    const items = Array.from({ length: 51 }, () => good);
    expect(await error(await send(JSON.stringify(items)))).toEqual([413, "too-many"]);
    const lines = items.map((item) => JSON.stringify(item)).join("\n");
    expect(await error(await send(lines, { "Content-Type": "application/x-ndjson" }))).toEqual([413, "too-many"]);
  });

  it("a gzip bomb is 413 before much of it is opened", async () => {
    const bomb = gzipSync(Buffer.alloc(130_000_000, "[1,2],"), { level: 9 });
    expect(bomb.length).toBeLessThan(200_000);
    const before = process.memoryUsage().arrayBuffers;
    expect(await error(await send(bomb, { "Content-Encoding": "gzip" }))).toEqual([413, "too-large"]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8_000_000);
  });

  it("what is not gzip, or ends too early, is 400", async () => {
    expect(await error(await send("plain", { "Content-Encoding": "gzip" }))).toEqual([400, "gzip"]);
    const half = gzipSync(JSON.stringify([good])).subarray(0, 30);
    expect(await error(await send(half, { "Content-Encoding": "gzip" }))).toEqual([400, "gzip"]);
  });

  it("deflate, br and chains of codings are 415", async () => {
    for (const coding of ["deflate", "br", "gzip, gzip", "zstd"])
      expect(await error(await send("x", { "Content-Encoding": coding }))).toEqual([415, "content-encoding"]);
  });

  it("another media type, or none, is 415", async () => {
    expect(await error(await send("x", { "Content-Type": "text/plain" }))).toEqual([415, "media-type"]);
    expect(await error(await server.ask("/api/v1/predictions", { key: writer, body: new Uint8Array(2) }))).toEqual([
      415,
      "media-type",
    ]);
  });

  it("JSON that is cut, not UTF-8, or nested too deep is 400", async () => {
    expect(await error(await send("[{"))).toEqual([400, "json"]);
    expect(await error(await send(""))).toEqual([400, "json"]);
    expect(await error(await send(Uint8Array.of(0x22, 0xff, 0x22)))).toEqual([400, "encoding"]);
    expect(await error(await send("[".repeat(100_000)))).toEqual([400, "too-deep"]);
    expect(await error(await send(`${'{"a":'.repeat(65)}1${"}".repeat(65)}`))).toEqual([400, "too-deep"]);
  });

  it("bodies that one key begins and never ends hold up this key only", async () => {
    const slow = await server.key(["write"]);
    const ends: (() => void)[] = [];
    const begin = () => {
      const body = new ReadableStream({
        start: (controller) => void ends.push(() => controller.error(new Error("gone"))),
      });
      const headers = {
        "Content-Type": "application/json",
        "Content-Length": "200000",
        Authorization: `Bearer ${slow}`,
      };
      const half = { duplex: "half" };
      return server.app.request("/api/v1/predictions", { method: "POST", headers, body, ...half });
    };
    const begun = Array.from({ length: 400 }, begin);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await post({ ...good, id: "beside" })).status).toBe(200);
    const large = `${JSON.stringify({ ...good, id: "own" })}${" ".repeat(199_000)}`;
    const own = await send(large, { Authorization: `Bearer ${slow}` });
    for (const end of ends) end();
    const statuses = (await Promise.all(begun)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([400, 503]));
    const after = await server.ask("/api/v1/predictions", { key: slow, json: { ...good, id: "after" } });
    expect([own.status, after.status]).toEqual([503, 200]);
  });

  it("brackets in strings are not nesting", async () => {
    expect((await send(JSON.stringify({ ...good, id: `${"[".repeat(100)}"\\` }))).status).toBe(200);
  });
});

describe("POST /api/v1/outcomes", () => {
  const tell = (json: unknown, key = writer) => server.ask("/api/v1/outcomes", { key, json });

  it("POST keeps outcomes of all kinds", async () => {
    await post([
      { ...good, id: "o-1", prediction: "cat" },
      { ...good, id: "o-2" },
    ]);
    const reply = await tell([
      { predictionId: "o-1", value: "cat" },
      { predictionId: "o-2", value: false },
    ]);
    expect(reply.status).toBe(200);
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", "o-1"))?.outcome).toBe(1);
    expect((await server.deps.events.prediction("default", "o-2"))?.outcome).toBe(0);
  });

  it("POST needs write or review, and review is enough", async () => {
    const reviewer = await server.key(["review"]);
    const reader = await server.key(["read"]);
    expect((await tell({ predictionId: "o-1", value: true, source: "reviewer:ann" }, reviewer)).status).toBe(200);
    expect((await tell({ predictionId: "o-1", value: true }, reader)).status).toBe(403);
    expect((await server.ask("/api/v1/predictions", { key: reviewer, json: good })).status).toBe(403);
  });

  it.each(
    [
      [{ value: true }, "missing", "predictionId", "predictionId is missing: it must be text of 1 to 200 characters"],
      [
        { predictionId: "a" },
        "missing",
        "value",
        "value is missing: it must be true, false, 0, 1, a label of 1 to 200 characters, or null to withdraw",
      ],
      [
        { predictionId: "a", value: 0.5 },
        "type",
        "value",
        "value must be true, false, 0, 1, a label of 1 to 200 characters, or null to withdraw, got 0.5",
      ],
      [{ predictionId: "a", value: "" }, "name", "value", 'value must be text of 1 to 200 characters, got the text ""'],
      [
        { predictionId: "a", value: 1, source: "" },
        "name",
        "source",
        'source must be text of 1 to 200 characters, got the text ""',
      ],
      [{ predictionId: "a", value: 1, name: 3 }, "type", "name", "name must be text of 1 to 200 characters, got 3"],
      [
        { predictionId: "a", value: 1, observedAt: 5 },
        "time",
        "observedAt",
        "observedAt must be milliseconds since 1970, not before the year 2000, got 5",
      ],
    ].map(messageFirst),
  )("POST says %s", async (message, item, code, field) => {
    const { items } = await (await tell([item])).json();
    expect(items[0].error).toEqual({ code, field, message });
  });
});

describe("DELETE /api/v1/predictions/{id}", () => {
  it("DELETE erases, refuses the id from then on, and is in the audit", async () => {
    const admin = await server.key(["admin"]);
    await post({ ...good, id: "gone" });
    const reply = await server.ask("/api/v1/predictions/gone", { method: "DELETE", key: admin });
    expect([reply.status, await reply.json()]).toEqual([200, { erased: "gone" }]);
    await post({ ...good, id: "gone" });
    await server.deps.ingest.settled();
    expect(await server.deps.events.prediction("default", "gone")).toBeNull();
    const audit = await (await server.ask("/api/v1/audit", { key: admin })).json();
    expect(audit.entries[0]).toMatchObject({ action: "prediction.erase", subject: "gone", project: "default" });
  });
});

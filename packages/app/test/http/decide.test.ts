import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { binaryCalibrator, classCalibrator } from "../cli/calibrators.ts";
import { artefactOf, costPolicy } from "../serving/serving-with.ts";
import { openServer, type TestServer } from "./open-server.ts";

const start = Date.UTC(2026, 2, 1, 12);
const now = { value: start, ms: 0 };
const confidence = binaryCalibrator({ scoreKind: "confidence", classNames: [] });
const positive = binaryCalibrator({ classNames: ["legit", "fraud"] });
const policy = costPolicy(confidence);
const policyId = artefactOf(policy).id;
let server: TestServer;
let admin: string;
let writer: string;

async function activate(path: string, document: unknown, own: Record<string, unknown>): Promise<void> {
  const uploaded = await server.ask(`/api/v1/${path}`, { key: admin, json: { document, ...own } });
  expect(uploaded.status).toBe(201);
  const { id } = await uploaded.json();
  const ids = path === "policies" ? { policyId: id } : { calibratorId: id };
  const { model, version } = own;
  const active = await server.ask("/api/v1/activations", { key: admin, json: { model, version, ...ids } });
  expect(active.status).toBe(200);
}

beforeAll(async () => {
  server = await openServer(now, { batchItems: 40 });
  admin = await server.key(["admin"]);
  writer = await server.key(["write"]);
  await activate("policies", policy, { model: "answers", version: "v1" });
  await activate("calibrators", positive, { model: "fraud", version: "v1" });
  await activate("calibrators", classCalibrator(), { model: "pets", version: "v1" });
});
afterAll(() => server.close());

const post = (json: unknown, query = "") => server.ask(`/api/v1/decide${query}`, { key: writer, json });
const answer = { id: "a-1", model: "answers", version: "v1", score: 0.999 };

async function stored(id: string) {
  await server.deps.ingest.settled();
  return (await server.deps.events.prediction("default", id))?.prediction;
}

describe("POST /api/v1/decide", () => {
  it("POST of one score answers with its decision, and the prediction is kept with it", async () => {
    const given = { ...answer, route: "eu", segments: { country: "FI" }, prediction: "Helsinki", propensity: 0.5 };
    const reply = await post({ ...given, time: "2026-03-01T11:00:00Z" });
    expect(reply.status).toBe(200);
    const decided = await reply.json();
    expect(decided).toEqual({
      id: "a-1",
      model: "answers",
      version: "v1",
      route: "eu",
      task: "confidence",
      probability: expect.any(Number),
      interval: null,
      intervalReason: "The calibrator does not say how uncertain its probabilities are.",
      decision: "act",
      certified: true,
      reason: "The probability of being right is at least 0.9, from which the policy acts.",
      calibratorId: artefactOf(confidence).id,
      policyId,
      rawConfidence: 0.999,
      prediction: "Helsinki",
      treatAs: null,
      recorded: true,
    });
    expect(await stored("a-1")).toEqual({
      kind: "prediction",
      project: "default",
      id: "a-1",
      model: "answers",
      version: "v1",
      route: "eu",
      segments: { country: "FI" },
      time: Date.UTC(2026, 2, 1, 11),
      receivedAt: start,
      task: "confidence",
      prediction: "Helsinki",
      rawConfidence: 0.999,
      confidence: decided.probability,
      interval: null,
      decision: "act",
      certified: true,
      calibratorId: artefactOf(confidence).id,
      policyId,
      propensity: 0.5,
      evidence: null,
    });
  });

  it("POST of a list answers each, and says of those that are refused why", async () => {
    const reply = await post([
      { ...answer, id: "b-1" },
      { ...answer, id: "b-2", score: 1.5 },
      { ...answer, id: "b-3", version: "v2" },
      { model: "pets", version: "v1", id: "b-4", logits: { bird: 2, cat: 1, dog: 3 } },
      { model: "fraud", version: "v1", id: "b-5", score: 0.8 },
      { model: "nobody", version: "v1", id: "b-6", score: 0.8 },
      { ...answer, id: "b-7", score: null },
    ]);
    expect(reply.status).toBe(207);
    const { accepted, rejected, items } = await reply.json();
    expect([accepted, rejected]).toEqual([6, 1]);
    const seen = items.map((item: Record<string, unknown>) => [
      item["id"],
      item["status"],
      item["decision"],
      item["certified"],
    ]);
    expect(seen).toEqual([
      ["b-1", "accepted", "act", true],
      ["b-2", "rejected", undefined, undefined],
      ["b-3", "accepted", null, null],
      ["b-4", "accepted", null, null],
      ["b-5", "accepted", null, null],
      ["b-6", "accepted", null, null],
      ["b-7", "accepted", "review", true],
    ]);
    expect(items[1].error).toEqual({
      code: "out-of-range",
      message: "score must be a number in [0, 1] or null, got 1.5",
      field: "score",
    });
    expect(await stored("b-2")).toBeUndefined();
    expect(await stored("b-4")).toMatchObject({ prediction: "dog", task: "confidence", evidence: { classes: 3 } });
    expect(items[4].prediction).toBe("fraud");
    expect(await stored("b-5")).toMatchObject({
      prediction: "fraud",
      task: "binary",
      rawConfidence: 0.8,
      decision: null,
    });
    expect(await stored("b-6")).toMatchObject({ confidence: 0.8, rawConfidence: 0.8, calibratorId: null });
    expect(await stored("b-7")).toMatchObject({ confidence: null, rawConfidence: null, decision: "review" });
  });

  it("POST of a probability of the positive class is joined with labels by that class, whichever is likelier", async () => {
    const shared = { model: "fraud", version: "v1" };
    const reply = await post([
      { ...shared, id: "y-1", score: 0.1 },
      { ...shared, id: "y-2", score: 0.9 },
    ]);
    const { items } = await reply.json();
    expect(items.map((item: { prediction: string }) => item.prediction)).toEqual(["legit", "fraud"]);
    const outcomes = ["y-1", "y-2"].map((predictionId) => ({ predictionId, value: "legit" }));
    await server.ask("/api/v1/outcomes", { key: writer, json: outcomes });
    await server.deps.ingest.settled();
    for (const id of ["y-1", "y-2"]) expect((await server.deps.events.prediction("default", id))?.outcome).toBe(0);
  });

  it("POST of lines answers as a batch, also where one of them is not JSON", async () => {
    const body = `${JSON.stringify({ ...answer, id: "n-1" })}\nnot JSON\n`;
    const reply = await server.ask("/api/v1/decide", {
      key: writer,
      body,
      headers: { "Content-Type": "application/x-ndjson" },
    });
    expect(reply.status).toBe(207);
    const { items } = await reply.json();
    expect([items[0].decision, items[1].error.message]).toEqual(["act", "line 2 is not JSON"]);
    const one = await server.ask("/api/v1/decide", {
      key: writer,
      body: JSON.stringify({ ...answer, id: "n-2" }),
      headers: { "Content-Type": "application/x-ndjson" },
    });
    expect((await one.json()).accepted).toBe(1);
  });

  it("POST of the same request again gets the very same answer, whatever was activated since", async () => {
    const request = { model: "moving", version: "v1", id: "s-1", score: 0.999 };
    const before = await (await post(request)).text();
    await activate("policies", costPolicy(binaryCalibrator({ scoreKind: "confidence", classNames: [], n: 77 })), {
      model: "moving",
      version: "v1",
    });
    expect(await (await post(request)).text()).toBe(before);
    const others = await (await post([{ ...request, id: "s-2" }, request, { ...request, id: "s-2" }])).json();
    expect(others.items.map((item: { decision: unknown }) => item.decision)).toEqual(["act", null, "act"]);
    await server.deps.ingest.settled();
    const { predictions } = await server.deps.events.predictions({ project: "default", model: "moving", limit: 10 });
    expect(predictions.map(({ prediction }) => prediction.id).toSorted()).toEqual(["s-1", "s-2"]);
  });

  it("POST to a project that was removed and made again decides and records anew", async () => {
    const request = { ...answer, id: "reborn" };
    const ask = () => server.ask("/api/v1/decide?project=brief", { key: admin, json: request });
    await server.project("brief");
    expect((await ask()).status).toBe(200);
    expect((await server.ask("/api/v1/projects/brief", { key: admin, method: "DELETE" })).status).toBe(204);
    now.value += 1;
    await server.project("brief");
    expect((await (await ask()).json()).recorded).toBe(true);
    await server.deps.ingest.settled();
    expect(await server.deps.events.prediction("brief", "reborn")).not.toBeNull();
  });

  it("POST of many requests at once under one id records and decides once", async () => {
    const request = { ...answer, id: "once" };
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(request)));
    const texts = await Promise.all(replies.map((reply) => reply.text()));
    expect(new Set(texts).size).toBe(1);
    const { appendedEvents } = server.deps.ingest.status;
    await post(request);
    expect(server.deps.ingest.status.appendedEvents).toBe(appendedEvents);
  });

  it("POST of another request under an id that was just used is refused", async () => {
    await post({ ...answer, id: "used" });
    const reply = await post({ ...answer, id: "used", score: 0.2 });
    expect(reply.status).toBe(409);
    expect((await reply.json()).error).toEqual({
      code: "id-in-use",
      message: "another request was just decided under this id: a request that is sent again must be the same",
      field: "id",
    });
    const batch = await (
      await post([
        { ...answer, id: "twice" },
        { ...answer, id: "twice", score: 0.1 },
      ])
    ).json();
    expect(batch.items.map((item: { status: string }) => item.status)).toEqual(["accepted", "rejected"]);
  });

  it("POST with dryRun decides and records nothing, and needs no id", async () => {
    const { appendedEvents } = server.deps.ingest.status;
    const { id: _, ...nameless } = answer;
    const reply = await post(nameless, "?dryRun=true");
    expect(await reply.json()).toMatchObject({ id: null, decision: "act", recorded: false });
    expect((await (await post([nameless, answer], "?dryRun=true")).json()).accepted).toBe(2);
    expect(server.deps.ingest.status.appendedEvents).toBe(appendedEvents);
    const wrong = await post(answer, "?dryRun=yes");
    expect([wrong.status, (await wrong.json()).error.message]).toEqual([400, "dryRun must be true or false"]);
  });

  it("POST turns act into review under a policy of another version, or not, as the project says", async () => {
    const json = { model: "answers", policyId };
    const wide = await server.ask("/api/v1/activations", { key: admin, json });
    expect((await wide.json()).warnings).toEqual([
      `Decisions will not be certified: the policy ${policyId} was made for version v1 of answers, this is all versions.`,
    ]);
    const review = await (await post({ ...answer, id: "u-1", version: "v2" })).json();
    expect(review).toMatchObject({ decision: "review", certified: false });
    expect(await stored("u-1")).toMatchObject({ decision: "review", certified: false });
    await server.deps.state.updateProject("default", { settings: { whenUncertified: "as-is" } }, "cli");
    const acts = await (await post({ ...answer, id: "u-2", version: "v2" })).json();
    expect(acts).toMatchObject({ decision: "act", certified: false });
    await server.deps.state.updateProject("default", { settings: { whenUncertified: "review" } }, "cli");
  });

  it("POST keeps content only where the project asks for it", async () => {
    await post({ ...answer, id: "c-1", content: { prompt: "why" } });
    await server.deps.state.updateProject("default", { settings: { contentDays: 1 } }, "cli");
    await post({ ...answer, id: "c-2", content: { prompt: "why" } });
    await server.deps.state.updateProject("default", { settings: { contentDays: null } }, "cli");
    await server.deps.ingest.settled();
    expect((await server.deps.events.prediction("default", "c-1"))?.content).toBe(null);
    expect((await server.deps.events.prediction("default", "c-2"))?.content).toEqual({ prompt: "why" });
  });

  it.each([
    [{ ...answer, score: undefined }, "one of score, logits, probabilities, llm must be given, got none of them"],
    [{ ...answer, logits: [1, 2] }, "one of score, logits, probabilities, llm must be given, got score and logits"],
    [
      { ...answer, confidence: 0.9 },
      "confidence is not a field of a request to decide; these are: id, model, version, time, route, segments, prediction, task, propensity, content, score, logits, probabilities, llm, inDistribution",
    ],
    [{ ...answer, score: "0.9" }, 'score must be a number in [0, 1] or null, got the text "0.9"'],
    [
      { ...answer, score: undefined, logits: [1, "2"] },
      "logits must be a list of numbers, or an object of class names and numbers, got a list of 2",
    ],
    [
      { ...answer, score: undefined, probabilities: null },
      "probabilities must be a list of numbers, or an object of class names and numbers, got null",
    ],
    [{ ...answer, id: undefined }, "id is missing: it must be text of 1 to 200 characters"],
    [{ ...answer, model: "" }, 'model must be text of 1 to 200 characters, got the text ""'],
    [{ ...answer, task: "maybe" }, 'task must be confidence or binary, got the text "maybe"'],
    [
      { ...answer, score: undefined, llm: "text" },
      'llm must be an object with the response of a provider, got the text "text"',
    ],
    [
      { ...answer, score: undefined, llm: { body: {} } },
      "llm.body is not a field of a request to decide; these are: response, score, field, index, question",
    ],
    [
      { ...answer, score: undefined, llm: { response: 3 } },
      "llm.response must be the parsed JSON of a provider's response, got 3",
    ],
    [
      { ...answer, score: undefined, llm: { response: {}, score: "perplexity" } },
      'llm.score must be one of sequence, lengthNormalised, minToken, minWindow, meanMargin, minMargin, firstToken, decisionToken, got the text "perplexity"',
    ],
    [{ ...answer, score: undefined, llm: { response: {}, index: -1 } }, "llm.index must be a whole number, got -1"],
    [
      { ...answer, score: undefined, llm: { response: {}, score: "sequence", field: "$.a" } },
      "llm.score or llm.field must be given, got both",
    ],
    [
      { ...answer, id: "l-1", score: undefined, llm: { response: { a: 1 } } },
      "this is no response of a known shape: its fields are a",
    ],
    [7, "the item must be an object, got 7"],
  ])("POST refuses what is wrong in itself %#", async (json, message) => {
    const reply = await post(json);
    expect([reply.status, (await reply.json()).error.message]).toEqual([400, message]);
  });

  it("POST of too many, or of another media type, is refused", async () => {
    expect((await post(Array.from({ length: 41 }, () => answer))).status).toBe(413);
    const text = await server.ask("/api/v1/decide", {
      key: writer,
      body: "{}",
      headers: { "Content-Type": "text/plain" },
    });
    expect(text.status).toBe(415);
    expect((await server.ask("/api/v1/decide", { key: await server.key(["read"]), json: answer })).status).toBe(403);
  });

  it("POST answers nothing that could not be recorded, and remembers nothing of it", async () => {
    const { ingest } = server.deps;
    const failing = await openServer(now);
    await failing.deps.ingest.close();
    const key = await failing.key(["write"]);
    for (let i = 0; i < 2; i++) {
      const reply = await failing.ask("/api/v1/decide", { key, json: answer });
      expect(reply.status).toBe(503);
    }
    await failing.close();
    expect(ingest.status.writable).toBe(true);
  });
});

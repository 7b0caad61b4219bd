import { afterAll, beforeAll, expect, it } from "vitest";
import { limitVersions } from "../../../src/http/ingest/version-limit.ts";
import { openServer, type TestServer } from "../open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
let server: TestServer;

beforeAll(async () => {
  server = await openServer(now);
});

afterAll(() => server.close());

const prediction = (id: string, version: string) => ({ id, model: "m", version, confidence: 0.5 });

it("limitVersions(events, 2) takes what is there and two in all, and says why it takes no third", async () => {
  const key = await server.key(["write"]);
  await server.ask("/api/v1/predictions", { key, json: prediction("a", "1") });
  await server.deps.ingest.settled();
  const project = await server.deps.state.project("default");
  if (project === null) throw new Error("there is no project default");
  const versionsOf = limitVersions(server.deps.events, 2);
  const admit = await versionsOf(project);
  expect(admit("m", "1")).toBeNull();
  expect(admit("m", "2")).toBeNull();
  expect(admit("m", "3")).toMatchObject({ code: "too-many", field: "version" });
  expect(admit("n", "1")?.message).toContain("one of the 2 that project default has already");
  expect(admit("m", "2")).toBeNull();
  expect((await versionsOf({ ...project, createdAt: project.createdAt + 1 }))("m", "3")).toBeNull();
});

it("POST /api/v1/predictions and /decide reject a version too many, item by item", async () => {
  const key = await server.key(["write"]);
  const project = await server.deps.state.project("default");
  if (project === null) throw new Error("there is no project default");
  const many = Array.from({ length: 10_000 }, (_, i) => prediction(`b-${i}`, `b-${i}`));
  expect((await server.ask("/api/v1/predictions", { key, json: many })).status).toBe(200);
  const more = many.map(({ id }) => prediction(`c${id}`, `c${id}`));
  const reply = await server.ask("/api/v1/predictions", { key, json: more });
  expect(reply.status).toBe(207);
  const { accepted, rejected, items } = await reply.json();
  // One version was there before.
  expect([accepted, rejected]).toEqual([9999, 1]);
  expect(items.at(-1)).toMatchObject({ status: "rejected", error: { code: "too-many", field: "version" } });
  const decide = await server.ask("/api/v1/decide", { key, json: { id: "d", model: "m", version: "new", score: 0.5 } });
  expect(decide.status).toBe(400);
  expect((await decide.json()).error).toMatchObject({ code: "too-many", field: "version" });
  const known = await server.ask("/api/v1/decide", { key, json: { id: "d", model: "m", version: "1", score: 0.5 } });
  expect(known.status).toBe(200);
});

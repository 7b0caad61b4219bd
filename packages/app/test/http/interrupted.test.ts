import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openServer, type TestServer } from "./open-server.ts";

const start = Date.UTC(2026, 0, 5, 12);
let server: TestServer;
let admin = "";
beforeEach(async () => {
  server = await openServer({ value: start, ms: 0 });
  admin = await server.key(["admin", "write", "read"]);
  await server.project("a");
  await server.ask("/api/v1/predictions", {
    key: admin,
    headers: { "X-Candor-Project": "a" },
    json: { id: "p", model: "m", version: "1", confidence: 0.9 },
  });
});
afterEach(() => server.close());

const modelsOf = async () => {
  await server.deps.ingest.settled();
  return server.deps.events.models("a");
};

describe("a server that was killed between two halves of a change", () => {
  it("DELETE /api/v1/projects/{id} again removes the events that a first one left", async () => {
    await server.deps.state.removeProject("a", "cli");
    expect(await modelsOf()).toHaveLength(1);
    expect((await server.ask("/api/v1/projects/a", { method: "DELETE", key: admin })).status).toBe(404);
    expect(await modelsOf()).toEqual([]);
  });

  it("POST /api/v1/projects makes an empty project, whatever one of the same name had left", async () => {
    await server.deps.state.removeProject("a", "cli");
    expect((await server.ask("/api/v1/projects", { key: admin, json: { id: "a" } })).status).toBe(201);
    expect(await modelsOf()).toEqual([]);
    expect((await server.ask("/api/v1/projects", { key: admin, json: { id: "a" } })).status).toBe(409);
  });

  it("PATCH /api/v1/projects/{id} with the same outcome name counts it", async () => {
    await server.deps.state.updateProject("a", { settings: { outcomeName: "paid" } }, "cli");
    const patch = { method: "PATCH", key: admin, json: { settings: { outcomeName: "paid" } } };
    expect((await server.ask("/api/v1/projects/a", patch)).status).toBe(200);
    await server.ask("/api/v1/outcomes", {
      key: admin,
      headers: { "X-Candor-Project": "a" },
      json: { predictionId: "p", name: "paid", value: true },
    });
    expect((await modelsOf())[0]?.labelled).toBe(1);
  });
});

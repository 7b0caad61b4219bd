import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Listening, listen } from "../../src/http/listen.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
let server: TestServer;
let listening: Listening;

beforeAll(async () => {
  server = await openServer(now, { bodyBytes: 100_000 });
  listening = await listen(server.app, { port: 0, headersTimeoutMs: 200, requestTimeoutMs: 400, graceMs: 1000 });
});
afterAll(async () => {
  await listening.close();
  await server.close();
});

/** Sends raw bytes and resolves with all that came back once the connection is closed. */
function raw(port: number, parts: readonly string[], pauseMs = 0): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    let reply = "";
    const rest = [...parts];
    const next = () => {
      const part = rest.shift();
      if (part === undefined || socket.destroyed) return;
      socket.write(part);
      setTimeout(next, pauseMs);
    };
    socket.on("connect", next);
    socket.on("data", (data) => {
      reply += data.toString();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(reply));
  });
}

describe("listen(app, options)", () => {
  it("answers over a port of loopback", async () => {
    expect(listening.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const reply = await fetch(`${listening.url}/health/live`);
    expect([reply.status, await reply.json()]).toEqual([200, { live: true }]);
  });

  it("takes predictions over the wire and answers with the headers of every reply", async () => {
    const key = await server.key(["write"]);
    const reply = await fetch(`${listening.url}/api/v1/predictions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ id: "wire", model: "m", version: "1", confidence: 0.5 }),
    });
    expect([reply.status, (await reply.json()).accepted]).toEqual([200, 1]);
    expect(reply.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("cuts off a body without a length that goes on and on", async () => {
    const key = await server.key(["write"]);
    const chunk = `${(50_000).toString(16)}\r\n${"x".repeat(50_000)}\r\n`;
    const head = `POST /api/v1/predictions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const reply = await raw(listening.port, [head, chunk, chunk, chunk]);
    expect(reply).toMatch(/^HTTP\/1\.1 413 /);
  });

  it("refuses a large body before it has come, and says why", async () => {
    const patient = await listen(server.app, { port: 0 });
    const send = (length: number, key: string) =>
      fetch(`${patient.url}/api/v1/predictions`, {
        method: "POST",
        headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
        body: "x".repeat(length),
      });
    const key = await server.key(["write"]);
    for (let i = 0; i < 3; i++) {
      expect((await send(90_000, "unknown")).status).toBe(401);
      expect((await send(5_000_000, "unknown")).status).toBe(401);
      expect((await send(5_000_000, key)).status).toBe(413);
    }
    await patient.close();
  });

  it("cuts off who sends headers or a body byte by byte", async () => {
    const started = performance.now();
    const headers = await raw(
      listening.port,
      Array.from({ length: 60 }, (_, i) => (i === 0 ? "GET / HTTP/1.1\r\n" : `X-${i}: 1\r\n`)),
      30,
    );
    expect(headers).toMatch(/^HTTP\/1\.1 408 /);
    const body = await raw(
      listening.port,
      [
        "POST /api/v1/session HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n",
        ...Array.from({ length: 60 }, () => "x"),
      ],
      30,
    );
    expect(body).toMatch(/^HTTP\/1\.1 (408|415|403) /);
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("refuses headers that are too large and requests that are none", async () => {
    expect(await raw(listening.port, [`GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`])).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await raw(listening.port, ["GARBAGE\r\n\r\n"])).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("close() answers what is running and takes nothing more", async () => {
    let release = (): void => undefined;
    const waiting = new Promise<void>((resolve) => {
      release = resolve;
    });
    const other = await openServer(now);
    const append = other.deps.ingest.append.bind(other.deps.ingest);
    let isWaiting = (): void => undefined;
    const arrived = new Promise<void>((resolve) => {
      isWaiting = resolve;
    });
    other.deps.ingest.append = async (events) => {
      isWaiting();
      await waiting;
      return append(events);
    };
    const own = await listen(other.app, { port: 0 });
    const key = await other.key(["write"]);
    const reply = fetch(`${own.url}/api/v1/predictions`, {
      method: "POST",
      headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify({ id: "last", model: "m", version: "1", confidence: 0.5 }),
    });
    await arrived;
    const closed = own.close();
    await expect(fetch(`${own.url}/health/live`)).rejects.toThrow();
    release();
    expect((await reply).status).toBe(200);
    await closed;
    await other.close();
  });

  it("on a port that is taken throws what Node says", async () => {
    await expect(listen(server.app, { port: listening.port })).rejects.toMatchObject({ code: "EADDRINUSE" });
  });
});

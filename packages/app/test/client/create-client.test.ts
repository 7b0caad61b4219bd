import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ClientError, type ClientOptions, createClient, type Rejection } from "../../src/client/index.ts";
import { accepted, fakeServer } from "./fake-server.ts";

const basics = { url: "http://candor.test", key: "key", random: () => 0, now: () => 1_700_000_000_000 };
const prediction = { model: "m", version: "1", confidence: 0.5 };

function client(options: Partial<ClientOptions>) {
  return createClient({ ...basics, ...options });
}

describe("client.predict(prediction)", () => {
  it("sends one batch with ids, times, the key and the project", async () => {
    const { fetch, seen } = fakeServer(() => undefined);
    const candor = client({ fetch, project: "payments" });
    const ids = await Promise.all([candor.predict(prediction), candor.predict({ ...prediction, id: "b", time: 5 })]);
    await candor.close();
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      path: "/api/v1/predictions",
      headers: {
        authorization: "Bearer key",
        "x-candor-project": "payments",
        "content-type": "application/x-ndjson",
      },
      items: [
        { ...prediction, id: ids[0], time: 1_700_000_000_000 },
        { ...prediction, id: "b", time: 5 },
      ],
    });
  });

  it("sends without being asked, when a batch is full and when the oldest item has waited long enough", async () => {
    const full = fakeServer(() => undefined);
    const candor = client({ fetch: full.fetch, batchSize: 3, flushMs: 100_000 });
    for (let i = 0; i < 7; i++) await candor.predict({ ...prediction, id: `p${i}` });
    await expect.poll(() => full.seen.map(({ items }) => items.length)).toEqual([3, 3]);
    await candor.close();
    expect(full.seen.map(({ items }) => items.length)).toEqual([3, 3, 1]);

    const timed = fakeServer(() => undefined);
    const soon = client({ fetch: timed.fetch, flushMs: 5 });
    await soon.predict(prediction);
    await expect.poll(() => timed.seen.length).toBe(1);
    await soon.close();
  });

  it("tries again with the same bytes after a failed connection, 429, 503 and a reply that cannot be read", async () => {
    const errors: ClientError[] = [];
    const { fetch, seen } = fakeServer((_, nth) => {
      if (nth === 1) throw new TypeError("fetch failed", { cause: new Error("connect ECONNREFUSED") });
      if (nth === 2) return { status: 429, headers: { "retry-after": "0" } };
      if (nth === 3) return { status: 503, body: { error: { code: "busy", message: "the queue is full" } } };
      return nth === 4 ? { status: 200, body: "<html>" } : undefined;
    });
    const candor = client({ fetch, onError: (error) => errors.push(error) });
    await candor.predict(prediction);
    await candor.close();
    expect(seen).toHaveLength(5);
    for (const request of seen) expect(request.items).toEqual(seen[0].items);
    expect(errors.map(({ code, status }) => [code, status])).toEqual([
      ["unavailable", null],
      ["unavailable", 429],
      ["unavailable", 503],
      ["unavailable", 200],
    ]);
    expect(errors[0].message).toContain("ECONNREFUSED");
    expect(errors[2].message).toContain("the queue is full");
  });

  it("waits as long as Retry-After says", async () => {
    const { fetch, seen } = fakeServer((_, nth) =>
      nth === 1 ? { status: 503, headers: { "retry-after": "1" } } : undefined,
    );
    const candor = client({ fetch, closeMs: 20 });
    await candor.predict(prediction);
    await expect(candor.close()).rejects.toThrow("not delivered before the client closed");
    expect(seen).toHaveLength(1);
  });

  it("hands every rejected item over with its reason and does not send it again", async () => {
    const heard: Rejection[] = [];
    const { fetch, seen } = fakeServer((request) => {
      const error = { code: "out-of-range", message: "confidence must be in [0, 1], got 2", field: "confidence" };
      const items = request.items.map(({ id, confidence }, index) =>
        confidence === 2 ? { index, id, status: "rejected", error } : { index, id, status: "accepted" },
      );
      return { status: 207, body: { accepted: 2, rejected: 1, items } };
    });
    const candor = client({ fetch, onRejected: (items) => heard.push(...items) });
    for (const [i, confidence] of [0.1, 2, 0.3].entries())
      await candor.predict({ ...prediction, id: `p${i}`, confidence });
    await candor.close();
    expect(seen).toHaveLength(1);
    expect(heard).toEqual([
      {
        kind: "prediction",
        id: "p1",
        item: { ...prediction, confidence: 2, id: "p1", time: 1_700_000_000_000 },
        code: "out-of-range",
        message: "confidence must be in [0, 1], got 2",
        field: "confidence",
      },
    ]);
  });

  it("throws what was rejected at the next flush when nobody listens", async () => {
    const { fetch } = fakeServer(() => ({
      status: 401,
      body: { error: { code: "unknown-key", message: "no such key" } },
    }));
    const candor = client({ fetch });
    await candor.predict({ ...prediction, id: "a" });
    const error = await candor.flush().catch((thrown: unknown) => thrown);
    expect(ClientError.is(error) && error.rejections.map(({ id, code }) => [id, code])).toEqual([["a", "unknown-key"]]);
    expect(error).toMatchObject({ code: "rejected", message: "1 item was rejected, the first because: no such key" });
    await candor.close();
  });

  it("cuts a batch that is too large for the server in two", async () => {
    const { fetch, seen } = fakeServer((request) => (request.items.length > 2 ? { status: 413 } : accepted(request)));
    const candor = client({ fetch });
    for (let i = 0; i < 5; i++) await candor.predict({ ...prediction, id: `p${i}` });
    await candor.close();
    const taken = seen.filter(({ items }) => items.length <= 2).flatMap(({ items }) => items.map(({ id }) => id));
    expect(taken).toEqual(["p0", "p1", "p2", "p3", "p4"]);
  });

  it("gives an item up that the server stumbles over eight times", async () => {
    const { fetch, seen } = fakeServer(() => ({
      status: 500,
      body: { error: { code: "internal", message: "a fault" } },
    }));
    const heard: Rejection[] = [];
    const candor = client({ fetch, onRejected: (items) => heard.push(...items) });
    await candor.predict(prediction);
    await candor.flush();
    expect([seen.length, heard.length, heard[0].code]).toEqual([8, 1, "internal"]);
    await candor.close();
  });

  it("compresses large bodies and leaves small ones", async () => {
    const { fetch, seen } = fakeServer(() => undefined);
    const candor = client({ fetch, compressFrom: 2000 });
    await candor.predict(prediction);
    await candor.flush();
    for (let i = 0; i < 50; i++) await candor.predict({ ...prediction, id: `p${i}` });
    await candor.close();
    expect(seen.map(({ headers }) => headers["content-encoding"])).toEqual([undefined, "gzip"]);
    expect(seen[1].items).toHaveLength(50);
    expect(seen[1].bytes).toBeLessThan(1000);
  });

  it("holds callers back while the queue is full", async () => {
    let answer = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { fetch } = fakeServer(async (request) => gate.then(() => accepted(request)));
    const candor = client({ fetch, batchSize: 2, maxQueue: 4 });
    let taken = 0;
    const sending = (async () => {
      for (let i = 0; i < 10; i++) {
        await candor.predict({ ...prediction, id: `p${i}` });
        taken++;
      }
    })();
    await expect.poll(() => candor.queued).toBe(4);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect([taken, candor.queued]).toEqual([3, 4]);
    answer();
    await sending;
    await candor.close();
    expect([taken, candor.queued]).toEqual([10, 0]);
  });

  it("refuses when the queue is full, the client closed, or the item cannot be sent", async () => {
    const { fetch } = fakeServer(() => undefined);
    const candor = client({ fetch, maxQueue: 1, whenFull: "throw", flushMs: 1000 });
    await candor.predict(prediction);
    await expect(candor.predict(prediction)).rejects.toMatchObject({ code: "full" });
    await expect(candor.predict({ ...prediction, id: "a", confidence: Number.NaN })).rejects.toThrow(
      "prediction a: confidence must be a finite number",
    );
    await expect(candor.predict({ ...prediction, id: "" })).rejects.toMatchObject({ code: "bad-input" });
    await candor.close();
    await expect(candor.predict(prediction)).rejects.toMatchObject({ code: "closed" });
  });

  it("sends what it was given, not what became of it", async () => {
    const { fetch, seen } = fakeServer(() => undefined);
    const candor = client({ fetch });
    const mine = { ...prediction, id: "a", segments: { country: "DE" } };
    await candor.predict(mine);
    mine.segments.country = "FR";
    await candor.close();
    expect(seen[0].items[0]["segments"]).toEqual({ country: "DE" });
  });

  it("delivers every item once to a server that loses replies, whatever the sizes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom("ok", "lost", "busy", "down"), { maxLength: 12 }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 0, max: 30 }),
        async (fates, batchSize, connections, count) => {
          const kept = new Map<unknown, number>();
          const { fetch } = fakeServer((request, nth) => {
            const fate = fates[nth - 1] ?? "ok";
            if (fate === "down") throw new TypeError("fetch failed");
            if (fate === "busy") return { status: 503 };
            for (const { id } of request.items) kept.set(id, (kept.get(id) ?? 0) + 1);
            if (fate === "lost") throw new TypeError("socket hang up");
            return accepted(request);
          });
          const candor = client({ fetch, batchSize, connections });
          for (let i = 0; i < count; i++) void candor.predict({ ...prediction, id: `p${i}` });
          await candor.close();
          expect([...kept.keys()].sort()).toEqual(Array.from({ length: count }, (_, i) => `p${i}`).sort());
          expect(candor.queued).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("client.outcome(outcome)", () => {
  it("keeps the order of the calls through retries", async () => {
    const { fetch, seen } = fakeServer((_, nth) => (nth % 2 === 1 ? { status: 503 } : undefined));
    const candor = client({ fetch, batchSize: 2, connections: 4 });
    for (let i = 0; i < 6; i++) await candor.outcome({ predictionId: "a", value: i % 2 === 0 });
    await candor.close();
    const delivered = seen.filter((_, i) => i % 2 === 1).flatMap(({ items }) => items.map(({ value }) => value));
    expect(delivered).toEqual([true, false, true, false, true, false]);
    expect(seen[0]).toMatchObject({ path: "/api/v1/outcomes", items: [{ observedAt: 1_700_000_000_000 }, {}] });
  });
});

describe("client.close()", () => {
  it("gives up after its time and hands back what was not delivered", async () => {
    const heard: Rejection[] = [];
    const { fetch } = fakeServer(() => {
      throw new TypeError("fetch failed");
    });
    const candor = client({
      fetch,
      batchSize: 1,
      connections: 1,
      closeMs: 30,
      onRejected: (items) => heard.push(...items),
    });
    for (const id of ["a", "b", "c"]) await candor.predict({ ...prediction, id });
    await candor.close();
    expect(heard.map(({ id, code }) => [id, code])).toEqual([
      ["a", "unavailable"],
      ["b", "unavailable"],
      ["c", "unavailable"],
    ]);
  });

  it("happens by itself before the process exits when the client was given it", async () => {
    const listeners = new Set<() => void>();
    const exit = {
      once: (_: "beforeExit", listener: () => void) => listeners.add(listener),
      off: (_: "beforeExit", listener: () => void) => listeners.delete(listener),
    };
    const { fetch, seen } = fakeServer(() => undefined);
    const candor = client({ fetch, exit, flushMs: 100_000 });
    await candor.predict(prediction);
    for (const listener of listeners) listener();
    await expect.poll(() => candor.queued).toBe(0);
    expect([seen.length, listeners.size]).toEqual([1, 0]);
  });
});

describe("client.decide(request)", () => {
  const decided = {
    id: "a",
    decision: "act",
    probability: 0.97,
    interval: [0.95, 0.99],
    certified: true,
    calibratorId: "cal_1",
    policyId: "pol_1",
  };
  const request = { id: "a", model: "m", version: "1", score: 0.9 };

  it("returns the decision, and asks again with the same id while there is time", async () => {
    const { fetch, seen } = fakeServer((_, nth) => (nth === 1 ? { status: 503 } : { status: 200, body: decided }));
    const candor = client({ fetch });
    expect(await candor.decide(request)).toEqual(decided);
    expect(seen.map(({ path, items }) => [path, items[0]["id"]])).toEqual([
      ["/api/v1/decide", "a"],
      ["/api/v1/decide", "a"],
    ]);
  });

  it("throws when the server cannot be reached in time, unless it is told to send all to review", async () => {
    const { fetch } = fakeServer(() => {
      throw new TypeError("fetch failed");
    });
    const options = { fetch, now: Date.now, random: () => 0.5, decideTimeoutMs: 60 };
    await expect(client(options).decide(request)).rejects.toMatchObject({ code: "unavailable" });
    expect(await client({ ...options, onUnavailable: "review" }).decide(request)).toEqual({
      id: "a",
      decision: "review",
      reason: "the server cannot be reached: fetch failed",
      probability: null,
      interval: null,
      certified: null,
      calibratorId: null,
      policyId: null,
      unavailable: true,
    });
  });

  it("throws what the server refuses even when told to send all to review", async () => {
    const error = { code: "unknown-model", message: "no such model", field: "model" };
    const { fetch, seen } = fakeServer(() => ({ status: 422, body: { error } }));
    await expect(client({ fetch, onUnavailable: "review" }).decide(request)).rejects.toMatchObject({
      code: "refused",
      status: 422,
      message: "no such model",
    });
    expect(seen).toHaveLength(1);
  });

  it("decides the others of a batch when one is refused", async () => {
    const error = { code: "out-of-range", message: "score must be in [0, 1]", field: "score" };
    const items = [
      { index: 0, status: "accepted", ...decided },
      { index: 1, id: "b", status: "rejected", error },
    ];
    const { fetch } = fakeServer(() => ({ status: 207, body: { accepted: 1, rejected: 1, items } }));
    const results = await client({ fetch }).decideBatch([request, { ...request, id: "b", score: 2 }]);
    expect(results).toMatchObject([{ decided }, { refused: { id: "b", ...error } }]);
    expect(await client({ fetch }).decideBatch([])).toEqual([]);
  });

  it("stops when its signal aborts", async () => {
    const { fetch } = fakeServer(() => new Promise(() => undefined));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(client({ fetch }).decide(request, { signal })).rejects.toThrow("enough");

    const control = new AbortController();
    const hanging: ClientOptions["fetch"] = (_, init) =>
      new Promise((_resolve, reject) => init.signal.addEventListener("abort", () => reject(new Error("aborted"))));
    const waiting = client({ fetch: hanging, onUnavailable: "review" }).decide(request, { signal: control.signal });
    control.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
  });
});

describe("createClient(options)", () => {
  it.each([
    [{ url: "candor.test" }, "url must start with http"],
    [{ key: "" }, "key must be an API key"],
    [{ key: "a\nb" }, "key must be an API key"],
    [{ batchSize: 0 }, "batchSize must be a whole number from 1 to 10000, got 0"],
    [{ flushMs: -1 }, "flushMs must be above 0"],
  ])("refuses %o", (wrong, message) => {
    expect(() => client(wrong)).toThrow(message);
  });
});

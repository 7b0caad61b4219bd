import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureOwnerKey, hashSecret, looksLikeKey, sameSecret } from "../../src/http/api-key.ts";
import { localToken, openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const origin = { Origin: "http://localhost" };
let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await openServer(now, { requestsPerSecond: 100, burst: 400 });
  admin = await server.key(["admin"]);
});
afterAll(() => server.close());

const code = async (reply: Response): Promise<[number, string]> => [reply.status, (await reply.json()).error.code];

describe("keys", () => {
  it("POST /api/v1/keys shows the secret once, and keeps its hash only", async () => {
    const reply = await server.ask("/api/v1/keys", { key: admin, json: { name: "app", roles: ["write"] } });
    expect(reply.status).toBe(201);
    const { key, secret } = await reply.json();
    expect(looksLikeKey(secret)).toBe(true);
    expect(key).toMatchObject({ name: "app", project: "default", roles: ["write"], lastFour: secret.slice(-4) });
    const list = await (await server.ask("/api/v1/keys", { key: admin })).text();
    expect(list).toContain(key.id);
    expect(list).not.toContain(secret.slice(-20));
    expect((await server.ask("/api/v1/models", { key: secret })).status).toBe(403);
  });

  it("DELETE /api/v1/keys/{id} counts from the next request on", async () => {
    const { key, secret } = await (
      await server.ask("/api/v1/keys", { key: admin, json: { name: "gone", roles: ["read"] } })
    ).json();
    expect((await server.ask("/api/v1/models", { key: secret })).status).toBe(200);
    expect((await server.ask(`/api/v1/keys/${key.id}`, { method: "DELETE", key: admin })).status).toBe(204);
    expect(await code(await server.ask("/api/v1/models", { key: secret }))).toEqual([401, "bad-key"]);
  });

  it("a key that is unknown at first and made later is found", async () => {
    const random = crypto.getRandomValues(new Uint8Array(40));
    const secret = `ck_${Buffer.from(random.subarray(0, 8)).toString("hex")}_${Buffer.from(random.subarray(8)).toString("base64url")}`;
    expect((await server.ask("/api/v1/models", { key: secret })).status).toBe(401);
    const key = {
      id: "0".repeat(16),
      name: "late",
      project: null,
      roles: ["read"],
      createdAt: 0,
      lastFour: "late",
    } as const;
    await server.deps.state.createKey({ ...key, expiresAt: null, revokedAt: null }, hashSecret(secret), "cli");
    expect((await server.ask("/api/v1/models", { key: secret })).status).toBe(200);
  });

  it.each([
    [{ roles: ["read"] }, "name"],
    [{ name: "x", roles: [] }, "roles"],
    [{ name: "x", roles: ["root"] }, "roles[0]"],
    [{ name: "x", roles: ["read"], expiresAt: 5 }, "expiresAt"],
    [{ name: "x", roles: ["read"], project: "../etc" }, "project"],
  ])("POST /api/v1/keys of %j is 400 at %s", async (json, field) => {
    const reply = await server.ask("/api/v1/keys", { key: admin, json });
    expect([reply.status, (await reply.json()).error.field]).toEqual([400, field]);
  });

  it("a key of one project makes no key of another or of all", async () => {
    await server.project("one");
    const own = await server.key(["admin"], "one");
    for (const project of ["default", null])
      expect(
        (await server.ask("/api/v1/keys", { key: own, json: { name: "x", roles: ["read"], project } })).status,
      ).toBe(403);
    expect((await server.ask("/api/v1/keys", { key: own, json: { name: "x", roles: ["read"] } })).status).toBe(201);
    const { keys } = await (await server.ask("/api/v1/keys?all=true", { key: own })).json();
    expect(new Set(keys.map((key: { project: string }) => key.project))).toEqual(new Set(["one"]));
  });

  it("the local token may do everything, as cli", async () => {
    const session = await (await server.ask("/api/v1/session", { key: localToken })).json();
    expect(session).toMatchObject({ actor: "cli", project: null, roles: ["admin"] });
    expect((await server.ask("/api/v1/session", { key: `${localToken}x` })).status).toBe(401);
  });

  it("ensureOwnerKey(state, random, now) makes a key where there is none, once", async () => {
    const fresh = await openServer({ value: 1, ms: 0 });
    const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
    const secret = await ensureOwnerKey(fresh.deps.state, random, 1);
    expect(await ensureOwnerKey(fresh.deps.state, random, 1)).toBeNull();
    expect((await fresh.ask("/api/v1/projects", { key: secret ?? "" })).status).toBe(200);
    await fresh.close();
  });

  it("sameSecret(a, b) is whether they are the same, of any length", () => {
    expect(sameSecret("abc", "abc")).toBe(true);
    expect(sameSecret("abc", "abd")).toBe(false);
    expect(sameSecret("abc", "abcd")).toBe(false);
  });
});

describe("sessions", () => {
  const login = (key: string, headers: Record<string, string> = origin, address = "198.51.100.1") =>
    server.ask("/api/v1/session", { json: { key }, headers, address });
  const cookieOf = (reply: Response) => (reply.headers.get("set-cookie") ?? "").split(";")[0] ?? "";

  it("POST /api/v1/session gives a cookie that scripts cannot read and other sites do not send", async () => {
    const reply = await login(admin);
    expect(reply.status).toBe(200);
    const cookie = reply.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^candor_session=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    const own = { Cookie: cookieOf(reply) };
    const shown = await (await server.ask("/api/v1/session", { headers: own })).json();
    expect(shown.csrfToken).toBe((await reply.json()).csrfToken);
    const json = { id: "by-session" };
    const headers = { ...own, ...origin, "X-CSRF-Token": shown.csrfToken };
    expect((await server.ask("/api/v1/projects", { json, headers })).status).toBe(201);
  });

  it("the cookie is kept to https where the server is reached by it", async () => {
    const secure = await openServer({ value: now.value, ms: 0 }, {}, { isHttps: true });
    const reply = await secure.ask("/api/v1/session", { json: { key: localToken }, headers: origin });
    expect(reply.headers.get("set-cookie")).toContain("; Secure");
    await secure.close();
  });

  it("the ticket of the printed link opens one session, without being shown anywhere, and no second one", async () => {
    const ticket = "t".repeat(43);
    const served = await openServer({ value: now.value, ms: 0 }, {}, { loginTicket: ticket });
    const enter = () => served.ask("/api/v1/session", { json: { key: ticket }, headers: origin });
    const reply = await enter();
    expect(await reply.json()).toMatchObject({ actor: "cli", roles: ["admin"] });
    expect(await code(await enter())).toEqual([401, "bad-key"]);
    const own = { Cookie: cookieOf(reply) };
    expect((await served.ask("/api/v1/projects", { headers: own })).status).toBe(200);
    expect((await served.ask("/api/v1/projects", { key: ticket })).status).toBe(401);
    expect(served.lines.join("")).not.toContain(ticket);
    await served.close();
  });

  it("the ticket of the printed link is one for one of many at once, and for twelve hours", async () => {
    const ticket = "t".repeat(43);
    const clock = { value: now.value, ms: 0 };
    const served = await openServer(clock, {}, { loginTicket: ticket });
    const enter = (to: TestServer) => to.ask("/api/v1/session", { json: { key: ticket }, headers: origin });
    const replies = await Promise.all(Array.from({ length: 5 }, () => enter(served)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    await served.close();
    const other = await openServer(clock, {}, { loginTicket: ticket });
    clock.value += 12 * 3_600_000;
    expect(await code(await enter(other))).toEqual([401, "bad-key"]);
    await other.close();
  });

  it("a session dies with its key, at its time, and at log-out", async () => {
    const { key, secret } = await (
      await server.ask("/api/v1/keys", { key: admin, json: { name: "s", roles: ["read"] } })
    ).json();
    const first = { Cookie: cookieOf(await login(secret)) };
    expect((await server.ask("/api/v1/models", { headers: first })).status).toBe(200);
    await server.ask(`/api/v1/keys/${key.id}`, { method: "DELETE", key: admin });
    expect(await code(await server.ask("/api/v1/models", { headers: first }))).toEqual([401, "no-session"]);

    const second = { Cookie: cookieOf(await login(admin)) };
    now.value += 12 * 3_600_000;
    expect(await code(await server.ask("/api/v1/models", { headers: second }))).toEqual([401, "no-session"]);

    const reply = await login(admin);
    const third = { Cookie: cookieOf(reply), "X-CSRF-Token": (await reply.json()).csrfToken, ...origin };
    expect((await server.ask("/api/v1/session", { method: "DELETE", headers: third })).status).toBe(204);
    expect(await code(await server.ask("/api/v1/models", { headers: third }))).toEqual([401, "no-session"]);
  });

  it("POST /api/v1/session from another site, or from nowhere, is 403", async () => {
    for (const headers of [
      {},
      { Origin: "http://evil.test" },
      { Origin: "null" },
      { ...origin, "Sec-Fetch-Site": "same-site" },
    ])
      expect(await code(await login(admin, headers))).toEqual([403, "origin"]);
  });

  it("POST /api/v1/session fails ten times, then waits, and a good key still opens", async () => {
    const wrong = `ck_0123456789abcdef_${"y".repeat(43)}`;
    const codes = [];
    for (let i = 0; i < 12; i++) codes.push((await login(wrong, origin, "198.51.100.9")).status);
    expect(codes).toEqual([...Array(10).fill(401), 429, 429]);
    const reply = await login(wrong, origin, "198.51.100.9");
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await login(wrong, origin, "198.51.100.10")).status).toBe(401);
    expect((await login(admin, origin, "198.51.100.9")).status).toBe(200);
  });
});

describe("limits", () => {
  it("more requests than a key may send are 429 with Retry-After, and others are not held up", async () => {
    const busy = await server.key(["read"]);
    const replies = [];
    for (let i = 0; i < 402; i++) replies.push(await server.ask("/api/v1/session", { key: busy }));
    expect(replies[0]?.headers.get("ratelimit-limit")).toBe("400");
    expect(replies[0]?.headers.get("ratelimit-remaining")).toBe("399");
    expect(replies.slice(398).map(({ status }) => status)).toEqual([200, 200, 429, 429]);
    expect(replies[401]?.headers.get("retry-after")).toBe("1");
    expect((await server.ask("/api/v1/session", { key: admin })).status).toBe(200);
    now.ms += 20;
    expect((await server.ask("/api/v1/session", { key: busy })).status).toBe(200);
  });

  it("an address without a good key waits after thirty failures", async () => {
    const address = "203.0.113.7";
    const statuses = [];
    for (let i = 0; i < 32; i++) statuses.push((await server.ask("/api/v1/models", { address })).status);
    expect(statuses.slice(28)).toEqual([401, 401, 429, 429]);
    expect((await server.ask("/api/v1/models", { address, key: admin })).status).toBe(200);
  });
});

describe("browsers", () => {
  it("every reply has the headers that keep them in, errors and pages alike", async () => {
    for (const path of ["/docs", "/nowhere", "/api/v1/models", "/health/live"]) {
      const { headers } = await server.ask(path);
      expect(headers.get("content-security-policy")).toMatch(/^default-src 'self'; .*frame-ancestors 'none'/);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
      expect(headers.get("cross-origin-embedder-policy")).toBe("require-corp");
      expect(headers.get("access-control-allow-origin")).toBeNull();
      expect(headers.get("x-request-id")).toMatch(/^[\w-]{12}$/);
    }
  });

  it("a preflight of another origin is answered with nothing that allows it", async () => {
    const headers = { Origin: "http://evil.test", "Access-Control-Request-Method": "POST" };
    const reply = await server.ask("/api/v1/predictions", { method: "OPTIONS", headers });
    expect(reply.status).toBe(405);
    expect([...reply.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });

  it("a name that was made to point here is refused", async () => {
    for (const host of ["evil.test", "evil.test:8080", "127.0.0.1.evil.test", "localhost.evil.test"])
      expect(await code(await server.ask("/health/live", { headers: { Host: host } }))).toEqual([403, "host"]);
    for (const host of ["localhost:8080", "127.0.0.1", "[::1]:80", "LOCALHOST"])
      expect((await server.ask("/health/live", { headers: { Host: host } })).status).toBe(200);
  });

  it("what a path says comes back as JSON only", async () => {
    const reply = await server.ask("/<script>alert(1)</script>%0d%0aSet-Cookie:x=1");
    expect(reply.status).toBe(404);
    expect(reply.headers.get("content-type")).toBe("application/json");
    expect(reply.headers.get("set-cookie")).toBeNull();
  });
});

describe("projects", () => {
  it("PATCH /api/v1/projects/{id} changes what is given and leaves the rest", async () => {
    await server.ask("/api/v1/projects", { key: admin, json: { id: "patched", settings: { maturityHours: 24 } } });
    const reply = await server.ask("/api/v1/projects/patched", {
      method: "PATCH",
      key: admin,
      json: { name: "New", settings: { contentDays: 3 } },
    });
    expect(await reply.json()).toMatchObject({
      name: "New",
      settings: { maturityHours: 24, contentDays: 3, retentionDays: null },
    });
  });

  it("POST /api/v1/projects of an id that there is is 409", async () => {
    await server.ask("/api/v1/projects", { key: admin, json: { id: "twice" } });
    expect(await code(await server.ask("/api/v1/projects", { key: admin, json: { id: "twice" } }))).toEqual([
      409,
      "exists",
    ]);
  });

  it.each([
    [{ id: "Upper" }, "id", 'id must be 1 to 64 of a–z, 0–9, - and _, got the text "Upper"'],
    [{ id: 5 }, "id", "id must be text, got 5"],
    [{}, "id", "id is missing: it must be text"],
    [[], undefined, "the body must be an object, got a list of 0"],
    [
      { id: "ok", settings: { retentionDays: 0 } },
      "settings.retentionDays",
      "settings.retentionDays must be at least 1, got 0",
    ],
    [
      { id: "ok", settings: { whenUncertified: 1 } },
      "settings.whenUncertified",
      "settings.whenUncertified must be one of review, as-is, got 1",
    ],
    [{ id: "ok", surprise: 1 }, "surprise", "surprise is not known here"],
  ])("POST /api/v1/projects of %j is 400 at %s", async (json, field, message) => {
    const reply = await server.ask("/api/v1/projects", { key: admin, json });
    const { error } = await reply.json();
    expect([reply.status, error.field, error.message]).toEqual([400, field, message]);
  });

  it("PATCH /api/v1/projects/{id} without a body changes nothing and is 400", async () => {
    const reply = await server.ask("/api/v1/projects/one", { key: admin, method: "PATCH" });
    expect(await code(reply)).toEqual([400, "json"]);
  });

  it("DELETE /api/v1/projects/{id} removes its events and its keys", async () => {
    await server.project("brief");
    const own = await server.key(["write"], "brief");
    await server.ask("/api/v1/predictions", { key: own, json: { id: "x", model: "m", version: "1", confidence: 0.5 } });
    expect((await server.ask("/api/v1/projects/brief", { method: "DELETE", key: admin })).status).toBe(204);
    expect(await server.deps.events.prediction("brief", "x")).toBeNull();
    expect((await server.ask("/api/v1/session", { key: own })).status).toBe(401);
    expect(await code(await server.ask("/api/v1/models?project=brief", { key: admin }))).toEqual([
      404,
      "unknown-project",
    ]);
  });

  it("a project that two places of a request name differently is 400", async () => {
    const headers = { "X-Candor-Project": "default" };
    expect(await code(await server.ask("/api/v1/models?project=one", { key: admin, headers }))).toEqual([
      400,
      "project",
    ]);
    expect(await code(await server.ask("/api/v1/models?project=a%2Fb", { key: admin }))).toEqual([400, "project"]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Access, mayDo } from "../../src/http/access.ts";
import { declaredAccess } from "../../src/http/app.ts";
import { roles } from "../../src/store/state-store.ts";
import { calibratorArtefact } from "../store/contract/sample-state.ts";
import { type Ask, openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
/** In everything of project b that a reply to project a must never hold. Ids that requests name do not have it. */
const canary = "canary-7f3a";

/** An answer of a language model. */
const said = {
  object: "chat.completion",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: `${canary}-answer` } }],
};

interface Route {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

let server: TestServer;
let declared: readonly Route[];
let addresses = 0;
const secrets: Record<string, string> = {};
let idOfB = "";
let artefactOfB = "";

beforeAll(async () => {
  server = await openServer(now);
  declared = [...declaredAccess(server.app)].map(([route, access]) => {
    const [method = "", path = ""] = route.split(" ");
    return { method, path, access };
  });
  await server.project("a");
  await server.deps.state.createProject(
    { ...((await server.deps.state.project("a")) ?? expect.fail("no project a")), id: "b", name: `${canary}-name` },
    "cli",
  );
  await server.deps.state.updateProject("b", { settings: { contentDays: 9 } }, "cli");
  await server.deps.state.updateProject("a", { settings: { contentDays: 9 } }, "cli");
  secrets["a"] = await server.key(roles, "a");
  secrets["b"] = await server.key(roles, "b");
  secrets["owner"] = await server.key(["admin"]);
  secrets["unknown"] = `ck_0123456789abcdef_${"x".repeat(43)}`;
  secrets["revoked"] = await server.key(roles, "a");
  secrets["expired"] = await server.key(roles, "a", now.value + 1000);
  for (const role of roles) secrets[role] = await server.key([role], "a");
  const keys = await server.deps.state.keys();
  const revoked = keys.find(({ lastFour }) => secrets["revoked"]?.endsWith(lastFour));
  await server.deps.state.revokeKey(revoked?.id ?? "", now.value, "cli");
  now.value += 2000;
  idOfB = keys.find(({ project }) => project === "b")?.id ?? "";
  const artefact = { ...calibratorArtefact("b", 0.25), model: "probe", note: canary };
  artefactOfB = (await server.deps.state.addArtefact(artefact)).id;
  await server.deps.state.activate({
    project: "b",
    model: "probe",
    version: null,
    route: `${canary}-route`,
    calibratorId: artefactOfB,
    policyId: null,
    activatedAt: now.value,
    activatedBy: canary,
  });
  for (let i = 0; i < 20; i++) {
    await server.ask("/api/v1/predictions", {
      key: secrets["b"],
      json: {
        id: i === 0 ? "probe" : `${canary}-${i}`,
        model: i < 10 ? "probe" : `${canary}-model`,
        version: i % 2 === 0 ? "1" : `${canary}-version`,
        confidence: i / 20,
        prediction: `${canary}-class`,
        route: `${canary}-route`,
        segments: { probe: `${canary}-value`, [`${canary}-key`]: "x" },
        evidence: { [`${canary}-evidence`]: 1 },
        content: { prompt: `${canary}-prompt`, response: said },
      },
    });
    await server.ask("/api/v1/outcomes", {
      key: secrets["b"],
      json: { predictionId: i === 0 ? "probe" : `${canary}-${i}`, value: i % 3 === 0, source: `reviewer:${canary}` },
    });
  }
  await server.ask("/api/v1/outcomes", {
    key: secrets["b"],
    json: { [`${canary}-field`]: 1 },
  });
  await server.deps.ingest.settled();
});
afterAll(() => server.close());

/** The path with every parameter filled in with something of project b. */
function filled({ path }: Route): string {
  return path
    .replace("/projects/:id", "/projects/b")
    .replace("/keys/:id", `/keys/${idOfB}`)
    .replace(/\/(calibrators|policies)\/:id/, `/$1/${artefactOfB}`)
    .replaceAll(/:[A-Za-z]+/g, "probe");
}

const bodies: Readonly<Record<string, unknown>> = {
  "/api/v1/predictions": { id: "probe", model: "probe", version: "1", confidence: 0.5, content: { mine: 1 } },
  "/api/v1/outcomes": { predictionId: "probe", value: true },
  "/api/v1/decide": { id: "probe-a", model: "probe", version: "1", score: 0.5, confidence: 0.5 },
  "/api/v1/keys": { name: "mine", roles: ["admin"], project: "b" },
  "/api/v1/projects": { id: "mine" },
  "/api/v1/policies/thresholds": { model: "probe", version: "1", thresholds: { act: 0.5, abstain: null } },
};

async function send(route: Route, ask: Ask = {}, query = ""): Promise<{ status: number; text: string; code: string }> {
  const hasBody = route.method !== "GET" && route.method !== "DELETE";
  const reply = await server.ask(filled(route) + query, {
    method: route.method,
    address: `192.0.2.${addresses++}`,
    ...(hasBody ? { json: bodyOf(route) } : {}),
    ...ask,
  });
  const text = await reply.text();
  return { status: reply.status, text, code: /"code":"([a-z-]+)"/.exec(text)?.[1] ?? "" };
}

function bodyOf({ path }: Route): unknown {
  if (path === "/api/v1/activations")
    return { model: "probe", version: null, route: null, calibratorId: artefactOfB, policyId: null };
  return bodies[path] ?? {};
}

/** Asks every route, and says of those that did not answer as they must what they did. */
async function wrong(
  routes: readonly Route[],
  ask: (route: Route) => Promise<{ status: number; text: string }>,
  status: number,
): Promise<string[]> {
  const faults: string[] = [];
  for (const route of routes) {
    const reply = await ask(route);
    const isLeak = reply.text.includes(canary);
    if (reply.status !== status || isLeak)
      faults.push(
        `${route.method} ${route.path}: ${reply.status}${isLeak ? " with a canary" : ""} ${reply.text.slice(0, 120)}`,
      );
  }
  return faults;
}

const guarded = () => declared.filter(({ access }) => access.role !== "public");

describe("the router", () => {
  it("has no route without a declaration of who may use it", () => {
    const known = new Set(declared.map(({ method, path }) => `${method} ${path}`));
    const routes = server.app.routes.filter(({ method }) => method !== "ALL");
    expect(routes.length).toBeGreaterThan(20);
    expect(routes.filter(({ method, path }) => !known.has(`${method} ${path}`))).toEqual([]);
  });

  it("has few public routes, and these are they", () => {
    const open = declared
      .filter(({ access }) => access.role === "public")
      .map(({ method, path }) => `${method} ${path}`);
    expect(open.filter((route) => !route.startsWith("GET /v2")).sort()).toEqual([
      "GET /",
      "GET /assets/:file",
      "GET /calibration",
      "GET /calibrators",
      "GET /data-health",
      "GET /decisions",
      "GET /docs",
      "GET /docs/docs.css",
      "GET /docs/docs.js",
      "GET /drop",
      "GET /health/live",
      "GET /health/ready",
      "GET /openapi.json",
      "GET /over-time",
      "GET /predictions",
      "GET /predictions/:id",
      "GET /segments",
      "GET /settings",
      "POST /api/v1/session",
    ]);
  });
});

describe("every route", () => {
  it("without a key is 401", async () => {
    expect(await wrong(guarded(), (route) => send(route), 401)).toEqual([]);
  });

  it.each(["unknown", "revoked", "expired"])("with a key that is %s is 401", async (which) => {
    expect(await wrong(guarded(), (route) => send(route, { key: secrets[which] }), 401)).toEqual([]);
  });

  it("with a header that is no key is 401", async () => {
    for (const header of [
      "Bearer",
      "Bearer ",
      "Basic YTpi",
      "Bearer a b",
      `Bearer ${"x".repeat(300)}`,
      "bearer\u00a0x",
    ])
      expect(
        await wrong(guarded().slice(0, 3), (route) => send(route, { headers: { Authorization: header } }), 401),
      ).toEqual([]);
  });

  it("with a key of another project that names this one is 403", async () => {
    const routes = guarded().filter(({ access }) => access.project === "caller");
    expect(routes.length).toBeGreaterThan(8);
    const header = { key: secrets["a"], headers: { "X-Candor-Project": "b" } };
    expect(await wrong(routes, (route) => send(route, header), 403)).toEqual([]);
    expect(await wrong(routes, (route) => send(route, { key: secrets["a"] }, "?project=b"), 403)).toEqual([]);
    expect(
      await wrong(
        routes,
        (route) => send(route, { key: secrets["a"], headers: { "X-Candor-Project": "a" } }, "?project=b"),
        400,
      ),
    ).toEqual([]);
  });

  it("of the whole server with a key of one project is 403", async () => {
    const routes = guarded().filter(({ access }) => access.project === "all");
    expect(routes.length).toBeGreaterThan(2);
    expect(await wrong(routes, (route) => send(route, { key: secrets["a"] }), 403)).toEqual([]);
  });

  it.each(roles)("with a key that only has the role %s and needs another is 403", async (role) => {
    const key = (await server.deps.state.keys()).find(({ name }) => name === role) ?? null;
    const routes = guarded().filter(({ access }) => !mayDo(key, access.role));
    if (role !== "admin") expect(routes.length).toBeGreaterThan(3);
    expect(await wrong(routes, (route) => send(route, { key: secrets[role] }), 403)).toEqual([]);
  });

  it("that changes anything, with a session but without its token or from elsewhere, is 403", async () => {
    const origin = { Origin: "http://localhost" };
    const login = await server.ask("/api/v1/session", { json: { key: secrets["a"] }, headers: origin });
    const cookie = (login.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    const { csrfToken } = await login.json();
    const routes = guarded().filter(({ method }) => method !== "GET");
    const withHeaders = (headers: Record<string, string>) => (route: Route) =>
      send(route, { headers: { Cookie: cookie, "Content-Type": "application/json", ...headers } });
    expect(await wrong(routes, withHeaders(origin), 403)).toEqual([]);
    expect(await wrong(routes, withHeaders({ ...origin, "X-CSRF-Token": "x" }), 403)).toEqual([]);
    expect(await wrong(routes, withHeaders({ "X-CSRF-Token": csrfToken }), 403)).toEqual([]);
    expect(await wrong(routes, withHeaders({ Origin: "http://evil.test", "X-CSRF-Token": csrfToken }), 403)).toEqual(
      [],
    );
    expect(
      await wrong(routes, withHeaders({ ...origin, "Sec-Fetch-Site": "cross-site", "X-CSRF-Token": csrfToken }), 403),
    ).toEqual([]);
  });

  it("with a good key of another project answers nothing of this one, and changes nothing of it", async () => {
    const queries = [
      "",
      "?model=probe",
      "?model=probe&version=1&from=0&fresh=true",
      "?model=probe&segment=probe",
      "?all=true&limit=50",
      "?id=probe&cursor=probe&format=ndjson",
    ];
    const leaks: string[] = [];
    for (const route of declared.filter(({ path }) => path !== "/api/v1/session"))
      for (const query of queries) {
        const { status, text } = await send(route, { key: secrets["a"] }, query);
        if (text.includes(canary)) leaks.push(`${route.method} ${route.path}${query}: ${text.slice(0, 200)}`);
        if (status >= 500) leaks.push(`${route.method} ${route.path}${query}: ${status} ${text.slice(0, 200)}`);
      }
    expect(leaks).toEqual([]);
    await server.deps.ingest.settled();
    const kept = await server.deps.events.prediction("b", "probe");
    expect(kept?.outcome).toBe(1);
    expect(kept?.outcomes).toHaveLength(1);
    expect((await server.deps.state.project("b"))?.name).toBe(`${canary}-name`);
    expect((await server.deps.state.keys()).find(({ id }) => id === idOfB)?.revokedAt).toBeNull();
    expect(await server.deps.state.artefact("b", artefactOfB)).not.toBeNull();
  });

  it("with the owner's key shows it, so the search finds what there is to find", async () => {
    const seen: string[] = [];
    for (const route of declared.filter(({ method }) => method === "GET")) {
      const { text } = await send(route, { key: secrets["owner"] }, "?project=b&model=probe&segment=probe");
      if (text.includes(canary)) seen.push(route.path);
    }
    const found = ["projects", "models", "versions", "audit", "data-health", "predictions/:id/answer"];
    expect(seen).toEqual(expect.arrayContaining(found.map((path) => `/api/v1/${path}`)));
  });

  it("wrote nothing into the log of what was sent, and no secret", () => {
    const log = server.lines.join("");
    expect(server.lines.length).toBeGreaterThan(100);
    expect(log).not.toContain(canary);
    expect(log).not.toContain("probe");
    for (const secret of Object.values(secrets)) expect(log).not.toContain(secret.slice(-43));
  });
});

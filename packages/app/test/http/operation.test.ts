import { Script } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createApp, declaredAccess } from "../../src/http/app.ts";
import { docsPage } from "../../src/http/docs/docs-page.ts";
import { openLog } from "../../src/http/log.ts";
import { openRegistry } from "../../src/http/metrics.ts";
import { openTokenBuckets } from "../../src/http/token-bucket.ts";
import { StoreBusy, StoreError } from "../../src/store/errors.ts";
import type { Ingest } from "../../src/store/ingest.ts";
import { openServer, type TestServer } from "./open-server.ts";

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
let server: TestServer;
let admin: string;

beforeAll(async () => {
  server = await openServer(now);
  admin = await server.key(["admin"]);
});
afterAll(() => server.close());

/** The same server with a way in that does as told. */
async function withIngest(change: Partial<Ingest>, path: string, json?: unknown): Promise<Response> {
  const { ingest } = server.deps;
  const changed: Ingest = {
    append: (events) => ingest.append(events),
    settled: () => ingest.settled(),
    forgetProject: (project) => ingest.forgetProject(project),
    close: () => ingest.close(),
    status: ingest.status,
    ...change,
  };
  return createApp({ ...server.deps, ingest: changed }).request(path, {
    method: json === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${admin}`, "Content-Type": "application/json" },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

const good = { id: "p", model: "m", version: "1", confidence: 0.5 };

describe("errors", () => {
  const append = (error: Error) => ({ append: () => Promise.reject(error) });

  it("a full queue is 503 with Retry-After", async () => {
    const reply = await withIngest(append(new StoreBusy("the queue is full", 3)), "/api/v1/predictions", good);
    expect([reply.status, reply.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(await reply.json()).toEqual({ error: { code: "busy", message: "the queue is full" } });
  });

  it("a full disk is 507", async () => {
    const error = new StoreError("cannot-write", "no space left on the disk of /data");
    const reply = await withIngest(append(error), "/api/v1/predictions", good);
    expect([reply.status, (await reply.json()).error.code]).toEqual([507, "cannot-write"]);
  });

  it("what nobody expected is 500 without details, and in the log once with its cause", async () => {
    const before = server.lines.length;
    const error = new TypeError("secret detail", { cause: new Error("the cause") });
    const reply = await withIngest(append(error), "/api/v1/predictions", good);
    expect(reply.status).toBe(500);
    expect(await reply.text()).not.toContain("secret detail");
    const logged = server.lines.slice(before).filter((line) => line.includes("secret detail"));
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain("the cause");
    expect(JSON.parse(logged[0] ?? "").id).toBe(reply.headers.get("x-request-id"));
  });
});

describe("health", () => {
  it("GET /health/live answers to anybody, also to HEAD", async () => {
    expect(await (await server.ask("/health/live")).json()).toEqual({ live: true });
    expect((await server.ask("/health/live", { method: "HEAD" })).status).toBe(200);
  });

  it("GET /health/ready says why it is not", async () => {
    expect(await (await server.ask("/health/ready")).json()).toEqual({ ready: true, problem: null });
    const status = { ...server.deps.ingest.status, writable: false, problem: "the disk is full" };
    const reply = await withIngest({ status }, "/health/ready");
    expect([reply.status, await reply.json()]).toEqual([503, { ready: false, problem: "the disk is full" }]);
    expect(reply.headers.get("retry-after")).toBe("5");
  });
});

describe("GET /metrics", () => {
  it("counts what was taken, rejected and decided, and how long it took", async () => {
    const json = [
      { ...good, id: "m-1", confidence: 0.05, decision: "review" },
      { ...good, id: "m-2", confidence: 0.97, decision: "act" },
      { ...good, id: "m-3", confidence: null },
      { ...good, id: "m-4", confidence: 2 },
    ];
    await server.ask("/api/v1/predictions", { key: admin, json });
    await server.ask("/api/v1/outcomes", { key: admin, json: { predictionId: "m-1", value: true } });
    await server.ask("/made/up/path/m-1", { key: admin });
    const reply = await server.ask("/metrics", { key: admin });
    expect(reply.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const lines = (await reply.text()).split("\n");
    const labels = 'project="default",model="m",version="1"';
    expect(lines).toEqual(
      expect.arrayContaining([
        'candor_ingest_accepted_total{kind="prediction"} 3',
        'candor_ingest_accepted_total{kind="outcome"} 1',
        'candor_ingest_rejected_total{kind="prediction",reason="out-of-range"} 1',
        `candor_prediction_confidence_bucket{${labels},le="0.1"} 1`,
        `candor_prediction_confidence_bucket{${labels},le="0.95"} 1`,
        `candor_prediction_confidence_bucket{${labels},le="0.99"} 2`,
        `candor_prediction_confidence_bucket{${labels},le="+Inf"} 2`,
        `candor_prediction_confidence_count{${labels}} 2`,
        `candor_predictions_without_confidence_total{${labels}} 1`,
        `candor_decisions_total{${labels},decision="act"} 1`,
        'candor_http_request_seconds_count{method="POST",route="/api/v1/predictions",status="207"} 1',
        'candor_http_request_seconds_count{method="GET",route="none",status="404"} 1',
        "candor_ingest_writable 1",
        "# TYPE candor_http_request_seconds histogram",
      ]),
    );
    expect(lines.join("\n")).not.toContain("made/up");
    expect(lines.filter((line) => line !== "" && !/^(# (HELP|TYPE) )?[a-z_]+(\{.*\})?( |$)/.test(line))).toEqual([]);
  });

  it("shows a hundred model versions and adds up the rest", async () => {
    const json = Array.from({ length: 150 }, (_, i) => ({ ...good, id: `many-${i}`, model: `model "${i}"\n`.trim() }));
    await server.ask("/api/v1/predictions", { key: admin, json });
    const text = await (await server.ask("/metrics", { key: admin })).text();
    expect(text.match(/^candor_prediction_confidence_count/gm)).toHaveLength(101);
    expect(text).toContain('candor_prediction_confidence_count{project="other",model="other",version="other"} 51');
    expect(text).toContain('model="model \\"7\\""');
  });

  it("needs a key of all projects, unless it is public", async () => {
    expect((await server.ask("/metrics")).status).toBe(401);
    expect((await server.ask("/metrics", { key: await server.key(["write"]) })).status).toBe(403);
    const open = createApp(server.deps, { isMetricsPublic: true });
    expect((await open.request("/metrics")).status).toBe(200);
  });
});

describe("openRegistry()", () => {
  it("text() escapes labels and help, and writes what is beyond numbers", () => {
    const registry = openRegistry();
    registry.counter("c_total", "a\nb\\").add(2, { a: 'x"y\n\\' });
    registry.family("g", "", "gauge", () => [{ value: Number.POSITIVE_INFINITY }, { value: -0.5, labels: {} }]);
    registry.histogram("h", "h", [1, 2]).observe(2);
    expect(registry.text().split("\n")).toEqual([
      "# HELP c_total a\\nb\\\\",
      "# TYPE c_total counter",
      'c_total{a="x\\"y\\n\\\\"} 2',
      "# HELP g ",
      "# TYPE g gauge",
      "g +Inf",
      "g -0.5",
      "# HELP h h",
      "# TYPE h histogram",
      'h_bucket{le="1"} 0',
      'h_bucket{le="2"} 1',
      'h_bucket{le="+Inf"} 1',
      "h_sum 2",
      "h_count 1",
      "",
    ]);
  });
});

describe("openTokenBuckets(perSecond, burst, clock)", () => {
  it("hands out the burst at once, then so many per second", () => {
    const clock = { ms: 0 };
    const take = openTokenBuckets(10, 3, () => clock.ms);
    expect([1, 2, 3, 4].map(() => take("a").isAllowed)).toEqual([true, true, true, false]);
    expect(take("a").waitSeconds).toBeCloseTo(0.1, 10);
    expect(take("b").isAllowed).toBe(true);
    clock.ms = 100;
    expect([1, 2].map(() => take("a").isAllowed)).toEqual([true, false]);
    clock.ms = 1e9;
    expect(take("a").remaining).toBe(2);
  });

  it("forgets the name not asked for longest, so that made-up names take no memory", () => {
    const take = openTokenBuckets(1, 1, () => 0);
    take("first");
    for (let i = 0; i < 10_000; i++) take(`name ${i}`);
    expect(take("first").isAllowed).toBe(true);
    expect(take("name 9999").isAllowed).toBe(false);
  });
});

describe("GET /openapi.json", () => {
  it("describes every route, who may use it, and every reply to an error", async () => {
    const document = await (await server.ask("/openapi.json")).json();
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.components.securitySchemes)).toEqual(["bearer", "session"]);
    const operations = new Map<string, Record<string, unknown>>();
    for (const [path, methods] of Object.entries<Record<string, Record<string, unknown>>>(document.paths))
      for (const [method, operation] of Object.entries(methods))
        operations.set(`${method.toUpperCase()} ${path.replaceAll(/\{(.+?)\}/g, ":$1")}`, operation);
    expect(new Set(operations.keys())).toEqual(new Set(declaredAccess(server.app).keys()));
    for (const [route, operation] of operations) {
      expect([route, operation["summary"]]).toEqual([route, expect.any(String)]);
      expect([route, operation["x-candor-access"]]).toEqual([route, declaredAccess(server.app).get(route)]);
      expect([route, Object.keys(operation["responses"] ?? {})]).toEqual([
        route,
        expect.arrayContaining(["400", "401", "403", "404", "413", "415", "429", "500", "503", "507"]),
      ]);
    }
    expect(document.components.schemas.Prediction.required).toEqual(["id", "model", "version", "confidence"]);
  });

  it("says where a reply may have null in place of something with a name", async () => {
    const { paths, components } = await (await server.ask("/openapi.json")).json();
    const { Reliability, ModelTraffic } = components.schemas;
    const ended = paths["/api/v1/activations"].delete.responses[200].content["application/json"].schema;
    for (const [schema, name] of [
      [Reliability.properties.ece, "Estimate"],
      [Reliability.properties.noiseFloor, "NoiseFloor"],
      [Reliability.properties.specs.properties.corp, "Spec"],
      [ModelTraffic.properties.verdict, "Verdict"],
      [ended.properties.inEffect, "Activation"],
    ])
      expect(schema.anyOf).toEqual([{ $ref: `#/components/schemas/${name}` }, { type: "null" }]);
  });

  it("describes pairs as lists of two numbers, and names as what is taken", async () => {
    const { schemas } = (await (await server.ask("/openapi.json")).json()).components;
    const pair = {
      type: ["array", "null"],
      items: { type: "number", minimum: 0, maximum: 1 },
      minItems: 2,
      maxItems: 2,
    };
    for (const name of ["Prediction", "Decided", "StoredPrediction"])
      expect(schemas[name].properties.interval).toMatchObject(pair);
    const name = new RegExp(schemas.Prediction.properties.id.pattern, "u");
    expect(["a", "ünï 🎯", "a\nb", "\u0085"].map((text) => name.test(text))).toEqual([true, true, false, false]);
    expect(schemas.Prediction.properties.prediction.description).toContain("binary the positive class");
  });

  it("describes numbers in a query as numbers, and what is none is refused", async () => {
    const { paths } = await (await server.ask("/openapi.json")).json();
    const shared = { in: "query", required: false };
    expect(paths["/api/v1/predictions"].get.parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...shared,
          name: "confidenceFrom",
          schema: expect.objectContaining({ type: "number" }),
        }),
        expect.objectContaining({
          ...shared,
          name: "limit",
          schema: expect.objectContaining({ type: "integer", minimum: 1, maximum: 1000, default: 50 }),
        }),
      ]),
    );
    const reader = await server.key(["read"]);
    for (const text of ["", "%20", "0x1", "null", "true", "1_0", "Infinity"]) {
      const reply = await server.ask(`/api/v1/predictions?confidenceFrom=${text}`, { key: reader });
      expect([text, reply.status, (await reply.json()).error.field]).toEqual([text, 400, "confidenceFrom"]);
    }
    for (const text of ["0", "0.25", "1e-3", "2.5E-1"])
      expect((await server.ask(`/api/v1/predictions?confidenceFrom=${text}`, { key: reader })).status).toBe(200);
  });

  it("has no reference that leads nowhere", async () => {
    const text = await (await server.ask("/openapi.json")).text();
    const document = JSON.parse(text);
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
  });
});

describe("a method that a path has no route for", () => {
  it.each([
    ["PUT", "/api/v1/models", "GET, HEAD"],
    ["PUT", "/api/v1/activations", "GET, HEAD, POST, DELETE"],
    ["GET", "/api/v1/decide", "POST"],
    ["OPTIONS", "/api/v1/keys/0123456789abcdef", "DELETE"],
    ["OPTIONS", "/api/v1/policies/thresholds", "POST"],
  ])("%s %s is 405 and says which there are", async (method, path, allow) => {
    const reply = await server.ask(path, { method });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, allow]);
    expect((await reply.json()).error).toEqual({
      code: "method",
      message: `there is no ${method} ${path}, only ${allow}`,
    });
  });
});

describe("GET /docs", () => {
  it("shows every operation, and needs nothing that the policy forbids", async () => {
    const page = await (await server.ask("/docs")).text();
    for (const route of declaredAccess(server.app).keys())
      expect(page).toContain(`<code>${route.split(" ")[1]?.replaceAll(/:([A-Za-z]+)/g, "{$1}")}</code>`);
    expect(page).not.toMatch(
      /<script(?![^>]* src="\/docs\/docs\.js")|<style|\sstyle=|\son[a-z]+=|https?:\/\/(?!www\.apache)/i,
    );
    for (const [path, type] of [
      ["/docs/docs.js", "text/javascript"],
      ["/docs/docs.css", "text/css"],
    ] as const) {
      const reply = await server.ask(path);
      expect(reply.headers.get("content-type")).toBe(`${type}; charset=utf-8`);
    }
    expect(() => new Script("(0)")).not.toThrow();
    const script = await (await server.ask("/docs/docs.js")).text();
    expect(() => new Script(script)).not.toThrow();
    expect(script).not.toContain("innerHTML");
  });

  it("shows what the document says as text", () => {
    const page = docsPage({
      info: { title: "<b>", description: "" },
      paths: { "/x": { get: { tags: ["<i>"], summary: "</details><script>", responses: {} } } },
    });
    expect(page).not.toMatch(/<b>X|<i>|<script>/);
    expect(page).toContain("&lt;/details&gt;&lt;script&gt;");
  });
});

describe("openLog(target)", () => {
  it("leaves out what bears the name of a secret or of content", () => {
    const lines: string[] = [];
    const log = openLog({ write: (line) => lines.push(line) });
    log.info({ authorization: "a-secret", request: { cookie: "a-secret", body: "a-secret" }, token: "a-secret" }, "x");
    log.warn({ content: "a-secret", nested: { content: "a-secret" }, route: "/x" }, "y");
    expect(lines.join("")).not.toContain("a-secret");
    expect(JSON.parse(lines[1] ?? "")).toMatchObject({ route: "/x", msg: "y" });
  });
});

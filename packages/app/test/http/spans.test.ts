import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openServer, type TestServer } from "./open-server.ts";

interface Seen {
  readonly name: string;
  readonly kind: SpanKind | undefined;
  readonly parent: string | undefined;
  readonly attributes: Attributes;
  status: SpanStatusCode;
  ends: number;
}

const now = { value: Date.UTC(2026, 2, 1, 12), ms: 0 };
const spans: Seen[] = [];
let server: TestServer;
let writer: string;

function startSpan(name: string, options: Parameters<Tracer["startSpan"]>[1], parent: Context): Span {
  const attributes: Attributes = {};
  const seen: Seen = {
    name,
    kind: options?.kind,
    parent: trace.getSpanContext(parent)?.traceId,
    attributes,
    status: SpanStatusCode.UNSET,
    ends: 0,
  };
  spans.push(seen);
  const own: SpanContext = { traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 };
  const span: Span = {
    spanContext: () => own,
    setAttribute: (key, value) => span.setAttributes({ [key]: value }),
    setAttributes: (more) => {
      Object.assign(attributes, more);
      return span;
    },
    addEvent: () => span,
    addLink: () => span,
    addLinks: () => span,
    setStatus: ({ code }) => {
      seen.status = code;
      return span;
    },
    updateName: () => span,
    end: () => void seen.ends++,
    isRecording: () => true,
    recordException: () => undefined,
  };
  return span;
}

/** Reads `x-trace` alone, as the one of a tracing library reads `traceparent`. */
const propagator: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ["x-trace"],
  extract: (to, carrier, getter) => {
    const traceId = getter.get(carrier, "x-trace");
    if (typeof traceId !== "string") return to;
    return trace.setSpanContext(to, { traceId, spanId: "3".repeat(16), traceFlags: 1, isRemote: true });
  },
};

beforeAll(async () => {
  trace.setGlobalTracerProvider({
    getTracer: () => {
      const tracer: Tracer = {
        startSpan: (name, options, parent = context.active()) => startSpan(name, options, parent),
        startActiveSpan: (name: string, ...rest: readonly unknown[]) => {
          const run = rest.at(-1);
          const options = rest.length > 1 ? rest[0] : undefined;
          const parent = rest.length > 2 ? rest[1] : context.active();
          if (typeof run !== "function") throw new TypeError("no function");
          return run(startSpan(name, isOptions(options) ? options : {}, isContext(parent) ? parent : ROOT_CONTEXT));
        },
      };
      return tracer;
    },
  });
  propagation.setGlobalPropagator(propagator);
  server = await openServer(now);
  writer = await server.key(["write"]);
});
afterAll(async () => {
  trace.disable();
  propagation.disable();
  await server.close();
});
beforeEach(() => void spans.splice(0));

function isOptions(value: unknown): value is { kind?: SpanKind } {
  return typeof value === "object" && value !== null;
}

function isContext(value: unknown): value is Context {
  return typeof value === "object" && value !== null && "getValue" in value;
}

it("a request is one span that is named by method and pattern, and ends", async () => {
  const json = { id: "secret-id", model: "secret-model", version: "1", confidence: 0.5, content: { prompt: "secret" } };
  await server.ask("/api/v1/predictions", { key: writer, json });
  await server.ask("/api/v1/predictions/secret-id?fresh=true", { key: writer });
  expect(spans).toEqual([
    {
      name: "POST /api/v1/predictions",
      kind: SpanKind.SERVER,
      parent: undefined,
      attributes: {
        "http.request.method": "POST",
        "http.route": "/api/v1/predictions",
        "http.response.status_code": 200,
        "candor.project": "default",
      },
      status: SpanStatusCode.UNSET,
      ends: 1,
    },
    expect.objectContaining({ name: "GET /api/v1/predictions/:id", ends: 1, status: SpanStatusCode.UNSET }),
  ]);
  expect(spans[1]?.attributes["http.response.status_code"]).toBe(403);
  expect(JSON.stringify(spans)).not.toMatch(/secret|ck_/);
});

it("a path or a method that nobody described is no name of a span", async () => {
  await server.ask("/secret/path", { method: "PROPFIND" });
  expect(spans.map(({ name, ends }) => [name, ends])).toEqual([["other none", 1]]);
});

it("a fault of the server is an error, a refusal is none", async () => {
  const { events } = server.deps;
  const { dataHealth } = events;
  const reader = await server.key(["read"]);
  Object.assign(events, { dataHealth: () => Promise.reject(new Error("broken")) });
  expect((await server.ask("/api/v1/data-health", { key: reader })).status).toBe(500);
  Object.assign(events, { dataHealth });
  expect((await server.ask("/api/v1/data-health", { key: "ck_nobody" })).status).toBe(401);
  expect(spans.map(({ status, ends }) => [status, ends])).toEqual([
    [SpanStatusCode.ERROR, 1],
    [SpanStatusCode.UNSET, 1],
  ]);
});

it("a request that is part of a trace stays part of it", async () => {
  await server.ask("/health/live", { headers: { "X-Trace": "4".repeat(32) } });
  expect(spans[0]?.parent).toBe("4".repeat(32));
});

it("requests at once have spans of their own", async () => {
  await Promise.all(Array.from({ length: 20 }, () => server.ask("/health/live")));
  expect(spans.map(({ name, ends }) => [name, ends])).toEqual(Array(20).fill(["GET /health/live", 1]));
});

import {
  context,
  isSpanContextValid,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  trace,
} from "@opentelemetry/api";
import type { Context, MiddlewareHandler } from "hono";
import type { Log } from "../deps.ts";
import type { AppEnv } from "../server-app.ts";
import type { ServerMetrics } from "../server-metrics.ts";

/**
 * Gives a request its id, a span, a line in the log and a place in the metrics. None of them has more of it than method, pattern
 * of the route, status, duration, key and project.
 *
 * @param routeOf pattern of the route that a request leads to
 * @param clock milliseconds, monotonic
 */
export function observe(
  { log, metrics, clock, newId }: { log: Log; metrics: ServerMetrics; clock: () => number; newId: () => string },
  routeOf: (c: Context<AppEnv>) => string,
): MiddlewareHandler<AppEnv> {
  const tracer = trace.getTracer("candor");
  return async (c, next) => {
    const from = clock();
    const requestId = newId();
    const route = routeOf(c);
    c.set("requestId", requestId);
    const method = methodOf(c.req.method);
    const parent = propagation.extract(context.active(), c.req.raw.headers, headers);
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER }, parent);
    if (isSpanContextValid(span.spanContext())) await context.with(trace.setSpan(parent, span), next);
    else await next();
    const { status } = c.res;
    const ms = clock() - from;
    c.res.headers.set("X-Request-Id", requestId);
    const caller = c.get("caller");
    if (span.isRecording()) {
      span.setAttributes({
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
        "candor.project": caller?.project ?? "",
      });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
    metrics.answered(method, route, status, ms / 1000);
    const fields = {
      id: requestId,
      method,
      route,
      status,
      ms: Math.round(ms * 100) / 100,
      key: caller?.actor ?? null,
      project: caller?.project ?? null,
    };
    if (status >= 500) log.warn(fields, "request");
    else log.info(fields, "request");
  };
}

/** How a tracing library reads the headers of a request, to make its span part of a trace that began elsewhere. */
const headers: TextMapGetter<Headers> = {
  keys: (carrier) => [...carrier.keys()],
  get: (carrier, name) => carrier.get(name) ?? undefined,
};

const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** A method that a client made up is not a label. */
function methodOf(method: string): string {
  return methods.has(method) ? method : "other";
}

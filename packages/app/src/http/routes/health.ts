import { z } from "@hono/zod-openapi";
import { describeRoute } from "../describe-route.ts";
import { jsonReply } from "../json-content.ts";
import type { RouteDeps, RouteModule } from "../server-app.ts";

const live = describeRoute(
  { role: "public", project: "none" },
  {
    method: "get",
    path: "/health/live",
    tags: ["operation"],
    summary: "Whether the process answers",
    responses: {
      200: jsonReply("It does", z.object({ live: z.literal(true) })),
    },
  },
);

const readySchema = z.object({ ready: z.boolean(), problem: z.string().nullable() });

const ready = describeRoute(
  { role: "public", project: "none" },
  {
    method: "get",
    path: "/health/ready",
    tags: ["operation"],
    summary: "Whether predictions and outcomes can be kept at this moment",
    responses: {
      200: jsonReply("They can", readySchema),
      503: jsonReply("They cannot; problem says why", readySchema),
    },
  },
);

const metrics = ({ isMetricsPublic }: RouteDeps) =>
  describeRoute(isMetricsPublic ? { role: "public", project: "none" } : { role: "read", project: "all" }, {
    method: "get",
    path: "/metrics",
    tags: ["operation"],
    summary: "What the server counts of itself, in the text format of Prometheus",
    responses: { 200: { description: "Version 0.0.4", content: { "text/plain": { schema: z.string() } } } },
  });

/** For operators: health and metrics. */
export const healthRoutes: RouteModule = (app, deps) => {
  app.openapi(live, (c) => c.json({ live: true as const }, 200));
  app.openapi(ready, (c) => {
    const { writable, problem } = deps.ingest.status;
    return writable
      ? c.json({ ready: true, problem: null }, 200)
      : c.json({ ready: false, problem }, 503, { "Retry-After": "5" });
  });
  app.openapi(metrics(deps), (c) =>
    c.text(deps.metrics.text(), 200, { "Content-Type": "text/plain; version=0.0.4; charset=utf-8" }),
  );
};

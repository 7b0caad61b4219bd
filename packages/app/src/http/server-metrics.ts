import { monitorEventLoopDelay } from "node:perf_hooks";
import type { PredictionEvent } from "../store/events.ts";
import type { Ingest, IngestStatus } from "../store/ingest.ts";
import { openRegistry } from "./metrics.ts";
import { countModels } from "./model-counts.ts";
import { countRejections, type Rejected, type Rejections } from "./rejections.ts";

/** What the server counts of itself; `/metrics` writes it. */
export interface ServerMetrics {
  /** Items taken by a route that keeps predictions or outcomes. */
  accepted(kind: "prediction" | "outcome", count: number): void;
  /** Items that were not taken. */
  rejected(item: Rejected): void;
  /** What was rejected since the start, by project. */
  readonly rejections: Pick<Rejections, "of" | "forget">;
  /** Predictions that were kept: confidence and decision count towards their model. */
  predicted(predictions: readonly PredictionEvent[]): void;
  /** A request that was answered. @param route its pattern, never the path that was asked for */
  answered(method: string, route: string, status: number, seconds: number): void;
  /** In the text format of Prometheus. */
  text(): string;
}

const latencyBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Metrics of a server. Label values are bounded: model versions and patterns of routes are counted, never ids or paths. */
export function openServerMetrics(ingest: Ingest): ServerMetrics {
  const registry = openRegistry();
  const accepted = registry.counter("candor_ingest_accepted_total", "Items taken, by kind");
  const rejected = registry.counter("candor_ingest_rejected_total", "Items rejected, by kind and reason");
  const rejections = countRejections();
  const latency = registry.histogram("candor_http_request_seconds", "Time to answer, by route", latencyBounds);
  const status = (
    kind: "gauge" | "counter",
    name: string,
    help: string,
    value: (now: IngestStatus) => number,
  ): void => {
    registry.family(`candor_ingest_${name}`, help, kind, () => [{ value: value(ingest.status) }]);
  };
  status("gauge", "pending_events", "Events taken and not yet in the engine", (now) => now.pendingEvents);
  status("gauge", "pending_bytes", "Their size in the log", (now) => now.pendingBytes);
  status("gauge", "lag_seconds", "Age of the oldest of them", (now) => now.lagMs / 1000);
  status("gauge", "writable", "1 while the log can be written", (now) => (now.writable ? 1 : 0));
  status("counter", "appended_total", "Events written to the log since the start", (now) => now.appendedEvents);
  status("counter", "loaded_total", "Events loaded into the engine since the start", (now) => now.loadedEvents);
  status("counter", "duplicates_total", "Predictions whose id was known", (now) => now.duplicates);
  status("counter", "conflicts_total", "Of these, those that said something else", (now) => now.conflicts);
  status("counter", "orphans_total", "Outcomes that came before their prediction", (now) => now.orphans);
  status("counter", "refused_total", "Events of predictions that were erased or too old", (now) => now.refused);
  status(
    "counter",
    "set_aside_total",
    "Events that the engine could not take, kept beside the log",
    (now) => now.setAside,
  );

  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  registry.family("candor_event_loop_delay_seconds", "Delay of the event loop since it was last asked", "gauge", () => {
    const samples = [50, 99].map((percent) => ({
      labels: { quantile: String(percent / 100) },
      value: delay.percentile(percent) / 1e9,
    }));
    delay.reset();
    return samples;
  });
  registry.family("process_resident_memory_bytes", "Resident memory", "gauge", () => [
    { value: process.memoryUsage.rss() },
  ]);
  return {
    accepted: (kind, count) => accepted.add(count, { kind }),
    rejected: (item) => {
      rejected.add(item.count ?? 1, { kind: item.kind, reason: item.code });
      rejections.add(item);
    },
    rejections,
    predicted: countModels(registry),
    answered: (method, route, code, seconds) => latency.observe(seconds, { method, route, status: String(code) }),
    text: () => registry.text(),
  };
}

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EventStore, LoadSummary } from "../../../src/store/event-store.ts";
import type { PredictionEvent, SpineEvent } from "../../../src/store/events.ts";

/** What an ingest needs of an engine, in memory: it keeps what was loaded, and can be told to fail or to wait. */
export interface RecordingEngine extends Pick<EventStore, "storeId" | "position" | "load"> {
  /** Everything loaded, in order. */
  readonly loaded: SpineEvent[];
  readonly ids: string[];
  /** How many events each load had. */
  readonly loads: number[];
  at: number;
  /** Called before a load; throws to make it fail, or waits. */
  before: ((events: readonly SpineEvent[]) => void | Promise<void>) | null;
}

export function recordingEngine(at = 0, store = "00112233445566aa"): RecordingEngine {
  const engine: RecordingEngine = {
    loaded: [],
    loads: [],
    at,
    before: null,
    get ids() {
      return engine.loaded.map((event) => (event.kind === "prediction" ? event.id : event.predictionId));
    },
    storeId: () => Promise.resolve(store),
    position: () => Promise.resolve(engine.at),
    async load(events, position): Promise<LoadSummary> {
      await engine.before?.(events);
      if (position <= engine.at) throw new Error(`position ${position} does not follow ${engine.at}`);
      engine.loaded.push(...events);
      engine.loads.push(events.length);
      engine.at = position;
      return {
        predictions: events.length,
        duplicates: 0,
        conflicts: 0,
        outcomes: 0,
        repeatedOutcomes: 0,
        orphans: 0,
        refused: 0,
      };
    },
  };
  return engine;
}

/** A prediction of which only the id matters. */
export function prediction(id: string, filler = ""): PredictionEvent {
  return {
    kind: "prediction",
    project: "default",
    id,
    model: "m",
    version: "1",
    route: null,
    segments: filler === "" ? {} : { filler },
    time: 0,
    receivedAt: 0,
    task: "confidence",
    prediction: null,
    rawConfidence: 0.7,
    confidence: 0.7,
    interval: null,
    decision: null,
    certified: null,
    calibratorId: null,
    policyId: null,
    propensity: null,
    evidence: null,
  };
}

/** Runs with a folder of its own, which is removed afterwards. */
export async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "candor-log-"));
  try {
    return await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

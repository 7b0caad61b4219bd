import type { EventStore } from "../event-store.ts";
import type { Database } from "./database.ts";

/** The half of the store that reads. */
export type EventReads = Pick<
  EventStore,
  "prediction" | "predictions" | "cells" | "models" | "dataHealth" | "exportRows"
>;

/** Reading, each in a snapshot of its own. */
export function eventReads(_database: Database, _now: () => number): EventReads {
  const missing = async (): Promise<never> => {
    throw new Error("reading is not here yet");
  };
  return {
    prediction: missing,
    predictions: missing,
    cells: missing,
    models: missing,
    dataHealth: missing,
    exportRows: missing,
  };
}

import { readFileSync } from "node:fs";
import type { Adapter, JsonObject, ResponseDraft } from "../../src/adapters/draft.ts";

const folder = new URL("../fixtures/", import.meta.url);

/** A fixture of one JSON document. */
export function jsonFixture(name: string): JsonObject {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

/** A fixture of one event per line. */
export function eventsFixture(name: string): readonly JsonObject[] {
  const lines = readFileSync(new URL(name, folder), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** The draft of a stream. */
export function streamed(adapter: Adapter, events: readonly JsonObject[]): ResponseDraft {
  const draft = adapter.open();
  for (const event of events) adapter.push(draft, event);
  return draft;
}

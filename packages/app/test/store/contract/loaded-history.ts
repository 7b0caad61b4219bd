import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import type { EventStore } from "../../../src/store/event-store.ts";
import type { OutcomeEvent } from "../../../src/store/events.ts";
import { historyStart, type SmallHistory, shuffled, smallHistory } from "./small-history.ts";

/** The events of an engine in a new folder, whose `tmp` exports may be written to. */
export type OpenEvents = (
  folder: string,
  now: () => number,
) => Promise<{ events: EventStore; close(): Promise<void>; temporaryFolder: string }>;

/** Milliseconds of an hour. */
export const hourMs = 3_600_000;
/** Milliseconds of a day. */
export const dayMs = 24 * hourMs;

/** Three projects in one engine, and what its reads should answer. */
export interface LoadedHistory {
  /** Where engines of a single test may be opened. */
  readonly folder: string;
  readonly now: number;
  /** Its ids and models are those of `bank`, too. */
  readonly shop: SmallHistory;
  readonly bank: SmallHistory;
  /** One row, and the newest of all times. */
  readonly late: SmallHistory;
  /** While tests run. */
  readonly events: EventStore;
  /** While tests run. */
  readonly temporaryFolder: string;
  open(folder: string): ReturnType<OpenEvents>;
}

/** The outcomes in the order they were loaded. */
export function inOrder(history: SmallHistory): OutcomeEvent[] {
  return shuffled(history, 3).filter((event) => event.kind === "outcome");
}

/** An engine that has the history before the tests of this block run. */
export function loadedHistory(open: OpenEvents): LoadedHistory {
  const folder = mkdtempSync(join(tmpdir(), "candor-reads-"));
  const shop = smallHistory("shop", 300, 7);
  const bank = smallHistory("bank", 120, 8);
  const late = smallHistory("late", 1, 9);
  const now = historyStart + 5000;
  let opened: Awaited<ReturnType<OpenEvents>>;

  beforeAll(async () => {
    opened = await open(folder, () => now);
    let position = 0;
    for (const history of [shop, bank, late]) {
      const all = shuffled(history, 3);
      for (let i = 0; i < all.length; i += 97) await opened.events.load(all.slice(i, i + 97), ++position);
    }
  });
  afterAll(async () => {
    await opened.close();
    rmSync(folder, { recursive: true, force: true });
  });

  return {
    ...{ folder, now, shop, bank, late },
    open: (place) => open(place, () => now),
    get events() {
      return opened.events;
    },
    get temporaryFolder() {
      return opened.temporaryFolder;
    },
  };
}

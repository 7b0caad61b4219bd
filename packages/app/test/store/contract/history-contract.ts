import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { EventStore } from "../../../src/store/event-store.ts";
import { deliveries, type History, histories, hour } from "./history.ts";
import type { OpenedStore, OpenStore } from "./open-store.ts";
import { cellsByKey, expectedCells, expectedPrediction } from "./spine-model.ts";

const rounds = 8;
const segmentKeys = ["route", "country", "tier"];

/** That what a store holds depends on what happened, not on the order in which it heard of it. */
export function historyContract(open: OpenStore): void {
  let folder: string;
  let store: OpenedStore;
  let position = 0;
  let round = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "candor-history-"));
    store = await open(folder, () => 0);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  it("load in any order, again, late and in any batches, ends in the state that the events say, cells included", async () => {
    const property = fc.asyncProperty(fc.gen(), async (gen) => {
      round++;
      const history = gen(histories, [`a${round}`, `b${round}`]);
      for (const batch of gen(deliveries, history.events)) {
        await store.events.load(batch, ++position);
        expect(await store.events.verifyCells()).toEqual([]);
      }
      await expectState(store.events, history, "outcome");
      if (round % 3 > 0) return;
      for (const project of history.projects) await store.events.setCountedOutcome(project, "refund");
      await expectState(store.events, history, "refund");
    });
    await fc.assert(property, { numRuns: rounds, seed: 6, endOnFailure: true });
    expect(await store.events.verifyCells()).toEqual([]);
  });

  it("rebuildCells, compact and load of no events leave every cell as it is", async () => {
    const before = await Promise.all([1, 2, 3].map((k) => store.events.cells({ project: `a${k}`, bucket: "hour" })));
    await store.events.rebuildCells();
    await store.events.compact();
    await store.events.load([], ++position);
    const after = await Promise.all([1, 2, 3].map((k) => store.events.cells({ project: `a${k}`, bucket: "hour" })));
    expect(after.map(cellsByKey)).toEqual(before.map(cellsByKey));
    expect(await store.events.verifyCells()).toEqual([]);
  });
}

async function expectState(events: EventStore, history: History, counted: string): Promise<void> {
  for (const project of history.projects) {
    const found = await Promise.all(history.ids.map((id) => events.prediction(project, id)));
    const expected = history.ids.map((id) => expectedPrediction(history, project, id, counted));
    expect(found).toEqual(expected.map((one) => one && { ...one, content: null }));
    for (const [bucket, ms] of [["hour", hour] as const, ["day", 24 * hour] as const]) {
      const expected = expectedCells(history, project, ms, counted);
      const keys = new Set([null, ...segmentKeys]);
      const kept = new Map<string, Readonly<Record<string, number>>>();
      for (const key of keys) {
        const table = await events.cells({ project, bucket, segment: key === null ? null : { key } });
        for (const [name, sums] of cellsByKey(table)) kept.set(name, sums);
      }
      expect([...kept.keys()].sort()).toEqual([...expected.keys()].sort());
      for (const [name, { loss, ...sums }] of expected) {
        const { loss: keptLoss, ...keptSums } = kept.get(name) ?? { loss: Number.NaN };
        expect({ name, ...keptSums }).toEqual({ name, ...sums });
        // The logarithms of two libraries may differ in their last bit, which a weight of a million carries up.
        expect(Math.abs(keptLoss - loss)).toBeLessThan(1e-8);
      }
    }
  }
}

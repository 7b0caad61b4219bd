import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import type { PredictionEvent } from "../../../src/store/events.ts";
import { openIngest } from "../../../src/store/log/open-ingest.ts";
import { inFolder, prediction } from "./recording-engine.ts";

const now = () => 1_700_000_000_000;

describe("openIngest with the embedded engine", () => {
  it("sets aside what the engine cannot take, one by one, and loads everything around it", () =>
    inFolder(async (root) => {
      const temporaryFolder = join(root, "tmp");
      await mkdir(temporaryFolder);
      const store = await openDuckStore({ path: join(root, "candor.duckdb"), temporaryFolder, now });
      const said: string[] = [];
      const warn = (text: string) => said.push(text);
      const folder = join(root, "log");
      const ingest = await openIngest({ folder, events: store.events, now, warn, limits: { retryMs: 1 } });
      const good = ["a", "b\u0000b", "c\ud800", "x".repeat(200), "y"].map((id) => prediction(id));
      // No door of the server lets these in.
      const bad: PredictionEvent[] = [
        { ...prediction("too late"), time: 8.64e15 },
        { ...prediction("too early"), time: -1e20 },
      ];
      await ingest.append(good.slice(0, 2));
      await ingest.append([...bad.slice(0, 1), ...good.slice(2, 4), ...bad.slice(1)]);
      await ingest.append(good.slice(4));
      await ingest.settled();
      for (const { id } of good) {
        // UTF-8 has no halves of surrogate pairs.
        const written = Buffer.from(id).toString();
        expect((await store.events.prediction("default", id))?.prediction.id).toBe(written);
      }
      expect(await store.events.verifyCells()).toEqual([]);
      expect(ingest.status).toMatchObject({ loadedEvents: 5, setAside: 2, problem: null });
      expect(said.map((text) => text.slice(0, 26))).toEqual([
        'the prediction "too late" ',
        'the prediction "too early"',
      ]);
      const lines = (await readFile(join(folder, "set-aside.ndjson"), "utf8")).trim().split("\n");
      expect(lines.map((line) => JSON.parse(line).event)).toEqual(bad);
      await ingest.close();
      expect(await store.events.position()).toBe(7);
      await store.close();
    }));

  it("loads after a crash exactly what was acknowledged, with outcomes before their predictions", () =>
    inFolder(async (root) => {
      const temporaryFolder = join(root, "tmp");
      await mkdir(temporaryFolder);
      const store = await openDuckStore({ path: join(root, "candor.duckdb"), temporaryFolder, now });
      const { storeId } = store.events;
      const stuck = { storeId, position: () => Promise.resolve(0), load: () => new Promise<never>(() => undefined) };
      const folder = join(root, "log");
      const crashed = await openIngest({ folder, events: stuck, now });
      const outcome = { kind: "outcome" as const, project: "default", name: "outcome", source: "truth", receivedAt: 0 };
      for (let k = 0; k < 20; k++) {
        await crashed.append([{ ...outcome, predictionId: `p${k}`, value: 1, observedAt: k }]);
        await crashed.append([prediction(`p${k}`)]);
        await crashed.append([{ ...outcome, predictionId: `p${k}`, value: 0, observedAt: k + 1 }]);
      }
      const ingest = await openIngest({ folder, events: store.events, now, limits: { loadEvents: 7 } });
      await ingest.settled();
      for (let k = 0; k < 20; k++) {
        const stored = await store.events.prediction("default", `p${k}`);
        expect([stored?.outcome, stored?.outcomes.map(({ value }) => value)]).toEqual([0, [1, 0]]);
      }
      expect(await store.events.verifyCells()).toEqual([]);
      await ingest.close();
      await store.close();
    }));
});

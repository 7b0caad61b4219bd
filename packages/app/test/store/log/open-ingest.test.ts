import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { StoreBusy, StoreError } from "../../../src/store/errors.ts";
import { openIngest } from "../../../src/store/log/open-ingest.ts";
import { inFolder, prediction, recordingEngine } from "./recording-engine.ts";

const now = () => 1_700_000_000_000;

function gate(): { open: () => void; opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

const numbered = (from: number, to: number, filler = "") =>
  Array.from({ length: to - from }, (_, k) => prediction(`p${from + k}`, filler));
const idsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => `p${from + k}`);

describe("openIngest", () => {
  it("append(events) gives the engine every event once, in order, and close() leaves an empty log", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const ingest = await openIngest({ folder, events: engine, now });
      await ingest.append(numbered(0, 3));
      await Promise.all([ingest.append(numbered(3, 4)), ingest.append(numbered(4, 9)), ingest.append([])]);
      await ingest.settled();
      expect(engine.ids).toEqual(idsOf(0, 9));
      expect(ingest.status).toMatchObject({ pendingEvents: 0, pendingBytes: 0, lagMs: 0, asOf: now(), writable: true });
      expect(ingest.status).toMatchObject({ appendedEvents: 9, loadedEvents: 9, problem: null });
      await ingest.close();
      expect(await readdir(folder)).toEqual([]);
    }));

  it("append(events) of many at once share few syncs and loads", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const ingest = await openIngest({ folder, events: engine, now });
      await Promise.all(numbered(0, 500).map((event) => ingest.append([event])));
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 500));
      expect(engine.loads.length).toBeLessThan(10);
    }));

  it("append(events) is refused with StoreBusy when the queue is full, and taken again when there is room", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const { open, opened } = gate();
      engine.before = () => opened;
      const ingest = await openIngest({ folder, events: engine, now, limits: { queueEvents: 10 } });
      await ingest.append(numbered(0, 10));
      const refused = await ingest.append(numbered(10, 11)).catch((error: unknown) => error);
      expect(StoreBusy.is(refused) && refused.retryAfterSeconds).toBeGreaterThanOrEqual(1);
      expect(ingest.status.pendingEvents).toBe(10);
      open();
      await ingest.settled();
      await ingest.append(numbered(10, 11));
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 11));
    }));

  it("append(events) of more than the queue holds is taken when the queue is empty", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const ingest = await openIngest({ folder, events: engine, now, limits: { queueEvents: 2, queueBytes: 10 } });
      await ingest.append(numbered(0, 5));
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 5));
    }));

  it("append(events) after close() is refused as closed", () =>
    inFolder(async (folder) => {
      const ingest = await openIngest({ folder, events: recordingEngine(), now });
      await ingest.close();
      await expect(ingest.append(numbered(0, 1))).rejects.toMatchObject({ code: "closed" });
      await ingest.settled();
      await ingest.close();
    }));

  it("openIngest(options) empties the log some time after everything is loaded, and goes on", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const ingest = await openIngest({ folder, events: engine, now, limits: { restMs: 20 } });
      for (let k = 0; k < 3; k++) {
        await ingest.append(numbered(k, k + 1));
        await expect.poll(() => readdir(folder), { interval: 5 }).toEqual([]);
      }
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 3));
    }));

  it("openIngest(options) loads what a crash left, and then what is new, in order and in segments of any size", () =>
    inFolder(async (folder) => {
      const stuck = recordingEngine();
      stuck.before = () => new Promise(() => undefined);
      const crashed = await openIngest({ folder, events: stuck, now, limits: { segmentBytes: 3000, groupEvents: 7 } });
      for (let k = 0; k < 100; k += 5) await crashed.append(numbered(k, k + 5));
      expect((await readdir(folder)).length).toBeGreaterThan(3);

      const engine = recordingEngine(32);
      const ingest = await openIngest({ folder, events: engine, now, limits: { loadEvents: 9 } });
      expect(ingest.status).toMatchObject({ pendingEvents: 68 });
      await ingest.append(numbered(100, 110));
      await ingest.settled();
      expect(engine.ids).toEqual(idsOf(32, 110));
      expect(ingest.status).toMatchObject({ pendingEvents: 0, pendingBytes: 0, loadedEvents: 78, appendedEvents: 10 });
      await ingest.close();
      expect(await readdir(folder)).toEqual([]);
    }));

  it("openIngest(options) goes on counting positions from the engine when all segments are gone", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      for (let round = 0; round < 3; round++) {
        const ingest = await openIngest({ folder, events: engine, now });
        await ingest.append(numbered(round * 4, round * 4 + 4));
        await ingest.close();
        expect(engine.at).toBe(round * 4 + 4);
        expect(await readdir(folder)).toEqual([]);
      }
      expect(engine.ids).toEqual(idsOf(0, 12));
    }));

  it("status follows a clock that jumps: asOf never goes back, nothing else changes", () =>
    inFolder(async (folder) => {
      let clock = 1e12;
      const engine = recordingEngine();
      const ingest = await openIngest({ folder, events: engine, now: () => clock });
      let before = ingest.status.asOf;
      for (const [k, jump] of [3, -6, 1, -1, 30, -90].entries()) {
        clock += jump * 86_400_000;
        await ingest.append(numbered(k, k + 1));
        await ingest.settled();
        expect(ingest.status.asOf).toBeGreaterThanOrEqual(before);
        expect(ingest.status.lagMs).toBe(0);
        before = ingest.status.asOf;
      }
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 6));
    }));
});

describe("openIngest with an engine that fails", () => {
  it("status says that the engine's disk is full, appends go on into the log, and all is loaded when there is space", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      let full = true;
      engine.before = () => {
        if (full) throw new StoreError("cannot-write", "no space left on device");
      };
      const ingest = await openIngest({ folder, events: engine, now, limits: { retryMs: 1 } });
      await ingest.append(numbered(0, 3));
      await expect(ingest.settled()).rejects.toMatchObject({ code: "cannot-write" });
      expect(ingest.status).toMatchObject({ writable: false, pendingEvents: 3 });
      expect(ingest.status.problem).toContain("no space left");
      await ingest.append(numbered(3, 6));
      full = false;
      await expect.poll(() => ingest.status.pendingEvents).toBe(0);
      expect(ingest.status).toMatchObject({ writable: true, problem: null });
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 6));
    }));

  it("close() with an engine that stays full keeps everything for the next start", () =>
    inFolder(async (folder) => {
      const full = recordingEngine();
      full.before = () => {
        throw new StoreError("cannot-write", "no space left on device");
      };
      const said: string[] = [];
      const first = await openIngest({
        folder,
        events: full,
        now,
        warn: (text) => said.push(text),
        limits: { retryMs: 1 },
      });
      await first.append(numbered(0, 4));
      await first.close();
      expect(said.at(-1)).toContain("4 events stay in the log");
      const engine = recordingEngine();
      const second = await openIngest({ folder, events: engine, now });
      await second.settled();
      await second.close();
      expect(engine.ids).toEqual(idsOf(0, 4));
    }));

  it("an event that the engine cannot take is set aside on disk and said, and holds up nothing else", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      engine.before = (events) => {
        if (events.some((event) => event.kind === "prediction" && event.id === "p13"))
          throw new Error('Conversion Error: IO Error: disk "p13"');
      };
      const said: string[] = [];
      const ingest = await openIngest({
        folder,
        events: engine,
        now,
        warn: (text) => said.push(text),
        limits: { retryMs: 1 },
      });
      await ingest.append(numbered(0, 40));
      await ingest.settled();
      expect(engine.ids).toEqual([...idsOf(0, 13), ...idsOf(14, 40)]);
      expect(said).toHaveLength(1);
      expect(said[0]).toContain('prediction "p13" of project "default" cannot be stored');
      expect(ingest.status).toMatchObject({ writable: true, pendingEvents: 0, loadedEvents: 39, setAside: 1 });
      await ingest.close();
      expect(await readdir(folder)).toEqual(["set-aside.ndjson"]);
    }));

  it("an engine that takes nothing at all sets nothing aside and is reported", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      let broken = true;
      let healed = false;
      engine.before = (events) => {
        healed ||= !broken && events.length > 0;
        if (!healed) throw new Error("database has been invalidated");
      };
      const ingest = await openIngest({ folder, events: engine, now, limits: { retryMs: 1 } });
      await ingest.append(numbered(0, 5));
      await expect.poll(() => ingest.status.problem).toContain("invalidated");
      broken = false;
      await expect.poll(() => ingest.status.pendingEvents).toBe(0);
      await ingest.close();
      expect(engine.ids).toEqual(idsOf(0, 5));
      expect(await readdir(folder)).toEqual([]);
    }));
});

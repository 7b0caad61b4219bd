import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type LogFile, type LogFiles, openLogFiles } from "../../../src/store/log/log-files.ts";
import { openIngest } from "../../../src/store/log/open-ingest.ts";
import { inFolder, prediction, recordingEngine } from "./recording-engine.ts";

const now = () => 1_700_000_000_000;

/** What the next calls do; an empty list means that everything works. */
type Fault = "write" | "short-write" | "sync" | "lost-sync" | "truncate" | "create" | "folder-sync" | "remove" | null;

/**
 * The disk with a list of faults, used up one per call that could have it. After a `lost-sync` the pages that were not
 * synced are gone and the next sync succeeds, as Linux does it.
 */
function faulty(files: LogFiles, faults: Fault[]): LogFiles {
  const fails = (...kinds: Fault[]): Fault => {
    const next = faults[0] ?? null;
    if (faults.length > 0 && (next === null || kinds.includes(next))) faults.shift();
    return kinds.includes(next) ? next : null;
  };
  const wrap = (file: LogFile): LogFile => {
    let synced = 0;
    let written = 0;
    return {
      ...file,
      async write(bytes, at) {
        const fault = fails("write", "short-write");
        if (fault === "short-write") await file.write(bytes.subarray(0, bytes.length >> 1), at);
        if (fault !== null) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
        await file.write(bytes, at);
        written = at + bytes.length;
      },
      async sync() {
        const fault = fails("sync", "lost-sync");
        if (fault === "lost-sync" && written > synced) await file.write(Buffer.alloc(written - synced), synced);
        if (fault !== null) throw Object.assign(new Error("i/o error"), { code: "EIO" });
        await file.sync();
        synced = written;
      },
      async truncate(size) {
        if (fails("truncate") !== null) throw Object.assign(new Error("i/o error"), { code: "EIO" });
        await file.truncate(size);
        written = size;
      },
    };
  };
  return {
    ...files,
    async create(name) {
      if (fails("create") !== null) throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
      return wrap(await files.create(name));
    },
    async sync() {
      if (fails("folder-sync") !== null) throw Object.assign(new Error("i/o error"), { code: "EIO" });
      await files.sync();
    },
    async remove(name) {
      if (fails("remove") !== null) throw Object.assign(new Error("i/o error"), { code: "EIO" });
      await files.remove(name);
    },
  };
}

const fault = fc.constantFrom<Fault>(
  null,
  "write",
  "short-write",
  "sync",
  "lost-sync",
  "truncate",
  "create",
  "folder-sync",
);

describe("openIngest on a disk that fails", () => {
  it("append(events) that resolved is there after a crash, once and in order, whatever failed before and after", () =>
    fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 30 }), fc.integer({ min: 60, max: 5000 }), (faults, segmentBytes) =>
        inFolder(async (folder) => {
          const stuck = recordingEngine();
          stuck.before = () => new Promise(() => undefined);
          const files = faulty(await openLogFiles(folder), [...faults]);
          const ingest = await openIngest({ folder, events: stuck, now, files, limits: { segmentBytes, retryMs: 1 } });
          const acknowledged: string[] = [];
          const refused = new Set<string>();
          for (let k = 0; k < 12; k++) {
            const ids = Array.from({ length: 1 + (k % 3) }, (_, j) => `e${k}-${j}`);
            const failed = await ingest.append(ids.map((id) => prediction(id))).catch((error: unknown) => error);
            if (failed === undefined) acknowledged.push(...ids);
            else {
              expect(failed).toMatchObject({ name: "StoreError", code: "cannot-write" });
              for (const id of ids) refused.add(id);
              await expect.poll(() => ingest.status.writable, { interval: 1 }).toBe(true);
            }
          }
          const engine = recordingEngine();
          const again = await openIngest({ folder, events: engine, now });
          await again.settled();
          await again.close();
          expect(engine.ids.filter((id) => !refused.has(id))).toEqual(acknowledged);
          expect(new Set(engine.ids).size).toBe(engine.ids.length);
        }),
      ),
      { numRuns: 25 },
    ));

  it("append(events) whose sync fails once goes to a new segment and is acknowledged only there", () =>
    inFolder(async (folder) => {
      const faults: Fault[] = [];
      const stuck = recordingEngine();
      stuck.before = () => new Promise(() => undefined);
      const files = faulty(await openLogFiles(folder), faults);
      const ingest = await openIngest({ folder, events: stuck, now, files });
      await ingest.append([prediction("before")]);
      faults.push("lost-sync");
      await ingest.append([prediction("during")]);
      await ingest.append([prediction("after")]);
      expect(ingest.status).toMatchObject({ writable: true, problem: null, pendingEvents: 3 });
      expect(await readdir(folder)).toEqual(["0000000001.log", "0000000002.log"]);
      const [first, second] = await Promise.all(
        ["0000000001.log", "0000000002.log"].map((name) => readFile(join(folder, name), "latin1")),
      );
      expect([first?.includes("before"), first?.includes("during")]).toEqual([true, false]);
      expect([second?.includes("during"), second?.includes("after")]).toEqual([true, true]);
    }));

  it("append(events) on a full disk is refused with a sentence, and taken again once there is space", () =>
    inFolder(async (folder) => {
      const faults: Fault[] = [];
      const engine = recordingEngine();
      const files = faulty(await openLogFiles(folder), faults);
      const ingest = await openIngest({ folder, events: engine, now, files, limits: { retryMs: 20 } });
      await ingest.append([prediction("before")]);
      faults.push("short-write", "create", "create", "create");
      const refused = await Promise.allSettled(["a", "b", "c"].map((id) => ingest.append([prediction(id)])));
      for (const result of refused)
        expect(result).toMatchObject({ status: "rejected", reason: { code: "cannot-write" } });
      expect(ingest.status.writable).toBe(false);
      expect(ingest.status.problem).toContain(`${folder} cannot be written: no space left on device`);
      await expect(ingest.append([prediction("d")])).rejects.toMatchObject({ code: "cannot-write" });
      await expect.poll(() => ingest.status.writable).toBe(true);
      await ingest.append([prediction("after")]);
      await ingest.close();
      expect(engine.ids).toEqual(["before", "after"]);
      expect(await readdir(folder)).toEqual([]);
    }));

  it("close() keeps segments that cannot be removed, and the next start loads nothing of them again", () =>
    inFolder(async (folder) => {
      const engine = recordingEngine();
      const faults: Fault[] = [];
      const said: string[] = [];
      const files = faulty(await openLogFiles(folder), faults);
      const options = { folder, events: engine, now, warn: (text: string) => said.push(text) };
      const ingest = await openIngest({ ...options, files, limits: { segmentBytes: 100 } });
      await ingest.append([prediction("a")]);
      await ingest.settled();
      faults.push("remove", "remove");
      await ingest.append([prediction("b")]);
      await ingest.settled();
      await ingest.close();
      const complaint = expect.stringContaining("cannot be removed: i/o error");
      expect(said).toEqual([complaint, complaint]);
      const left = await readdir(folder);
      const again = await openIngest(options);
      expect([left, await readdir(folder)]).toEqual([["0000000001.log", "0000000002.log"], []]);
      await again.append([prediction("c")]);
      await again.close();
      expect(engine.ids).toEqual(["a", "b", "c"]);
    }));
});

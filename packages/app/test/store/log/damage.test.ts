import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { StoreError } from "../../../src/store/errors.ts";
import type { Ingest } from "../../../src/store/ingest.ts";
import { openIngest } from "../../../src/store/log/open-ingest.ts";
import { inFolder, prediction, type RecordingEngine, recordingEngine } from "./recording-engine.ts";

const now = () => 1_700_000_000_000;

/** Segments as a process that was killed leaves them, before its engine had loaded anything. */
interface Crash {
  readonly files: ReadonlyMap<string, Buffer>;
  /** Ids of the appends, each with the length of the last segment when it had been acknowledged. */
  readonly appends: readonly { readonly ids: readonly string[]; readonly segment: string; readonly end: number }[];
}

async function crash(sizes: readonly number[], segmentBytes: number): Promise<Crash> {
  return inFolder(async (folder) => {
    const stuck = recordingEngine();
    stuck.before = () => new Promise(() => undefined);
    const ingest = await openIngest({ folder, events: stuck, now, limits: { segmentBytes } });
    const appends = [];
    for (const [k, size] of sizes.entries()) {
      const ids = Array.from({ length: size }, (_, j) => `a${k}-${j}`);
      await ingest.append(ids.map((id) => prediction(id, "é".repeat(k % 5))));
      const segment = (await readdir(folder)).at(-1) ?? "";
      appends.push({ ids, segment, end: (await readFile(join(folder, segment))).length });
    }
    const names = await readdir(folder);
    const files = new Map<string, Buffer>();
    for (const name of names) files.set(name, await readFile(join(folder, name)));
    return { files, appends };
  });
}

async function reopen(
  files: ReadonlyMap<string, Buffer>,
  engine: RecordingEngine = recordingEngine(),
): Promise<{ engine: RecordingEngine; said: string[] }> {
  return inFolder(async (folder) => {
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    const said: string[] = [];
    const ingest: Ingest = await openIngest({ folder, events: engine, now, warn: (text) => said.push(text) });
    await ingest.settled();
    await ingest.close();
    return { engine, said };
  });
}

let one: Crash;
let several: Crash;
beforeAll(async () => {
  one = await crash([1, 3, 2, 1, 4], 1e9);
  several = await crash([2, 1, 3, 2, 2, 1, 3], 900);
});

const lastOf = ({ files }: Crash): { name: string; bytes: Buffer } => {
  const [name, bytes] = [...files].at(-1) ?? ["", Buffer.alloc(0)];
  return { name, bytes };
};
const everyId = ({ appends }: Crash): string[] => appends.flatMap(({ ids }) => ids);

describe("a log that was cut", () => {
  it("at any byte of its last segment has exactly the appends that were acknowledged before the cut", async () => {
    for (const left of [one, several]) {
      const { name, bytes } = lastOf(left);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 0, max: bytes.length }), async (cut) => {
          const files = new Map(left.files).set(name, bytes.subarray(0, cut));
          const kept = left.appends.filter(({ segment, end }) => segment !== name || end <= cut);
          const { engine, said } = await reopen(files);
          expect(engine.ids).toEqual(kept.flatMap(({ ids }) => ids));
          const clean = cut === bytes.length || kept.some(({ segment, end }) => segment === name && end === cut);
          expect(said).toHaveLength(clean || cut === 40 ? 0 : 1);
        }),
        { numRuns: 40, examples: [[0], [1], [39], [40], [41], [71], [72], [73], [bytes.length - 1]] },
      );
    }
  });

  it("and whose last write has zeros where pages were not written is cut before that write", async () => {
    const { name, bytes } = lastOf(one);
    const before = one.appends.at(-2)?.end ?? 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - before - 2), fc.integer({ min: 2, max: 400 }), async (from, length) => {
        fc.pre((from === 0 && length >= 8) || from + length > 36);
        const torn = Buffer.from(bytes);
        torn.fill(0, before + from, Math.min(bytes.length, before + from + length));
        const { engine, said } = await reopen(new Map([[name, torn]]));
        expect(engine.ids).toEqual(one.appends.slice(0, -1).flatMap(({ ids }) => ids));
        expect(said[0]).toContain(`nothing of it had been acknowledged, and it was cut off at offset ${before}`);
      }),
      { numRuns: 40 },
    );
  });

  it("in a segment that is not the last is an error that names it", async () => {
    const [name, bytes] = [...several.files][0] ?? ["", Buffer.alloc(0)];
    for (const cut of [0, 39, 60, bytes.length - 1]) {
      const files = new Map(several.files).set(name, bytes.subarray(0, cut));
      const refused = await reopen(files).catch((error: unknown) => error);
      expect(StoreError.is(refused) && [refused.code, refused.message]).toEqual([
        "damaged",
        expect.stringContaining(name),
      ]);
    }
  });

  it("by a whole segment in the middle is an error", async () => {
    const names = [...several.files.keys()];
    expect(names.length).toBeGreaterThan(3);
    const files = new Map(several.files);
    files.delete(names[2] ?? "");
    await expect(reopen(files)).rejects.toMatchObject({ code: "damaged", message: expect.stringContaining("missing") });
  });

  it("by its first segments is said, and the rest is loaded", async () => {
    const files = new Map(several.files);
    files.delete([...files.keys()][0] ?? "");
    const { engine, said } = await reopen(files);
    expect(engine.ids).toEqual(everyId(several).slice(-engine.ids.length));
    expect(said).toEqual([expect.stringMatching(/begins with event \d+ and the store ends with event 0/)]);
  });
});

describe("a byte of the log that was changed", () => {
  it("is detected wherever it is: an error with file and offset", async () => {
    for (const left of [one, several]) {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(left.files.size - 1),
          fc.nat(1e6),
          fc.integer({ min: 0, max: 7 }),
          async (which, place, bit) => {
            const [name, bytes] = [...left.files][which] ?? ["", Buffer.alloc(1)];
            const at = place % bytes.length;
            const changed = Buffer.from(bytes);
            changed[at] = (changed[at] ?? 0) ^ (1 << bit);
            const refused = await reopen(new Map(left.files).set(name, changed)).catch((error: unknown) => error);
            expect(StoreError.is(refused) && [refused.code, refused.message]).toEqual([
              "damaged",
              expect.stringMatching(new RegExp(`${name} is damaged at offset \\d+`)),
            ]);
          },
        ),
        { numRuns: 60 },
      );
    }
  });

  it("in what the engine has loaded is said, and is no error", async () => {
    const { name, bytes } = lastOf(one);
    const changed = Buffer.from(bytes);
    const at = (one.appends[0]?.end ?? 0) + 100;
    changed[at] = (changed[at] ?? 0) ^ 4;
    const { engine, said } = await reopen(new Map([[name, changed]]), recordingEngine(4));
    expect(engine.ids).toEqual(everyId(one).slice(4));
    expect(said).toEqual([expect.stringContaining("had been loaded before: nothing is lost")]);
  });

  it("into a newer version number, with its checksum, is refused as written by a newer Candor", async () => {
    const { crc32 } = await import("node:zlib");
    const { name, bytes } = lastOf(one);
    const newer = Buffer.from(bytes);
    newer.writeUInt32LE(9, 8);
    newer.writeUInt32LE(crc32(newer.subarray(0, 36)), 36);
    await expect(reopen(new Map([[name, newer]]))).rejects.toMatchObject({ code: "schema" });
  });
});

describe("a log of another store", () => {
  it("is refused with a sentence and stays as it is, loaded or not", async () => {
    for (const at of [0, 100])
      await inFolder(async (folder) => {
        for (const [name, bytes] of several.files) await writeFile(join(folder, name), bytes);
        const other = recordingEngine(at, "ffeeddccbbaa0099");
        const first = [...several.files.keys()].at(-1) ?? "";
        await expect(openIngest({ folder, events: other, now })).rejects.toMatchObject({
          code: "foreign",
          message: expect.stringContaining(`${first} belongs to another store than the database beside it`),
        });
        for (const [name, bytes] of several.files) expect(await readFile(join(folder, name))).toEqual(bytes);
        expect(other.loaded).toEqual([]);
      });
  });
});

describe("a log beside other files", () => {
  it("leaves them alone", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, "notes.txt"), "mine");
      await mkdir(join(folder, "0000000001.log.d"));
      const ingest = await openIngest({ folder, events: recordingEngine(), now });
      await ingest.append([prediction("a")]);
      await ingest.close();
      expect(await readdir(folder)).toEqual(["0000000001.log.d", "notes.txt"]);
      await copyFile(join(folder, "notes.txt"), join(folder, "0000000001.log"));
      await expect(openIngest({ folder, events: recordingEngine(), now })).resolves.toBeDefined();
      await rm(join(folder, "0000000001.log"), { force: true });
    }));
});

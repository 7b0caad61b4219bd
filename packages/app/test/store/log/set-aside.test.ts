import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { ContentEvent, ErasureEvent, SpineEvent } from "../../../src/store/events.ts";
import { openLogFiles } from "../../../src/store/log/log-files.ts";
import { openIngest } from "../../../src/store/log/open-ingest.ts";
import { openSetAside, setAsideFile } from "../../../src/store/log/set-aside.ts";
import { inFolder, prediction, recordingEngine } from "./recording-engine.ts";

const now = () => 1_700_000_000_000;
const erasure = (predictionId: string): ErasureEvent => ({
  kind: "erasure",
  project: "default",
  predictionId,
  receivedAt: 0,
});
const content: ContentEvent = {
  kind: "content",
  project: "default",
  predictionId: "a",
  content: { prompt: "the secret" },
  expiresAt: 1,
};

async function idsIn(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, setAsideFile), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event.id);
}

/** An engine that takes no event of these ids. */
function choosy(bad: ReadonlySet<string>) {
  const engine = recordingEngine();
  engine.before = (events: readonly SpineEvent[]) => {
    if (events.some((event) => event.kind === "prediction" && bad.has(event.id))) throw new Error("cannot be stored");
  };
  return engine;
}

describe("openSetAside(files)", () => {
  it("keeps events on disk, takes one out again, and has no file where it has none", () =>
    inFolder(async (folder) => {
      const aside = await openSetAside(await openLogFiles(folder));
      const takeOut = await aside.add(prediction("a"), 1, "why");
      await aside.add(prediction("b"), 2, "why");
      expect(await idsIn(folder)).toEqual(["a", "b"]);
      await takeOut();
      expect(await idsIn(folder)).toEqual(["b"]);
      await aside.forgetPredictions([{ project: "another", predictionId: "b" }]);
      expect(await idsIn(folder)).toEqual(["b"]);
      await aside.forgetPredictions([{ project: "default", predictionId: "b" }]);
      expect(await readdir(folder)).toEqual([]);
    }));

  it("keeps of content only that there was some", () =>
    inFolder(async (folder) => {
      const aside = await openSetAside(await openLogFiles(folder));
      await aside.add(content, 1, "why");
      const text = await readFile(join(folder, setAsideFile), "utf8");
      expect(JSON.parse(text)).toEqual({ position: 1, reason: "why", event: { ...content, content: null } });
    }));

  it("removes what an interrupted change left, and leaves alone what it cannot read", () =>
    inFolder(async (folder) => {
      await writeFile(join(folder, `${setAsideFile}.new`), "half");
      await writeFile(join(folder, setAsideFile), "not JSON\n");
      const aside = await openSetAside(await openLogFiles(folder));
      await aside.add({ ...prediction("a"), project: "gone" }, 1, "why");
      await aside.forgetProject("gone");
      expect(await readdir(folder)).toEqual([setAsideFile]);
      expect(await readFile(join(folder, setAsideFile), "utf8")).toBe("not JSON\n");
    }));
});

describe("openIngest", () => {
  it("an erasure reaches what was set aside, before it counts as loaded", () =>
    inFolder(async (folder) => {
      const engine = choosy(new Set(["a", "b"]));
      const ingest = await openIngest({ folder, events: engine, now, limits: { retryMs: 1 } });
      await ingest.append([prediction("a"), prediction("b"), prediction("c")]);
      await ingest.settled();
      expect(await idsIn(folder)).toEqual(["a", "b"]);
      await ingest.append([erasure("a")]);
      await ingest.settled();
      expect(await idsIn(folder)).toEqual(["b"]);
      await ingest.forgetProject("default");
      await ingest.close();
      expect(await readdir(folder)).toEqual([]);
    }));
});

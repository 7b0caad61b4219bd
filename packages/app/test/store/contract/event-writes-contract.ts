import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpineEvent } from "../../../src/store/events.ts";
import { erasureOf, hour, outcomeOf, predictionOf, start } from "./history.ts";
import type { OpenedStore, OpenStore } from "./open-store.ts";

const nothing = {
  predictions: 0,
  duplicates: 0,
  conflicts: 0,
  outcomes: 0,
  repeatedOutcomes: 0,
  orphans: 0,
  refused: 0,
};

/** What `EventStore` promises of everything that writes, for any engine. */
export function eventWritesContract(open: OpenStore): void {
  let folder: string;
  let store: OpenedStore;
  let position = 0;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "candor-writes-"));
    store = await open(folder, () => start);
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  const load = (...events: SpineEvent[]) => store.events.load(events, ++position);
  const outcome = async (project: string, id: string) => (await store.events.prediction(project, id))?.outcome;
  const inCells = async (project: string, bucket: "hour" | "day" | "all" = "all") => {
    const { rows, traffic, labelled } = await store.events.cells({ project, bucket });
    const sum = (column: Float64Array) => column.subarray(0, rows).reduce((total, value) => total + value, 0);
    return { predictions: sum(traffic.predictions), labels: sum(labelled.count), positives: sum(labelled.positives) };
  };
  const isSound = async () => expect(await store.events.verifyCells()).toEqual([]);

  describe("load(events, position)", () => {
    it("counts what is new, known, contradicted, repeated and early", async () => {
      const a = predictionOf("counts", "a");
      const first = await load(
        a,
        a,
        predictionOf("counts", "b"),
        outcomeOf("counts", "a", 1),
        outcomeOf("counts", "c", 1),
      );
      expect(first).toEqual({ ...nothing, predictions: 2, duplicates: 1, outcomes: 2, orphans: 1 });
      const again = await load(
        { ...a, time: start + 9, receivedAt: start + 10 },
        predictionOf("counts", "b", { confidence: 0.1 }),
        outcomeOf("counts", "a", 1, { receivedAt: start + 99 }),
        outcomeOf("counts", "a", 0, { observedAt: start + 2 * hour }),
      );
      expect(again).toEqual({ ...nothing, duplicates: 2, conflicts: 1, outcomes: 1, repeatedOutcomes: 1 });
      expect(await store.events.prediction("counts", "b")).toMatchObject({ prediction: { confidence: 0.7 } });
      const health = await store.events.dataHealth("counts");
      expect(health).toMatchObject({ predictions: 2, duplicates: 3, conflicts: 1, orphans: 1 });
      await isSound();
    });

    it("of a position that is in already leaves the batch out", async () => {
      const before = await store.events.position();
      expect(await store.events.load([predictionOf("old", "a")], before)).toEqual(nothing);
      expect(await store.events.load([predictionOf("old", "a")], before - 1)).toEqual(nothing);
      expect(await store.events.prediction("old", "a")).toBeNull();
      expect(await store.events.position()).toBe(before);
    });

    it("counts the newest outcome of all sources, of equals the one that arrived last, without what is withdrawn", async () => {
      const project = "sources";
      await load(predictionOf(project, "a"), outcomeOf(project, "a", 1, { observedAt: start + 10 }));
      await load(outcomeOf(project, "a", 0, { observedAt: start + 5, source: "reviewer:ann" }));
      expect(await outcome(project, "a")).toBe(1);
      await load(outcomeOf(project, "a", 0, { observedAt: start + 10, source: "reviewer:ann" }));
      expect(await outcome(project, "a")).toBe(0);
      await load(outcomeOf(project, "a", null, { observedAt: start + 11, source: "reviewer:ann" }));
      expect(await outcome(project, "a")).toBe(1);
      await load(outcomeOf(project, "a", null, { observedAt: start + 12 }));
      expect(await outcome(project, "a")).toBeNull();
      expect(await inCells(project)).toEqual({ predictions: 1, labels: 0, positives: 0 });
      await isSound();
    });

    it("compares labels with the prediction, and counts none where there is nothing to compare with", async () => {
      const project = "labels";
      await load(
        ...["a", "b", "c"].map((id) => predictionOf(project, id, { prediction: id === "c" ? null : "yes" })),
        ...["a", "b", "c"].map((id) => outcomeOf(project, id, id === "b" ? "no" : "yes")),
      );
      expect([await outcome(project, "a"), await outcome(project, "b"), await outcome(project, "c")]).toEqual([
        1,
        0,
        null,
      ]);
      expect(await inCells(project)).toEqual({ predictions: 3, labels: 2, positives: 1 });
      await isSound();
    });

    it("joins an outcome that came first with its prediction, whatever the batch", async () => {
      const project = "early";
      await load(outcomeOf(project, "a", 1));
      expect((await store.events.dataHealth(project)).orphans).toBe(1);
      await load(predictionOf(project, "a", { propensity: 0.25 }));
      expect(await outcome(project, "a")).toBe(1);
      expect((await store.events.dataHealth(project)).orphans).toBe(0);
      const { labelled } = await store.events.cells({ project, bucket: "all" });
      expect([labelled.weight[0], labelled.squared[0]]).toEqual([4, 16]);
      await isSound();
    });

    it("forgets what is erased, in the cells too, and refuses it from then on", async () => {
      const project = "erased";
      const content = {
        kind: "content" as const,
        project,
        predictionId: "a",
        content: { prompt: "x" },
        expiresAt: start * 2,
      };
      await load(predictionOf(project, "a"), predictionOf(project, "b"), outcomeOf(project, "a", 1), content);
      await load(erasureOf(project, "a"), erasureOf(project, "a"), erasureOf(project, "never seen"));
      expect(await store.events.prediction(project, "a")).toBeNull();
      expect(await inCells(project)).toEqual({ predictions: 1, labels: 0, positives: 0 });
      const refused = await load(
        ...[predictionOf(project, "a"), outcomeOf(project, "a", 1), content],
        ...[predictionOf(project, "never seen"), predictionOf(project, "c"), erasureOf(project, "c")],
      );
      expect(refused).toEqual({ ...nothing, refused: 5 });
      expect(await inCells(project, "day")).toEqual({ predictions: 1, labels: 0, positives: 0 });
      expect(await store.events.dataHealth(project)).toMatchObject({ predictions: 1, outcomes: 0, orphans: 0 });
      await isSound();
    });

    it("keeps projects apart that share ids", async () => {
      await load(
        predictionOf("left", "same"),
        predictionOf("right", "same", { confidence: 0.2 }),
        outcomeOf("left", "same", 1),
      );
      await load(erasureOf("left", "same"));
      expect(await store.events.prediction("left", "same")).toBeNull();
      expect(await store.events.prediction("right", "same")).toMatchObject({
        prediction: { confidence: 0.2 },
        outcome: null,
      });
    });

    it("is all or nothing: what cannot be stored leaves no trace, in memory neither", async () => {
      const project = "whole";
      const bad = predictionOf(project, "bad", { time: 0.5, segments: { country: "new" } });
      const before = await store.events.position();
      await expect(store.events.load([predictionOf(project, "good"), bad], before + 1)).rejects.toThrow();
      expect(await store.events.position()).toBe(before);
      expect(await store.events.prediction(project, "good")).toBeNull();
      const good = predictionOf(project, "good", { segments: { country: "new" } });
      expect(await load(good)).toEqual({ ...nothing, predictions: 1 });
      const { streams } = await store.events.cells({ project, bucket: "all", segment: { key: "country" } });
      expect(streams.map(({ segment }) => segment?.value)).toEqual(["new"]);
      await isSound();
    });

    it("is not waited for by reads, which see whole batches", async () => {
      const project = "whole batches";
      const batch = Array.from({ length: 5000 }, (_, i) => predictionOf(project, `id ${i}`));
      const loading = load(...batch).then(() => "loaded" as const);
      const counts: number[] = [];
      for (let done = false; !done; ) {
        counts.push((await inCells(project)).predictions);
        done = (await Promise.race([loading, Promise.resolve("loading" as const)])) === "loaded";
      }
      counts.push((await inCells(project)).predictions);
      expect(counts.at(0)).toBe(0);
      expect(new Set(counts)).toEqual(new Set([0, 5000]));
    });

    it("takes names and values that look like SQL, and the largest and smallest numbers", async () => {
      const project = "o'brien";
      const nasty = "x'); DROP TABLE predictions; --\n\u0000\u{1f600}";
      const event = predictionOf(project, nasty, {
        model: nasty,
        version: nasty,
        route: nasty,
        segments: { [nasty]: nasty, constructor: "1" },
        prediction: nasty,
        calibratorId: nasty,
        policyId: nasty,
        evidence: { [nasty]: nasty, tiny: 5e-324, huge: Number.MAX_VALUE },
        confidence: Number.MIN_VALUE,
        interval: [0, 1 - 2 ** -53],
        time: Date.UTC(0, 0) - 1900 * 366 * 24 * hour,
        receivedAt: Date.UTC(9999, 11, 31),
      });
      const late = outcomeOf(project, nasty, nasty, { name: "outcome", source: nasty });
      expect(await load(event, late)).toMatchObject({ predictions: 1, outcomes: 1 });
      expect(await store.events.prediction(project, nasty)).toEqual({
        prediction: event,
        outcomes: [late],
        outcome: 1,
        content: null,
      });
      await isSound();
    });
  });

  describe("setCountedOutcome(project, name)", () => {
    it("counts the outcomes of that name from then on, before and after", async () => {
      const project = "counted";
      await load(
        predictionOf(project, "a"),
        outcomeOf(project, "a", 1),
        outcomeOf(project, "a", 0, { name: "refund" }),
      );
      await store.events.setCountedOutcome(project, "refund");
      expect(await outcome(project, "a")).toBe(0);
      await load(
        predictionOf(project, "b"),
        outcomeOf(project, "b", 1, { name: "refund" }),
        outcomeOf(project, "b", 0),
      );
      expect(await outcome(project, "b")).toBe(1);
      expect(await inCells(project)).toEqual({ predictions: 2, labels: 2, positives: 1 });
      await store.events.setCountedOutcome(project, "outcome");
      expect([await outcome(project, "a"), await outcome(project, "b")]).toEqual([1, 0]);
      await isSound();
    });

    it("of a project without events is remembered", async () => {
      await store.events.setCountedOutcome("future", "refund");
      await load(predictionOf("future", "a"), outcomeOf("future", "a", 1, { name: "refund" }));
      expect(await outcome("future", "a")).toBe(1);
    });
  });

  describe("retain(project, from)", () => {
    it("forgets events before a whole hour and keeps their cells; older predictions are refused", async () => {
      const project = "kept";
      const at = (hours: number, id: string) => predictionOf(project, id, { time: start + hours * hour });
      await load(at(0, "a"), at(1, "b"), at(2, "c"), outcomeOf(project, "a", 1), outcomeOf(project, "c", 1));
      await load(outcomeOf(project, "waits", 1, { receivedAt: start }));
      expect(await store.events.retain(project, start + 2 * hour + 1000)).toBe(2);
      expect(await store.events.retain(project, start)).toBe(0);
      expect(await store.events.prediction(project, "a")).toBeNull();
      expect(await inCells(project)).toEqual({ predictions: 3, labels: 2, positives: 2 });
      expect(await load(at(1, "d"), at(2, "e"), at(1, "b"))).toEqual({ ...nothing, predictions: 1, refused: 2 });
      expect(await store.events.dataHealth(project)).toMatchObject({ orphans: 0, outcomes: 1 });
      await isSound();
      await store.events.rebuildCells(project);
      expect(await inCells(project, "hour")).toEqual({ predictions: 4, labels: 2, positives: 2 });
      expect(await inCells(project, "day")).toEqual({ predictions: 4, labels: 2, positives: 2 });
      await store.events.compact();
      await isSound();
    });
  });

  describe("expireContent(now)", () => {
    it("forgets content whose time is over, and only that", async () => {
      const project = "contents";
      const content = (predictionId: string, expiresAt: number): SpineEvent => ({
        ...{ kind: "content", project, predictionId, content: { prompt: `of ${predictionId}` }, expiresAt },
      });
      await load(
        content("a", start + hour),
        predictionOf(project, "a"),
        predictionOf(project, "b"),
        content("b", start + 1),
      );
      expect(await store.events.expireContent(start + 1)).toBe(1);
      expect(await store.events.prediction(project, "a")).toMatchObject({ content: { prompt: "of a" } });
      expect(await store.events.prediction(project, "b")).toMatchObject({ content: null });
    });
  });

  describe("removeProject(project)", () => {
    it("leaves nothing of it, tombstones neither, and everything of the others", async () => {
      await load(
        predictionOf("gone", "a"),
        predictionOf("stays", "a"),
        outcomeOf("gone", "a", 1),
        erasureOf("gone", "b"),
      );
      await store.events.removeProject("gone");
      expect(await store.events.prediction("gone", "a")).toBeNull();
      expect(await store.events.models("gone")).toEqual([]);
      expect(await inCells("gone")).toEqual({ predictions: 0, labels: 0, positives: 0 });
      expect(await inCells("stays")).toEqual({ predictions: 1, labels: 0, positives: 0 });
      expect(await load(predictionOf("gone", "a"), predictionOf("gone", "b"))).toEqual({ ...nothing, predictions: 2 });
      expect(await inCells("gone")).toEqual({ predictions: 2, labels: 0, positives: 0 });
      await isSound();
    });
  });

  describe("backup(path)", () => {
    it("writes a new file while loads go on, and refuses one that is there", async () => {
      const path = join(folder, "copy");
      const copying = store.events.backup(path);
      await load(predictionOf("meanwhile", "a"));
      await copying;
      expect(existsSync(path)).toBe(true);
      await expect(store.events.backup(path)).rejects.toMatchObject({ name: "StoreError", code: "exists" });
      writeFileSync(join(folder, "other"), "");
      await expect(store.events.backup(join(folder, "other"))).rejects.toMatchObject({ code: "exists" });
    });
  });

  describe("close()", () => {
    it("waits for what runs, keeps everything for the next start, and refuses what comes later", async () => {
      const loading = load(predictionOf("closing", "a"));
      await store.close();
      await loading;
      await expect(store.events.position()).rejects.toMatchObject({ name: "StoreError", code: "closed" });
      await expect(store.events.prediction("closing", "a")).rejects.toMatchObject({ code: "closed" });
      store = await open(folder, () => start);
      expect(await store.events.position()).toBe(position);
      expect(await store.events.prediction("closing", "a")).not.toBeNull();
      expect(await load(predictionOf("closing", "a"), outcomeOf("closing", "a", 1))).toMatchObject({
        duplicates: 1,
        outcomes: 1,
      });
      await isSound();
    });
  });
}

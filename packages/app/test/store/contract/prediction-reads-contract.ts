import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { PredictionFilter, PredictionQuery, StoredPrediction } from "../../../src/store/event-store.ts";
import type { PredictionEvent } from "../../../src/store/events.ts";
import { dayMs, hourMs, inOrder, type LoadedHistory } from "./loaded-history.ts";
import { countedOutcome, harmfulNames, historyStart, type SmallHistory, smallHistory } from "./small-history.ts";

/** What every engine guarantees of single predictions and of lists of them. */
export function predictionReadsContract(loaded: LoadedHistory): void {
  const { folder, now, shop, bank, open } = loaded;

  /** What is stored of a prediction, without repeated outcomes. */
  function stored(history: SmallHistory, prediction: PredictionEvent): StoredPrediction {
    const outcomes = inOrder(history).filter(({ predictionId }) => predictionId === prediction.id);
    const said = new Set<string>();
    const once = outcomes.filter(({ name, source, value, observedAt }) => {
      const key = JSON.stringify([name, source, value, observedAt]);
      return !said.has(key) && said.add(key);
    });
    const content = history.contents.find(({ predictionId }) => predictionId === prediction.id);
    return {
      prediction,
      outcomes: once.toSorted((a, b) => a.observedAt - b.observedAt),
      outcome: countedOutcome(prediction, inOrder(history))?.outcome ?? null,
      content: content === undefined || content.expiresAt <= now ? null : content.content,
    };
  }

  const byId = (a: StoredPrediction, b: StoredPrediction): number => (a.prediction.id < b.prediction.id ? -1 : 1);

  async function everyPage(query: PredictionQuery): Promise<StoredPrediction[]> {
    const found: StoredPrediction[] = [];
    for (let cursor: string | null = null; ; ) {
      const page = await loaded.events.predictions(cursor === null ? query : { ...query, cursor });
      expect(page.predictions.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.predictions);
      cursor = page.cursor;
      if (cursor === null) return found;
    }
  }

  describe("prediction(project, id)", () => {
    it("gives back what was loaded, all outcomes, what counts, and content that has not expired", async () => {
      for (const history of [shop, bank])
        for (const prediction of history.predictions.slice(0, 30))
          expect(await loaded.events.prediction(prediction.project, prediction.id)).toEqual(
            stored(history, prediction),
          );
    });

    it("is null for ids and projects that are not there", async () => {
      expect(await loaded.events.prediction("shop", "p299'")).toBeNull();
      expect(await loaded.events.prediction("bank", "p200")).toBeNull();
      expect(await loaded.events.prediction("nobody", "p1")).toBeNull();
      for (const name of harmfulNames) expect(await loaded.events.prediction("shop", name)).toBeNull();
      for (const name of harmfulNames) expect(await loaded.events.prediction(name, "p1")).toBeNull();
    });
  });

  describe("predictions(query)", () => {
    const matching = (history: SmallHistory, query: Omit<PredictionQuery, "limit" | "project">): StoredPrediction[] =>
      history.predictions
        .map((prediction) => stored(history, prediction))
        .filter(({ prediction, outcome }) => {
          const all: Record<string, string> = { ...prediction.segments };
          if (prediction.route !== null) all["route"] = prediction.route;
          const { from, to, source } = query.confidence ?? { from: 0, to: 1 };
          const confidence = source === "raw" ? prediction.rawConfidence : prediction.confidence;
          return (
            (query.model === undefined || prediction.model === query.model) &&
            (query.version === undefined || prediction.version === query.version) &&
            (query.route === undefined || prediction.route === query.route) &&
            Object.entries(query.segments ?? {}).every(([key, value]) => all[key] === value) &&
            (query.from === undefined || prediction.time >= query.from) &&
            (query.to === undefined || prediction.time < query.to) &&
            (query.decision === undefined || prediction.decision === query.decision) &&
            (query.confidence === undefined ||
              (confidence !== null && confidence >= from && (confidence < to || (to === 1 && confidence === 1)))) &&
            (query.outcome === undefined ||
              (query.outcome === "none"
                ? outcome === null
                : query.outcome === "any"
                  ? outcome !== null
                  : outcome === query.outcome))
          );
        });

    const queries: readonly Omit<PredictionQuery, "limit" | "project">[] = [
      {},
      { model: "fraud" },
      { model: "fraud", version: "v2", route: "eu" },
      { route: "eu" },
      { segments: { region: "north" } },
      { segments: { region: "north", route: "us" } },
      { segments: {} },
      ...harmfulNames.map((tier) => ({ segments: { tier } })),
      { from: historyStart + 5 * hourMs, to: historyStart + 20 * hourMs },
      { from: historyStart + 1, to: historyStart + hourMs + 0.5 },
      { from: historyStart + 99 * dayMs },
      { confidence: { from: 0.5, to: 1 } },
      { confidence: { from: 0, to: 0.5 } },
      { confidence: { from: 1, to: 1 } },
      { confidence: { from: 0.3, to: 0.6, source: "raw" } },
      { decision: "review" },
      { outcome: 1 },
      { outcome: 0 },
      { outcome: "any" },
      { outcome: "none", model: "churn" },
      { outcome: 1, decision: "act", confidence: { from: 0.2, to: 0.9 }, segments: { region: "south" } },
    ];

    it.each(queries)("finds every match once, newest first, page by page: %j", async (query) => {
      for (const history of [shop, bank]) {
        const project = history === shop ? "shop" : "bank";
        const found = await everyPage({ project, limit: 70, ...query });
        expect(found.toSorted(byId)).toEqual(matching(history, query).sort(byId));
        const times = found.map(({ prediction }) => prediction.time);
        expect(times).toEqual(times.toSorted((a, b) => b - a));
      }
    });

    it.each(harmfulNames)("takes %j in any filter for a plain value", async (name) => {
      const none: readonly Omit<PredictionFilter, "project">[] = [
        { model: name },
        { version: name },
        { route: name },
        { segments: { [name]: name } },
        { segments: { region: name } },
      ];
      for (const query of none)
        expect(await loaded.events.predictions({ project: "shop", limit: 5, ...query })).toEqual({
          predictions: [],
          cursor: null,
        });
      expect(await loaded.events.predictions({ project: name, limit: 5 })).toEqual({ predictions: [], cursor: null });
      for (const cell of [
        { model: name },
        { version: name },
        { segment: { key: name } },
        { segment: { key: "region", value: name } },
      ])
        expect((await loaded.events.cells({ project: "shop", bucket: "all", ...cell })).rows).toBe(0);
      expect(await loaded.events.models(name)).toEqual([]);
      expect((await loaded.events.dataHealth(name)).predictions).toBe(0);
    });

    it("refuses a cursor that was altered, or that belongs to another query or project", async () => {
      const query = { project: "shop", limit: 10, model: "fraud" };
      const { cursor } = await loaded.events.predictions(query);
      if (cursor === null) throw new Error("one page only");
      const refused = { name: "InputError", code: "incompatible" };
      const altered = cursor.startsWith("M") ? `N${cursor.slice(1)}` : `M${cursor.slice(1)}`;
      for (const bad of [
        altered,
        `${cursor}x`,
        `${cursor}.`,
        cursor.slice(0, -2),
        "",
        "x",
        "MS4x.AAAA",
        harmfulNames[0],
      ])
        await expect(loaded.events.predictions({ ...query, cursor: bad }), bad).rejects.toMatchObject(refused);
      await expect(loaded.events.predictions({ ...query, project: "bank", cursor })).rejects.toMatchObject(refused);
      await expect(loaded.events.predictions({ ...query, model: "churn", cursor })).rejects.toMatchObject(refused);
      expect((await loaded.events.predictions({ ...query, limit: 3, cursor })).predictions).toHaveLength(3);
    });

    it.each([
      [{ limit: 0 }, "out-of-range"],
      [{ limit: 1001 }, "out-of-range"],
      [{ limit: 2.5 }, "out-of-range"],
      [{ limit: 5, from: Number.NaN }, "out-of-range"],
      [{ limit: 5, to: Infinity }, "out-of-range"],
      [{ limit: 5, confidence: { from: 0.5, to: 0.4 } }, "out-of-range"],
      [{ limit: 5, confidence: { from: Number.NaN, to: 1 } }, "out-of-range"],
    ] as const)("refuses %j", async (query, code) => {
      await expect(loaded.events.predictions({ project: "shop", ...query })).rejects.toMatchObject({
        name: "InputError",
        code,
      });
    });
  });

  it("pages cover what was there once while newer and older rows arrive", async () => {
    const own = await open(mkdtempSync(join(folder, "arriving-")));
    try {
      const [first, later] = [smallHistory("shop", 150, 11), smallHistory("shop", 300, 12)];
      await own.events.load(first.predictions, 1);
      const seen: string[] = [];
      let position = 1;
      for (let cursor: string | null = null; ; ) {
        const page = await own.events.predictions({
          project: "shop",
          limit: 20,
          ...(cursor === null ? {} : { cursor }),
        });
        seen.push(...page.predictions.map(({ prediction }) => prediction.id));
        cursor = page.cursor;
        if (cursor === null) break;
        const start = 150 + position * 5;
        await own.events.load(later.predictions.slice(start, start + 5), ++position);
      }
      expect(new Set(seen).size).toBe(seen.length);
      const known = new Set(seen);
      expect(first.predictions.filter(({ id }) => !known.has(id))).toEqual([]);
    } finally {
      await own.close();
    }
  });
}

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CellMoment, cellMoments, timeGrid } from "@candor/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CellQuery,
  type CellTable,
  type EventStore,
  type PredictionFilter,
  type PredictionQuery,
  type StoredPrediction,
  type TrafficMoment,
  trafficMoments,
} from "../../../src/store/event-store.ts";
import type { OutcomeEvent, PredictionEvent } from "../../../src/store/events.ts";
import {
  countedOutcome,
  harmfulNames,
  historyStart,
  type SmallHistory,
  shuffled,
  smallHistory,
} from "./small-history.ts";

/** The events of an engine in a new folder, whose `tmp` exports may be written to. */
export type OpenEvents = (
  folder: string,
  now: () => number,
) => Promise<{ events: EventStore; close(): Promise<void>; temporaryFolder: string }>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What a query of cells should answer, added up in plain numbers; sums by stream, bucket and group as text. */
function addedUp(predictions: readonly PredictionEvent[], outcomes: readonly OutcomeEvent[], query: CellQuery) {
  const { bucket, groups, segment = null } = query;
  const size = bucket === "day" ? dayMs : hourMs;
  const from = query.from === undefined ? -Infinity : Math.floor(query.from / size) * size;
  const to = query.to === undefined ? Infinity : Math.ceil(query.to / size) * size;
  const sums = new Map<string, Record<string, number>>();
  for (const prediction of predictions) {
    const { model, version, task, route, segments, time, confidence, decision, certified } = prediction;
    if (query.model !== undefined && model !== query.model) continue;
    if (query.version !== undefined && version !== query.version) continue;
    if (time < from || time >= to) continue;
    const all: Record<string, string> = { ...segments, ...(route === null ? {} : { route }) };
    const value = segment === null ? null : all[segment.key];
    if (value === undefined || (segment?.value !== undefined && value !== segment.value)) continue;
    const start = bucket === "all" ? 0 : Math.floor(time / size) * size;
    const cell = confidence === null ? timeGrid.size : timeGrid.cellOf(confidence);
    const key = JSON.stringify([model, version, task, value, start, groups?.[cell] ?? cell]);
    const sum = sums.get(key) ?? {};
    sums.set(key, sum);
    const add = (name: TrafficMoment | CellMoment, amount: number): void => {
      sum[name] = (sum[name] ?? 0) + amount;
    };
    const p = confidence ?? 0;
    add("predictions", 1);
    add("sumConfidence", p);
    if (decision !== null) add(decision, 1);
    if (certified === false) add("uncertified", 1);
    const counted = countedOutcome(prediction, outcomes);
    if (counted === null) continue;
    const y = counted.outcome;
    const w = 1 / (prediction.propensity ?? 1);
    const loss = confidence === null ? 0 : -Math.log(Math.max(1e-15, y === 1 ? p : 1 - p));
    add("count", 1);
    add("positives", y);
    add("weight", w);
    add("weightPositive", w * y);
    add("squared", w * w);
    add("squaredPositive", w * w * y);
    add("p", w * p);
    add("pPositive", w * p * y);
    add("pp", w * p * p);
    add("loss", w * loss);
  }
  return sums;
}

function keysOf(table: CellTable): string[] {
  return Array.from({ length: table.rows }, (_, i) => {
    const { model, version, task, segment } = table.streams[table.stream[i] ?? -1] ?? { model: "?" };
    return JSON.stringify([model, version, task, segment?.value ?? null, table.bucket[i], table.cell[i]]);
  });
}

/** Sums are of integers in units of 2⁻³² and 2⁻²⁰: a sum of a few dozen terms is that exact. */
const unit = 64 * 2 ** -20;

function expectCells(table: CellTable, truth: ReadonlyMap<string, Readonly<Record<string, number>>>): void {
  const keys = keysOf(table);
  expect(keys.toSorted()).toEqual([...truth.keys()].sort());
  for (const [i, key] of keys.entries()) {
    const expected = truth.get(key) ?? {};
    for (const name of trafficMoments)
      expect(Math.abs((table.traffic[name][i] ?? -1) - (expected[name] ?? 0)), name).toBeLessThan(unit);
    for (const name of cellMoments)
      expect(Math.abs((table.labelled[name][i] ?? -1) - (expected[name] ?? 0)), name).toBeLessThan(unit);
  }
  const places = keys.map((_, i) => [table.stream[i] ?? 0, table.bucket[i] ?? 0, table.cell[i] ?? 0] as const);
  for (let i = 1; i < places.length; i++) {
    const [before, after] = [places[i - 1], places[i]];
    if (before === undefined || after === undefined) throw new Error("no row");
    const k = before.findIndex((value, at) => value !== after[at]);
    expect(after[k]).toBeGreaterThan(before[k] ?? Infinity);
  }
}

/** What every engine of `EventStore` guarantees of its reads. */
export function eventReadsContract(open: OpenEvents): void {
  const folder = mkdtempSync(join(tmpdir(), "candor-reads-"));
  const shop = smallHistory("shop", 300, 7);
  const bank = smallHistory("bank", 120, 8);
  /** Ids and models of both projects are the same; a third one has one row and the newest of all times. */
  const late = smallHistory("late", 1, 9);
  const now = historyStart + 5000;
  let events: EventStore;
  let close: () => Promise<void>;
  let temporaryFolder: string;

  beforeAll(async () => {
    ({ events, close, temporaryFolder } = await open(folder, () => now));
    let position = 0;
    for (const history of [shop, bank, late]) {
      const all = shuffled(history, 3);
      for (let i = 0; i < all.length; i += 97) await events.load(all.slice(i, i + 97), ++position);
    }
  });
  afterAll(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });

  const inOrder = (history: SmallHistory): OutcomeEvent[] =>
    shuffled(history, 3).filter((event) => event.kind === "outcome");

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
      const page = await events.predictions(cursor === null ? query : { ...query, cursor });
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
          expect(await events.prediction(prediction.project, prediction.id)).toEqual(stored(history, prediction));
    });

    it("is null for ids and projects that are not there", async () => {
      expect(await events.prediction("shop", "p299'")).toBeNull();
      expect(await events.prediction("bank", "p200")).toBeNull();
      expect(await events.prediction("nobody", "p1")).toBeNull();
      for (const name of harmfulNames) expect(await events.prediction("shop", name)).toBeNull();
      for (const name of harmfulNames) expect(await events.prediction(name, "p1")).toBeNull();
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
        expect(await events.predictions({ project: "shop", limit: 5, ...query })).toEqual({
          predictions: [],
          cursor: null,
        });
      expect(await events.predictions({ project: name, limit: 5 })).toEqual({ predictions: [], cursor: null });
      for (const cell of [
        { model: name },
        { version: name },
        { segment: { key: name } },
        { segment: { key: "region", value: name } },
      ])
        expect((await events.cells({ project: "shop", bucket: "all", ...cell })).rows).toBe(0);
      expect(await events.models(name)).toEqual([]);
      expect((await events.dataHealth(name)).predictions).toBe(0);
    });

    it("refuses a cursor that was altered, or that belongs to another query or project", async () => {
      const query = { project: "shop", limit: 10, model: "fraud" };
      const { cursor } = await events.predictions(query);
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
        await expect(events.predictions({ ...query, cursor: bad }), bad).rejects.toMatchObject(refused);
      await expect(events.predictions({ ...query, project: "bank", cursor })).rejects.toMatchObject(refused);
      await expect(events.predictions({ ...query, model: "churn", cursor })).rejects.toMatchObject(refused);
      expect((await events.predictions({ ...query, limit: 3, cursor })).predictions).toHaveLength(3);
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
      await expect(events.predictions({ project: "shop", ...query })).rejects.toMatchObject({
        name: "InputError",
        code,
      });
    });
  });

  describe("cells(query)", () => {
    const byTen = Int16Array.from({ length: timeGrid.size + 1 }, (_, cell) =>
      cell === timeGrid.size ? 10 : Math.min(9, Math.floor(timeGrid.boundsOf(cell).lower * 10)),
    );
    const inside = { from: historyStart + 3 * hourMs + 7, to: historyStart + 30 * hourMs + 1 };
    const queries: readonly Omit<CellQuery, "project">[] = [
      { bucket: "day" },
      { bucket: "hour" },
      { bucket: "all" },
      { bucket: "day", groups: byTen },
      { bucket: "hour", model: "fraud", version: "v1", groups: byTen },
      { bucket: "all", model: "churn", segment: { key: "region" } },
      { bucket: "day", segment: { key: "route" }, groups: byTen },
      { bucket: "day", segment: { key: "route", value: "eu" } },
      { bucket: "all", segment: { key: "tier" }, groups: byTen },
      { bucket: "all", segment: { key: "tier", value: harmfulNames[0] } },
      { bucket: "hour", ...inside },
      { bucket: "day", ...inside },
      { bucket: "all", ...inside },
      { bucket: "all", ...inside, segment: { key: "region" }, groups: byTen },
      { bucket: "all", from: historyStart + hourMs, to: historyStart + 2 * hourMs },
      { bucket: "all", from: historyStart + 2 * hourMs },
      { bucket: "all", to: historyStart + 26 * hourMs },
      { bucket: "all", from: historyStart + 3 * hourMs, to: historyStart + 3 * hourMs },
    ];

    const named = queries.map((query) => {
      const { groups, ...rest } = query;
      return [JSON.stringify(rest) + (groups === undefined ? "" : " in ten groups"), query] as const;
    });

    it.each(named)("adds up what the predictions say: %s", async (_, query) => {
      for (const history of [shop, bank]) {
        const project = history === shop ? "shop" : "bank";
        const truth = addedUp(history.predictions, inOrder(history), { project, ...query });
        expectCells(await events.cells({ project, ...query }), truth);
      }
    });

    it("refuses groups of another length or below 0, and times that are none", async () => {
      const query = { project: "shop", bucket: "day" } as const;
      const short = events.cells({ ...query, groups: new Int16Array(3) });
      await expect(short).rejects.toMatchObject({ name: "InputError", code: "shape-mismatch" });
      const negative = events.cells({ ...query, groups: new Int16Array(timeGrid.size + 1).fill(-1) });
      await expect(negative).rejects.toMatchObject({ name: "InputError", code: "out-of-range", index: 0 });
      await expect(events.cells({ ...query, from: Number.NaN })).rejects.toMatchObject({ code: "out-of-range" });
    });

    it("says how new the newest batch was", async () => {
      const newest = shuffled(late, 3).flatMap((event) => (event.kind === "content" ? [] : [event.receivedAt]));
      expect((await events.cells({ project: "shop", bucket: "day" })).asOf).toBe(Math.max(...newest));
    });

    it("is empty for a project that is not there", async () => {
      const table = await events.cells({ project: "nobody", bucket: "day" });
      expect(table).toMatchObject({ streams: [], rows: 0 });
      expect(table.labelled.loss).toEqual(new Float64Array(0));
    });
  });

  describe("models(project)", () => {
    it("counts predictions, labels and segment values of every model version", async () => {
      for (const history of [shop, bank]) {
        const outcomes = inOrder(history);
        const models = new Map<string, PredictionEvent[]>();
        for (const prediction of history.predictions) {
          const key = JSON.stringify([prediction.model, prediction.version, prediction.task]);
          models.set(key, [...(models.get(key) ?? []), prediction]);
        }
        const expected = [...models]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, rows]) => {
            const [model, version, task] = JSON.parse(key);
            const values = (name: string): Set<string> =>
              new Set(
                rows.flatMap(({ segments, route }) => (name === "route" ? (route ?? []) : (segments[name] ?? []))),
              );
            const segments = Object.fromEntries(
              ["region", "route", "tier"]
                .map((name) => [name, values(name).size] as const)
                .filter(([, size]) => size > 0),
            );
            const hours = rows.map(({ time }) => Math.floor(time / hourMs) * hourMs);
            return {
              ...{ model, version, task, predictions: rows.length, segments },
              labelled: rows.filter((row) => countedOutcome(row, outcomes) !== null).length,
              firstTime: Math.min(...hours),
              lastTime: Math.max(...hours),
            };
          });
        expect(await events.models(history === shop ? "shop" : "bank")).toEqual(expected);
      }
      expect(await events.models("nobody")).toEqual([]);
    });
  });

  describe("dataHealth(project)", () => {
    it("counts what is there, what waits, and how late labels are", async () => {
      const outcomes = inOrder(shop);
      const known = new Set(shop.predictions.map(({ id }) => id));
      const orphans = outcomes.filter(({ predictionId }) => !known.has(predictionId));
      const delays = shop.predictions.flatMap((prediction) => {
        const counted = countedOutcome(prediction, outcomes);
        return counted === null ? [] : [counted.observedAt - prediction.time];
      });
      const health = await events.dataHealth("shop");
      expect(health).toMatchObject({
        predictions: 300,
        outcomes: outcomes.length,
        duplicates: 0,
        conflicts: 0,
        orphans: orphans.length,
        oldestOrphan: Math.min(...orphans.map(({ receivedAt }) => receivedAt)),
        withoutConfidence: shop.predictions.filter(({ confidence }) => confidence === null).length,
      });
      for (const { hours, share } of health.labelDelay)
        expect(share).toBe(delays.filter((delay) => delay <= hours * hourMs).length / delays.length);
      expect(health.labelDelay.map(({ hours }) => hours)).toEqual([1, 6, 24, 72, 168, 720]);
      const lags = shop.predictions.map(({ time, receivedAt }) => receivedAt - time).sort((a, b) => a - b);
      expect(health.lag?.median).toBe(((lags[149] ?? 0) + (lags[150] ?? 0)) / 2);
      expect(health.lag?.p99).toBeLessThanOrEqual(5000);
      expect(health.refused).toBe(0);
    });

    it("says per model version how late its outcomes were observed and came", async () => {
      const outcomes = inOrder(shop);
      const names = [...new Set(shop.predictions.map(({ model, version }) => `${model} ${version}`))].sort();
      const { models } = await events.dataHealth("shop");
      expect(models.map(({ model, version }) => `${model} ${version}`)).toEqual(names);
      const quantilesOf = (delays: readonly number[]) => {
        const sorted = delays.toSorted((a, b) => a - b);
        const at = (share: number): number | undefined => sorted[Math.ceil(share * sorted.length) - 1];
        return sorted.length === 0 ? null : { median: at(0.5), p90: at(0.9), p99: at(0.99) };
      };
      for (const { model, version, ...delays } of models) {
        const own = shop.predictions.filter((one) => one.model === model && one.version === version);
        const labelled = own.flatMap((prediction) => {
          const counted = countedOutcome(prediction, outcomes);
          return counted === null ? [] : [{ ...counted, time: prediction.time }];
        });
        expect(delays).toEqual({
          predictions: own.length,
          labelled: labelled.length,
          observed: quantilesOf(labelled.map(({ observedAt, time }) => observedAt - time)),
          received: quantilesOf(labelled.map(({ receivedAt, time }) => receivedAt - time)),
        });
      }
    });

    it("of a project without data is zero everywhere", async () => {
      const health = await events.dataHealth("nobody");
      expect(health).toMatchObject({
        predictions: 0,
        outcomes: 0,
        oldestOrphan: null,
        labelDelay: [],
        models: [],
        lag: null,
      });
    });

    it("finds the lag of a project whose rows are few and old", async () => {
      expect((await events.dataHealth("late")).lag).not.toBeNull();
    });
  });

  describe("exportRows(filter, format, path)", () => {
    const file = (name: string): string => join(temporaryFolder, name);

    it("writes NDJSON with every column of every match and of nothing else", async () => {
      const path = file("bank.ndjson");
      expect(await events.exportRows({ project: "bank" }, "ndjson", path)).toBe(120);
      const rows = readFileSync(path, "utf8")
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      const iso = (time: number): string => new Date(time).toISOString();
      const expected = bank.predictions.map((p) => {
        const counted = countedOutcome(p, inOrder(bank));
        return {
          ...{ id: p.id, time: iso(p.time), model: p.model, version: p.version, route: p.route, task: p.task },
          ...{ prediction: p.prediction, raw_confidence: p.rawConfidence, confidence: p.confidence },
          ...{
            lower: p.interval?.[0] ?? null,
            upper: p.interval?.[1] ?? null,
            decision: p.decision,
            certified: p.certified,
          },
          ...{ outcome: counted?.outcome ?? null, observed_at: counted === null ? null : iso(counted.observedAt) },
          ...{ propensity: p.propensity ?? 1, label_weight: 1 / (p.propensity ?? 1) },
          ...{ calibrator_id: p.calibratorId, policy_id: p.policyId },
          ...{ received_at: iso(p.receivedAt), evidence: p.evidence, segments: p.segments },
          ...{ segment_region: p.segments["region"], segment_tier: p.segments["tier"] ?? null },
        };
      });
      const sorted = (list: readonly { id: string }[]) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1));
      expect(sorted(rows)).toEqual(sorted(expected));
    });

    it("writes CSV whose text no spreadsheet takes for a formula", async () => {
      const path = file("shop.csv");
      const count = await events.exportRows(
        { project: "shop", model: "fraud", segments: { region: "north" } },
        "csv",
        path,
      );
      const text = readFileSync(path, "utf8");
      expect(count).toBe(
        shop.predictions.filter(({ model, segments }) => model === "fraud" && segments["region"] === "north").length,
      );
      expect(text.slice(0, text.indexOf("\n"))).toBe(
        "id,time,model,version,route,task,prediction,raw_confidence,confidence,lower,upper,decision,certified,outcome," +
          "observed_at,propensity,label_weight,calibrator_id,policy_id,received_at,evidence,segments,segment_region,segment_tier",
      );
      expect(text).toContain(",'=1+1,");
      expect(text).not.toMatch(/(^|,)"?=1/m);
    });

    it("writes Parquet", async () => {
      const path = file("shop.parquet");
      expect(await events.exportRows({ project: "shop", to: historyStart + dayMs }, "parquet", path)).toBe(
        shop.predictions.filter(({ time }) => time < historyStart + dayMs).length,
      );
      expect(readFileSync(path).subarray(0, 4).toString()).toBe("PAR1");
    });

    it("writes a header for nothing", async () => {
      expect(await events.exportRows({ project: "nobody" }, "csv", file("nobody.csv"))).toBe(0);
      expect(readFileSync(file("nobody.csv"), "utf8")).toMatch(/^id,time,.*segments\n$/);
    });

    it("leaves a file that is there as it is", async () => {
      writeFileSync(file("mine.csv"), "mine");
      const code = "exists";
      await expect(events.exportRows({ project: "shop" }, "csv", file("mine.csv"))).rejects.toMatchObject({ code });
      expect(readFileSync(file("mine.csv"), "utf8")).toBe("mine");
    });

    it("reaches the temporary folder only", async () => {
      const path = join(folder, "outside.csv");
      await expect(events.exportRows({ project: "shop" }, "csv", path)).rejects.toThrow();
      expect(existsSync(path)).toBe(false);
    });
  });

  it("cells(query) adds up exactly where sums need more than 64 bits, and erasing takes it all away again", async () => {
    const own = await open(mkdtempSync(join(folder, "wide-")), () => now);
    try {
      const [like] = smallHistory("shop", 1, 5).predictions;
      if (like === undefined) throw new Error("no prediction");
      const made = { ...like, time: historyStart, confidence: 1, propensity: 1e-6, segments: {}, route: null };
      const predictions = Array.from({ length: 40 }, (_, i): PredictionEvent => ({ ...made, id: `wide${i}` }));
      const outcomes = predictions.map(({ id }): OutcomeEvent => {
        const said = { name: "outcome", source: "truth", value: 1, observedAt: now, receivedAt: now } as const;
        return { kind: "outcome", project: "shop", predictionId: id, ...said };
      });
      await own.events.load([...predictions, ...outcomes.slice(0, 25)], 1);
      await own.events.load(outcomes.slice(25), 2);
      const check = async (count: number): Promise<void> => {
        for (const bucket of ["hour", "day", "all"] as const) {
          const { labelled } = await own.events.cells({ project: "shop", bucket });
          const [squared, weight, p] = [labelled.squared[0], labelled.weight[0], labelled.p[0]];
          expect({ squared, weight, p }).toEqual({ squared: count * 1e12, weight: count * 1e6, p: count * 1e6 });
        }
      };
      await check(40);
      await own.events.compact();
      await check(40);
      expect(await own.events.verifyCells()).toEqual([]);
      const erase = (id: string) => ({ kind: "erasure", project: "shop", predictionId: id, receivedAt: now }) as const;
      await own.events.load(
        predictions.slice(0, 30).map(({ id }) => erase(id)),
        3,
      );
      await check(10);
      await own.events.load(
        predictions.slice(30).map(({ id }) => erase(id)),
        4,
      );
      expect((await own.events.cells({ project: "shop", bucket: "day" })).rows).toBe(0);
      expect(await own.events.models("shop")).toEqual([]);
      expect(await own.events.verifyCells()).toEqual([]);
    } finally {
      await own.close();
    }
  });

  it("pages cover what was there once while newer and older rows arrive", async () => {
    const own = await open(mkdtempSync(join(folder, "arriving-")), () => now);
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

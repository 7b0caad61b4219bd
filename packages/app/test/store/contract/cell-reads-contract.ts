import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { type CellMoment, cellMoments, timeGrid } from "@candor/core";
import { describe, expect, it } from "vitest";
import { type CellQuery, type CellTable, type TrafficMoment, trafficMoments } from "../../../src/store/event-store.ts";
import type { OutcomeEvent, PredictionEvent } from "../../../src/store/events.ts";
import { dayMs, hourMs, inOrder, type LoadedHistory } from "./loaded-history.ts";
import { countedOutcome, harmfulNames, historyStart, shuffled, smallHistory } from "./small-history.ts";

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

/** What every engine guarantees of cells. */
export function cellReadsContract(loaded: LoadedHistory): void {
  const { folder, now, shop, bank, late, open } = loaded;

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
        expectCells(await loaded.events.cells({ project, ...query }), truth);
      }
    });

    it("refuses groups of another length or below 0, and times that are none", async () => {
      const query = { project: "shop", bucket: "day" } as const;
      const short = loaded.events.cells({ ...query, groups: new Int16Array(3) });
      await expect(short).rejects.toMatchObject({ name: "InputError", code: "shape-mismatch" });
      const negative = loaded.events.cells({ ...query, groups: new Int16Array(timeGrid.size + 1).fill(-1) });
      await expect(negative).rejects.toMatchObject({ name: "InputError", code: "out-of-range", index: 0 });
      await expect(loaded.events.cells({ ...query, from: Number.NaN })).rejects.toMatchObject({ code: "out-of-range" });
    });

    it("says how new the newest batch was", async () => {
      const newest = shuffled(late, 3).flatMap((event) => (event.kind === "content" ? [] : [event.receivedAt]));
      expect((await loaded.events.cells({ project: "shop", bucket: "day" })).asOf).toBe(Math.max(...newest));
    });

    it("is empty for a project that is not there", async () => {
      const table = await loaded.events.cells({ project: "nobody", bucket: "day" });
      expect(table).toMatchObject({ streams: [], rows: 0 });
      expect(table.labelled.loss).toEqual(new Float64Array(0));
    });
  });

  it("cells(query) adds up exactly where sums need more than 64 bits, and erasing takes it all away again", async () => {
    const own = await open(mkdtempSync(join(folder, "wide-")));
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
}

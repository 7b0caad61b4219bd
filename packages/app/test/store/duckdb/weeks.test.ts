import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cellMoments, timeGrid } from "@candor/core";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { finenessOf, firstOfGroup, firstOfGroupSql } from "../../../src/store/duckdb/kept-groups.ts";
import { type DuckStore, openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import { type CellTable, trafficMoments } from "../../../src/store/event-store.ts";
import { groupCells } from "../../../src/views/group-cells.ts";
import { smallHistory } from "../contract/small-history.ts";

const hour = 3_600_000;
const day = 24 * hour;
const history = smallHistory("shop", 400, 11);
/** The small history spread over six weeks. */
const start = Date.UTC(1969, 11, 20, 22);
const spread = history.predictions.map((prediction, i) => ({
  ...prediction,
  time: start + ((i * 7919) % 1000) * hour,
}));

let folder: string;
let store: DuckStore;
let path: string;

const open = (): Promise<DuckStore> =>
  openDuckStore({ path, temporaryFolder: join(folder, "tmp"), now: () => start + 60 * day });

async function inFile(work: (connection: DuckDBConnection) => Promise<void>): Promise<void> {
  await store.close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await work(connection);
  connection.closeSync();
  instance.closeSync();
  store = await open();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "candor-weeks-"));
  mkdirSync(join(folder, "tmp"));
  path = join(folder, "candor.duckdb");
  store = await open();
  const events = [...spread, ...history.outcomes];
  for (let i = 0; i < events.length; i += 150) await store.events.load(events.slice(i, i + 150), i + 1);
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Sums by stream, bucket and group. */
function sumsOf(table: CellTable, groupOf = (cell: number): number => cell): Map<string, number[]> {
  const sums = new Map<string, number[]>();
  for (let row = 0; row < table.rows; row++) {
    const stream = table.streams[table.stream[row] ?? 0];
    const key = JSON.stringify([stream, table.bucket[row], groupOf(table.cell[row] ?? 0)]);
    const values = [
      ...trafficMoments.map((moment) => table.traffic[moment][row] ?? 0),
      ...cellMoments.map((moment) => table.labelled[moment][row] ?? 0),
    ];
    sums.set(
      key,
      values.map((value, k) => value + (sums.get(key)?.[k] ?? 0)),
    );
  }
  return sums;
}

const groupings: readonly Int16Array[] = [
  groupCells().groups,
  groupCells({ bins: 10, histogramBins: 20, fine: false }).groups,
  new Int16Array(timeGrid.size + 1).fill(3),
];

describe("groups that are kept by week", () => {
  it("firstOfGroup(cell) and its SQL are the first cells of the fine groups of series, so all of these can be read from weeks", async () => {
    const { groups } = groupCells();
    const firsts = Array.from(groups, (group) => groups.indexOf(group));
    expect(Array.from(groups, (_, cell) => firstOfGroup(cell))).toEqual(firsts);
    const instance = await DuckDBInstance.create(":memory:");
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      `SELECT ${firstOfGroupSql} AS first FROM range(${groups.length}) AS t(cell) ORDER BY cell`,
    );
    expect(reader.getRows().map(([first]) => Number(first))).toEqual(firsts);
    connection.closeSync();
    instance.closeSync();
    expect(groupings.map(finenessOf)).toEqual(["groups", "groups", "one"]);
    expect(finenessOf(groupCells({ bins: 15 }).groups)).toBe("groups");
    const apart = Int16Array.from(groups);
    apart[30] = 500;
    expect([finenessOf(apart), finenessOf(undefined)]).toEqual(["cells", "cells"]);
  });

  it("cells(query) of groups over any hours are the cells of these hours added up, before 1970 too", async () => {
    const place = fc.integer({ min: -30, max: 1030 });
    const ends = fc.option(place, { nil: undefined });
    const query = fc.record({
      from: ends,
      to: ends,
      groups: fc.constantFrom(...groupings),
      bucket: fc.constantFrom("all" as const, "day" as const, "hour" as const),
      key: fc.constantFrom(null, "region"),
    });
    const property = fc.asyncProperty(query, async ({ from, to, groups, bucket, key }) => {
      const asked = {
        project: "shop",
        bucket,
        segment: key === null ? null : { key },
        ...(from === undefined ? {} : { from: start + from * hour }),
        ...(to === undefined ? {} : { to: start + to * hour }),
      };
      const grouped = sumsOf(await store.events.cells({ ...asked, groups }));
      const whole = sumsOf(await store.events.cells(asked), (cell) => groups[cell] ?? -1);
      expect([...grouped.keys()].sort()).toEqual([...whole.keys()].sort());
      for (const [name, values] of grouped)
        for (const [k, value] of values.entries()) expect(value).toBeCloseTo(whole.get(name)?.[k] ?? Number.NaN, 6);
    });
    await fc.assert(property, { numRuns: 60, seed: 3 });
  });

  it("cells(query) with moments gives these alone", async () => {
    const { groups } = groupCells();
    const asked = { project: "shop", bucket: "all", groups } as const;
    const all = await store.events.cells(asked);
    const some = await store.events.cells({ ...asked, moments: ["predictions", "weight"] });
    expect(some.traffic.predictions).toEqual(all.traffic.predictions);
    expect(some.labelled.weight).toEqual(all.labelled.weight);
    expect(some.labelled.p).toEqual(new Float64Array(all.rows));
  });

  it("a store from before has them after it was opened, and a check finds one that is wrong", async () => {
    const asked = { project: "shop", bucket: "all", groups: groupCells().groups } as const;
    const before = sumsOf(await store.events.cells(asked));
    const models = await store.events.models("shop");
    await inFile(async (connection) => {
      for (const [view, table] of [
        ["week_sums", "week_cells"],
        ["total_sums", "hour_totals"],
      ]) {
        await connection.run(`DROP VIEW ${view}`);
        await connection.run(`DROP TABLE ${table}`);
      }
      await connection.run("DELETE FROM migrations WHERE number >= 3");
    });
    expect(await store.events.verifyCells()).toEqual([]);
    expect(sumsOf(await store.events.cells(asked))).toEqual(before);
    expect(await store.events.models("shop")).toEqual(models);
    await inFile(async (connection) => {
      await connection.run("UPDATE week_cells SET count = count + 1 WHERE rowid = 0");
      await connection.run("UPDATE hour_totals SET act = act + 1 WHERE rowid = 1");
    });
    const wrong = await store.events.verifyCells();
    expect(wrong).toHaveLength(2);
    expect(new Date(wrong[0]?.hour ?? 0).getUTCDay()).toBe(1);
    await store.events.rebuildCells();
    expect(await store.events.verifyCells()).toEqual([]);
    expect(sumsOf(await store.events.cells(asked))).toEqual(before);
  });
});

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom, timeGrid } from "@candor/core";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, it, onTestFinished } from "vitest";
import { cellSql, cellStarts } from "../../../src/store/duckdb/grid-sql.ts";
import { openDuckStore } from "../../../src/store/duckdb/open-store.ts";
import type { CellTable } from "../../../src/store/event-store.ts";
import type { SpineEvent } from "../../../src/store/events.ts";

it("cellSql(column) is timeGrid.cellOf at every edge, next to it, and between", async () => {
  const random = createRandom(7);
  const edges = [...cellStarts(), ...Array.from({ length: 241 }, (_, k) => k / 240), 5e-324, 1 - 2 ** -53];
  const values = edges.flatMap((x) => [x, Math.max(0, x - x * 2 ** -53), Math.min(1, x + x * 2 ** -52)]);
  for (let i = 0; i < 20_000; i++) values.push(i % 4 === 0 ? random.uniform() ** 20 : random.uniform());
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  onTestFinished(() => {
    connection.closeSync();
    instance.closeSync();
  });
  await connection.run("CREATE TABLE v (i INTEGER, x DOUBLE)");
  const appender = await connection.createAppender("v");
  values.forEach((x, i) => {
    appender.appendInteger(i);
    appender.appendDouble(x);
    appender.endRow();
  });
  appender.closeSync();
  const rows = await (await connection.run(`SELECT ${cellSql("x")} FROM v ORDER BY i`)).getRows();
  expect(rows.map(([cell]) => cell)).toEqual(values.map(timeGrid.cellOf));
  const [[none]] = await (await connection.run(`SELECT ${cellSql("NULL::DOUBLE")}`)).getRows();
  expect(none).toBeNull();
});

const hour = 3_600_000;
const start = Date.UTC(2026, 2, 1);

function events(count: number): SpineEvent[] {
  const random = createRandom(3);
  return Array.from({ length: count }, (_, i): SpineEvent[] => {
    const raw = i % 37 === 0 ? null : random.uniform();
    const prediction = {
      kind: "prediction",
      project: "p",
      id: `i${i}`,
      model: i % 5 === 0 ? "other" : "m",
      version: i % 2 === 0 ? "1" : "2",
      route: i % 3 === 0 ? "a" : null,
      segments: { country: ["DE", "FR"][i % 2] ?? "", plan: ["free", "paid", "trial"][i % 3] ?? "" },
      time: start + i * 60_000,
      receivedAt: start + i * 60_000,
      task: "confidence",
      prediction: "x",
      rawConfidence: raw,
      confidence: raw === null ? null : raw ** 2,
      interval: null,
      decision: i % 4 === 0 ? "act" : i % 4 === 1 ? "review" : null,
      certified: i % 4 === 0 ? true : i % 4 === 1 ? false : null,
      calibratorId: null,
      policyId: null,
      propensity: i % 7 === 0 ? 0.25 : null,
      evidence: null,
    } as const;
    const outcome = {
      kind: "outcome",
      project: "p",
      predictionId: `i${i}`,
      name: "outcome",
      source: "truth",
      value: random.uniform() < 0.7 ? 1 : 0,
      observedAt: start + i * 60_000 + hour,
      receivedAt: start + i * 60_000 + hour,
    } as const;
    return i % 6 === 0 ? [prediction] : [prediction, outcome];
  }).flat();
}

function total({ traffic, labelled }: CellTable): number[] {
  return [...Object.values(traffic), ...Object.values(labelled)].map((sums) => sums.reduce((sum, x) => sum + x, 0));
}

it("store.countCells(query) counts what the cells hold, raw confidences and several segments", async () => {
  const folder = await mkdtemp(join(tmpdir(), "candor-count-"));
  const store = await openDuckStore({
    path: join(folder, "a.duckdb"),
    temporaryFolder: join(folder, "tmp"),
    now: () => start,
  });
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  await store.events.load(events(2000), 1);

  const query = { project: "p", from: start + hour, to: start + 20 * hour };
  const cells = await store.events.cells({ ...query, bucket: "all" });
  const counted = await store.events.countCells({ ...query, confidence: "calibrated" });
  expect(counted).toEqual(cells);
  expect(cells.streams).toHaveLength(4);

  const one = { ...query, model: "m", version: "2" };
  const inFrance = await store.events.cells({ ...one, segment: { key: "country", value: "FR" }, bucket: "all" });
  const same = await store.events.countCells({ ...one, segments: { country: "FR" }, confidence: "calibrated" });
  expect(total(same)).toEqual(total(inFrance));
  const routed = await store.events.cells({ ...one, segment: { key: "route", value: "a" }, bucket: "all" });
  expect(total(await store.events.countCells({ ...one, route: "a", confidence: "calibrated" }))).toEqual(total(routed));

  const both = { country: "FR", plan: "paid" };
  const raw = await store.events.countCells({ ...one, segments: both, confidence: "raw" });
  const wanted = events(2000).filter(
    (event) =>
      event.kind === "prediction" &&
      event.model === "m" &&
      event.version === "2" &&
      event.segments["country"] === "FR" &&
      event.segments["plan"] === "paid" &&
      event.time >= query.from &&
      event.time < query.to,
  );
  const confidences = wanted.flatMap((event) => (event.kind === "prediction" ? [event.rawConfidence] : []));
  expect(total(raw)[0]).toBe(wanted.length);
  const expected = new Map<number, number>();
  for (const p of confidences) {
    const cell = p === null ? timeGrid.size : timeGrid.cellOf(p);
    expected.set(cell, (expected.get(cell) ?? 0) + 1);
  }
  expect(new Map(Array.from(raw.cell, (cell, row) => [cell, raw.traffic.predictions[row]]))).toEqual(expected);
  const sum = confidences.reduce<number>((all, p) => all + (p ?? 0), 0);
  expect(total(raw)[1]).toBeCloseTo(sum, 6);
  expect(await store.events.countCells({ project: "nobody", confidence: "raw" })).toMatchObject({ rows: 0 });
});

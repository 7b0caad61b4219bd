import {
  createRandom,
  debiasedCalibrationError,
  expectedCalibrationError,
  InputError,
  reliabilityBins,
  report,
} from "@candor/core";
import { afterAll, describe, expect, it } from "vitest";
import { StoreError } from "../../src/store/errors.ts";
import { cellsOfTable } from "../../src/views/cells-of-table.ts";
import { createViews } from "../../src/views/create-views.ts";
import { fleetQueries } from "../../src/views/fleet-queries.ts";
import { fleetView } from "../../src/views/fleet-view.ts";
import { nextUp } from "../../src/views/next-up.ts";
import { reliabilityView } from "../../src/views/reliability-view.ts";
import { reportView } from "../../src/views/report-view.ts";
import { segmentsView } from "../../src/views/segments-view.ts";
import { seriesQuery, seriesView } from "../../src/views/series-view.ts";
import { joinSeries, splitSeries } from "../../src/views/split-series.ts";
import { viewJson } from "../../src/views/view-functions.ts";
import { type Row, tableOfRows } from "./table-of-rows.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 5, 1);

/** Calibrated but in the segment `region: west`, which is right 15 points less often than it says. */
function rowsOf(
  n: number,
  { seed = 1, days = 10, ...rest }: { seed?: number; days?: number } & Partial<Row> = {},
): Row[] {
  const random = createRandom(seed);
  const regions = ["north", "east", "south", "west"];
  return Array.from({ length: n }, (_, i): Row => {
    const region = regions[i % 4] ?? "north";
    const confidence = i % 7 === 0 ? (10 + Math.floor(random.uniform() * 11)) / 20 : 1 - 0.6 * random.uniform() ** 2;
    const rate = region === "west" ? confidence - 0.15 : confidence;
    return {
      time: START + Math.floor(random.uniform() * days) * DAY,
      confidence,
      outcome: random.uniform() < rate ? 1 : 0,
      segments: { region, ...(i % 50 === 0 ? { rare: `value ${i}` } : {}) },
      decision: confidence > 0.8 ? "act" : "review",
      ...rest,
    };
  });
}

const pairs = (rows: readonly Row[]): [Float64Array, Uint8Array] => [
  Float64Array.from(rows, ({ confidence }) => confidence ?? 0),
  Uint8Array.from(rows, ({ outcome }) => outcome ?? 0),
];

describe("cellsOfTable", () => {
  it("cellsOfTable(table, which) gives cells per stream and bucket of those that are wanted", () => {
    const rows = [...rowsOf(200), { time: START, confidence: null, outcome: 1 } as const];
    const table = tableOfRows(rows, { bucket: "day" });
    const parts = cellsOfTable(table);
    expect(parts.map(({ bucket }) => bucket)).toEqual([...new Set(rows.map(({ time }) => time))].sort());
    expect(parts.reduce((sum, { predictions }) => sum + predictions, 0)).toBe(201);
    expect(parts.reduce((sum, { withoutConfidence }) => sum + withoutConfidence, 0)).toBe(1);
    expect(parts.flatMap(({ cells }) => cells.sums.count).reduce((sum, count) => sum + count, 0)).toBe(200);
    expect(cellsOfTable(table, ({ version }) => version === "2")).toEqual([]);
  });
});

describe("reliabilityView", () => {
  it.each([10, 15, 20])("reliabilityView(input) of %i equal bins is that of the single predictions", (bins) => {
    const rows = rowsOf(3000);
    const [p, y] = pairs(rows);
    const view = reliabilityView({ table: tableOfRows(rows, { bucket: "all" }), bins });
    const exact = reliabilityBins(p, y, { bins });
    expect(view.bins.map(({ count }) => count)).toEqual(exact.map(({ count }) => count));
    view.bins.forEach((bin, b) => {
      expect(bin.meanConfidence).toBeCloseTo(exact[b]?.meanConfidence ?? 0, 10);
      expect(bin.observedLower).toBeCloseTo(exact[b]?.observedLower ?? 0, 10);
      expect(bin.observedUpper).toBeCloseTo(exact[b]?.observedUpper ?? 0, 10);
    });
    expect(Math.abs((view.ece?.value ?? 1) - expectedCalibrationError(p, y, { bins }).value)).toBeLessThan(1e-9);
    expect(Math.abs((view.eceDebiased?.value ?? 1) - debiasedCalibrationError(p, y, { bins }).value)).toBeLessThan(
      1e-9,
    );
    expect(view.errorBound.ece).toBe(0);
    expect(view.smooth.length).toBeGreaterThan(20);
    expect(view.corp.length).toBeGreaterThan(5);
    expect(view.noiseFloor?.value).toBeGreaterThan(0);
    const fine = reliabilityBins(p, y, { bins: 40 });
    const single = {
      task: "confidence",
      rows: 3000,
      confidences: p,
      correct: y,
      segments: [],
      classNames: [],
    } as const;
    const source = { name: "rows", rows: 3000, skipped: [], columns: {}, approximate: false, notes: [] };
    const options = { version: "1", source };
    expect(view.histogram?.shares.filter((share) => share > 0)).toHaveLength(fine.length);
    for (const { upper, share, observed } of fine) {
      const k = Math.round(upper * 40) - 1;
      expect(view.histogram?.shares[k]).toBeCloseTo(share, 12);
      expect(view.histogram?.observed[k]).toBeCloseTo(observed, 12);
    }
    expect(view.verdict?.status).toBe(report(single, options).verdict.status);
  });

  it.each(["equal-width", "equal-mass"] as const)(
    "reliabilityView(input) of %s bins gives ranges of confidence that hold exactly the predictions of each bin",
    (binning) => {
      const rows = rowsOf(2000);
      const { bins } = reliabilityView({ table: tableOfRows(rows, { bucket: "all" }), binning, bins: 10 });
      const counted = bins.map(
        ({ from, to }) =>
          rows.filter(({ confidence }) => confidence !== null && confidence >= from && (confidence < to || to === 1))
            .length,
      );
      expect(counted).toEqual(bins.map(({ count }) => count));
      expect(counted.reduce((sum, count) => sum + count, 0)).toBe(2000);
      for (const [b, bin] of bins.entries()) if (b > 0) expect(bin.from).toBeGreaterThanOrEqual(bins[b - 1]?.to ?? 0);
    },
  );

  it("reliabilityView(input) says how far the error can be off for bins that do not divide 240", () => {
    const rows = rowsOf(500);
    const view = reliabilityView({ table: tableOfRows(rows, { bucket: "all" }), bins: 7 });
    expect(view.notes[0]).toMatch(/^7 does not divide 240: the calibration error is within 0\.\d+ of/);
    const [p, y] = pairs(rows);
    const difference = Math.abs((view.ece?.value ?? 1) - expectedCalibrationError(p, y, { bins: 7 }).value);
    expect(difference).toBeLessThanOrEqual(view.errorBound.ece);
  });

  it("reliabilityView(input) without outcomes is empty, and without predictions it is refused", () => {
    const table = tableOfRows(rowsOf(5, { outcome: null }), { bucket: "all" });
    expect(reliabilityView({ table })).toMatchObject({
      predictions: 5,
      labelled: 0,
      verdict: null,
      ece: null,
      bins: [],
      histogram: null,
      smooth: [],
    });
    expect(() => reliabilityView({ table: tableOfRows([], { bucket: "all" }) })).toThrow(
      expect.objectContaining({ code: "empty" }),
    );
  });

  it("reliabilityView(input) refuses predictions of two tasks, bins and levels that are none", () => {
    const table = (): ReturnType<typeof tableOfRows> =>
      tableOfRows([...rowsOf(10), ...rowsOf(10, { task: "binary" })], { bucket: "all" });
    expect(() => reliabilityView({ table: table() })).toThrow(expect.objectContaining({ code: "incompatible" }));
    expect(() => reliabilityView({ table: table(), bins: 1 })).toThrow(
      "bins must be a whole number from 2 to 60, got 1",
    );
    expect(() => reliabilityView({ table: table(), level: 1 })).toThrow("level must be in (0, 1), got 1");
  });

  it("nextUp(value) is the least number above", () => {
    expect(nextUp(0)).toBe(Number.MIN_VALUE);
    expect(nextUp(0.5)).toBe(0.5 + 2 ** -53);
    expect(nextUp(1 - 2 ** -53)).toBe(1);
  });
});

describe("segmentsView", () => {
  const rows = rowsOf(8000);
  const tables = ["region", "rare"].map((key) => tableOfRows(rows, { bucket: "all", segment: { key } }));
  const view = segmentsView({ tables });

  it("segmentsView(input) puts the segment with the drift first and says what is wrong with it", () => {
    expect(view.segments.map(({ value }) => value).slice(0, 1)).toEqual(["west"]);
    expect(view.segments.map(({ flagged }) => flagged)).toEqual([true, false, false, false]);
    expect(view.segments[0]?.sentence).toMatch(
      /^Too confident by 1\d\.\d points \(1\d\.\d to 1\d\.\d\); false-alarm share below/,
    );
    expect(view.segments[1]?.sentence).toMatch(/^Nothing speaks against these confidences/);
  });

  it("segmentsView(input) leaves segments with few labels untested and counts them", () => {
    expect(view.untested).toHaveLength(160);
    expect(view.untested[0]).toMatchObject({ key: "rare", n: 1, predictions: 1 });
  });

  it("segmentsView(input) has the numbers of the single predictions", () => {
    const west = rows.filter(({ segments }) => segments?.["region"] === "west");
    const [p, y] = pairs(west);
    expect(view.segments[0]?.n).toBe(west.length);
    expect(Math.abs((view.segments[0]?.ece.value ?? 1) - expectedCalibrationError(p, y).value)).toBeLessThan(1e-9);
  });

  it("segmentsView(input) says what was stated and what happened, and the gap is their difference", () => {
    for (const task of ["confidence", "binary"] as const) {
      const of = rows.map((row) => ({ ...row, task }));
      const [worst] = segmentsView({
        tables: [tableOfRows(of, { bucket: "all", segment: { key: "region" } })],
      }).segments;
      const [p, y] = pairs(rows.filter(({ segments }) => segments?.["region"] === "west"));
      const mean = (values: Iterable<number>): number => [...values].reduce((sum, x) => sum + x, 0) / y.length;
      expect(worst).toMatchObject({ task, value: "west" });
      expect(worst?.stated.value).toBeCloseTo(mean(p), 9);
      expect(worst?.observed.value).toBeCloseTo(mean(y), 12);
      expect((worst?.stated.value ?? 0) - (worst?.observed.value ?? 0)).toBeCloseTo(worst?.gap.value ?? 1, 9);
      expect(worst?.observed.lower).toBeLessThan(worst?.observed.value ?? 0);
      expect(worst?.sentence).toMatch(task === "binary" ? /^Probabilities too high by/ : /^Too confident by/);
    }
  });

  it("segmentsView({ diagrams }) gives the first segments their diagram, the others none", () => {
    const { segments } = segmentsView({ tables, diagrams: 2 });
    expect(segments.map(({ bins }) => bins !== null)).toEqual([true, true, false, false]);
    expect(segments[0]?.bins?.reduce((sum, { count }) => sum + count, 0)).toBe(segments[0]?.n);
    expect(segmentsView({ tables }).segments.every(({ bins }) => bins === null)).toBe(true);
  });

  it("segmentsView(input) rarely flags a segment of calibrated predictions", () => {
    let alarms = 0;
    for (let seed = 0; seed < 40; seed++) {
      const calm = rowsOf(1200, { seed: 100 + seed }).filter(({ segments }) => segments?.["region"] !== "west");
      const table = tableOfRows(calm, { bucket: "all", segment: { key: "region" } });
      if (segmentsView({ tables: [table] }).segments.some(({ flagged }) => flagged)) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(8);
  });
});

describe("reportView", () => {
  it("reportView(input) is a report with segments and stretches of time that says that it is approximate", () => {
    const rows = [...rowsOf(4000), ...rowsOf(100, { seed: 2, outcome: null })];
    const document = reportView({
      table: tableOfRows(rows, { bucket: "day" }),
      segments: [tableOfRows(rows, { bucket: "all", segment: { key: "region" } })],
      name: "m 1",
      version: "0.1.0",
      bucket: "day",
    });
    const [p, y] = pairs(rows.slice(0, 4000));
    expect(document.schema).toBe("candor.report/1");
    expect(document.n).toBe(4000);
    expect(document.source).toMatchObject({
      rows: 4100,
      approximate: true,
      skipped: [{ reason: "no outcome so far", count: 100 }],
    });
    expect(document.source.notes[0]).toMatch(
      /^Computed from cells that are kept as predictions come in: .* divides 240/,
    );
    expect(Math.abs(document.metrics.ece.value - expectedCalibrationError(p, y).value)).toBeLessThan(1e-9);
    expect(document.segments.map(({ name }) => name).sort()).toEqual(["east", "north", "south", "west"]);
    expect(document.overTime).toHaveLength(10);
    expect(document.overTime[0]?.name).toBe("2026-06-01");
    expect(document.overTime.reduce((sum, { n }) => sum + n, 0)).toBe(4000);
    expect(document.weighted).toBe(false);
  });

  it("reportView(input) of binary predictions has classes and their rates", () => {
    const rows = rowsOf(600, { task: "binary" });
    const document = reportView({
      table: tableOfRows(rows, { bucket: "day" }),
      name: "m 1",
      version: "0",
      bucket: "day",
    });
    expect(document).toMatchObject({ task: "binary", classes: 2, classNames: ["0", "1"] });
    expect(document.baseRate?.value).toBeCloseTo(rows.filter(({ outcome }) => outcome === 1).length / 600, 12);
  });

  it("reportView(input) without outcomes is refused with the number of predictions", () => {
    const table = tableOfRows(rowsOf(7, { outcome: null }), { bucket: "day" });
    expect(() => reportView({ table, name: "", version: "0", bucket: "day" })).toThrow(
      "none of the 7 predictions has an outcome and a confidence",
    );
  });
});

describe("fleetView", () => {
  it("fleetView(input) shows every model version, the busiest first, with what its confidence promised and what came", () => {
    const rows = [
      ...rowsOf(3000, { model: "a" }),
      ...rowsOf(6000, { model: "b", seed: 3 }).filter(({ segments }) => segments?.["region"] !== "west"),
      ...rowsOf(50, { model: "c", outcome: null }),
    ];
    const { totals, days } = fleetQueries({ project: "p" });
    const view = fleetView({
      totals: tableOfRows(rows, totals),
      days: tableOfRows(rows, days),
      now: START + 5 * DAY,
      maturityHours: 24,
    });
    expect(view.models.map(({ model }) => model)).toEqual(["b", "a", "c"]);
    const [b, a, c] = view.models;
    expect(b?.verdict?.status).toBe("calibrated");
    expect(a?.verdict?.status).toBe("overconfident");
    expect(a?.accuracy.value).toBeLessThan(a?.estimatedAccuracy ?? 0);
    expect(b?.traffic).toHaveLength(10);
    expect(b?.matureMaturity).toBe(1);
    expect(c).toMatchObject({ verdict: null, labelled: 0, maturity: 0, matureMaturity: 0, noiseFloor: null });
    expect(c?.accuracy).toEqual({ value: null, reason: "no outcomes yet", n: 0 });
    expect((a?.decisions.act ?? 0) + (a?.decisions.review ?? 0)).toBeCloseTo(1, 12);
  });
});

describe("fleetView of young predictions", () => {
  it("fleetView(input) counts them, and estimates nothing from their first outcomes", () => {
    const old = rowsOf(2000, { days: 5 }).filter(({ segments }) => segments?.["region"] !== "west");
    const first = rowsOf(600, { seed: 5, days: 2 }).map(
      (row): Row => ({ ...row, time: row.time + 6 * DAY, outcome: row.outcome === 0 ? 0 : null }),
    );
    const only = first.map((row): Row => ({ ...row, model: "new" }));
    const rows = [...old, ...first, ...only];
    const { totals, young, days } = fleetQueries({ project: "p" }, START + 6 * DAY);
    const input = { now: START + 8 * DAY, maturityHours: 48, days: tableOfRows(rows, days) };
    const parts = { totals: tableOfRows(rows, totals), ...(young ? { young: tableOfRows(rows, young) } : {}) };
    const view = fleetView({ ...input, ...parts, notes: ["left out"] });
    const [m, fresh] = view.models;
    expect(view.notes).toEqual(["left out"]);
    expect(m).toMatchObject({ model: "m", predictions: old.length + 600, verdict: { status: "calibrated" } });
    expect(m?.accuracy.n).toBe(old.length);
    expect(m?.labelled).toBeGreaterThan(old.length);
    expect(fresh).toMatchObject({
      model: "new",
      predictions: 600,
      verdict: null,
      noiseFloor: null,
      matureMaturity: null,
    });
    expect(fresh?.accuracy).toEqual({
      value: null,
      reason: "no outcomes yet of predictions that are old enough",
      n: 0,
    });
    expect(fresh?.estimatedAccuracy).toBeGreaterThan(0.5);
    const misled = fleetView({ ...input, totals: tableOfRows(rows, { ...totals, to: Infinity }) });
    expect(misled.models[0]?.verdict?.status).toBe("overconfident");
    expect(fleetQueries({ project: "p", to: START }, START + DAY).young).toBe(null);
    expect(fleetQueries({ project: "p" }).young).toBe(null);
  });
});

describe("createViews", () => {
  const views = createViews({ workers: 2, warm: true, smallRows: 0 });
  const near = createViews({ inProcess: true });
  afterAll(() => views.close());
  const input = (): Parameters<typeof seriesView>[0] => ({
    table: tableOfRows(rowsOf(500), seriesQuery({ project: "p" }, { bucket: "day" })),
    bucket: "day",
    now: START,
    maturityHours: 0,
  });

  it("createViews().run(request) gives what the function gives, from a worker and in this process", async () => {
    const expected = JSON.parse(JSON.stringify(seriesView(input())));
    const [far, here] = await Promise.all([
      views.run({ view: "series", input: input() }),
      near.run({ view: "series", input: input() }),
    ]);
    expect(far).toEqual(expected);
    expect(here).toEqual(expected);
  });

  it("createViews().json(request) gives the bytes, and many at a time come back to those who asked", async () => {
    const asked = [3, 30, 300, 3000].map(async (n) => {
      const table = tableOfRows(rowsOf(n), { bucket: "all" });
      const bytes = await views.json({ view: "reliability", input: { table } });
      return JSON.parse(new TextDecoder().decode(bytes)).predictions;
    });
    expect(await Promise.all(asked)).toEqual([3, 30, 300, 3000]);
  });

  it("createViews().run(request) divides a series among the workers and puts it together again", async () => {
    const rows = ["a", "b", "c", "d", 'series":[,"e'].flatMap((model, seed) => rowsOf(300, { model, seed: seed + 1 }));
    const input = (): Parameters<typeof seriesView>[0] => ({
      table: tableOfRows(rows, seriesQuery({ project: "p" }, { bucket: "day" })),
      bucket: "day",
      now: START,
      maturityHours: 0,
    });
    const expected = JSON.parse(JSON.stringify(seriesView(input())));
    expect(expected.series).toHaveLength(5);
    expect(await views.run({ view: "series", input: input() })).toEqual(expected);
    for (const parts of [1, 2, 3, 8]) {
      const written = splitSeries(input(), parts).map((part) => viewJson({ view: "series", input: part }));
      expect(JSON.parse(new TextDecoder().decode(joinSeries(written)))).toEqual(expected);
    }
  });

  it("createViews().run(request) moves the table instead of copying it", async () => {
    const request = { view: "series", input: input() } as const;
    await views.run(request);
    expect(request.input.table.bucket).toHaveLength(0);
  });

  it("createViews().run(request) refuses with the error of the view, and goes on", async () => {
    const refused = (table: ReturnType<typeof tableOfRows>): Promise<unknown> =>
      views.run({ view: "reliability", input: { table } }).catch((error: unknown) => error);
    const error = await refused(tableOfRows([], { bucket: "all" }));
    expect(InputError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "empty", message: "there are no predictions of this kind" });
    expect(await refused(tableOfRows(rowsOf(10), { bucket: "all" }))).toMatchObject({ predictions: 10 });
  });

  it("createViews().run(request) refuses when too many wait, and after close()", async () => {
    const few = createViews({ workers: 1, waiting: 1, smallRows: 0 });
    const asked = [1, 2, 3].map(() => few.run({ view: "series", input: input() }).catch((error: Error) => error.name));
    expect(await asked[2]).toBe("StoreBusy");
    await few.close();
    expect(await asked[1]).toBe("StoreError");
    const after = await few.run({ view: "series", input: input() }).catch((error: unknown) => error);
    expect(StoreError.is(after) && after.code).toBe("closed");
  });
});

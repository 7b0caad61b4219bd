import {
  accuracy,
  brierScore,
  cellPairs,
  coxCalibration,
  createRandom,
  debiasedCalibrationError,
  groupReports,
  meanCalibrationGap,
  timeGrid,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import { cellsOfTable } from "../../src/views/cells-of-table.ts";
import { groupCells } from "../../src/views/group-cells.ts";
import {
  type SeriesPoint,
  type SeriesView,
  seriesMetrics,
  seriesQuery,
  seriesView,
  usualMetrics,
} from "../../src/views/series-view.ts";
import { type Row, tableOfRows } from "./table-of-rows.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MONDAY = Date.UTC(2026, 5, 1);

function rowsOf(days: number, perDay: number, seed = 1): Row[] {
  const random = createRandom(seed);
  return Array.from({ length: days * perDay }, (_, i): Row => {
    const u = random.uniform();
    const confidence = u < 0.2 ? Math.round(random.uniform() * 20) / 20 : 1 - 0.7 * random.uniform() ** 3;
    return {
      time: MONDAY + (i % days) * DAY + Math.floor(random.uniform() * DAY),
      confidence,
      outcome: random.uniform() < 0.9 * confidence + 0.03 ? 1 : 0,
      segments: { region: i % 3 === 0 ? "north" : "south" },
      decision: confidence > 0.8 ? "act" : "review",
    };
  });
}

/** All metrics, unless some are named. */
function seriesOf(rows: readonly Row[], options: Partial<Parameters<typeof seriesView>[0]> = {}): SeriesView {
  const wanted = { bucket: "day", metrics: seriesMetrics, ...options } as const;
  const table = tableOfRows(rows, seriesQuery({ project: "p" }, wanted));
  return seriesView({ table, now: MONDAY + 100 * DAY, maturityHours: 0, ...wanted });
}

/** A point with all metrics. */
type WholePoint = Required<Omit<SeriesPoint, "histogram">> & Pick<SeriesPoint, "histogram">;

function isWhole(point: SeriesPoint): point is WholePoint {
  return seriesMetrics.every((metric) => point[metric] !== undefined);
}

function pointsOf(view: SeriesView, stream = 0): readonly WholePoint[] {
  return view.series[stream]?.points.filter(isWhole) ?? [];
}

function pairsOf(rows: readonly Row[]): { p: Float64Array; y: Uint8Array } {
  const kept = rows.filter(({ confidence, outcome }) => confidence !== null && outcome !== null);
  return {
    p: Float64Array.from(kept, ({ confidence }) => confidence ?? 0),
    y: Uint8Array.from(kept, ({ outcome }) => outcome ?? 0),
  };
}

describe("groupCells", () => {
  it("groupCells({ bins }) puts every cell into the bin (lo, hi] that it lies in, in ascending order", () => {
    for (const bins of [10, 12, 15, 20, 30, 60]) {
      for (const fine of [true, false]) {
        const { groups, size, bin, lower, upper, positive } = groupCells({ bins, fine });
        expect(groups[timeGrid.size]).toBe(size);
        for (let cell = 0; cell < timeGrid.size; cell++) {
          const g = groups[cell] ?? -1;
          const bounds = timeGrid.boundsOf(cell);
          expect(g).toBeGreaterThanOrEqual(groups[cell - 1] ?? 0);
          expect(lower[g]).toBeLessThanOrEqual(bounds.lower);
          expect(upper[g]).toBeGreaterThanOrEqual(bounds.upper);
          const middle = (bounds.lower + bounds.upper) / 2;
          let b = 0;
          while (middle > (b + 1) / bins) b++;
          expect(bin[g], `${middle} in ${bins} bins`).toBe(b);
          expect(positive[g]).toBe(middle >= 0.5 ? 1 : 0);
        }
      }
    }
  });

  it("groupCells({ bins, fine: false }) has hardly more groups than bins", () => {
    expect(groupCells({ bins: 15, fine: false }).size).toBe(16);
    expect(groupCells({ bins: 10, fine: false }).size).toBe(11);
    expect(groupCells({ bins: 15, histogramBins: 20, fine: false }).size).toBeLessThan(35);
  });

  it("groupCells({ bins }) refuses bins that do not divide 60", () => {
    expect(() => groupCells({ bins: 7 })).toThrow("the bins of a series must divide 60, got 7");
  });
});

describe("seriesView", () => {
  it("seriesView({ metrics: evidence }) flags stretches as the report of the same cells flags its stretches of time", () => {
    const random = createRandom(7);
    const rows = rowsOf(12, 300).map((one, i): Row => {
      const outcome = random.uniform() < (one.confidence ?? 0) ? 1 : 0;
      const row = { ...one, outcome } as const;
      if (row.time >= MONDAY + 10 * DAY && i % 5 === 0) return { ...row, outcome: null };
      const isWrong = row.time >= MONDAY + 8 * DAY && row.time < MONDAY + 10 * DAY;
      return isWrong && row.confidence !== null ? { ...row, confidence: Math.min(1, row.confidence + 0.12) } : row;
    });
    const options = { bucket: "day", metrics: ["gap", "evidence"], now: MONDAY + 12 * DAY, maturityHours: 48 } as const;
    const table = tableOfRows(rows, seriesQuery({ project: "p" }, options));
    const [series] = seriesView({ ...options, table }).series;
    const mature = series?.points.filter(({ mature }) => mature) ?? [];
    expect(mature).toHaveLength(10);
    expect(series?.points.slice(10).map(({ evidence }) => evidence)).toEqual([null, null]);
    const reports = groupReports(
      cellsOfTable(table)
        .slice(0, 10)
        .map(({ cells, bucket }) => {
          const pairs = cellPairs(cells);
          return { by: "time", name: String(bucket), calibration: pairs, confidence: pairs };
        }),
      "confidence",
      0.95,
    );
    expect(mature.map(({ evidence }) => evidence)).toEqual(
      reports.map(({ pValue, qValue, flagged }) => ({ pValue, qValue, flagged })),
    );
    expect(mature.map(({ evidence }) => evidence?.flagged)).toEqual([...new Array(8).fill(false), true, true]);
    const weeks = seriesView({ ...options, bucket: "week", table, maturityHours: 0 }).series[0]?.points ?? [];
    expect(weeks.map(({ evidence }) => evidence?.flagged)).toEqual([false, true]);
  });

  it("seriesView({ metrics: evidence }) has all other numbers as without it, and null where there are no outcomes", () => {
    const rows = rowsOf(3, 300).map((row, i): Row => ({ ...row, task: i % 2 === 0 ? "binary" : "confidence" }));
    const wanted = seriesMetrics.filter((metric) => metric !== "evidence");
    const without = seriesOf(rows, { metrics: wanted, histogramBins: 20 });
    const all = seriesOf(rows, { histogramBins: 20 });
    for (const [s, { points }] of all.series.entries())
      for (const [k, { evidence, ...point }] of points.entries()) {
        expect(evidence?.qValue).toBeGreaterThanOrEqual(evidence?.pValue ?? 2);
        const [found, expected] = [point, without.series[s]?.points[k]].map((one) => JSON.parse(JSON.stringify(one)));
        expect(Object.keys(found)).toEqual(Object.keys(expected));
        for (const name of ["gap", "ece", "slope", "brier"])
          for (const part of ["value", "lower", "upper"])
            expect(found[name][part], name).toBeCloseTo(expected[name][part], 9);
        expect(found.quantiles).toEqual(expected.quantiles);
      }
    const unlabelled = seriesOf(rows.map((row) => ({ ...row, outcome: null })));
    expect(unlabelled.series[0]?.points.map(({ evidence }) => evidence)).toEqual([null, null, null]);
  });

  it("seriesView(input) has the numbers of core's metrics of the single predictions of each day", () => {
    const rows = rowsOf(5, 400);
    for (const bins of [10, 15, 20]) {
      const points = pointsOf(seriesOf(rows, { bins }));
      expect(points.map(({ start }) => start)).toEqual([0, 1, 2, 3, 4].map((day) => MONDAY + day * DAY));
      for (const point of points) {
        const { p, y } = pairsOf(rows.filter(({ time }) => time >= point.start && time < point.end));
        expect(point.labelled).toBe(p.length);
        const expected = {
          accuracy: accuracy(y),
          gap: meanCalibrationGap(p, y),
          ece: debiasedCalibrationError(p, y, { bins }),
        };
        for (const [name, { value, lower, upper }] of Object.entries(expected)) {
          const found = point[name as keyof typeof expected];
          if (found.value === null) throw new Error(found.reason);
          expect(Math.abs(found.value - value), name).toBeLessThan(1e-9);
          expect(Math.abs(found.lower - lower), name).toBeLessThan(1e-7);
          expect(Math.abs(found.upper - upper), name).toBeLessThan(1e-7);
        }
        expect(point.brier.value).toBeCloseTo(brierScore(p, y).value, 10);
        const slope = coxCalibration(p, y).slope;
        if (point.slope.value === null) throw new Error(point.slope.reason);
        expect(Math.abs(point.slope.value - slope.value)).toBeLessThan(0.08 * (slope.upper - slope.lower));
      }
    }
  });

  it("seriesView(input) has the same numbers from bins alone, and only those that are asked for", () => {
    const rows = [...rowsOf(3, 500), ...rowsOf(3, 200).map((row): Row => ({ ...row, model: "b", task: "binary" }))];
    const usual = seriesOf(rows, { metrics: usualMetrics, histogramBins: 20 });
    const all = seriesOf(rows, { histogramBins: 20 });
    for (const [s, { points }] of usual.series.entries())
      for (const [k, point] of points.entries()) {
        const whole = pointsOf(all, s)[k];
        expect("slope" in point || "quantiles" in point).toBe(false);
        for (const name of ["accuracy", "meanConfidence", "gap", "ece"] as const)
          for (const part of ["value", "lower", "upper"] as const)
            expect(Reflect.get(point[name] ?? {}, part), name).toBeCloseTo(Reflect.get(whole?.[name] ?? {}, part), 9);
        expect(point.brier?.value).toBeCloseTo(whole?.brier.value ?? 0, 12);
        expect(point.noiseFloor).toBeCloseTo(whole?.noiseFloor ?? 0, 12);
        expect(point.histogram?.length).toBe(20);
        for (const [b, share] of (point.histogram ?? []).entries())
          expect(share).toBeCloseTo(whole?.histogram?.[b] ?? 0, 12);
      }
    const [point] = seriesOf(rows, { metrics: ["gap"] }).series[0]?.points ?? [];
    expect(Object.keys(point ?? {})).toEqual([
      "start",
      "end",
      "predictions",
      "labelled",
      "maturity",
      "mature",
      "withoutConfidence",
      "gap",
    ]);
  });

  it("seriesView(input) takes weeks from Monday, and their numbers from all their days", () => {
    const rows = rowsOf(16, 50);
    const points = pointsOf(seriesOf(rows, { bucket: "week" }));
    expect(points.map(({ start }) => start)).toEqual([MONDAY, MONDAY + 7 * DAY, MONDAY + 14 * DAY]);
    for (const point of points) {
      const { p, y } = pairsOf(rows.filter(({ time }) => time >= point.start && time < point.end));
      expect(point.predictions).toBe(p.length);
      expect(point.gap.value).toBeCloseTo(meanCalibrationGap(p, y).value, 10);
    }
  });

  it("seriesView(input) of hours keeps hours apart and leaves out those without predictions", () => {
    const at = (hour: number): Row => ({ time: MONDAY + hour * HOUR + 5, confidence: 0.9, outcome: 1 });
    const points = pointsOf(seriesOf([at(3), at(3), at(7)], { bucket: "hour" }));
    expect(points.map(({ start, end, predictions }) => [start, end, predictions])).toEqual([
      [MONDAY + 3 * HOUR, MONDAY + 4 * HOUR, 2],
      [MONDAY + 7 * HOUR, MONDAY + 8 * HOUR, 1],
    ]);
  });

  it("seriesView(input) calls a day mature when its last prediction is as old as the horizon", () => {
    const rows = rowsOf(3, 10);
    const waiting = rows.map((row, i): Row => (i % 3 === 0 || i % 4 === 0 ? { ...row, outcome: null } : row));
    const mature = (now: number): boolean[] =>
      pointsOf(seriesOf(waiting, { now, maturityHours: 48 })).map((point) => point.mature);
    expect(mature(MONDAY + 3 * DAY)).toEqual([true, false, false]);
    expect(mature(MONDAY + 3 * DAY - 1)).toEqual([false, false, false]);
    expect(mature(MONDAY + 5 * DAY)).toEqual([true, true, true]);
  });

  it("seriesView(input) estimates nothing from the first outcomes where others are still to come, unless asked to", () => {
    const rows = rowsOf(2, 100).map((row): Row => (row.outcome === 1 ? row : { ...row, outcome: null }));
    const options = { now: MONDAY + 3 * DAY, maturityHours: 24 };
    const [old, young] = pointsOf(seriesOf(rows, options));
    expect([old?.mature, young?.mature]).toEqual([true, true]);
    const later = { ...options, maturityHours: 48 };
    const [first, second] = pointsOf(seriesOf(rows, later));
    expect(first?.gap.value).not.toBe(null);
    expect(second?.mature).toBe(false);
    for (const name of ["accuracy", "meanConfidence", "gap", "slope", "ece", "brier"] as const)
      expect(second?.[name]).toEqual({
        value: null,
        reason: `outcomes are still to come: ${second?.labelled} of 100 so far`,
        n: second?.labelled,
      });
    expect(second?.noiseFloor).toBe(null);
    expect(second?.served).toBeGreaterThan(0);
    expect(pointsOf(seriesOf(rows, { ...later, immature: true }))[1]).toMatchObject({
      mature: false,
      accuracy: { value: 1 },
    });
    const complete = rowsOf(2, 100);
    expect(pointsOf(seriesOf(complete, later))[1]).toMatchObject({ maturity: 1, mature: true });
  });

  it("seriesView(input) says why there are no numbers where there are no outcomes, and how many there are elsewhere", () => {
    const rows = rowsOf(2, 40).map((row, i): Row => ({ ...row, outcome: i % 2 === 0 ? null : i % 8 === 1 ? 1 : 0 }));
    const [first, second] = pointsOf(seriesOf(rows));
    expect(first).toMatchObject({ labelled: 0, maturity: 0, noiseFloor: null });
    expect(first?.ece).toEqual({ value: null, reason: "no outcomes yet", n: 0 });
    expect(first?.quantiles?.p50).toBeGreaterThan(0.5);
    expect(second).toMatchObject({ labelled: 40, maturity: 1 });
    expect(second?.slope).toEqual({
      value: null,
      reason: "the slope needs 20 outcomes of each kind, there are 10 of the rarer",
      n: 40,
    });
  });

  it("seriesView(input) counts predictions without a confidence, and those without a decision or a certificate", () => {
    const of = (row: Partial<Row>): Row => ({ time: MONDAY, confidence: 0.7, outcome: null, ...row });
    const [point] = pointsOf(
      seriesOf([
        of({ confidence: null, outcome: 1 }),
        of({ decision: "act", certified: false }),
        of({ decision: "review", certified: true }),
        of({ decision: "abstain", confidence: 0.5 }),
      ]),
    );
    expect(point).toMatchObject({
      predictions: 4,
      labelled: 1,
      withoutConfidence: 1,
      uncertified: 0.25,
      maturity: 0.25,
    });
    expect(point?.decisions).toEqual({ act: 0.25, review: 0.25, abstain: 0.25, none: 0.25 });
    expect(point?.served).toBeCloseTo((0.7 + 0.7 + 0.5) / 3, 12);
    expect(point?.accuracy.value).toBe(null);
    const [nothing] = pointsOf(seriesOf([of({ confidence: null })]));
    expect(nothing).toMatchObject({ served: null, quantiles: null });
  });

  it("seriesView(input) has the quantiles of the confidence within the width of a group", () => {
    const rows = rowsOf(1, 2000);
    const [point] = pointsOf(seriesOf(rows));
    const sorted = rows.map(({ confidence }) => confidence ?? 0).sort((a, b) => a - b);
    const exact = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN;
    const { p05, p25, p50, p75, p95 } = point?.quantiles ?? { p05: 0, p25: 0, p50: 0, p75: 0, p95: 0 };
    for (const [found, share] of [
      [p05, 0.05],
      [p25, 0.25],
      [p50, 0.5],
      [p75, 0.75],
      [p95, 0.95],
    ] as const)
      expect(Math.abs(found - exact(share))).toBeLessThanOrEqual(1 / 60);
  });

  it("seriesView(input) with histogramBins has the shares of all confidences, bins (lo, hi]", () => {
    const rows = [0, 0.1, 0.11, 0.5, 0.95, 1].map((confidence): Row => ({ time: MONDAY, confidence, outcome: null }));
    const [point] = pointsOf(seriesOf(rows, { histogramBins: 10 }));
    expect(point?.histogram).toEqual([2, 1, 0, 0, 1, 0, 0, 0, 0, 2].map((count) => count / 6));
  });

  it("seriesView(input) of binary predictions measures accuracy at 0.5 and confidence as max(p, 1 - p)", () => {
    const rows = rowsOf(1, 500).map((row): Row => ({ ...row, task: "binary", confidence: 1 - (row.confidence ?? 0) }));
    const [point] = pointsOf(seriesOf(rows));
    const right = rows.filter(({ confidence, outcome }) => ((confidence ?? 0) >= 0.5 ? 1 : 0) === outcome).length;
    const top = rows.reduce((sum, { confidence }) => sum + Math.max(confidence ?? 0, 1 - (confidence ?? 0)), 0);
    expect(point?.accuracy.value).toBeCloseTo(right / 500, 12);
    expect(point?.meanConfidence.value).toBeCloseTo(top / 500, 10);
  });

  it("seriesView(input) weighs outcomes by one over their propensity: selected labels give what all would give", () => {
    const random = createRandom(5);
    const all = rowsOf(1, 20_000, 6).map((row): Row => ({ ...row, segments: {} }));
    const selected = all.map((row): Row => {
      const propensity = (row.confidence ?? 0) > 0.8 ? 0.1 : 0.9;
      return random.uniform() < propensity ? { ...row, propensity } : { ...row, outcome: null };
    });
    const [whole] = pointsOf(seriesOf(all));
    const [part] = pointsOf(seriesOf(selected));
    const [naive] = pointsOf(seriesOf(selected.map(({ propensity: _, ...row }) => row)));
    const truth = whole?.accuracy.value ?? Number.NaN;
    if (!part || part.accuracy.value === null) throw new Error("no accuracy");
    expect(part.accuracy.lower).toBeLessThan(truth);
    expect(part.accuracy.upper).toBeGreaterThan(truth);
    expect(Math.abs((naive?.accuracy.value ?? 0) - truth)).toBeGreaterThan(0.1);
  });

  it("seriesView(input) keeps streams apart", () => {
    const rows = rowsOf(2, 90);
    const table = tableOfRows(rows, {
      ...seriesQuery({ project: "p", segment: { key: "region" } }, { bucket: "day" }),
    });
    const view = seriesView({ table, bucket: "day", now: 0, maturityHours: 0 });
    expect(view.series.map(({ stream }) => stream.segment?.value)).toEqual(["north", "south"]);
    expect(view.series.map(({ points }) => points.reduce((sum, { predictions }) => sum + predictions, 0))).toEqual([
      60, 120,
    ]);
  });
});

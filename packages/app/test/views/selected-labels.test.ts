import {
  addToCells,
  type CellMoment,
  cellMoments,
  createCells,
  createRandom,
  type Random,
  regularizedBeta,
  timeGrid,
} from "@candor/core";
import { describe, expect, it } from "vitest";
import type { CellTable } from "../../src/store/event-store.ts";
import { groupCells } from "../../src/views/group-cells.ts";
import type { Measured } from "../../src/views/measured.ts";
import { type SeriesPoint, seriesView } from "../../src/views/series-view.ts";
import { emptyTraffic } from "./empty-traffic.ts";

const stated = [0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.98, 1];
const isRight = (confidence: number): number => 0.5 + 0.75 * (confidence - 0.5);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const truth = {
  accuracy: mean(stated.map(isRight)),
  gap: mean(stated.map((confidence) => confidence - isRight(confidence))),
};
const audited = 0.02;
const grouping = groupCells({ fine: false });

/** One day: everything below 0.7 is reviewed, and 2 % of the rest. Outcomes weigh one over that. */
function dayOf(random: Random, predictions: number, weigh: boolean): SeriesPoint {
  const cells = createCells(timeGrid);
  const traffic = emptyTraffic(grouping.size + 1);
  for (let i = 0; i < predictions; i++) {
    const confidence = stated[random.integer(stated.length)] ?? 1;
    const outcome = random.uniform() < isRight(confidence) ? 1 : 0;
    const group = grouping.groups[timeGrid.cellOf(confidence)] ?? 0;
    traffic.predictions[group] = (traffic.predictions[group] ?? 0) + 1;
    const propensity = confidence < 0.7 ? 1 : audited;
    if (random.uniform() < propensity)
      addToCells(
        cells,
        Float64Array.of(confidence),
        Uint8Array.of(outcome),
        Float64Array.of(weigh ? 1 / propensity : 1),
      );
  }
  const used = Array.from({ length: grouping.size }, (_, g) => g);
  const sums = (moment: CellMoment): Float64Array => {
    const values = new Float64Array(grouping.size);
    for (const [k, cell] of cells.cell.entries()) {
      const group = grouping.groups[cell] ?? 0;
      values[group] = (values[group] ?? 0) + (cells.sums[moment][k] ?? 0);
    }
    return values;
  };
  const labelled: Partial<Record<CellMoment, Float64Array>> = {};
  for (const moment of cellMoments) labelled[moment] = sums(moment);
  const table: CellTable = {
    streams: [{ model: "judge", version: "1", task: "confidence", segment: null }],
    rows: used.length,
    stream: new Int32Array(used.length),
    bucket: new Float64Array(used.length),
    cell: Int16Array.from(used),
    traffic,
    labelled: { ...emptyMoments(used.length), ...labelled },
    asOf: 1,
  };
  const [point] = seriesView({ table, bucket: "day", now: 1e12, maturityHours: 24 }).series[0]?.points ?? [];
  if (point === undefined) throw new Error("no point");
  return point;
}

function emptyMoments(size: number): CellTable["labelled"] {
  const zeros = (): Float64Array => new Float64Array(size);
  return {
    count: zeros(),
    positives: zeros(),
    weight: zeros(),
    weightPositive: zeros(),
    squared: zeros(),
    squaredPositive: zeros(),
    p: zeros(),
    pPositive: zeros(),
    pp: zeros(),
    loss: zeros(),
  };
}

/** P(at most `hits` of `runs`) where each hits with `rate`. */
const atMost = (hits: number, runs: number, rate: number): number =>
  hits >= runs ? 1 : regularizedBeta(1 - rate, runs - hits, hits + 1);

const holds = (measured: Measured | undefined, value: number): boolean =>
  measured !== undefined && measured.value !== null && measured.lower <= value && value <= measured.upper;

describe("seriesView of selected labels", () => {
  it.each([
    [150, 500],
    [1000, 300],
    [6000, 120],
  ])("seriesView(input) of days of %i predictions has intervals that hold the truth of all predictions", (n, runs) => {
    const random = createRandom(n);
    const points = Array.from({ length: runs }, () => dayOf(random, n, true)).filter(
      ({ accuracy }) => accuracy?.value !== null,
    );
    for (const name of ["accuracy", "gap", "ece"] as const) {
      const value = name === "accuracy" ? truth.accuracy : truth.gap;
      const hits = points.filter((point) => holds(point[name], value)).length;
      expect(atMost(hits, points.length, 0.95), `${name}: ${hits} of ${points.length}`).toBeGreaterThan(0.001);
    }
  });

  it("seriesView(input) of the same labels without their weights is far from it, and sure of it", () => {
    const point = dayOf(createRandom(4), 6000, false);
    expect(holds(point.accuracy, truth.accuracy)).toBe(false);
    expect(truth.accuracy - (point.accuracy?.value ?? 1)).toBeGreaterThan(0.1);
  });

  it("seriesView(input) estimates nothing of a day on which no confident prediction was audited", () => {
    const random = createRandom(8);
    const points = Array.from({ length: 300 }, () => dayOf(random, 40, true));
    const refused = points.filter(({ accuracy }) => accuracy?.value === null);
    expect(refused.length).toBeGreaterThan(50);
    expect(refused.some(({ labelled }) => labelled > 3)).toBe(true);
    for (const { accuracy, gap, noiseFloor } of refused) {
      expect(accuracy).toMatchObject({
        reason: expect.stringMatching(/^(no outcomes yet|none of the confidences like those of \d+ %)/),
      });
      expect([gap?.value, noiseFloor]).toEqual([null, null]);
    }
  });
});

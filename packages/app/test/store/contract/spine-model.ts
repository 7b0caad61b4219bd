import { type CellMoment, cellMoments, timeGrid } from "@candor/core";
import { type CellTable, type Stream, type TrafficMoment, trafficMoments } from "../../../src/store/event-store.ts";
import type { OutcomeEvent, PredictionEvent, SpineEvent } from "../../../src/store/events.ts";
import type { History } from "./history.ts";

/** What a store must hold after a history, whatever the order of its events: plain maps, no engine. */
export interface ExpectedPrediction {
  readonly prediction: PredictionEvent;
  readonly outcomes: readonly OutcomeEvent[];
  readonly outcome: 0 | 1 | null;
}

function outcomesOf(events: readonly SpineEvent[], project: string, id: string): OutcomeEvent[] {
  const found = new Map<string, OutcomeEvent>();
  for (const event of events) {
    if (event.kind !== "outcome" || event.project !== project || event.predictionId !== id) continue;
    found.set(JSON.stringify([event.name, event.source, event.value, event.observedAt]), event);
  }
  return [...found.values()].sort((a, b) => a.observedAt - b.observedAt);
}

function countedOf({ prediction }: PredictionEvent, outcomes: readonly OutcomeEvent[], name: string): 0 | 1 | null {
  const bySource = new Map<string, OutcomeEvent>();
  for (const event of outcomes) if (event.name === name) bySource.set(event.source, event);
  const newest = [...bySource.values()]
    .filter(({ value }) => value !== null)
    .sort((a, b) => a.observedAt - b.observedAt);
  const value = newest.at(-1)?.value ?? null;
  if (typeof value !== "string") return value;
  return prediction === null ? null : value === prediction ? 1 : 0;
}

/** The prediction that must be there, or null. */
export function expectedPrediction(
  { events }: History,
  project: string,
  id: string,
  counted = "outcome",
): ExpectedPrediction | null {
  const isErased = events.some((e) => e.kind === "erasure" && e.project === project && e.predictionId === id);
  const prediction = events.find((e) => e.kind === "prediction" && e.project === project && e.id === id);
  if (isErased || prediction?.kind !== "prediction") return null;
  const outcomes = outcomesOf(events, project, id);
  return { prediction, outcomes, outcome: countedOf(prediction, outcomes, counted) };
}

type Sums = Record<TrafficMoment | CellMoment, number>;

/** Sums per stream, bucket and cell, by a key that says all three. */
export type ExpectedCells = ReadonlyMap<string, Sums>;

function empty(): Sums {
  const sums = [...trafficMoments, ...cellMoments].map((name) => [name, 0] as const);
  return Object.fromEntries(sums) as Sums;
}

const streamsOf = ({ model, version, task, route, segments }: PredictionEvent): Stream[] => [
  { model, version, task, segment: null },
  ...Object.entries(route === null ? segments : { ...segments, route }).map(([key, value]) => ({
    model,
    version,
    task,
    segment: { key, value },
  })),
];

const keyOf = (stream: Stream, bucket: number, cell: number): string => JSON.stringify([stream, bucket, cell]);

/** The cells of a project that must be kept, in the order of nothing. */
export function expectedCells(history: History, project: string, bucketMs: number, counted = "outcome"): ExpectedCells {
  const cells = new Map<string, Sums>();
  for (const id of history.ids) {
    const expected = expectedPrediction(history, project, id, counted);
    if (expected === null) continue;
    const { prediction: p, outcome } = expected;
    const cell = p.confidence === null ? timeGrid.size : timeGrid.cellOf(p.confidence);
    for (const stream of streamsOf(p)) {
      const key = keyOf(stream, Math.floor(p.time / bucketMs) * bucketMs, cell);
      const sums = cells.get(key) ?? empty();
      cells.set(key, sums);
      sums.predictions++;
      sums.sumConfidence += unit(p.confidence ?? 0, 32);
      if (p.decision !== null) sums[p.decision]++;
      if (p.certified === false) sums.uncertified++;
      if (outcome !== null) addLabel(sums, p, outcome);
    }
  }
  return cells;
}

const unit = (value: number, bits: number): number => Math.round(value * 2 ** bits) / 2 ** bits;

function addLabel(sums: Sums, { confidence, propensity }: PredictionEvent, y: 0 | 1): void {
  const w = 1 / (propensity ?? 1);
  const c = confidence ?? 0;
  const loss = confidence === null ? 0 : -Math.log(Math.max(1e-15, y === 1 ? c : 1 - c));
  sums.count++;
  sums.positives += y;
  sums.weight += unit(w, 20);
  sums.weightPositive += y * unit(w, 20);
  sums.squared += unit(1 / (propensity ?? 1) / (propensity ?? 1), 20);
  sums.squaredPositive += y * unit(1 / (propensity ?? 1) / (propensity ?? 1), 20);
  sums.p += unit(c / (propensity ?? 1), 32);
  sums.pPositive += y * unit(c / (propensity ?? 1), 32);
  sums.pp += unit((c * c) / (propensity ?? 1), 32);
  sums.loss += unit(loss / (propensity ?? 1), 32);
}

/** A table of cells by the same keys. */
export function cellsByKey(table: CellTable): ExpectedCells {
  const cells = new Map<string, Sums>();
  for (let row = 0; row < table.rows; row++) {
    const stream = table.streams[table.stream[row] ?? -1];
    if (stream === undefined) throw new Error(`row ${row} has no stream`);
    const sums = empty();
    for (const moment of trafficMoments) sums[moment] = table.traffic[moment][row] ?? Number.NaN;
    for (const moment of cellMoments) sums[moment] = table.labelled[moment][row] ?? Number.NaN;
    cells.set(keyOf(stream, table.bucket[row] ?? -1, table.cell[row] ?? -1), sums);
  }
  return cells;
}

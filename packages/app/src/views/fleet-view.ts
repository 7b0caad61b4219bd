import {
  type CalibrationSummary,
  calibrationEvidence,
  calibrationSummary,
  summaryVerdict,
  type Verdict,
} from "@candor/core";
import type { CellQuery, CellTable, TrafficMoment } from "../store/event-store.ts";
import type { SpineTask } from "../store/events.ts";
import { type CellGrouping, groupCells } from "./group-cells.ts";
import { isMature } from "./maturity.ts";
import { type Measured, measured } from "./measured.ts";
import type { DecisionShares } from "./series-view.ts";
import { eachStretch, type GroupedSums, streamAt, totalOf } from "./table-groups.ts";
import { uncoveredReason } from "./uncovered.ts";

/** One model version at a glance. */
export interface FleetRow {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly predictions: number;
  readonly labelled: number;
  /** `labelled` over `predictions`, in [0, 1]. */
  readonly maturity: number;
  /** The same over the days whose outcomes can all be expected to be in; null where there are none. */
  readonly matureMaturity: number | null;
  /** Predictions per day, oldest first; days without any are left out. */
  readonly traffic: readonly { readonly day: number; readonly predictions: number; readonly labelled: number }[];
  /** Can the confidences be trusted; null without outcomes. This and all estimates are of mature predictions. */
  readonly verdict: Verdict | null;
  /** Share of labelled predictions that were right, and what the mean confidence of all, the young too, leads to expect. */
  readonly accuracy: Measured;
  readonly estimatedAccuracy: number | null;
  readonly gap: Measured;
  readonly ece: Measured;
  readonly noiseFloor: number | null;
  readonly decisions: DecisionShares;
  readonly uncertified: number;
  readonly withoutConfidence: number;
}

/** All model versions of a project. */
export interface FleetView {
  readonly schema: "candor.fleet/1";
  readonly asOf: number;
  readonly level: number;
  readonly rows: readonly FleetRow[];
  /** What was left out of the estimates. */
  readonly notes: readonly string[];
}

/** What the fleet is made of: the answers to the queries of `fleetQueries`. */
export interface FleetInput {
  /** Predictions whose outcomes can all be expected to be in. */
  readonly totals: CellTable;
  /** Those after them: they count, but nothing is estimated from them. Absent where there is no such line. */
  readonly young?: CellTable;
  readonly days: CellTable;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly maturityHours: number;
  readonly notes?: readonly string[];
}

const LEVEL = 0.95;
const DAY = 86_400_000;

/**
 * What to ask the store for: by group of cells, before and after the moment from which on outcomes may be missing, and days
 * without cells.
 *
 * @param matureBefore whole hours; Infinity where everything counts as mature
 */
export function fleetQueries(
  filter: Omit<CellQuery, "bucket" | "groups" | "segment">,
  matureBefore: number = Infinity,
): { readonly totals: CellQuery; readonly young: CellQuery | null; readonly days: CellQuery } {
  const { groups } = groupCells();
  const one = new Int16Array(groups.length);
  const all: CellQuery = { ...filter, segment: null, bucket: "all", groups };
  const { from = -Infinity, to = Infinity } = filter;
  return {
    totals: to <= matureBefore ? all : { ...all, to: Math.max(matureBefore, from) },
    young: to <= matureBefore ? null : { ...all, from: Math.max(matureBefore, from) },
    days: { ...filter, segment: null, bucket: "day", groups: one },
  };
}

/** One row per model version, those with the most traffic first. */
export function fleetView({ totals, young, days, now, maturityHours, notes = [] }: FleetInput): FleetView {
  const grouping = groupCells();
  const traffic = trafficOf(days);
  const versions = new Map<string, Version>();
  for (const [table, part] of [
    [totals, "mature"],
    [young, "young"],
  ] as const) {
    if (table === undefined) continue;
    eachStretch(
      table,
      grouping.size,
      () => 0,
      (sums) => {
        const { model, version, task } = streamAt(table, sums.stream);
        const key = keyOf(model, version, task);
        versions.set(key, { ...(versions.get(key) ?? { model, version, task }), [part]: structuredClone(sums) });
      },
    );
  }
  const rows = [...versions].map(([key, of]): FleetRow => {
    const { model, version, task } = of;
    const perDay = traffic.get(key) ?? [];
    return { model, version, task, ...rowOf(of, grouping), ...maturityOf(perDay, now, maturityHours) };
  });
  return {
    schema: "candor.fleet/1",
    asOf: Math.min(totals.asOf, days.asOf, young?.asOf ?? Infinity),
    level: LEVEL,
    rows: rows.sort((a, b) => b.predictions - a.predictions),
    notes,
  };
}

/** A model version with the sums of its predictions on both sides of the line. */
interface Version {
  readonly model: string;
  readonly version: string;
  readonly task: SpineTask;
  readonly mature?: GroupedSums;
  readonly young?: GroupedSums;
}

function keyOf(model: string, version: string, task: string): string {
  return JSON.stringify([model, version, task]);
}

function trafficOf(days: CellTable): Map<string, { day: number; predictions: number; labelled: number }[]> {
  const found = new Map<string, { day: number; predictions: number; labelled: number }[]>();
  for (let row = 0; row < days.rows; row++) {
    const { model, version, task } = streamAt(days, days.stream[row] ?? 0);
    const key = keyOf(model, version, task);
    const list = found.get(key) ?? [];
    found.set(key, list);
    list.push({
      day: days.bucket[row] ?? 0,
      predictions: days.traffic.predictions[row] ?? 0,
      labelled: days.labelled.count[row] ?? 0,
    });
  }
  return found;
}

function maturityOf(
  traffic: FleetRow["traffic"],
  now: number,
  maturityHours: number,
): Pick<FleetRow, "traffic" | "matureMaturity"> {
  const mature = traffic.filter(({ day }) => isMature(day + DAY, now, maturityHours));
  const predictions = mature.reduce((sum, day) => sum + day.predictions, 0);
  const labelled = mature.reduce((sum, day) => sum + day.labelled, 0);
  return { traffic, matureMaturity: predictions > 0 ? labelled / predictions : null };
}

function rowOf(
  { mature, young, task }: Version,
  grouping: CellGrouping,
): Omit<FleetRow, "model" | "version" | "task" | "traffic" | "matureMaturity"> {
  const parts = [mature, young].filter((part) => part !== undefined);
  const total = (of: (part: GroupedSums) => number): number => parts.reduce((sum, part) => sum + of(part), 0);
  const sum = (moment: TrafficMoment): number => total(({ traffic }) => totalOf(traffic[moment]));
  const predictions = sum("predictions");
  const known = total(({ labelled, labelledWithout }) => totalOf(labelled.count) + labelledWithout);
  const share = (moment: TrafficMoment): number => (predictions > 0 ? sum(moment) / predictions : 0);
  const [act, review, abstain] = [share("act"), share("review"), share("abstain")];
  const isBinary = task === "binary";
  const found =
    mature !== undefined && totalOf(mature.labelled.weight) > 0
      ? (uncoveredReason(mature) ?? calibrationSummary(mature.labelled, grouping, LEVEL, { slope: false }))
      : `no outcomes yet${known > 0 ? " of predictions that are old enough" : ""}`;
  const n = mature ? totalOf(mature.labelled.count) : 0;
  const of = (name: "accuracy" | "rate" | "gap" | "ece"): Measured =>
    measured(typeof found === "string" ? found : found[name], n);
  return {
    predictions,
    labelled: known,
    maturity: predictions > 0 ? known / predictions : 0,
    verdict: typeof found === "string" || !mature ? null : verdictOf(found, mature.labelled, isBinary),
    accuracy: of(isBinary ? "accuracy" : "rate"),
    estimatedAccuracy: estimated(parts, grouping, isBinary),
    gap: of("gap"),
    ece: of("ece"),
    noiseFloor: typeof found === "string" ? null : found.noiseFloor,
    decisions: { act, review, abstain, none: Math.max(0, 1 - act - review - abstain) },
    uncertified: share("uncertified"),
    withoutConfidence: total(({ traffic }) => traffic.predictions[grouping.size] ?? 0),
  };
}

/** Mean of the confidence, or of max(p, 1 − p), over all predictions that have one. */
function estimated(parts: readonly GroupedSums[], { size, positive }: CellGrouping, isBinary: boolean): number | null {
  let count = 0;
  let sum = 0;
  for (const { traffic } of parts)
    for (let g = 0; g < size; g++) {
      const predictions = traffic.predictions[g] ?? 0;
      const confidence = traffic.sumConfidence[g] ?? 0;
      count += predictions;
      sum += isBinary && positive[g] === 0 ? predictions - confidence : confidence;
    }
  return count > 0 ? sum / count : null;
}

function verdictOf(summary: CalibrationSummary, sums: GroupedSums["labelled"], isBinary: boolean): Verdict {
  const rows: { p: number; y: number; weight: number; count: number; squared: number }[] = [];
  for (let g = 0; g < sums.count.length; g++) {
    const weight = sums.weight[g] ?? 0;
    if (!(weight > 0)) continue;
    const p = Math.min(1, (sums.p[g] ?? 0) / weight);
    const positive = sums.weightPositive[g] ?? 0;
    const hits = sums.positives[g] ?? 0;
    const squares = sums.squaredPositive[g] ?? 0;
    const misses = (sums.count[g] ?? 0) - hits;
    if (hits > 0) rows.push({ p, y: 1, weight: positive, count: hits, squared: squares });
    if (misses > 0)
      rows.push({
        p,
        y: 0,
        weight: Math.max(0, weight - positive),
        count: misses,
        squared: Math.max(0, (sums.squared[g] ?? 0) - squares),
      });
  }
  const pValue = calibrationEvidence(
    Float64Array.from(rows, ({ p }) => p),
    Uint8Array.from(rows, ({ y }) => y),
    {
      weights: Float64Array.from(rows, ({ weight }) => weight),
      merged: {
        counts: Float64Array.from(rows, ({ count }) => count),
        squaredWeights: Float64Array.from(rows, ({ squared }) => squared),
      },
    },
  );
  return summaryVerdict(summary, { label: isBinary ? "probability" : "confidence", pValue });
}
